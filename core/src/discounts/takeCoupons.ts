import { Amount, Precise } from '../money/index.ts';
import type { Discount } from './discount.ts';

/** To which fees a coupon is limited: those for which each list that is not empty holds. */
interface CouponLimits {
  readonly metricCodes: readonly string[];
  readonly planCodes: readonly string[];
  readonly feeTypes: readonly string[];
}

/** A coupon that a customer has. */
export interface GivenCoupon {
  /** Of the application; of several made at one instant the lower id is the older. */
  readonly id: string;
  readonly appliedAt: Temporal.Instant;
  readonly discount: Discount;
  readonly limits: CouponLimits;
}

/** A fee as coupons see it. */
export interface DiscountedFee {
  readonly type: string;
  readonly metricCode: string | null;
  readonly planCode: string | null;
  /** What is left of it before coupons, in minor units. */
  readonly net: Amount;
}

/** What one coupon takes. */
export interface Taken<C> {
  readonly coupon: C;
  /** What was left of the fees it covers when it acted. */
  readonly base: Amount;
  /** More than zero, and at most the base. */
  readonly amount: Amount;
  /** Of each fee; they sum to the amount. */
  readonly parts: readonly Amount[];
}

/**
 * What coupons take off fees, in the order in which they act (I1): those limited to metrics, those limited to plans, then the rest,
 * oldest first in each; each on what those before it left. A percentage is rounded once, a fixed amount is capped at what is left, and
 * each is split over the fees it covers by largest remainder (M6). No fee and no sum of fees goes below 0: a fee that is negative is
 * counted but takes no part. A coupon that would take nothing is not among them.
 */
export function takeCoupons<C extends GivenCoupon>(coupons: readonly C[], fees: readonly DiscountedFee[]): readonly Taken<C>[] {
  let left = fees.map(({ net }) => net);
  const taken: Taken<C>[] = [];
  for (const coupon of coupons.toSorted(byTurn)) {
    const one = takeOne(coupon, fees, left);
    if (one === null) continue;
    left = left.map((net, index) => Amount.subtract(net, one.parts[index] ?? Amount.zero));
    taken.push(one);
  }
  return taken;
}

function takeOne<C extends GivenCoupon>(coupon: C, fees: readonly DiscountedFee[], left: readonly Amount[]): Taken<C> | null {
  const covered = left.map((net, index) => (covers(coupon.limits, fees[index]) ? net : Amount.zero));
  const base = Amount.sum(covered);
  const amount = Amount.min(wantedOf(coupon.discount, base), Amount.min(base, Amount.sum(left)));
  if (Amount.compare(amount, Amount.zero) <= 0) return null;
  const weights = covered.map((net) => Amount.max(net, Amount.zero));
  return { coupon, base, amount, parts: Amount.allocate(amount, weights) };
}

function wantedOf(discount: Discount, base: Amount): Amount {
  return discount.type === 'fixed_amount' ? discount.amount : Precise.toAmount(Precise.percentOf(Precise.ofMinor(base), discount.rate));
}

function covers({ metricCodes, planCodes, feeTypes }: CouponLimits, fee: DiscountedFee | undefined): boolean {
  const holds = (list: readonly string[], value: string | null | undefined): boolean => list.length === 0 || (value != null && list.includes(value));
  return holds(metricCodes, fee?.metricCode) && holds(planCodes, fee?.planCode) && holds(feeTypes, fee?.type);
}

function turnOf({ limits }: GivenCoupon): number {
  if (limits.metricCodes.length > 0) return 0;
  return limits.planCodes.length > 0 ? 1 : 2;
}

function byTurn(a: GivenCoupon, b: GivenCoupon): number {
  return turnOf(a) - turnOf(b) || Temporal.Instant.compare(a.appliedAt, b.appliedAt) || (a.id < b.id ? -1 : 1);
}
