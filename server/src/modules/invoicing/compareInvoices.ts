import { type ComparedInvoice, diffInvoices } from '@farthing/core/billing';
import { Amount, amountCodec, Currency, Quantity, quantityCodec } from '@farthing/core/money';
import { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { invalid, notFound } from '../../kernel/problem.ts';
import { parseId } from '../../kernel/wire.ts';
import type { InvoiceDiff } from './diff.schemas.ts';
import { type FeeRow, feesOfInvoice, findInvoice, type InvoiceRow } from './invoicing.sql.ts';
import { findVersion } from './versions.sql.ts';

/** A version as it is kept: no more than what is compared. */
const content = z.object({
  lines: z.array(z.object({ key: z.string(), description: z.string(), units: quantityCodec, amount: amountCodec })),
  sums: z.object({ subtotal: amountCodec, progressiveCredit: amountCodec, coupons: amountCodec, tax: amountCodec, total: amountCodec }),
});

/** An invoice as it is compared. */
export function comparedOf(invoice: InvoiceRow, fees: readonly FeeRow[]): ComparedInvoice {
  return {
    lines: fees.map((fee) => ({ key: keyOf(fee), description: fee.description, units: Quantity.restore(fee.units), amount: Amount.of(fee.amount_cents) })),
    sums: {
      subtotal: Amount.of(invoice.subtotal_cents),
      progressiveCredit: Amount.of(invoice.progressive_billing_credit_amount_cents),
      coupons: Amount.of(invoice.coupons_amount_cents),
      tax: Amount.of(invoice.tax_amount_cents),
      total: Amount.of(invoice.total_cents),
    },
  };
}

const paid = z.object({ pay_in_advance: z.boolean().optional() });

/** What a line is for, whatever it came to. */
function keyOf(fee: FeeRow): string {
  const { fee_type: type, kind, subscription_id: subscription, charge_id: charge, charge_filter_id: filter, grouped_by: group } = fee;
  const period = kind === 'late_usage' ? fee.billed_period_id : null;
  const name = charge === null && type === 'add_on' ? fee.description : null;
  const advance = type === 'subscription' || type === 'fixed_charge' ? (paid.parse(fee.properties).pay_in_advance ?? null) : null;
  return JSON.stringify([type, kind, subscription, charge, filter, group, fee.commitment_id, fee.fixed_charge_id, fee.add_on_id, fee.event_id, period, name, advance]);
}

/** As it is kept, for a version that is to be replaced by another. */
export function encodeVersion(compared: ComparedInvoice): unknown {
  return z.encode(content, { lines: [...compared.lines], sums: { ...compared.sums } });
}

/**
 * How an invoice differs from an earlier version of it, named by its number, or from another invoice of the same customer, such as the one
 * that it replaces. Throws 404; 422 for a version that is not kept and for what cannot be compared.
 */
export async function diffInvoice({ db }: Read, id: string, against: string): Promise<z.output<typeof InvoiceDiff>> {
  const invoice = await findInvoice(db, id);
  if (invoice === undefined) throw notFound('invoice');
  const before = /^\d{1,9}$/.test(against) ? await readVersion(db, invoice, Number(against)) : await readOther(db, invoice, against);
  const found = diffInvoices(before.compared, await readPresent(db, invoice), Currency.parse(invoice.currency));
  const lineOf = (line: (typeof found.lines)[number]['before']) => (line === null ? null : { description: line.description, units: line.units, amount_cents: line.amount });
  const { progressiveCredit, ...sums } = found.sums;
  return {
    invoice_id: invoice.id,
    version: invoice.version,
    against: { invoice_id: before.invoiceId, version: before.version },
    currency: invoice.currency,
    summary: found.summary,
    lines: found.lines.map(({ change, words, difference, ...line }) => ({ change, words, difference_cents: difference, before: lineOf(line.before), after: lineOf(line.after) })),
    sums: { ...sums, progressive_credit: progressiveCredit },
  };
}

type Db = Read['db'];

interface Side {
  readonly invoiceId: string;
  readonly version: number;
  readonly compared: ComparedInvoice;
}

async function readPresent(db: Db, invoice: InvoiceRow): Promise<ComparedInvoice> {
  return comparedOf(invoice, await feesOfInvoice(db, invoice.id));
}

async function readVersion(db: Db, invoice: InvoiceRow, version: number): Promise<Side> {
  if (version === invoice.version) return { invoiceId: invoice.id, version, compared: await readPresent(db, invoice) };
  const kept = await findVersion(db, invoice.id, version);
  if (kept === undefined) throw invalid('against', 'version_not_kept', 'There is no such version, or it is not kept any more.');
  return { invoiceId: invoice.id, version, compared: content.parse(kept) };
}

async function readOther(db: Db, invoice: InvoiceRow, reference: string): Promise<Side> {
  const id = parseId('inv', reference);
  const other = id === null ? undefined : await findInvoice(db, id);
  if (other === undefined) throw invalid('against', 'not_found', 'There is no such invoice.');
  if (other.customer_id !== invoice.customer_id || other.currency !== invoice.currency)
    throw invalid('against', 'not_comparable', 'Only invoices of one customer in one currency are compared.');
  return { invoiceId: other.id, version: other.version, compared: await readPresent(db, other) };
}
