import { Amount, type Currency } from '@farthing/core/money';
import { type InvoiceBuyer, InvoiceDoesNotAddUp, type InvoiceSeller, type InvoiceTax } from './document.ts';
import { type Formats, formatsFor } from './format.ts';
import { fill, languageOf } from './labels.ts';
import type { Labels } from './labels/en.ts';
import { buyerText, type Fact, type InvoiceLayout, sellerText, type TotalRow } from './layout.ts';

/** Everything that is printed on a credit note, as a plain value. */
export interface CreditNoteDocument {
  readonly state: 'draft' | 'finalized' | 'voided';
  /** Null for a draft without one of its own. */
  readonly number: string | null;
  readonly issueDate: Temporal.PlainDate;
  /** The number of the invoice that it gives back. */
  readonly invoiceNumber: string;
  readonly invoiceDate: Temporal.PlainDate;
  readonly timeZone: string;
  /** BCP 47, of the invoice. */
  readonly locale: string;
  readonly currency: Currency;
  readonly seller: InvoiceSeller;
  readonly buyer: InvoiceBuyer;
  readonly lines: readonly { readonly description: string; readonly amount: Amount }[];
  readonly totals: CreditNoteTotals;
  readonly notes: string | null;
}

/** All magnitudes are positive. */
interface CreditNoteTotals {
  readonly subtotal: Amount;
  /** What coupons had paid of the items. */
  readonly coupons: Amount;
  readonly taxes: readonly InvoiceTax[];
  readonly total: Amount;
  readonly offset: Amount;
  readonly credit: Amount;
  readonly refund: Amount;
}

/** Checks that the lines give the subtotal, that less coupons and with taxes the total, and that its parts are where it goes. */
function checkNote({ lines, totals, number }: CreditNoteDocument): void {
  const { subtotal, coupons, taxes, total, offset, credit, refund } = totals;
  const items = Amount.sum(lines.map(({ amount }) => amount));
  const parts = items - coupons + Amount.sum(taxes.map(({ amount }) => amount));
  if (items !== subtotal || parts !== total || offset + credit + refund !== total)
    throw new InvoiceDoesNotAddUp(`credit note ${number ?? 'without number'}: lines give ${items}, parts ${parts}, the total is ${total}`);
}

/** Decides every word on the paper of a credit note. Throws InvoiceDoesNotAddUp. */
export function layOutCreditNote(document: CreditNoteDocument): InvoiceLayout {
  checkNote(document);
  const { locale, labels } = languageOf(document.locale);
  const formats = formatsFor(locale, document.currency, document.timeZone);
  const { state, number, seller, buyer } = document;
  const title = state === 'draft' ? labels.creditNoteDraft : labels.creditNote;
  const titleAndNumber = number === null ? title : `${title} ${number}`;
  const [from, to] = [seller.legalName ?? seller.name, buyer.legalName ?? buyer.name];
  return {
    locale,
    metadata: { title: titleAndNumber, author: from, subject: `${from} – ${to}`, date: document.issueDate },
    title,
    letterhead: seller.name,
    badge: state === 'voided' ? { text: labels.voidMark, tone: 'bad' } : null,
    watermark: state === 'draft' ? labels.draftMark : state === 'voided' ? labels.voidMark : null,
    facts: factsOf(document, labels, formats),
    headline: state === 'voided' ? { amount: null, caption: labels.creditVoided } : { amount: formats.money(document.totals.total), caption: labels.credited },
    parties: [sellerText(seller, labels, formats), buyerText(buyer, labels, formats)],
    columns: { description: labels.description, units: '', unitPrice: '', amount: labels.amount },
    rows: document.lines.map(({ description, amount }) => ({ kind: 'line', description, detail: '', units: '', unitPrice: '', amount: formats.money(amount) })),
    totals: totalsOf(document, labels, formats),
    remarks: document.notes === null ? [] : [{ heading: labels.notes, text: document.notes }],
    reference: `${titleAndNumber} · ${seller.name}`,
    smallPrint: seller.footer,
    pageNumber: (page, pages) => fill(labels.page, { page: formats.decimal(String(page)), pages: formats.decimal(String(pages)) }),
  };
}

function factsOf(document: CreditNoteDocument, labels: Labels, formats: Formats): Fact[] {
  const { number, issueDate, invoiceNumber, invoiceDate, currency } = document;
  return [
    ...(number === null ? [] : [{ label: labels.creditNoteNumber, value: number }]),
    { label: labels.issueDate, value: formats.date(issueDate) },
    { label: labels.creditedInvoice, value: `${invoiceNumber} (${formats.date(invoiceDate)})` },
    { label: labels.currency, value: currency },
  ];
}

function totalsOf({ totals }: CreditNoteDocument, labels: Labels, formats: Formats): TotalRow[] {
  const { subtotal, coupons, taxes, total } = totals;
  const plain = (label: string, value: string): TotalRow => ({ label, value, weight: 'plain' });
  const ways = [[labels.offset, totals.offset], [labels.customerCredit, totals.credit], [labels.refund, totals.refund]] as const;
  return [
    plain(labels.subtotal, formats.money(subtotal)),
    ...(coupons === 0n ? [] : [plain(labels.couponsShare, formats.deduction(coupons))]),
    ...taxes.map((tax) => plain(fill(labels.tax, { name: tax.name, rate: formats.percent(tax.rate), base: formats.money(tax.base) }), formats.money(tax.amount))),
    { label: labels.creditTotal, value: formats.money(total), weight: 'due' },
    ...ways.flatMap(([label, amount]) => (amount === 0n ? [] : [plain(label, formats.money(amount))])),
  ];
}
