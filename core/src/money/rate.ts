import { type DecimalInput, parseDecimal, restoreDecimal } from './decimal.ts';
import * as exact from './exact.ts';

declare const brand: unique symbol;

/** A unit price in major units, a percentage or a factor: a decimal. Opaque; every operation is in the `Rate` object. */
export interface Rate {
  readonly [brand]: 'Rate';
}

const seal = (x: exact.Exact): Rate => x as unknown as Rate;
const open = (r: Rate): exact.Exact => r as unknown as exact.Exact;

export const Rate = {
  zero: seal(exact.ZERO),
  one: seal(exact.ONE),
  /** From outside, within M8. Throws NotADecimal. */
  parse: (input: DecimalInput): Rate => seal(new exact.Exact(parseDecimal(input))),
  /** Reads back what `toString` wrote, of any length. Throws NotADecimal. */
  restore: (text: string): Rate => seal(new exact.Exact(restoreDecimal(text))),
  add: (a: Rate, b: Rate): Rate => seal(exact.add(open(a), open(b))),
  multiply: (a: Rate, b: Rate): Rate => seal(exact.multiply(open(a), open(b))),
  compare: (a: Rate, b: Rate): -1 | 0 | 1 => exact.compare(open(a), open(b)),
  isZero: (r: Rate): boolean => exact.isZero(open(r)),
  isNegative: (r: Rate): boolean => exact.isNegative(open(r)),
  /** Digits after the point, trailing zeros aside: tax rates may have at most 4 (M4). */
  decimalPlaces: (r: Rate): number => open(r).numerator.decimalPlaces(),
  /** Plain notation: no exponent, no trailing zeros. */
  toString: (r: Rate): string => open(r).toString(),
} as const;
