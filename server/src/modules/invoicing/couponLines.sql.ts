import { encodeExplain, type InvoiceDraft } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import type { Selectable } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { json } from '../../kernel/db/parameters.ts';
import type { Tables } from '../../tables.ts';

/** What an invoice took of a coupon, as its document shows it. */
export type CouponLineRow = Selectable<Tables['invoice_coupons']>;

export async function insertCouponLines(db: Db, tenantId: string, invoiceId: string, taken: InvoiceDraft['couponsTaken']): Promise<void> {
  if (taken.length === 0) return;
  const rows = taken.map(({ appliedCouponId, code, name, amount, explain }, position) => ({
    tenant_id: tenantId,
    invoice_id: invoiceId,
    position,
    applied_coupon_id: appliedCouponId,
    coupon_code: code,
    coupon_name: name,
    amount_cents: Amount.toBigInt(amount),
    explain: json(encodeExplain(explain)),
  }));
  await db.insertInto('invoice_coupons').values(rows).execute();
}

export async function deleteCouponLines(db: Db, invoiceId: string): Promise<void> {
  await db.deleteFrom('invoice_coupons').where('invoice_id', '=', invoiceId).execute();
}

/** The coupons of several invoices in one read, each in the order in which they acted. */
export async function couponLinesOf(db: ReadDb, invoiceIds: readonly string[]): Promise<Map<string, CouponLineRow[]>> {
  if (invoiceIds.length === 0) return new Map();
  const rows = await db.selectFrom('invoice_coupons').selectAll().where('invoice_id', 'in', invoiceIds).orderBy('invoice_id').orderBy('position').execute();
  return Map.groupBy(rows, (row) => row.invoice_id);
}
