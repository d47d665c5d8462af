import {
  compareDecimals,
  type Dec,
  type DecimalInput,
  fromInteger,
  isBelowZero,
  ONE,
  parseDecimal,
  plain,
  positiveZero,
  quotient,
  type Rounding,
  restoreDecimal,
  roundTo,
  ZERO,
} from './decimal.ts';
import type { Fraction } from './fraction.ts';

declare const brand: unique symbol;

/** Units or an aggregate of them: a decimal of any sign. Opaque; every operation is in the `Quantity` object. */
export interface Quantity {
  readonly [brand]: 'Quantity';
}

const seal = (d: Dec): Quantity => d as unknown as Quantity;
const open = (q: Quantity): Dec => q as unknown as Dec;

export const Quantity = {
  zero: seal(ZERO),
  one: seal(ONE),
  /** From outside, within M8. Throws NotADecimal. */
  parse: (input: DecimalInput): Quantity => seal(parseDecimal(input)),
  /** Reads back what `toString` wrote, of any length. Throws NotADecimal. */
  restore: (text: string): Quantity => seal(restoreDecimal(text)),
  /** Throws RangeError for a number that is not a safe integer. */
  fromInteger: (n: bigint | number): Quantity => seal(fromInteger(n)),
  add: (a: Quantity, b: Quantity): Quantity => seal(positiveZero(open(a).plus(open(b)))),
  subtract: (a: Quantity, b: Quantity): Quantity => seal(positiveZero(open(a).minus(open(b)))),
  multiply: (a: Quantity, b: Quantity): Quantity => seal(positiveZero(open(a).times(open(b)))),
  negate: (q: Quantity): Quantity => seal(positiveZero(open(q).negated())),
  compare: (a: Quantity, b: Quantity): -1 | 0 | 1 => compareDecimals(open(a), open(b)),
  max: (a: Quantity, b: Quantity): Quantity => (open(a).lessThan(open(b)) ? b : a),
  min: (a: Quantity, b: Quantity): Quantity => (open(b).lessThan(open(a)) ? b : a),
  isZero: (q: Quantity): boolean => open(q).isZero(),
  isNegative: (q: Quantity): boolean => isBelowZero(open(q)),
  isInteger: (q: Quantity): boolean => open(q).isInteger(),
  /** q × f: exact product first, one quotient of at least 40 digits last (M3). */
  scale(q: Quantity, f: Fraction): Quantity {
    return seal(quotient(open(q).times(fromInteger(f.numerator)), fromInteger(f.denominator)));
  },
  /** a ÷ b to at least 40 digits. Throws RangeError when b is zero. */
  divide: (a: Quantity, b: Quantity): Quantity => seal(quotient(open(a), open(b))),
  /**
   * Rounds an aggregate (P3). `precision` counts decimal places and may be negative: -2 rounds to hundreds.
   * `round` takes a half away from zero, `ceil` and `floor` go up and down the number line. Throws RangeError beyond ±30 places.
   */
  round: (q: Quantity, rounding: Rounding, precision: number): Quantity => seal(roundTo(open(q), rounding, precision)),
  /** Plain notation: no exponent, no trailing zeros. */
  toString: (q: Quantity): string => plain(open(q)),
} as const;
