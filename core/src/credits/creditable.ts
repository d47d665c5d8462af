import { Amount, Fraction, Precise } from '../money/index.ts';
import { computeTaxes, type Tax } from '../taxes/index.ts';

/** A fee of an invoice as it was posted, and what notes gave back of it. */
export interface CreditableFee {
  readonly id: string;
  /** What of it was billed here, without tax: less what was billed before, within its period. */
  readonly amount: Amount;
  /** What was in its price as tax: amount and this are the price. */
  readonly included: Amount;
  /** What coupons took off it. */
  readonly coupons: Amount;
  /** In the order of the document. */
  readonly taxes: readonly Tax[];
  readonly given: { readonly amount: Amount; readonly included: Amount; readonly coupons: Amount };
}

/** A part of a fee that is to be given back. */
export interface CreditedPart {
  readonly feeId: string;
  /** Without tax; more than zero. */
  readonly amount: Amount;
  /** What of the price it is was tax. */
  readonly included: Amount;
}

/** What may still be given back of a fee, without tax: never below zero. */
export function amountLeft({ amount, given }: CreditableFee): Amount {
  return Amount.max(Amount.subtract(amount, given.amount), Amount.zero);
}

/** What the customer is still out of pocket for it, without tax: what coupons had paid is not given back (I5). */
export function netLeft(fee: CreditableFee): Amount {
  return Amount.subtract(amountLeft(fee), Amount.subtract(fee.coupons, fee.given.coupons));
}

/** The same with the tax that was in its price. */
export function priceLeft(fee: CreditableFee): Amount {
  return Amount.add(amountLeft(fee), Amount.subtract(fee.included, fee.given.included));
}

/** So much of a fee without tax, at most what is left of it. */
export function partOfAmount(fee: CreditableFee, amount: Amount): CreditedPart {
  const left = amountLeft(fee);
  const included = Amount.subtract(fee.included, fee.given.included);
  if (Amount.compare(amount, left) >= 0) return { feeId: fee.id, amount: left, included };
  const share = Precise.toAmount(Precise.scale(Precise.ofMinor(fee.included), Fraction.of(amount, fee.amount)));
  return { feeId: fee.id, amount, included: Amount.min(share, included) };
}

/**
 * So much of the price of a fee, at most what is left of it. The tax in it is taken out as it was taken out of the price, once the coupons'
 * share is off, so that amount and tax of the note come to the price less that share.
 */
export function partOfPrice(fee: CreditableFee, price: Amount): CreditedPart {
  if (Amount.compare(price, priceLeft(fee)) >= 0) return partOfAmount(fee, amountLeft(fee));
  const whole = Amount.add(fee.amount, fee.included);
  const coupons = Precise.toAmount(Precise.scale(Precise.ofMinor(fee.coupons), Fraction.of(price, whole)));
  const [line] = computeTaxes([{ amount: Amount.subtract(price, coupons), taxes: fee.taxes.filter(({ inclusive }) => inclusive) }]).lines;
  const included = Amount.min(line?.included ?? Amount.zero, Amount.subtract(fee.included, fee.given.included));
  const amount = Amount.min(Amount.subtract(price, included), amountLeft(fee));
  return { feeId: fee.id, amount, included: Amount.subtract(price, amount) };
}
