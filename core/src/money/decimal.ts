/**
 * Decimals of the library as this folder uses them: read within limits, written plainly, divided once. Internal to core/src/money.
 *
 * Sums and products are exact: the context holds 1,000 significant digits, and what comes in has at most 38 (M8), so no chain of
 * products a price can form is ever rounded.
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

/** The context of every decimal here. */
export const Exact = Decimal.clone({ ...CONTEXT, precision: 1000 });

/** Whatever a decimal may arrive as. A plain `number` is read by its shortest digits, which are the digits of a literal a double holds. */
export type DecimalInput = string | number | bigint | RawNumber;

export type Rounding = 'round' | 'ceil' | 'floor';

const SYNTAX = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?$/;
const MAX_DIGITS = 38;
const MAX_EXPONENT = 30;
const MAX_TEXT = 200;

/**
 * Reads a decimal that came from outside, within M8: no NaN or Infinity, a written exponent inside ±30, and at most 38 digits
 * when written in plain notation (so that what is accepted is accepted again after `plain`). Throws NotADecimal.
 */
export function parseDecimal(input: DecimalInput): Decimal {
  if (typeof input === 'number' && Number.isSafeInteger(input)) return new Exact(input);
  const text = textOf(input);
  if (text.length > MAX_TEXT) throw new NotADecimal(`must have at most ${MAX_DIGITS} digits`);
  const match = SYNTAX.exec(text);
  if (match === null) throw new NotADecimal('must be a decimal number');
  if (match[1] !== undefined && Math.abs(Number(match[1])) > MAX_EXPONENT) {
    throw new NotADecimal(`must have an exponent inside ±${MAX_EXPONENT}`);
  }
  const value = new Exact(text);
  const integerDigits = value.isZero() ? 0 : Math.max(0, value.e + 1);
  if (integerDigits + value.decimalPlaces() > MAX_DIGITS) {
    throw new NotADecimal(`must have at most ${MAX_DIGITS} digits`);
  }
  return value;
}

/** Reads what `plain` wrote. Derived values may have more digits than M8 lets in from outside. Throws NotADecimal. */
export function restoreDecimal(text: string): Decimal {
  const match = SYNTAX.exec(text);
  if (match === null || match[1] !== undefined) throw new NotADecimal('must be a decimal number in plain notation');
  return new Exact(text);
}

export function integer(n: bigint | number): Decimal {
  if (typeof n === 'number' && !Number.isSafeInteger(n)) throw new RangeError(`not a safe integer: ${n}`);
  return new Exact(n.toString());
}

/** Plain notation: no exponent, no trailing zeros. */
export function plain(d: Decimal): string {
  return d.toFixed();
}

/** 10^places, exactly; places may be negative. */
export function powerOfTen(places: number): Decimal {
  return new Exact(`1e${places}`);
}

/**
 * numerator ÷ denominator, never to fewer than 40 digits (M3), and always to so many that a quotient which is not exactly on a
 * boundary or tie of a decimal place up to the thirtieth is not moved onto it: a later rounding sees the side the true value is on.
 */
export function quotient(numerator: Decimal, denominator: Decimal): Decimal {
  if (denominator.isZero()) throw new RangeError('division by zero');
  const integerPart = Math.max(0, numerator.e - denominator.e + 1);
  const needed = numerator.precision() + denominator.precision() + integerPart + 30;
  return new Exact(contextFor(needed).div(numerator, denominator));
}

const MODES = {
  round: Decimal.ROUND_HALF_UP,
  ceil: Decimal.ROUND_CEIL,
  floor: Decimal.ROUND_FLOOR,
} as const;

/** Rounds at a decimal place that may be negative (-2 = to hundreds). `round` is half away from zero. Throws RangeError beyond ±30. */
export function roundDecimal(d: Decimal, rounding: Rounding, precision: number): Decimal {
  if (!Number.isInteger(precision) || Math.abs(precision) > MAX_EXPONENT) {
    throw new RangeError(`rounding precision must be an integer inside ±${MAX_EXPONENT}: ${precision}`);
  }
  if (precision >= 0) return d.toDecimalPlaces(precision, MODES[rounding]);
  const inUnits = d.times(powerOfTen(precision)).toDecimalPlaces(0, MODES[rounding]);
  return inUnits.times(powerOfTen(-precision));
}

function textOf(input: DecimalInput): string {
  if (typeof input === 'string') return input;
  return input instanceof RawNumber ? input.source : String(input);
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
