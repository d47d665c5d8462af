import type { CouponFacts } from '@farthing/core/billing';
import { redeem } from '@farthing/core/discounts';
import type { Currency } from '@farthing/core/money';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { Read } from '../../kernel/envelope.ts';
import { invalid } from '../../kernel/problem.ts';
import { type CouponRow, findCoupon, hadCoupon, usableCoupons } from './discounts.sql.ts';
import { discountOf, offerOf } from './readDiscount.ts';

/** Which invoice takes coupons: whose, in which currency, and its id where it is a draft already. */
export interface CouponTaker {
  readonly customerId: string;
  readonly currency: Currency;
  readonly invoiceId: string | null;
}

function limitsOf(row: Pick<CouponRow, 'plan_codes' | 'fee_types' | 'billable_metric_codes'>): CouponFacts['limits'] {
  return { planCodes: row.plan_codes, feeTypes: row.fee_types, metricCodes: row.billable_metric_codes };
}

/** The coupons that an invoice may take, as they are now. */
export async function loadCoupons(db: ReadDb, { customerId, currency, invoiceId }: CouponTaker): Promise<readonly CouponFacts[]> {
  const rows = await usableCoupons(db, { customerId, currency, invoiceId });
  return rows.map((row) => ({
    id: row.id,
    code: row.coupon_code,
    name: row.coupon_name,
    appliedAt: row.created_at,
    discount: discountOf(row),
    limits: limitsOf(row),
  }));
}

/** Coupons as a customer would have them if they were applied now, for previews. Throws 422 at `coupon_codes` where one could not be. */
export async function supposeCoupons({ db, scope }: Read, customerId: string, currency: Currency, codes: readonly string[]): Promise<readonly CouponFacts[]> {
  const supposed: CouponFacts[] = [];
  for (const [index, code] of codes.entries()) {
    const refuse = (problem: string, message: string) => invalid(`coupon_codes.${index}`, problem, message);
    const row = await findCoupon(db, code);
    if (row === undefined) throw refuse('not_found', 'There is no such coupon.');
    const redeemed = redeem(offerOf(row), { amount: null, currency: null, rate: null }, currency, scope.now);
    if (!redeemed.ok) throw refuse(redeemed.refusal, 'This coupon cannot be applied to the customer.');
    if (!row.reusable && (codes.indexOf(code) < index || (await hadCoupon(db, row.id, customerId)))) throw refuse('coupon_already_applied', 'This coupon is for once per customer.');
    supposed.push({ id: row.id, code, name: row.name, appliedAt: scope.now, discount: redeemed.discount, limits: limitsOf(row) });
  }
  return supposed;
}
