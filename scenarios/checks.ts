import { expect } from 'vitest';
import { auditDatabase } from '../server/src/torture/books.ts';
import type { WireExplainNode, WireFee, WireInvoice, WirePreview } from './wire.ts';

/** Digits after the point with which leaves are added: more than any amount is written with. */
const digits = 80;

/** The sum of the leaves of an explanation, in minor units of 10^-80. */
function leavesOf({ amount_cents: amount, children }: WireExplainNode): bigint {
  if (children.length > 0) return children.reduce((sum, child) => sum + leavesOf(child), 0n);
  const [whole = '0', fraction = ''] = (amount ?? '0').split('.');
  if (fraction.length > digits) throw new RangeError(`An amount is written with ${fraction.length} decimals.`);
  return BigInt(whole + fraction.padEnd(digits, '0'));
}

/** Whoever adds up the leaves of an invoice's explanation gets its total, to the last digit. */
export function checkExplanation(invoice: WireInvoice, explanation: WireExplainNode): void {
  const total = BigInt(invoice.total_cents) * 10n ** BigInt(digits);
  expect(leavesOf(explanation), `the leaves of ${invoice.invoice_number ?? 'a draft'} sum to its total`).toBe(total);
}

const lineOf = (fee: WireFee) => ({
  description: fee.description,
  units: fee.units,
  unit_amount_cents: fee.unit_amount_cents,
  precise_amount_cents: fee.precise_amount_cents,
  amount_cents: fee.amount_cents,
  coupons_amount_cents: fee.coupons_amount_cents,
  metric_code: fee.metric_code,
  grouped_by: fee.grouped_by,
  from_datetime: fee.from_datetime,
  to_datetime: fee.to_datetime,
});

const contentsOf = (document: WireInvoice | WirePreview) => ({
  billing_period_start: document.billing_period_start,
  billing_period_end: document.billing_period_end,
  currency: document.currency,
  subtotal_cents: document.subtotal_cents,
  coupons_amount_cents: document.coupons_amount_cents,
  total_cents: document.total_cents,
  fees: document.fees.map(lineOf),
});

/** The invoice says what its preview said, line by line. */
export function checkPreview(preview: WirePreview, invoice: WireInvoice | undefined): void {
  expect(invoice, `there is an invoice made at ${preview.issuing_at}, as the preview said`).toBeDefined();
  if (invoice !== undefined) expect(contentsOf(invoice), `the preview of ${preview.issuing_at} and its invoice`).toEqual(contentsOf(preview));
}

/** A subscription that is on no invoice was previewed over nothing, with lines of its own alone. */
export function checkLeftOut({ issuing_at: at, total_cents: total, fees }: WirePreview, subscriptionId: string): void {
  const shown = fees.map((fee) => [fee.subscription_id, fee.amount_cents]);
  expect([total, shown], `the preview of ${at}, of which there is no invoice`).toEqual([0, shown.map(() => [subscriptionId, 0])]);
}

/** Everything in the database that must add up does, or what is of one organization. */
export async function checkBooks(adminUrl: string, organizationId: string | null = null): Promise<void> {
  expect(await auditDatabase(adminUrl, organizationId)).toEqual([]);
}
