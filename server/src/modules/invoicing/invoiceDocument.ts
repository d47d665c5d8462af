import { Amount, Currency, Precise, Rate } from '@farthing/core/money';
import { type ChargeModelName, chargeModelNames, chargeModels, parseProperties } from '@farthing/core/rating';
import { Period } from '@farthing/core/time';
import { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { notFound } from '../../kernel/problem.ts';
import { type CouponLineRow, couponLinesOf } from './couponLines.sql.ts';
import { decodeTaxes } from './feeTaxes.sql.ts';
import { type FeeRow, feesOfInvoice, findInvoice, type InvoiceRow, partiesOf } from './invoicing.sql.ts';
import { namesOn } from './invoiceSubscriptions.sql.ts';
import type { InvoiceDocument, InvoiceLine } from './pdf/document.ts';
import { renderInvoicePdf } from './pdf/renderInvoicePdf.ts';

type Parties = Awaited<ReturnType<typeof partiesOf>>;

const given = (lines: readonly (string | null)[]): string[] => lines.filter((line) => line !== null && line !== '') as string[];

export function sellerOf({ seller }: Parties): InvoiceDocument['seller'] {
  return {
    name: seller.name,
    legalName: seller.legal_name,
    addressLines: given([seller.address_line1, seller.address_line2, given([seller.zip_code, seller.city]).join(' '), seller.state]),
    country: seller.country,
    taxId: seller.tax_id,
    email: seller.email,
    footer: seller.invoice_footer,
  };
}

export function buyerOf({ buyer }: Parties): InvoiceDocument['buyer'] {
  return {
    name: buyer.name,
    legalName: null,
    tradeName: null,
    addressLines: given([buyer.address_street, buyer.address_line2, given([buyer.address_zip, buyer.address_city]).join(' '), buyer.address_state]),
    country: buyer.address_country,
    taxId: buyer.tax_id,
    vatId: buyer.vat_id,
    email: buyer.email,
  };
}

const node = z.object({
  kind: z.string(),
  inputs: z.record(z.string(), z.string()),
  get children() {
    return z.array(node);
  },
});
const properties = z.record(z.string(), z.unknown());
const onePrice = z.object({ amount: z.string() });

/** The charge model that priced a fee; undefined for a plan's own fee. */
function modelOf(fee: FeeRow): ChargeModelName | undefined {
  const priced = pricedBy(node.parse(fee.explain));
  return chargeModelNames.find((name) => name === priced?.inputs['charge_model']);
}

/** Where a part was billed before, what is left is priced like the whole. */
function pricedBy({ children }: z.output<typeof node>): z.output<typeof node> | undefined {
  const [whole] = children.find(({ kind }) => kind === 'rest')?.children ?? [];
  return whole === undefined ? children.find(({ kind }) => kind === 'price') : pricedBy(whole);
}

/** The price in words of the plan, such as "0–1,000 at $0.00, above at $0.002". */
function priceWords(fee: FeeRow, model: ChargeModelName, locale: string, currency: Currency): string | null {
  const parsed = parseProperties(model, properties.parse(fee.properties));
  return parsed.ok ? chargeModels[model].describe(parsed.value as never, locale, currency) : null;
}

const mostDigits = 20;

/** One price with all its digits, where there is one: a tiered amount divided by its units would be nobody's price. */
function unitPrice(fee: FeeRow, model: ChargeModelName | undefined, locale: string, currency: Currency): string | null {
  if (model === undefined) return Amount.format(Precise.toAmount(Precise.parse(fee.unit_amount_cents)), currency, locale);
  const single = model === 'standard' ? onePrice.safeParse(fee.properties) : undefined;
  if (single?.success !== true) return null;
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency, maximumFractionDigits: mostDigits });
  return format.format(single.data.amount as Intl.StringNumericLiteral);
}

function lineOf(fee: FeeRow, locale: string, names: ReadonlyMap<string, string>): InvoiceLine {
  const currency = Currency.parse(fee.currency);
  const model = modelOf(fee);
  return {
    group: names.get(fee.subscription_id ?? '') ?? null,
    description: fee.description,
    // A single price stands in its own column; only what takes words is put in words.
    detail: model === undefined || model === 'standard' ? null : priceWords(fee, model, locale, currency),
    period: fee.from_datetime === null || fee.to_datetime === null ? null : Period.of(fee.from_datetime, fee.to_datetime),
    units: fee.units,
    unitPrice: unitPrice(fee, model, locale, currency),
    amount: Amount.of(fee.amount_cents),
  };
}

interface Lines {
  readonly fees: readonly FeeRow[];
  readonly coupons: readonly CouponLineRow[];
  /** What stands above the lines of each, by id, where there are several: nobody's are under the customer's name. */
  readonly subscriptions: ReadonlyMap<string, string>;
}

function documentOf(invoice: InvoiceRow, { fees, coupons, subscriptions }: Lines, parties: Parties): InvoiceDocument {
  const headings = subscriptions.size === 0 ? subscriptions : new Map([...subscriptions, ['', parties.buyer.name]]);
  const amount = (minor: bigint) => Amount.of(minor);
  const day = (at: Temporal.Instant) => at.toZonedDateTimeISO(invoice.timezone).toPlainDate();
  return {
    state: invoice.status,
    number: invoice.invoice_number,
    issueDate: day(invoice.issued_at ?? invoice.created_at),
    dueDate: invoice.due_date === null ? null : day(invoice.due_date),
    billingPeriod: Period.of(invoice.billing_period_start, invoice.billing_period_end),
    timeZone: invoice.timezone,
    locale: invoice.locale,
    currency: Currency.parse(invoice.currency),
    seller: sellerOf(parties),
    buyer: buyerOf(parties),
    purchaseOrderNumber: invoice.purchase_order_number,
    lines: fees.map((fee) => lineOf(fee, invoice.locale, headings)),
    totals: {
      subtotal: amount(invoice.subtotal_cents),
      progressiveCredit: amount(invoice.progressive_billing_credit_amount_cents),
      coupons: coupons.map((line) => ({ name: line.coupon_name, amount: amount(line.amount_cents) })),
      taxes: decodeTaxes(invoice.taxes).map((tax) => ({ name: tax.tax_name, rate: Rate.toString(tax.tax_rate), base: tax.base_amount_cents, amount: tax.amount_cents })),
      total: amount(invoice.total_cents),
      creditNotes: amount(invoice.credit_notes_amount_cents),
      prepaidCredits: amount(invoice.prepaid_credit_amount_cents),
      paid: amount(invoice.amount_paid_cents),
      writtenOff: amount(invoice.written_off_amount_cents),
      due: amount(invoice.amount_due_cents),
    },
    notes: invoice.notes,
    paymentTerms: null,
  };
}

/** The invoice as a PDF, drawn from the same rows the API shows. */
export async function invoicePdf({ db }: Read, id: string, disposition: 'inline' | 'attachment') {
  const invoice = await findInvoice(db, id);
  if (invoice === undefined) throw notFound('invoice');
  const fees = await feesOfInvoice(db, id);
  const coupons = (await couponLinesOf(db, [id])).get(id) ?? [];
  const bytes = await renderInvoicePdf(documentOf(invoice, { fees, coupons, subscriptions: await namesOn(db, invoice) }, await partiesOf(db, invoice)));
  return { bytes, disposition, filename: `${invoice.invoice_number ?? `draft-${invoice.id}`}.pdf` };
}
