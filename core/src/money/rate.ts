import {
  compareDecimals,
  type Dec,
  type DecimalInput,
  isBelowZero,
  ONE,
  parseDecimal,
  plain,
  positiveZero,
  restoreDecimal,
  ZERO,
} from './decimal.ts';

declare const brand: unique symbol;

/** A unit price in major units, a percentage or a factor: a decimal. Opaque; every operation is in the `Rate` object. */
export interface Rate {
  readonly [brand]: 'Rate';
}

const seal = (d: Dec): Rate => d as unknown as Rate;
const open = (r: Rate): Dec => r as unknown as Dec;

export const Rate = {
  zero: seal(ZERO),
  one: seal(ONE),
  /** From outside, within M8. Throws NotADecimal. */
  parse: (input: DecimalInput): Rate => seal(parseDecimal(input)),
  /** Reads back what `toString` wrote, of any length. Throws NotADecimal. */
  restore: (text: string): Rate => seal(restoreDecimal(text)),
  add: (a: Rate, b: Rate): Rate => seal(positiveZero(open(a).plus(open(b)))),
  multiply: (a: Rate, b: Rate): Rate => seal(positiveZero(open(a).times(open(b)))),
  compare: (a: Rate, b: Rate): -1 | 0 | 1 => compareDecimals(open(a), open(b)),
  isZero: (r: Rate): boolean => open(r).isZero(),
  isNegative: (r: Rate): boolean => isBelowZero(open(r)),
  /** Digits after the point, trailing zeros aside: tax rates may have at most 4 (M4). */
  decimalPlaces: (r: Rate): number => open(r).decimalPlaces(),
  /** Plain notation: no exponent, no trailing zeros. */
  toString: (r: Rate): string => plain(open(r)),
} as const;
