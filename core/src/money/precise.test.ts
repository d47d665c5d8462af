import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, AmountOutOfRange, Currency, Fraction, Precise, Quantity, Rate } from './index.ts';

const usd = Currency.parse('USD');
const jpy = Currency.parse('JPY');
const kwd = Currency.parse('KWD');
const clf = Currency.parse('CLF');
const p = (text: string) => Precise.parse(text);
const show = Precise.toString;

describe('prices in major units', () => {
  it.each([
    // A price is multiplied by 10 to the power of the currency's digits: 0, 2, 3, 4.
    ['0.05', usd, '5'],
    ['1', jpy, '1'],
    ['0.5', jpy, '0.5'],
    ['1.234', kwd, '1234'],
    ['1', clf, '10000'],
    ['0.000000000001', usd, '0.0000000001'],
  ])('%s %s is %s minor units', (rate, currency, expected) => {
    expect(show(Precise.ofMajor(Rate.parse(rate), currency))).toBe(expected);
  });

  it('multiplies units by the unit price exactly', () => {
    // 1,234,567.5 × 0.0035 USD = 4,320.98625 USD = 432,098.625 cents, posted as 432,099.
    const amount = Precise.price(Quantity.parse('1234567.5'), Rate.parse('0.0035'), usd);
    expect(show(amount)).toBe('432098.625');
    expect(Amount.toNumber(Precise.toAmount(amount))).toBe(432099);
  });

  it('takes percentages of exact amounts', () => {
    // 19.6 % of 10.01 USD = 196.196 cents.
    expect(show(Precise.percentOf(p('1001'), Rate.parse('19.6')))).toBe('196.196');
    expect(show(Precise.percentOf(p('-1001'), Rate.parse('50')))).toBe('-500.5');
  });
});

describe('quotients', () => {
  it('prorates with the product first', () => {
    // 100.00 USD for 10 of 31 days: 10000 × 10 ÷ 31 = 3225.806451612903…
    const fee = Precise.scale(Precise.ofMinor(Amount.of(10000)), Fraction.of(10, 31));
    expect(show(fee)).toBe('3225.806451612903225806451612903225806452');
    expect(Amount.toNumber(Precise.toAmount(fee))).toBe(3226);
    expect(show(Precise.scale(p('10000'), Fraction.of(31, 31)))).toBe('10000');
  });

  it('shows the price per unit, and 0 without units', () => {
    expect(show(Precise.perUnit(p('1000'), Quantity.parse('8')))).toBe('125');
    expect(show(Precise.perUnit(p('1000'), Quantity.zero))).toBe('0');
  });

  it('prices a prorated quantity before it is divided', () => {
    // One unit for 10 of 30 days at 1.5 cents is exactly half a cent, so it posts as 1; 0.333… × 1.5 would fall short of the half.
    const third = Quantity.scale(Quantity.one, Fraction.of(10, 30));
    const fee = Precise.price(third, Rate.parse('0.015'), usd);
    expect(show(fee)).toBe('0.5');
    expect(Precise.toAmount(fee)).toBe(1n);
    expect(show(Precise.sum([fee, Precise.scale(p('1'), Fraction.of(1, 7)), Precise.scale(p('6'), Fraction.of(1, 7))]))).toBe('1.5');
    expect(show(Precise.perUnit(fee, third))).toBe('1.5');
  });

  it('never rounds a quotient onto a tie that the true value does not reach', () => {
    // (5·10^59 - 1) ÷ (10^60 + 1) is 0.4999… with some 59 nines: below a half, so it posts as 0. 5·10^59 ÷ 10^60 is the half itself.
    const below = Fraction.of(5n * 10n ** 59n - 1n, 10n ** 60n + 1n);
    const half = Fraction.of(5n * 10n ** 59n, 10n ** 60n);
    expect(Precise.toAmount(Precise.scale(p('1'), below))).toBe(0n);
    expect(Precise.toAmount(Precise.scale(p('1'), half))).toBe(1n);
  });

  it('posts a scaled amount as the half-away rounding of the true fraction', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }),
        fc.bigInt({ min: 0n, max: 400n }),
        fc.bigInt({ min: 1n, max: 400n }),
        (minor, days, of) => {
          const posted = Precise.toAmount(Precise.scale(Precise.ofMinor(Amount.of(minor)), Fraction.of(days, of)));
          // |x| rounded half up by integers alone: floor((2·|n| + d) ÷ 2d).
          const n = (minor < 0n ? -minor : minor) * days;
          const magnitude = (2n * n + of) / (2n * of);
          expect(posted).toBe(minor < 0n ? -magnitude : magnitude);
        },
      ),
    );
  });
});

describe('posting', () => {
  it.each([
    ['0.5', 1n],
    ['-0.5', -1n],
    ['0.4999999999999999999999999999999999999', 0n],
    ['-0.4999999999999999999999999999999999999', 0n],
    ['1.5', 2n],
    ['2.5', 3n],
    ['-2.5', -3n],
    ['2.51', 3n],
  ])('rounds %s half away from zero to %s', (text, expected) => {
    expect(Precise.toAmount(p(text))).toBe(expected);
  });

  it('is symmetric about zero and moves by at most half a unit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: 3, max: 18 }), (c, scale) => {
        const exact = Precise.scale(Precise.times(p('1'), Quantity.fromInteger(c)), Fraction.of(1n, 10n ** BigInt(scale)));
        const posted = Precise.toAmount(exact);
        expect(Precise.toAmount(Precise.negate(exact))).toBe(-posted);
        const moved = Precise.subtract(Precise.ofMinor(posted), exact);
        expect(Precise.compare(Precise.max(moved, Precise.negate(moved)), p('0.5'))).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('refuses what no amount can hold', () => {
    expect(Precise.toAmount(p('9007199254740991.4'))).toBe(9007199254740991n);
    expect(() => Precise.toAmount(p('9007199254740991.5'))).toThrow(AmountOutOfRange);
    expect(() => Precise.toAmount(p(`-1${'0'.repeat(60)}`))).toThrow(AmountOutOfRange);
  });
});

describe('sums', () => {
  it('adds exactly and keeps one zero', () => {
    expect(show(Precise.sum([p('0.1'), p('0.2'), p('-0.3')]))).toBe('0');
    expect(show(Precise.sum([]))).toBe('0');
    expect(Precise.isNegative(Precise.negate(Precise.zero))).toBe(false);
    expect(show(Precise.add(p('1'), p('2.5')))).toBe('3.5');
    expect(show(Precise.min(p('2'), p('-3')))).toBe('-3');
    expect(Precise.isZero(Precise.subtract(p('1.10'), p('1.1')))).toBe(true);
  });
});

describe('fractions', () => {
  it('keep the days they came from and a positive denominator', () => {
    expect(Fraction.of(10, 30)).toEqual({ numerator: 10n, denominator: 30n });
    expect(Fraction.of(1, -2)).toEqual({ numerator: -1n, denominator: 2n });
    expect(Fraction.multiply(Fraction.of(1, 2), Fraction.of(10, 31))).toEqual({ numerator: 10n, denominator: 62n });
    expect(Fraction.compare(Fraction.of(10, 30), Fraction.of(1, 3))).toBe(0);
    expect(Fraction.compare(Fraction.of(10, 31), Fraction.of(1, 3))).toBe(-1);
    expect(Fraction.isOne(Fraction.of(31, 31))).toBe(true);
    expect(Fraction.isZero(Fraction.of(0, 31))).toBe(true);
    expect(() => Fraction.of(1, 0)).toThrow(RangeError);
    expect(() => Fraction.of(0.5, 1)).toThrow(RangeError);
  });
});
