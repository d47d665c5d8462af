import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, AmountOutOfRange, Currency } from './index.ts';

const a = (n: number | bigint) => Amount.of(n);
const numbers = (list: readonly Amount[]) => list.map(Amount.toNumber);
const LIMIT = 9007199254740991n;

describe('the range of amounts', () => {
  it('holds integers inside ±2^53 and nothing else', () => {
    expect(a(LIMIT)).toBe(LIMIT);
    expect(a(-LIMIT)).toBe(-LIMIT);
    for (const refused of [LIMIT + 1n, -LIMIT - 1n, 2 ** 53, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => a(refused)).toThrow(AmountOutOfRange);
    }
  });

  it('refuses sums that leave it', () => {
    expect(() => Amount.add(a(LIMIT), a(1))).toThrow(AmountOutOfRange);
    expect(() => Amount.subtract(a(-LIMIT), a(1))).toThrow(AmountOutOfRange);
    // A sum is judged by its result, not by what it passes through.
    expect(Amount.sum([a(LIMIT), a(1), a(-1)])).toBe(LIMIT);
  });

  it('adds, compares and changes sign', () => {
    expect(Amount.add(a(2), a(-5))).toBe(-3n);
    expect(Amount.subtract(a(2), a(-5))).toBe(7n);
    expect(Amount.negate(a(5))).toBe(-5n);
    expect(Amount.abs(a(-5))).toBe(5n);
    expect(Amount.min(a(2), a(-5))).toBe(-5n);
    expect(Amount.max(a(2), a(-5))).toBe(2n);
    expect(Amount.compare(a(2), a(10))).toBe(-1);
    expect(Amount.isNegative(a(-1))).toBe(true);
    expect(Amount.isZero(Amount.zero)).toBe(true);
    expect(Amount.sum([])).toBe(0n);
  });
});

describe('allocation by largest remainder', () => {
  it.each([
    // 100 ÷ 3: shares 33.33 each, one unit left, equal remainders: the first gets it.
    [100, [1, 1, 1], [34, 33, 33]],
    // 1000 over 1, 2, 4 of 7: 142.857, 285.714, 571.428: two units left, for .857 and .714.
    [1000, [1, 2, 4], [143, 286, 571]],
    // 5 over 1, 1: 2.5 each, the first gets the odd one; a credit of 5 likewise.
    [5, [1, 1], [3, 2]],
    [-5, [1, 1], [-3, -2]],
    [-100, [1, 1, 1], [-34, -33, -33]],
    // A line of nothing gets nothing.
    [10, [0, 3, 0, 3], [0, 5, 0, 5]],
    [1, [0, 1, 1], [0, 1, 0]],
    [7, [0, 0], [7, 0]],
    [0, [3, 4], [0, 0]],
    // Credited lines are weighed by their size.
    [-9, [-1, -2], [-3, -6]],
  ])('splits %i over %j into %j', (total, weights, expected) => {
    expect(numbers(Amount.allocate(a(total), weights.map(a)))).toEqual(expected);
  });

  it('refuses weights that no share can be taken of', () => {
    expect(() => Amount.allocate(a(1), [])).toThrow(RangeError);
    expect(Amount.allocate(Amount.zero, [])).toEqual([]);
    expect(() => Amount.allocate(a(1), [a(1), a(-1)])).toThrow(RangeError);
  });

  const weights = fc.array(fc.bigInt({ min: 0n, max: LIMIT }), { minLength: 1, maxLength: 12 });
  const total = fc.bigInt({ min: -LIMIT, max: LIMIT });

  it('gives parts that sum to the whole, each within one unit of its exact share', () => {
    fc.assert(
      fc.property(total, weights, (whole, sizes) => {
        const parts = Amount.allocate(a(whole), sizes.map(a));
        expect(parts.reduce<bigint>((sum, part) => sum + part, 0n)).toBe(whole);
        const all = sizes.reduce((sum, size) => sum + size, 0n);
        fc.pre(all > 0n);
        parts.forEach((part, i) => {
          // |part - whole × size ÷ all| < 1, multiplied out.
          const off = part * all - whole * (sizes[i] ?? 0n);
          expect(off < all && off > -all).toBe(true);
        });
      }),
    );
  });

  it('splits an opposite total into opposite parts, and larger weights never get less', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: LIMIT }), weights, (whole, sizes) => {
        const parts = Amount.allocate(a(whole), sizes.map(a));
        const opposite = Amount.allocate(a(-whole), sizes.map(a));
        expect(opposite).toEqual(parts.map((part) => -part));
        fc.pre(sizes.some((size) => size > 0n));
        for (const [i, x] of sizes.entries()) {
          for (const [j, y] of sizes.entries()) {
            if (x > y) expect((parts[i] ?? 0n) >= (parts[j] ?? 0n)).toBe(true);
          }
        }
      }),
    );
  });
});

describe('writing amounts', () => {
  it.each([
    [1234, 'USD', '12.34'],
    [-5, 'USD', '-0.05'],
    [0, 'USD', '0.00'],
    [5, 'JPY', '5'],
    [1, 'KWD', '0.001'],
    [-12345, 'CLF', '-1.2345'],
    [LIMIT, 'USD', '90071992547409.91'],
  ])('%s minor units of %s is %s', (minor, code, expected) => {
    expect(Amount.toMajor(a(minor), Currency.parse(code))).toBe(expected);
  });

  it('writes for people as their locale does, with all digits of the currency', () => {
    const plainSpaces = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');
    const format = (n: number | bigint, code: string, locale: string) =>
      plainSpaces(Amount.format(a(n), Currency.parse(code), locale));
    expect(format(123456789, 'USD', 'en-US')).toBe('$1,234,567.89');
    expect(format(-123456789, 'EUR', 'de-DE')).toBe('-1.234.567,89 €');
    expect(format(1234, 'JPY', 'en-US')).toBe('¥1,234');
    expect(format(1234, 'KWD', 'en-US')).toBe('KWD 1.234');
    // 2^53 - 1 has 16 digits; a float of major units would have lost the last one.
    expect(format(LIMIT, 'USD', 'en-US')).toBe('$90,071,992,547,409.91');
    expect(() => format(1, 'USD', 'not a locale')).toThrow(RangeError);
  });
});
