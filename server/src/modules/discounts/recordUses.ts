import { randomUUIDv7 } from 'node:crypto';
import type { InvoiceDraft } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import type { Tx } from '../../kernel/envelope.ts';
import { appliedCouponReturned, appliedCouponTerminated, appliedCouponUsed } from './discounts.events.ts';
import { countUse, insertUses, lockApplied, usesOf } from './discounts.sql.ts';
import { presentApplied } from './presentCoupon.ts';

interface CouponUser {
  readonly id: string;
  readonly currency: string;
}

/**
 * Writes what an invoice takes of the customer's coupons: what it had of them before and does not take any more is given back, what it
 * takes is counted. Done again with the same, it changes nothing; with nothing, all is given back (I4).
 */
export async function recordUses(tx: Tx, invoice: CouponUser, taken: InvoiceDraft['couponsTaken']): Promise<void> {
  const held = new Map((await usesOf(tx.db, invoice.id)).map((use) => [use.applied_coupon_id, use.amount_cents]));
  const wanted = new Map(taken.map(({ appliedCouponId, amount }) => [appliedCouponId, Amount.toBigInt(amount)]));
  const changed = [...new Set([...held.keys(), ...wanted.keys()])].filter((id) => held.get(id) !== wanted.get(id)).toSorted();
  for (const id of changed) {
    const [before, now] = [held.get(id), wanted.get(id)];
    if (before === undefined) await count(tx, id, 1);
    if (now === undefined) await count(tx, id, -1);
    const back = before === undefined ? [] : [useOf(tx, invoice, id, -before)];
    await insertUses(tx.db, now === undefined ? back : [...back, useOf(tx, invoice, id, now)]);
  }
}

/** An amount below zero is given back. */
function useOf(tx: Tx, { id: invoiceId, currency }: CouponUser, appliedCouponId: string, amount: bigint) {
  return {
    tenant_id: tx.scope.tenant.id,
    id: randomUUIDv7(),
    applied_coupon_id: appliedCouponId,
    invoice_id: invoiceId,
    uses: amount < 0n ? -1 : 1,
    amount_cents: amount,
    currency,
    created_at: tx.scope.now,
  };
}

async function count(tx: Tx, id: string, by: 1 | -1): Promise<void> {
  const before = await lockApplied(tx.db, id);
  await countUse(tx.db, id, by, tx.scope.now);
  const after = await lockApplied(tx.db, id);
  if (before === undefined || after === undefined) throw new Error(`The applied coupon ${id} is gone.`);
  const told = { id, data: presentApplied(after), before: presentApplied(before) };
  await tx.emit(by === 1 ? appliedCouponUsed : appliedCouponReturned, told);
  if (by === 1 && after.used_up_at !== null) await tx.emit(appliedCouponTerminated, told);
}
