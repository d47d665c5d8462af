import type { Amount } from '@farthing/core/money';
import { checkSums, type InvoiceBuyer, type InvoiceDocument, type InvoiceLine, type InvoiceSeller } from './document.ts';
import { type Formats, formatsFor } from './format.ts';
import { fill, languageOf } from './labels.ts';
import type { Labels } from './labels/en.ts';

/** An invoice, or a note on one, as text, in the order it is read: no positions, no fonts. What is printed is decided here and nowhere later. */
export interface InvoiceLayout {
  readonly locale: string;
  readonly metadata: Metadata;
  readonly title: string;
  /** The name the seller trades under, at the top of the paper. */
  readonly letterhead: string;
  readonly badge: Badge | null;
  /** A word across every page of what is not a valid invoice. */
  readonly watermark: string | null;
  readonly facts: readonly Fact[];
  readonly headline: { readonly amount: string | null; readonly caption: string };
  readonly parties: readonly PartyText[];
  readonly columns: Readonly<Record<'description' | 'units' | 'unitPrice' | 'amount', string>>;
  readonly rows: readonly TableRow[];
  readonly totals: readonly TotalRow[];
  readonly remarks: readonly { readonly heading: string; readonly text: string }[];
  /** Says on the second and later pages which invoice they belong to. */
  readonly reference: string;
  readonly smallPrint: string | null;
  readonly pageNumber: (page: number, pages: number) => string;
}

interface Metadata {
  readonly title: string;
  readonly author: string;
  readonly subject: string;
  readonly date: Temporal.PlainDate;
}

export interface Badge {
  readonly text: string;
  readonly tone: 'good' | 'bad';
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

interface PartyText {
  readonly heading: string;
  readonly name: string;
  readonly lines: readonly string[];
}

export type TableRow =
  | { readonly kind: 'group'; readonly text: string }
  | {
      readonly kind: 'line';
      readonly description: string;
      /** Smaller, under the description: the period and the formula. */
      readonly detail: string;
      readonly units: string;
      readonly unitPrice: string;
      readonly amount: string;
    };

export interface TotalRow {
  readonly label: string;
  readonly value: string;
  readonly weight: 'plain' | 'sum' | 'due';
}

/** Decides every word on the paper. Throws InvoiceDoesNotAddUp, and RangeError for units or rates that are no decimals. */
export function layOutInvoice(document: InvoiceDocument): InvoiceLayout {
  checkSums(document);
  const { locale, labels } = languageOf(document.locale);
  const formats = formatsFor(locale, document.currency, document.timeZone);
  const title = titleOf(document, labels);
  const titleAndNumber = document.number === null ? title : `${title} ${document.number}`;
  const seller = document.seller.legalName ?? document.seller.name;
  const buyer = document.buyer.legalName ?? document.buyer.name;
  return {
    locale,
    metadata: { title: titleAndNumber, author: seller, subject: `${seller} – ${buyer}`, date: document.issueDate },
    title,
    letterhead: document.seller.name,
    badge: badgeOf(document, labels),
    watermark: watermarkOf(document, labels),
    facts: factsOf(document, labels, formats),
    headline: headlineOf(document, labels, formats),
    parties: [sellerText(document.seller, labels, formats), buyerText(document.buyer, labels, formats)],
    columns: {
      description: labels.description,
      units: labels.units,
      unitPrice: labels.unitPrice,
      amount: labels.amount,
    },
    rows: rowsOf(document.lines, labels, formats),
    totals: totalsOf(document, labels, formats),
    remarks: [
      ...(document.notes === null ? [] : [{ heading: labels.notes, text: document.notes }]),
      ...(document.paymentTerms === null ? [] : [{ heading: labels.paymentTerms, text: document.paymentTerms }]),
    ],
    reference: `${titleAndNumber} · ${document.seller.name}`,
    smallPrint: document.seller.footer,
    pageNumber: (page, pages) =>
      fill(labels.page, { page: formats.decimal(String(page)), pages: formats.decimal(String(pages)) }),
  };
}

function titleOf({ state }: InvoiceDocument, labels: Labels): string {
  if (state === 'draft') return labels.draftTitle;
  return state === 'preview' ? labels.previewTitle : labels.invoice;
}

function badgeOf({ state }: InvoiceDocument, labels: Labels): Badge | null {
  if (state === 'paid') return { text: labels.paidMark, tone: 'good' };
  return state === 'voided' ? { text: labels.voidMark, tone: 'bad' } : null;
}

function watermarkOf({ state }: InvoiceDocument, labels: Labels): string | null {
  if (state === 'draft') return labels.draftMark;
  if (state === 'preview') return labels.previewMark;
  return state === 'voided' ? labels.voidMark : null;
}

function factsOf(document: InvoiceDocument, labels: Labels, formats: Formats): Fact[] {
  const facts: Fact[] = [];
  const add = (label: string, value: string | null): void => {
    if (value !== null) facts.push({ label, value });
  };
  add(labels.number, document.number);
  add(labels.issueDate, formats.date(document.issueDate));
  add(labels.dueDate, document.dueDate && formats.date(document.dueDate));
  add(labels.billingPeriod, document.billingPeriod && formats.period(document.billingPeriod));
  add(labels.purchaseOrder, document.purchaseOrderNumber);
  add(labels.currency, document.currency);
  return facts;
}

function headlineOf(
  document: InvoiceDocument,
  labels: Labels,
  formats: Formats,
): { amount: string | null; caption: string } {
  const { state, totals, dueDate } = document;
  if (state === 'voided') return { amount: null, caption: labels.voided };
  if (state === 'draft' || state === 'preview') {
    return { amount: formats.money(totals.due), caption: labels.notPayable };
  }
  if (totals.total <= 0n) return { amount: formats.money(totals.due), caption: labels.nothingToPay };
  if (state === 'paid') return { amount: formats.money(totals.total), caption: labels.paidInFull };
  if (totals.due <= 0n) return { amount: formats.money(totals.due), caption: labels.nothingToPay };
  const caption = dueDate === null ? labels.due : fill(labels.dueOn, { date: formats.date(dueDate) });
  return { amount: formats.money(totals.due), caption };
}

export function sellerText(seller: InvoiceSeller, labels: Labels, formats: Formats): PartyText {
  return {
    heading: labels.seller,
    name: seller.legalName ?? seller.name,
    lines: present([
      otherName(seller.name, seller.legalName),
      ...seller.addressLines,
      seller.country && formats.country(seller.country),
      labelled(labels.taxId, seller.taxId),
      seller.email,
    ]),
  };
}

export function buyerText(buyer: InvoiceBuyer, labels: Labels, formats: Formats): PartyText {
  const name = buyer.legalName ?? buyer.name;
  return {
    heading: labels.buyer,
    name,
    lines: present([
      otherName(buyer.tradeName ?? buyer.name, name),
      ...buyer.addressLines,
      buyer.country && formats.country(buyer.country),
      labelled(labels.taxId, buyer.taxId),
      labelled(labels.vatId, buyer.vatId),
      buyer.email,
    ]),
  };
}

/** A trade name stands under the legal one only where it says something new. */
function otherName(name: string, printed: string | null): string | null {
  return printed === null || printed === name ? null : name;
}

function labelled(label: string, value: string | null): string | null {
  return value === null ? null : `${label}: ${value}`;
}

function present(lines: readonly (string | null)[]): string[] {
  return lines.filter((line) => line !== null && line.trim() !== '') as string[];
}

function rowsOf(lines: readonly InvoiceLine[], labels: Labels, formats: Formats): TableRow[] {
  if (lines.length === 0) return [{ kind: 'group', text: labels.noLines }];
  const rows: TableRow[] = [];
  let group: string | null = null;
  for (const line of lines) {
    if (line.group !== group && line.group !== null) rows.push({ kind: 'group', text: line.group });
    group = line.group;
    rows.push({
      kind: 'line',
      description: line.description,
      detail: present([line.period && formats.period(line.period), line.detail]).join(' · '),
      units: line.units === null ? '' : formats.decimal(line.units),
      unitPrice: line.unitPrice ?? '',
      amount: formats.money(line.amount),
    });
  }
  return rows;
}

function totalsOf({ totals, state }: InvoiceDocument, labels: Labels, formats: Formats): TotalRow[] {
  const off = (label: string, amount: Amount): TotalRow[] =>
    amount === 0n ? [] : [{ label, value: formats.deduction(amount), weight: 'plain' }];
  const taxes = totals.taxes.map((tax): TotalRow => {
    const label = fill(labels.tax, {
      name: tax.name,
      rate: formats.percent(tax.rate),
      base: formats.money(tax.base),
    });
    return { label, value: formats.money(tax.amount), weight: 'plain' };
  });
  return [
    { label: labels.subtotal, value: formats.money(totals.subtotal), weight: 'plain' },
    ...off(labels.progressiveCredit, totals.progressiveCredit),
    ...totals.coupons.flatMap(({ name, amount }) => off(fill(labels.coupon, { name }), amount)),
    ...taxes,
    { label: labels.total, value: formats.money(totals.total), weight: 'sum' },
    ...off(labels.creditNotes, totals.creditNotes),
    ...off(labels.prepaidCredits, totals.prepaidCredits),
    ...off(labels.paid, totals.paid),
    ...off(labels.writtenOff, totals.writtenOff),
    // A voided invoice asks for nothing, whatever was due on it before.
    ...(state === 'voided' ? [] : [{ label: labels.due, value: formats.money(totals.due), weight: 'due' as const }]),
  ];
}
