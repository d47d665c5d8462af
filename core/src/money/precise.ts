import { Amount } from './amount.ts';
import { Currency } from './currency.ts';
import {
  compareDecimals,
  type Dec,
  fromInteger,
  isBelowZero,
  ONE_HUNDREDTH,
  plain,
  positiveZero,
  powerOfTen,
  quotient,
  restoreDecimal,
  roundTo,
  ZERO,
} from './decimal.ts';
import type { Fraction } from './fraction.ts';
import type { Quantity } from './quantity.ts';
import type { Rate } from './rate.ts';

declare const brand: unique symbol;

/** An amount before it is posted: minor units, not rounded. Opaque; every operation is in the `Precise` object. */
export interface Precise {
  readonly [brand]: 'Precise';
}

const seal = (d: Dec): Precise => d as unknown as Precise;
const open = (value: Precise | Quantity | Rate): Dec => value as unknown as Dec;

export const Precise = {
  zero: seal(ZERO),
  ofMinor: (amount: Amount): Precise => seal(fromInteger(Amount.toBigInt(amount))),
  /** A price in major units as minor units: 0.05 USD is 5, 1 JPY is 1 (M1, M2). */
  ofMajor: (rate: Rate, currency: Currency): Precise => seal(open(rate).times(minorPerMajor(currency))),
  /** units × unit price, exactly. */
  price(units: Quantity, unitPrice: Rate, currency: Currency): Precise {
    return seal(positiveZero(open(units).times(open(unitPrice)).times(minorPerMajor(currency))));
  },
  /** base × percent ÷ 100, exactly (a hundredth is a decimal). */
  percentOf: (base: Precise, percent: Rate): Precise =>
    seal(positiveZero(open(base).times(open(percent)).times(ONE_HUNDREDTH))),
  times: (p: Precise, q: Quantity): Precise => seal(positiveZero(open(p).times(open(q)))),
  /** p × f: exact product first, one quotient of at least 40 digits last (M3). */
  scale(p: Precise, f: Fraction): Precise {
    return seal(quotient(open(p).times(fromInteger(f.numerator)), fromInteger(f.denominator)));
  },
  /** p ÷ units to at least 40 digits; 0 without units (M3). */
  perUnit: (p: Precise, units: Quantity): Precise =>
    open(units).isZero() ? Precise.zero : seal(quotient(open(p), open(units))),
  add: (a: Precise, b: Precise): Precise => seal(positiveZero(open(a).plus(open(b)))),
  subtract: (a: Precise, b: Precise): Precise => seal(positiveZero(open(a).minus(open(b)))),
  negate: (p: Precise): Precise => seal(positiveZero(open(p).negated())),
  sum: (list: Iterable<Precise>): Precise => {
    let total = ZERO;
    for (const p of list) total = total.plus(open(p));
    return seal(positiveZero(total));
  },
  compare: (a: Precise, b: Precise): -1 | 0 | 1 => compareDecimals(open(a), open(b)),
  max: (a: Precise, b: Precise): Precise => (open(a).lessThan(open(b)) ? b : a),
  min: (a: Precise, b: Precise): Precise => (open(b).lessThan(open(a)) ? b : a),
  isZero: (p: Precise): boolean => open(p).isZero(),
  isNegative: (p: Precise): boolean => isBelowZero(open(p)),
  /** The one rounding: to whole minor units, half away from zero (M3). Throws AmountOutOfRange. */
  toAmount: (p: Precise): Amount => Amount.of(BigInt(plain(roundTo(open(p), 'round', 0)))),
  /** Plain notation in minor units: no exponent, no trailing zeros. */
  toString: (p: Precise): string => plain(open(p)),
  /** Reads back what `toString` wrote, of any length. Throws NotADecimal. */
  parse: (text: string): Precise => seal(restoreDecimal(text)),
} as const;

function minorPerMajor(currency: Currency): Dec {
  return powerOfTen(Currency.exponent(currency));
}
