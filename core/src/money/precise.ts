import { Amount } from './amount.ts';
import { Currency } from './currency.ts';
import { integer, powerOfTen, restoreDecimal } from './decimal.ts';
import * as exact from './exact.ts';
import type { Fraction } from './fraction.ts';
import type { Quantity } from './quantity.ts';
import type { Rate } from './rate.ts';

declare const brand: unique symbol;

/** An amount before it is posted: minor units, kept exactly. Opaque; every operation is in the `Precise` object. */
export interface Precise {
  readonly [brand]: 'Precise';
}

const seal = (x: exact.Exact): Precise => x as unknown as Precise;
const open = (value: Precise | Quantity | Rate): exact.Exact => value as unknown as exact.Exact;

export const Precise = {
  zero: seal(exact.ZERO),
  ofMinor: (amount: Amount): Precise => seal(new exact.Exact(integer(Amount.toBigInt(amount)))),
  /** A price in major units as minor units: 0.05 USD is 5, 1 JPY is 1 (M1, M2). */
  ofMajor: (rate: Rate, currency: Currency): Precise => seal(exact.multiply(open(rate), minorPerMajor(currency))),
  /** units × unit price, exactly. */
  price: (units: Quantity, unitPrice: Rate, currency: Currency): Precise =>
    seal(exact.multiply(exact.multiply(open(units), open(unitPrice)), minorPerMajor(currency))),
  /** base × percent ÷ 100, exactly. */
  percentOf: (base: Precise, percent: Rate): Precise =>
    seal(exact.multiply(exact.multiply(open(base), open(percent)), exact.ONE_HUNDREDTH)),
  times: (p: Precise, q: Quantity): Precise => seal(exact.multiply(open(p), open(q))),
  /** p × f, exactly: the quotient is formed when the result is written or posted (M3). */
  scale: (p: Precise, f: Fraction): Precise => seal(exact.scale(open(p), f)),
  /** p ÷ units as a decimal of at least 40 digits; 0 without units (M3). For showing, not for going on with. */
  perUnit: (p: Precise, units: Quantity): Precise =>
    exact.isZero(open(units)) ? Precise.zero : seal(exact.divide(open(p), open(units))),
  add: (a: Precise, b: Precise): Precise => seal(exact.add(open(a), open(b))),
  subtract: (a: Precise, b: Precise): Precise => seal(exact.add(open(a), exact.negate(open(b)))),
  negate: (p: Precise): Precise => seal(exact.negate(open(p))),
  sum: (list: Iterable<Precise>): Precise => {
    let total = Precise.zero;
    for (const p of list) total = Precise.add(total, p);
    return total;
  },
  compare: (a: Precise, b: Precise): -1 | 0 | 1 => exact.compare(open(a), open(b)),
  max: (a: Precise, b: Precise): Precise => (Precise.compare(a, b) < 0 ? b : a),
  min: (a: Precise, b: Precise): Precise => (Precise.compare(b, a) < 0 ? b : a),
  isZero: (p: Precise): boolean => exact.isZero(open(p)),
  isNegative: (p: Precise): boolean => exact.isNegative(open(p)),
  /** The one rounding: to whole minor units, half away from zero (M3). Throws AmountOutOfRange. */
  toAmount: (p: Precise): Amount => Amount.of(BigInt(exact.round(open(p), 'round', 0).toString())),
  spread,
  /** Plain notation in minor units: no exponent, no trailing zeros; a quotient that does not end is written to at least 40 digits. */
  toString: (p: Precise): string => open(p).toString(),
  /** The same in major units, as a Rate: 5 cents are 0.05 USD (M2). */
  toMajor: (p: Precise, currency: Currency): Rate =>
    exact.multiply(open(p), new exact.Exact(powerOfTen(-Currency.exponent(currency)))) as unknown as Rate,
  /** Reads back what `toString` wrote, of any length. Throws NotADecimal. */
  parse: (text: string): Precise => seal(new exact.Exact(restoreDecimal(text))),
} as const;

function minorPerMajor(currency: Currency): exact.Exact {
  return new exact.Exact(powerOfTen(Currency.exponent(currency)));
}

/**
 * Posts exact shares so that they sum to `total` (M6): each is cut down to whole minor units, and what is left goes one unit each to the
 * largest remainders, of equal ones to the first. `total` is the sum of the shares, rounded. Throws AmountOutOfRange.
 */
function spread(total: Amount, shares: readonly Precise[]): Amount[] {
  const parts = shares.map((share, index) => {
    const floor = Amount.of(BigInt(exact.round(open(share), 'floor', 0).toString()));
    return { index, floor, remainder: Precise.subtract(share, Precise.ofMinor(floor)) };
  });
  const left = Number(total - Amount.sum(parts.map(({ floor }) => floor)));
  // Array sort is stable, so shares of equal remainder stay in their order and the first of them is served first.
  const served = new Set(parts.toSorted((a, b) => Precise.compare(b.remainder, a.remainder)).slice(0, left).map(({ index }) => index));
  return parts.map(({ index, floor }) => (served.has(index) ? Amount.add(floor, Amount.of(1)) : floor));
}
