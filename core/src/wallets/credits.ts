import { Amount, Precise, Quantity, Rate } from '../money/index.ts';

/**
 * What credits are worth at a rate of minor units per credit; null where that is not a whole number of minor units, so that value is
 * neither made nor lost by rounding. Throws AmountOutOfRange.
 */
export function worthOf(credits: Quantity, rate: Rate): Amount | null {
  const exact = Precise.times(Precise.parse(Rate.toString(rate)), credits);
  const whole = Precise.toAmount(exact);
  return Precise.compare(Precise.ofMinor(whole), exact) === 0 ? whole : null;
}

/** How many credits an amount is at a rate of minor units per credit; a quotient that does not end is written to at least 40 digits. */
export function creditsOf(amount: Amount, rate: Rate): Quantity {
  return Quantity.divide(Quantity.fromInteger(Amount.toBigInt(amount)), Quantity.restore(Rate.toString(rate)));
}
