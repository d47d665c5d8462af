import { randomUUIDv7 } from 'node:crypto';
import { isPercentage } from '@farthing/core/discounts';
import { Amount, Rate } from '@farthing/core/money';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, type FieldError, invalid, invalidFields, notFound } from '../../kernel/problem.ts';
import { couponCreated, couponTerminated, couponUpdated } from './discounts.events.ts';
import type { CouponCreate, CouponUpdate } from './discounts.schemas.ts';
import { type CouponRow, findCoupon, lockCoupon, unknownCodes } from './discounts.sql.ts';
import { presentCoupon } from './presentCoupon.ts';

type Create = z.output<typeof CouponCreate>;

/** What is given must fit together: an amount has a currency, a percentage has none, only a recurring coupon has a duration. */
function checkTogether(body: Create): void {
  const errors: FieldError[] = [];
  const need = (path: 'amount_cents' | 'amount_currency' | 'percentage_rate' | 'frequency_duration', needed: boolean, why: string): void => {
    const given = body[path] != null;
    if (needed && !given) errors.push({ path, code: 'required', message: `Is required of ${why}.` });
    if (!needed && given) errors.push({ path, code: 'not_applicable', message: `Is only for ${why}.` });
  };
  const fixed = body.coupon_type === 'fixed_amount';
  need('amount_cents', fixed, 'a fixed amount');
  need('amount_currency', fixed, 'a fixed amount');
  need('percentage_rate', !fixed, 'a percentage');
  need('frequency_duration', body.frequency === 'recurring', 'a recurring coupon');
  if (body.percentage_rate != null && !isPercentage(body.percentage_rate))
    errors.push({ path: 'percentage_rate', code: 'out_of_range', message: 'Must be from 0 to 100.' });
  if (errors.length > 0) throw invalidFields(errors);
}

/** A time limit has an instant; naming the instant alone means a time limit. */
function limitOf(expiration: CouponRow['expiration'] | undefined, at: Temporal.Instant | null): Pick<CouponRow, 'expiration' | 'expiration_at'> {
  const kind = expiration ?? (at === null ? 'no_expiration' : 'time_limit');
  if (kind === 'time_limit' && at === null) throw invalid('expiration_at', 'required', 'A time limit needs its instant.');
  if (kind === 'no_expiration' && at !== null) throw invalid('expiration_at', 'not_applicable', 'A coupon that does not expire has no instant of it.');
  return { expiration: kind, expiration_at: at };
}

async function checkLimits(tx: Tx, { plan_codes: plans = [], billable_metric_codes: metrics = [] }: NonNullable<Create['applies_to']>): Promise<void> {
  const unknown = await unknownCodes(tx.db, plans, metrics);
  const errors = [
    ...unknown.plans.map((code) => ({ path: `applies_to.plan_codes.${plans.indexOf(code)}`, code: 'not_found', message: 'There is no such plan.' })),
    ...unknown.metrics.map((code) => ({ path: `applies_to.billable_metric_codes.${metrics.indexOf(code)}`, code: 'not_found', message: 'There is no such metric.' })),
  ];
  if (errors.length > 0) throw invalidFields(errors);
}

/** Creates a coupon. What it gives stays as it is: customers may have it. */
export async function createCoupon(tx: Tx, body: Create) {
  checkTogether(body);
  const { applies_to: limits = {}, amount_cents: amount, percentage_rate: rate } = body;
  await checkLimits(tx, limits);
  return insertCoupon(tx, {
    code: body.code,
    name: body.name,
    description: body.description ?? null,
    coupon_type: body.coupon_type,
    amount_cents: amount == null ? null : Amount.toBigInt(amount),
    amount_currency: body.amount_currency ?? null,
    percentage_rate: rate == null ? null : Rate.toString(rate),
    frequency: body.frequency,
    frequency_duration: body.frequency_duration ?? null,
    reusable: body.reusable ?? true,
    ...limitOf(body.expiration, body.expiration_at ?? null),
    plan_codes: limits.plan_codes ?? [],
    fee_types: limits.fee_types ?? [],
    billable_metric_codes: limits.billable_metric_codes ?? [],
  });
}

async function insertCoupon(tx: Tx, columns: Omit<CouponRow, 'tenant_id' | 'id' | 'terminated_at' | 'created_at' | 'updated_at'>) {
  const { tenant, now } = tx.scope;
  const row = await tx.db
    .insertInto('coupons')
    .values({ ...columns, tenant_id: tenant.id, id: randomUUIDv7(), created_at: now, updated_at: now })
    .onConflict((on) => on.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw conflict('code_taken', `There is already a coupon with the code ${columns.code}.`);
  const made = presentCoupon(row);
  await tx.emit(couponCreated, { id: row.id, data: made });
  return made;
}

const longest = 255;

/** Makes another coupon that gives the same, under the code `<code>_copy`. It is active even where this one has ended. */
export async function duplicateCoupon(tx: Tx, code: string) {
  const original = await findCoupon(tx.db, code);
  if (original === undefined) throw notFound('coupon');
  const { tenant_id: _tenant, id: _id, terminated_at: _terminated, created_at: _created, updated_at: _updated, ...columns } = original;
  const copy = `${code}_copy`;
  if (copy.length > longest) throw conflict('code_too_long', `The code ${copy} would have more than ${longest} characters.`);
  const ending = ' (Copy)';
  return insertCoupon(tx, { ...columns, code: copy, name: original.name.slice(0, longest - ending.length) + ending });
}

async function take(tx: Tx, code: string): Promise<CouponRow> {
  const row = await lockCoupon(tx.db, code);
  if (row === undefined) throw notFound('coupon');
  return row;
}

/** Changes its texts and until when it is given, or ends it. */
export async function updateCoupon(tx: Tx, code: string, { status, ...body }: z.output<typeof CouponUpdate>) {
  const before = await take(tx, code);
  if (status === 'active' && before.terminated_at !== null) throw conflict('coupon_terminated', 'A coupon that was ended stays so; duplicate it.');
  const row = Object.keys(body).length === 0 ? before : await change(tx, before, body);
  return status === 'terminated' ? presentCoupon(await end(tx, row)) : presentCoupon(row);
}

async function change(tx: Tx, before: CouponRow, { expiration, expiration_at: at, ...texts }: Omit<z.output<typeof CouponUpdate>, 'status'>): Promise<CouponRow> {
  const kept = expiration === 'no_expiration' ? null : before.expiration_at;
  const limit = expiration === undefined && at === undefined ? {} : limitOf(expiration, at === undefined ? kept : at);
  const row = await tx.db
    .updateTable('coupons')
    .set({ ...texts, ...limit, updated_at: tx.scope.now })
    .where('id', '=', before.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await tx.emit(couponUpdated, { id: row.id, data: presentCoupon(row), before: presentCoupon(before) });
  return row;
}

/** Ends a coupon: nobody gets it any more, who has it keeps it. Done again, it changes nothing. */
export async function terminateCoupon(tx: Tx, code: string): Promise<void> {
  await end(tx, await take(tx, code));
}

async function end(tx: Tx, before: CouponRow): Promise<CouponRow> {
  if (before.terminated_at !== null) return before;
  const { now } = tx.scope;
  const row = await tx.db
    .updateTable('coupons')
    .set({ terminated_at: now, updated_at: now })
    .where('id', '=', before.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await tx.emit(couponTerminated, { id: row.id, data: presentCoupon(row), before: presentCoupon(before) });
  return row;
}
