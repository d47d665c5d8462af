import { Amount, type Currency, Rate } from '../money/index.ts';
import type { Discount } from './discount.ts';

/** A coupon as it is offered. */
export interface OfferedCoupon {
  readonly terminated: boolean;
  /** From when on it is not given any more; null: for ever. Who has it already keeps it. */
  readonly expiresAt: Temporal.Instant | null;
  readonly discount: Discount;
}

/** What one customer gets instead of what the coupon says; null: as it says. */
export interface Overrides {
  readonly amount: Amount | null;
  readonly currency: Currency | null;
  readonly rate: Rate | null;
}

export type Refusal = 'terminated' | 'expired' | 'not_an_amount' | 'not_a_percentage' | 'out_of_range' | 'currency_mismatch';

export type Redemption = { readonly ok: true; readonly discount: Discount } | { readonly ok: false; readonly refusal: Refusal };

const hundred = Rate.parse('100');

/** Whether a rate is one of a percentage: 0 to 100. */
export function isPercentage(rate: Rate): boolean {
  return !Rate.isNegative(rate) && Rate.compare(rate, hundred) <= 0;
}

/**
 * Whether a customer who is billed in `currency` may be given a coupon now, and what it then gives. An override is of the coupon's own
 * kind; an amount in another currency than the customer's is refused, never converted (M7).
 */
export function redeem(coupon: OfferedCoupon, overrides: Overrides, currency: Currency, now: Temporal.Instant): Redemption {
  if (coupon.terminated) return refused('terminated');
  if (coupon.expiresAt !== null && Temporal.Instant.compare(coupon.expiresAt, now) <= 0) return refused('expired');
  return coupon.discount.type === 'percentage' ? percentage(coupon.discount.rate, overrides) : fixed(coupon.discount, overrides, currency);
}

function percentage(own: Rate, { amount, currency, rate }: Overrides): Redemption {
  if (amount !== null || currency !== null) return refused('not_an_amount');
  const given = rate ?? own;
  return isPercentage(given) ? { ok: true, discount: { type: 'percentage', rate: given } } : refused('out_of_range');
}

function fixed(own: Discount & { type: 'fixed_amount' }, overrides: Overrides, currency: Currency): Redemption {
  if (overrides.rate !== null) return refused('not_a_percentage');
  const amount = overrides.amount ?? own.amount;
  // An amount of another currency is another amount: naming the currency alone would convert in silence.
  const named = overrides.currency ?? own.currency;
  if (named !== currency || (overrides.amount === null && named !== own.currency)) return refused('currency_mismatch');
  return Amount.isNegative(amount) ? refused('out_of_range') : { ok: true, discount: { type: 'fixed_amount', amount, currency } };
}

const refused = (refusal: Refusal): Redemption => ({ ok: false, refusal });
