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
 * the last of the fee takes what is left of them (I5).
 */
export function returnedShare({ amount, coupons, credited, returned }: CreditedFee, crediting: Amount): Amount {
  const left = Amount.subtract(coupons, returned);
  if (Amount.isZero(left) || Amount.compare(Amount.add(credited, crediting), amount) >= 0) return left;
  const share = Precise.scale(Precise.ofMinor(coupons), Fraction.of(crediting, amount));
  return Amount.min(Precise.toAmount(share), left);
}
