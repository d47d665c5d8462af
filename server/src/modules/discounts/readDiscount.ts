import type { Discount, OfferedCoupon } from '@farthing/core/discounts';
import { Amount, Currency, Rate } from '@farthing/core/money';
import type { CouponRow } from './discounts.sql.ts';

/** What a row of a coupon, or of one that a customer has, gives. */
export function discountOf({ amount_cents: amount, amount_currency: currency, percentage_rate: rate }: Pick<CouponRow, 'amount_cents' | 'amount_currency' | 'percentage_rate'>): Discount {
  if (amount !== null && currency !== null) return { type: 'fixed_amount', amount: Amount.of(amount), currency: Currency.parse(currency) };
  return { type: 'percentage', rate: Rate.restore(rate ?? '0') };
}

export function offerOf(row: CouponRow): OfferedCoupon {
  return { terminated: row.terminated_at !== null, expiresAt: row.expiration_at, discount: discountOf(row) };
}
