/**
 * The decimal engine behind Quantity, Rate and Precise. Internal to this folder: nothing outside core/src/money sees a Decimal.
 *
 * Sums and products are exact: the context holds 1,000 significant digits, and what comes in has at most 38 (M8), so no chain of
 * products a price can form is ever rounded. Quotients are the only inexact results; they are formed once, last (M3).
 */
import { Decimal } from 'decimal.js';
import { NotADecimal } from './errors.ts';
import { RawNumber } from './rawNumber.ts';

const CONTEXT = {
  defaults: true,
  rounding: Decimal.ROUND_HALF_UP,
  toExpNeg: -9e15,
  toExpPos: 9e15,
} as const;

const Exact = Decimal.clone({ ...CONTEXT, precision: 1000 });

/** What every opaque decimal of this folder is at run time. */
export type Dec = Decimal;

/** Whatever a decimal may arrive as. A plain `number` is read by its shortest digits, which are the digits of a literal a double holds. */
export type DecimalInput = string | number | bigint | RawNumber;

export type Rounding = 'round' | 'ceil' | 'floor';

const SYNTAX = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,6}))?$/;
const MAX_DIGITS = 38;
const MAX_EXPONENT = 30;
const MAX_TEXT = 200;

/**
 * Reads a decimal that came from outside, within M8: no NaN or Infinity, a written exponent inside ±30, and at most 38 digits
 * when written in plain notation (so that what is accepted is accepted again after `plain`). Throws NotADecimal.
 */
export function parseDecimal(input: DecimalInput): Dec {
  const text = textOf(input);
  if (text.length > MAX_TEXT) throw new NotADecimal(`must have at most ${MAX_DIGITS} digits`);
  const match = SYNTAX.exec(text);
  if (match === null) throw new NotADecimal('must be a decimal number');
  if (match[1] !== undefined && Math.abs(Number(match[1])) > MAX_EXPONENT) {
    throw new NotADecimal(`must have an exponent inside ±${MAX_EXPONENT}`);
  }
  const value = positiveZero(new Exact(text));
  if (integerDigits(value) + value.decimalPlaces() > MAX_DIGITS) {
    throw new NotADecimal(`must have at most ${MAX_DIGITS} digits`);
  }
  return value;
}

/** Reads what `plain` wrote. Derived values may have more digits than M8 lets in from outside; the syntax is the same. */
export function restoreDecimal(text: string): Dec {
  const match = SYNTAX.exec(text);
  if (match === null || match[1] !== undefined) throw new NotADecimal('must be a decimal number in plain notation');
  return positiveZero(new Exact(text));
}

export function fromInteger(n: bigint | number): Dec {
  if (typeof n === 'number' && !Number.isSafeInteger(n)) throw new RangeError(`not a safe integer: ${n}`);
  return positiveZero(new Exact(n.toString()));
}

/** Plain notation: no exponent, no trailing zeros, no "-0". */
export function plain(d: Dec): string {
  return d.isZero() ? '0' : d.toFixed();
}

export function compareDecimals(a: Dec, b: Dec): -1 | 0 | 1 {
  return a.lessThan(b) ? -1 : a.greaterThan(b) ? 1 : 0;
}

export function isBelowZero(d: Dec): boolean {
  return d.lessThan(0);
}

/**
 * numerator ÷ denominator, rounded half away from zero at so many digits that no quotient which is not a tie of some decimal place
 * of its operands can become one, and never fewer than 40: a later rounding to minor units sees the side the true quotient is on.
 */
export function quotient(numerator: Dec, denominator: Dec): Dec {
  if (denominator.isZero()) throw new RangeError('division by zero');
  const integerPart = Math.max(0, numerator.e - denominator.e + 1);
  const needed = numerator.precision() + denominator.precision() + integerPart + 30;
  return positiveZero(new Exact(contextFor(needed).div(numerator, denominator)));
}

/** Rounds at a decimal place that may be negative (-2 = to hundreds). `round` is half away from zero. */
export function roundTo(d: Dec, rounding: Rounding, precision: number): Dec {
  if (!Number.isInteger(precision) || Math.abs(precision) > MAX_EXPONENT) {
    throw new RangeError(`rounding precision must be an integer inside ±${MAX_EXPONENT}: ${precision}`);
  }
  if (precision >= 0) return positiveZero(d.toDecimalPlaces(precision, MODES[rounding]));
  const inUnits = d.times(powerOfTen(precision)).toDecimalPlaces(0, MODES[rounding]);
  return positiveZero(inUnits.times(powerOfTen(-precision)));
}

const MODES = {
  round: Decimal.ROUND_HALF_UP,
  ceil: Decimal.ROUND_CEIL,
  floor: Decimal.ROUND_FLOOR,
} as const;

/** 10^places, exactly; places may be negative. */
export function powerOfTen(places: number): Dec {
  return new Exact(`1e${places}`);
}

export function positiveZero(d: Dec): Dec {
  return d.isZero() ? ZERO : d;
}

export const ZERO: Dec = new Exact(0);
export const ONE: Dec = new Exact(1);
export const ONE_HUNDREDTH: Dec = new Exact('0.01');

function textOf(input: DecimalInput): string {
  if (typeof input === 'string') return input;
  return input instanceof RawNumber ? input.source : String(input);
}

function integerDigits(d: Dec): number {
  return d.e >= 0 && !d.isZero() ? d.e + 1 : 0;
}

// Division rounds at its context's precision. A few contexts of growing size keep short quotients short.
const contexts = new Map<number, typeof Decimal>();

function contextFor(digits: number): typeof Decimal {
  let precision = 40;
  while (precision < digits) precision *= 2;
  const known = contexts.get(precision);
  if (known !== undefined) return known;
  const context = Decimal.clone({ ...CONTEXT, precision });
  contexts.set(precision, context);
  return context;
}
