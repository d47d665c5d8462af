/**
 * The one kind of value behind Quantity, Rate and Precise: a decimal over a whole denominator. Internal to core/src/money.
 *
 * The denominator is 1 for all that is read or priced, and something else only after scaling by a fraction of days. Keeping it
 * until the value is written or posted is what forms quotients last (M3): a third of a unit at 1.5 cents is exactly half a cent and
 * posts as 1, where 0.333… × 1.5 = 0.4999… would post as 0.
 */
import type { Decimal } from 'decimal.js';
import { Exact as Dec, integer, plain, powerOfTen, quotient, type Rounding, roundDecimal } from './decimal.ts';
import type { Fraction } from './fraction.ts';

/** numerator ÷ denominator. The denominator is positive and shares no factor with 10 or with the numerator, so equal values look equal. */
export class Exact {
  readonly numerator: Decimal;
  readonly denominator: bigint;

  constructor(numerator: Decimal, denominator = 1n) {
    // decimal.js has two zeros; here there is one.
    this.numerator = numerator.isZero() && numerator.isNegative() ? numerator.negated() : numerator;
    this.denominator = denominator;
  }

  /** Plain notation; what does not terminate is written to at least 40 digits. */
  toString(): string {
    return plain(collapse(this));
  }

  toJSON(): string {
    return this.toString();
  }
}

export const ZERO = new Exact(integer(0));
export const ONE = new Exact(integer(1));
export const ONE_HUNDREDTH = new Exact(powerOfTen(-2));

/** The value as a decimal: itself, or its quotient. */
function collapse(x: Exact): Decimal {
  return x.denominator === 1n ? x.numerator : quotient(x.numerator, integer(x.denominator));
}

export function add(a: Exact, b: Exact): Exact {
  if (a.denominator === b.denominator) return reduce(a.numerator.plus(b.numerator), a.denominator);
  const numerator = a.numerator.times(integer(b.denominator)).plus(b.numerator.times(integer(a.denominator)));
  return reduce(numerator, a.denominator * b.denominator);
}

export function negate(x: Exact): Exact {
  return new Exact(x.numerator.negated(), x.denominator);
}

export function multiply(a: Exact, b: Exact): Exact {
  return reduce(a.numerator.times(b.numerator), a.denominator * b.denominator);
}

export function scale(x: Exact, f: Fraction): Exact {
  return reduce(x.numerator.times(integer(f.numerator)), x.denominator * f.denominator);
}

/** a ÷ b as a decimal of at least 40 digits. Throws RangeError when b is zero. */
export function divide(a: Exact, b: Exact): Exact {
  return new Exact(
    quotient(a.numerator.times(integer(b.denominator)), b.numerator.times(integer(a.denominator))),
  );
}

export function compare(a: Exact, b: Exact): -1 | 0 | 1 {
  if (a.denominator === b.denominator) return order(a.numerator, b.numerator);
  const left = a.numerator.times(integer(b.denominator));
  const right = b.numerator.times(integer(a.denominator));
  return order(left, right);
}

function order(a: Decimal, b: Decimal): -1 | 0 | 1 {
  return a.lessThan(b) ? -1 : a.greaterThan(b) ? 1 : 0;
}

export function isZero(x: Exact): boolean {
  return x.numerator.isZero();
}

export function isNegative(x: Exact): boolean {
  return x.numerator.lessThan(0);
}

export function isInteger(x: Exact): boolean {
  return x.denominator === 1n && x.numerator.isInteger();
}

/** Rounds the true value at a decimal place; see `roundDecimal`. */
export function round(x: Exact, rounding: Rounding, precision: number): Exact {
  return new Exact(roundDecimal(collapse(x), rounding, precision));
}

/** Lowest terms. Factors 2 and 5 of the denominator move into the decimal, where they end; the rest is divided by what both share. */
function reduce(numerator: Decimal, denominator: bigint): Exact {
  if (denominator === 1n || numerator.isZero()) return new Exact(numerator);
  let places = numerator.decimalPlaces();
  let n = BigInt(plain(numerator.times(powerOfTen(places))));
  let d = denominator;
  for (; d % 2n === 0n; places += 1) {
    d /= 2n;
    n *= 5n;
  }
  for (; d % 5n === 0n; places += 1) {
    d /= 5n;
    n *= 2n;
  }
  const shared = greatestDivisor(n < 0n ? -n : n, d);
  return new Exact(new Dec(`${n / shared}e-${places}`), d / shared);
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
