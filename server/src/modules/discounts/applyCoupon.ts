import { randomUUIDv7 } from 'node:crypto';
import { type Discount, type Refusal, redeem } from '@farthing/core/discounts';
import { Amount, Currency, Rate } from '@farthing/core/money';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, invalid, notFound, type Problem } from '../../kernel/problem.ts';
import { findCustomer, lockCustomer } from '../customers/index.ts';
import { appliedCouponCreated, appliedCouponTerminated } from './discounts.events.ts';
import type { ApplyCouponRequest } from './discounts.schemas.ts';
import { findApplied, lockApplied, lockCoupon } from './discounts.sql.ts';
import { presentApplied } from './presentCoupon.ts';
import { offerOf } from './readDiscount.ts';

function columnsOf(discount: Discount) {
  if (discount.type === 'percentage') return { amount_cents: null, amount_currency: null, percentage_rate: Rate.toString(discount.rate) };
  return { amount_cents: Amount.toBigInt(discount.amount), amount_currency: discount.currency, percentage_rate: null };
}

function problemOf(refusal: Refusal, currency: string): Problem {
  switch (refusal) {
    case 'terminated':
      return conflict('coupon_terminated', 'This coupon was ended.');
    case 'expired':
      return conflict('coupon_expired', 'This coupon has expired.');
    case 'not_an_amount':
      return invalid('amount_cents', 'not_applicable', 'This coupon is a percentage.');
    case 'not_a_percentage':
      return invalid('percentage_rate', 'not_applicable', 'This coupon is a fixed amount.');
    case 'out_of_range':
      return invalid('percentage_rate', 'out_of_range', 'Must be from 0 to 100.');
    case 'currency_mismatch':
      return invalid('amount_currency', 'currency_mismatch', `The customer is billed in ${currency}; amounts are never converted. Give amount_cents in ${currency}.`);
  }
}

/** Gives a customer a coupon, with a copy of what it gives now. Throws 422, or 409 where it has ended or the customer had it. */
export async function applyCoupon(tx: Tx, body: z.output<typeof ApplyCouponRequest>) {
  const { tenant, now } = tx.scope;
  const found = await findCustomer(tx.db, body.customer_id);
  if (found !== undefined) await lockCustomer(tx.db, found.id);
  const customer = found === undefined ? undefined : await findCustomer(tx.db, found.id);
  if (customer === undefined) throw invalid('customer_id', 'not_found', 'There is no such customer.');
  const coupon = await lockCoupon(tx.db, body.coupon_code, 'share');
  if (coupon === undefined) throw invalid('coupon_code', 'not_found', 'There is no such coupon.');
  const overrides = { amount: body.amount_cents ?? null, currency: body.amount_currency ?? null, rate: body.percentage_rate ?? null };
  const redeemed = redeem(offerOf(coupon), overrides, Currency.parse(customer.currency), now);
  if (!redeemed.ok) throw problemOf(redeemed.refusal, customer.currency);
  const { coupon_type, frequency, frequency_duration, reusable, plan_codes, fee_types, billable_metric_codes } = coupon;
  const id = randomUUIDv7();
  const inserted = await tx.db
    .insertInto('applied_coupons')
    .values({
      ...{ coupon_type, frequency, frequency_duration, reusable, plan_codes, fee_types, billable_metric_codes },
      ...columnsOf(redeemed.discount),
      tenant_id: tenant.id,
      id,
      coupon_id: coupon.id,
      customer_id: customer.id,
      created_at: now,
      updated_at: now,
    })
    .onConflict((on) => on.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted === undefined) throw conflict('coupon_already_applied', 'This coupon is for once per customer, and the customer had it.');
  const row = await findApplied(tx.db, id);
  if (row === undefined) throw notFound('applied coupon');
  const data = presentApplied(row);
  await tx.emit(appliedCouponCreated, { id, data });
  return data;
}

/** Takes a coupon from its customer; what invoices that are issued have of it stays, and drafts are computed without it. Done again, it changes nothing. */
export async function removeApplied(tx: Tx, id: string): Promise<void> {
  const before = await lockApplied(tx.db, id);
  if (before === undefined) throw notFound('applied coupon');
  if (before.removed_at !== null) return;
  const { now } = tx.scope;
  await tx.db.updateTable('applied_coupons').set({ removed_at: now, updated_at: now }).where('id', '=', id).execute();
  const after = { ...before, removed_at: now, updated_at: now };
  await tx.emit(appliedCouponTerminated, { id, data: presentApplied(after), before: presentApplied(before) });
}
