import { Amount, Fraction, Precise } from '../money/index.ts';

/** A fee of which a part is given back. */
interface CreditedFee {
  /** What of it was billed here: less what was billed before, within its period. */
  readonly amount: Amount;
  /** What coupons took off it. */
  readonly coupons: Amount;
  /** What was given back of it before, and with it of its coupons. */
  readonly credited: Amount;
  readonly returned: Amount;
}

/**
 * What is to be kept of a credit because a coupon had paid it: the fee's coupons × credited ÷ fee, rounded per note; the note that credits
 * the last of the fee takes what is left of them (I5). Never less than what the coupons had paid of the rest cannot hold, so that no later
 * credit is worth less than nothing.
 */
export function returnedShare({ amount, coupons, credited, returned }: CreditedFee, crediting: Amount): Amount {
  const left = Amount.subtract(coupons, returned);
  const after = Amount.subtract(Amount.subtract(amount, credited), crediting);
  if (Amount.isZero(left) || Amount.compare(after, Amount.zero) <= 0) return left;
  const share = Precise.scale(Precise.ofMinor(coupons), Fraction.of(crediting, amount));
  return Amount.min(Amount.max(Precise.toAmount(share), Amount.subtract(left, after)), left);
}
