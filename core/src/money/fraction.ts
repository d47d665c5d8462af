/**
 * An exact quotient of integers, such as 10 of 31 days. It is not reduced, so that an explanation can show the days it came from.
 * Multiply by it through `Quantity.scale` or `Precise.scale`, which form the product first and the quotient last (M3).
 */
export interface Fraction {
  readonly numerator: bigint;
  /** Always positive. */
  readonly denominator: bigint;
}

function of(numerator: bigint | number, denominator: bigint | number): Fraction {
  const n = BigInt(numerator);
  const d = BigInt(denominator);
  if (d === 0n) throw new RangeError('a fraction needs a denominator other than zero');
  return d < 0n ? { numerator: -n, denominator: -d } : { numerator: n, denominator: d };
}

export const Fraction = {
  zero: of(0, 1),
  one: of(1, 1),
  /** Throws RangeError for a zero denominator or a number that is not an integer. */
  of,
  multiply(a: Fraction, b: Fraction): Fraction {
    return of(a.numerator * b.numerator, a.denominator * b.denominator);
  },
  compare(a: Fraction, b: Fraction): -1 | 0 | 1 {
    const left = a.numerator * b.denominator;
    const right = b.numerator * a.denominator;
    return left < right ? -1 : left > right ? 1 : 0;
  },
  isZero(f: Fraction): boolean {
    return f.numerator === 0n;
  },
  isOne(f: Fraction): boolean {
    return f.numerator === f.denominator;
  },
} as const;
