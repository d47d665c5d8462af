import { Amount, Currency, Precise, Quantity } from '@farthing/core/money';
import { z } from 'zod';
import { publicId } from '../../kernel/wire.ts';
import type { CouponLineRow } from './couponLines.sql.ts';
import { decodeTaxes } from './feeTaxes.sql.ts';
import type { FeeResponse, InvoiceResponse } from './invoicing.schemas.ts';
import type { ShownSubscription } from './invoiceSubscriptions.sql.ts';
import type { FeeRow, InvoiceRow } from './invoicing.sql.ts';

const group = z.record(z.string(), z.string().nullable());
const json = z.record(z.string(), z.unknown());

export function presentFee(row: FeeRow): z.output<typeof FeeResponse> {
  const { explain: _explain, position: _position, tenant_id: _tenant, ...fee } = row;
  return {
    ...fee,
    public_id: publicId('fee', row.id),
    amount_cents: Amount.of(row.amount_cents),
    precise_amount_cents: Precise.parse(row.precise_amount_cents),
    progressive_billing_credit_amount_cents: Amount.of(row.progressive_billing_credit_amount_cents),
    taxes_amount_cents: Amount.of(row.taxes_amount_cents),
    total_amount_cents: Amount.of(row.total_amount_cents),
    included_tax_cents: Amount.of(row.included_tax_cents),
    coupons_amount_cents: Amount.of(row.coupons_amount_cents),
    credited_amount_cents: Amount.of(row.credited_amount_cents),
    units: Quantity.restore(row.units),
    events_count: Number(row.events_count),
    unit_amount_cents: Precise.parse(row.unit_amount_cents),
    grouped_by: group.parse(row.grouped_by),
    properties: json.parse(row.properties),
  };
}

function lineItem(row: FeeRow) {
  const currency = Currency.parse(row.currency);
  return {
    description: row.description,
    quantity: Quantity.restore(row.units),
    unit_price: Precise.toMajor(Precise.parse(row.unit_amount_cents), currency),
    amount: Precise.toMajor(Precise.ofMinor(Amount.of(row.amount_cents)), currency),
    charge_id: row.charge_id,
    metric_code: row.metric_code,
  };
}

/** Finalized, with something due, and past its due date: derived, so that no job has to keep it true (I2). */
export function isOverdue(row: Pick<InvoiceRow, 'status' | 'due_date' | 'amount_due_cents'>, now: Temporal.Instant): boolean {
  return row.status === 'finalized' && row.amount_due_cents > 0n && row.due_date !== null && Temporal.Instant.compare(row.due_date, now) < 0;
}

/** What stands on an invoice beside its sums, in the order of the document. */
interface InvoiceLines {
  readonly fees: readonly FeeRow[];
  readonly coupons: readonly CouponLineRow[];
  readonly subscriptions: readonly ShownSubscription[];
}

/** An invoice as replies, events and webhooks show it. */
export function presentInvoice(row: InvoiceRow, { fees, coupons, subscriptions }: InvoiceLines, now: Temporal.Instant): z.output<typeof InvoiceResponse> {
  return {
    ...row,
    public_id: publicId('inv', row.id),
    subtotal_cents: Amount.of(row.subtotal_cents),
    progressive_billing_credit_amount_cents: Amount.of(row.progressive_billing_credit_amount_cents),
    coupons_amount_cents: Amount.of(row.coupons_amount_cents),
    tax_amount_cents: Amount.of(row.tax_amount_cents),
    total_cents: Amount.of(row.total_cents),
    credit_notes_amount_cents: Amount.of(row.credit_notes_amount_cents),
    prepaid_credit_amount_cents: Amount.of(row.prepaid_credit_amount_cents),
    amount_paid_cents: Amount.of(row.amount_paid_cents),
    amount_due_cents: Amount.of(row.amount_due_cents),
    written_off_amount_cents: Amount.of(row.written_off_amount_cents),
    payment_overdue: isOverdue(row, now),
    subscriptions: [...subscriptions],
    fees: fees.map(presentFee),
    line_items: fees.map(lineItem),
    coupons: coupons.map((line) => ({ ...line, amount_cents: Amount.of(line.amount_cents) })),
    taxes: decodeTaxes(row.taxes),
  };
}
