import { type DecimalInput, integer, parseDecimal, type Rounding, restoreDecimal } from './decimal.ts';
import * as exact from './exact.ts';
import type { Fraction } from './fraction.ts';

declare const brand: unique symbol;

/** Units or an aggregate of them: a number of any sign, kept exactly. Opaque; every operation is in the `Quantity` object. */
export interface Quantity {
  readonly [brand]: 'Quantity';
}

const seal = (x: exact.Exact): Quantity => x as unknown as Quantity;
const open = (q: Quantity): exact.Exact => q as unknown as exact.Exact;

export const Quantity = {
  zero: seal(exact.ZERO),
  one: seal(exact.ONE),
  /** From outside, within M8. Throws NotADecimal. */
  parse: (input: DecimalInput): Quantity => seal(new exact.Exact(parseDecimal(input))),
  /** Reads back what `toString` wrote, of any length. Throws NotADecimal. */
  restore: (text: string): Quantity => seal(new exact.Exact(restoreDecimal(text))),
  /** Throws RangeError for a number that is not a safe integer. */
  fromInteger: (n: bigint | number): Quantity => seal(new exact.Exact(integer(n))),
  add: (a: Quantity, b: Quantity): Quantity => seal(exact.add(open(a), open(b))),
  subtract: (a: Quantity, b: Quantity): Quantity => seal(exact.add(open(a), exact.negate(open(b)))),
  multiply: (a: Quantity, b: Quantity): Quantity => seal(exact.multiply(open(a), open(b))),
  negate: (q: Quantity): Quantity => seal(exact.negate(open(q))),
  compare: (a: Quantity, b: Quantity): -1 | 0 | 1 => exact.compare(open(a), open(b)),
  max: (a: Quantity, b: Quantity): Quantity => (Quantity.compare(a, b) < 0 ? b : a),
  min: (a: Quantity, b: Quantity): Quantity => (Quantity.compare(b, a) < 0 ? b : a),
  isZero: (q: Quantity): boolean => exact.isZero(open(q)),
  isNegative: (q: Quantity): boolean => exact.isNegative(open(q)),
  isInteger: (q: Quantity): boolean => exact.isInteger(open(q)),
  /** q × f, exactly: the quotient is formed when the result is written, rounded or posted (M3). */
  scale: (q: Quantity, f: Fraction): Quantity => seal(exact.scale(open(q), f)),
  /** a ÷ b as a decimal of at least 40 digits. Throws RangeError when b is zero. Where b is a whole number of days or of time, prefer `scale`, which is exact. */
  divide: (a: Quantity, b: Quantity): Quantity => seal(exact.divide(open(a), open(b))),
  /**
   * Rounds an aggregate (P3). `precision` counts decimal places and may be negative: -2 rounds to hundreds.
   * `round` takes a half away from zero, `ceil` and `floor` go up and down the number line. Throws RangeError beyond ±30 places.
   */
  round: (q: Quantity, rounding: Rounding, precision: number): Quantity =>
    seal(exact.round(open(q), rounding, precision)),
  /** Plain notation: no exponent, no trailing zeros; a quotient that does not end is written to at least 40 digits. */
  toString: (q: Quantity): string => open(q).toString(),
} as const;
