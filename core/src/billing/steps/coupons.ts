import { takeCoupons } from '../../discounts/index.ts';
import { Amount, Precise, Rate } from '../../money/index.ts';
import { InvariantBroken } from '../assertBalanced.ts';
import type { CouponTaken, FeeDraft, InvoiceDraft } from '../draft.ts';
import { explainNode } from '../explain.ts';
import type { CouponFacts, DeductionFacts } from '../facts.ts';

type Taken = ReturnType<typeof takeCoupons<CouponFacts>>[number];

/** What the customer's coupons take off the fees, after what was billed of them before and before tax (I1). */
export function coupons(facts: DeductionFacts, draft: InvoiceDraft): InvoiceDraft {
  for (const { name, discount } of facts.coupons)
    if (discount.type === 'fixed_amount' && discount.currency !== draft.currency)
      throw new InvariantBroken(`the coupon ${name} is in ${discount.currency}, the invoice in ${draft.currency}`);
  const taken = takeCoupons(facts.coupons, draft.fees.map(discounted));
  const fees = draft.fees.map((fee, index) => ({ ...fee, coupons: Amount.sum(taken.map(({ parts }) => parts[index] ?? Amount.zero)) }));
  return { ...draft, fees, couponsTaken: taken.map((one) => explained(one, draft)), coupons: Amount.sum(taken.map(({ amount }) => amount)) };
}

function discounted({ type, metricCode, planCode, amount, progressive }: FeeDraft) {
  return { type, metricCode, planCode, net: Amount.subtract(amount, progressive) };
}

const minus = (amount: Amount): Precise => Precise.negate(Precise.ofMinor(amount));

function explained({ coupon, base, amount, parts }: Taken, { fees, currency }: InvoiceDraft): CouponTaken {
  const { id, code, name, discount } = coupon;
  const gives: Readonly<Record<string, string>> = discount.type === 'percentage' ? { percentage_rate: Rate.toString(discount.rate) } : { amount_cents: discount.amount.toString() };
  const what = discount.type === 'percentage' ? `${Rate.toString(discount.rate)} %` : `${Amount.toMajor(discount.amount, currency)} ${currency}`;
  const shares = fees.flatMap((fee, index) => {
    const part = parts[index] ?? Amount.zero;
    return Amount.isZero(part) ? [] : [explainNode('coupon_share', `Its share of ${fee.description}`, { amount: minus(part) })];
  });
  const explain = explainNode('coupon', `${name}: ${what} of what is left of the fees it covers`, {
    inputs: { coupon: code, ...gives, base_cents: base.toString() },
    amount: minus(amount),
    children: shares,
  });
  return { appliedCouponId: id, code, name, amount, explain };
}
