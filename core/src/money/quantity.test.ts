import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fraction, NotADecimal, Quantity, type Rounding, Rate, RawNumber } from './index.ts';

const q = (text: string) => Quantity.parse(text);
const show = Quantity.toString;

/** coefficient × 10^-scale written by hand from the digits, as an independent check on the decimal library. */
function written(coefficient: bigint, scale: number): string {
  const digits = (coefficient < 0n ? -coefficient : coefficient).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  const text = fraction === '' ? whole : `${whole}.${fraction}`;
  return coefficient < 0n ? `-${text}` : text;
}

const coefficient = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
const decimal = fc.tuple(coefficient, fc.integer({ min: 0, max: 38 })).filter(([c, s]) => {
  const [whole = '', fraction = ''] = written(c, s).replace('-', '').split('.');
  return (whole === '0' ? 0 : whole.length) + fraction.length <= 38;
});

describe('reading decimals', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['007', '7'],
    ['+5', '5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['1.50', '1.5'],
    ['1e3', '1000'],
    ['1E+30', '1000000000000000000000000000000'],
    ['-2.5e-3', '-0.0025'],
    ['1e-30', '0.000000000000000000000000000001'],
    ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
    ['0.12345678901234567890123456789012345678', '0.12345678901234567890123456789012345678'],
  ])('reads %s as %s', (text, expected) => {
    expect(show(q(text))).toBe(expected);
  });

  it.each([
    ['', 'must be a decimal number'],
    [' 1', 'must be a decimal number'],
    ['1,5', 'must be a decimal number'],
    ['.', 'must be a decimal number'],
    ['1e', 'must be a decimal number'],
    ['0x10', 'must be a decimal number'],
    ['1_000', 'must be a decimal number'],
    ['NaN', 'must be a decimal number'],
    ['Infinity', 'must be a decimal number'],
    ['-Infinity', 'must be a decimal number'],
    ['1e31', 'must have an exponent inside ±30'],
    ['1e-31', 'must have an exponent inside ±30'],
    ['1e999999999', 'must have an exponent inside ±30'],
    ['123456789012345678901234567890123456789', 'must have at most 38 digits'],
    ['0.123456789012345678901234567890123456789', 'must have at most 38 digits'],
    // 20 digits before the point and 19 after it: 39 in plain notation.
    ['12345678901234567890.1234567890123456789', 'must have at most 38 digits'],
    // Ten digits times 10^30: 40 digits in plain notation.
    ['1234567891e30', 'must have at most 38 digits'],
    [`1${'0'.repeat(300)}`, 'must have at most 38 digits'],
  ])('refuses %j', (text, reason) => {
    expect(() => q(text)).toThrow(new NotADecimal(reason));
  });

  it('reads numbers by the digits that were sent, never through a float', () => {
    expect(show(Quantity.parse(0.1))).toBe('0.1');
    expect(show(Quantity.parse(1e21))).toBe('1000000000000000000000');
    expect(show(Quantity.parse(9007199254740993n))).toBe('9007199254740993');
    // As a double this literal is 0.1; the digits after the sixteenth would be lost.
    expect(show(Quantity.parse(new RawNumber('0.1000000000000000055')))).toBe('0.1000000000000000055');
    expect(() => Quantity.parse(Number.NaN)).toThrow(NotADecimal);
    expect(() => Quantity.parse(Number.POSITIVE_INFINITY)).toThrow(NotADecimal);
  });

  it('writes every accepted value so that it reads back as itself', () => {
    fc.assert(
      fc.property(decimal, ([c, s]) => {
        const text = written(c, s);
        expect(show(q(text))).toBe(text);
        expect(Rate.toString(Rate.parse(text))).toBe(text);
        expect(show(Quantity.restore(text))).toBe(text);
      }),
    );
  });

  it('restores derived values beyond the limits for what is sent, in plain notation only', () => {
    // 10^30 + 10^-30 has 61 digits: more than may be sent, yet a sum of two values that may.
    const sum = Quantity.add(q('1e30'), q('1e-30'));
    expect(show(Quantity.restore(show(sum)))).toBe(`1${'0'.repeat(30)}.${'0'.repeat(29)}1`);
    expect(() => Quantity.restore('1e3')).toThrow(NotADecimal);
    expect(() => Quantity.restore('NaN')).toThrow(NotADecimal);
  });
});

describe('exact arithmetic', () => {
  it('adds and multiplies without rounding, whatever the digits', () => {
    fc.assert(
      fc.property(decimal, decimal, ([a, sa], [b, sb]) => {
        const [x, y] = [q(written(a, sa)), q(written(b, sb))];
        expect(show(Quantity.multiply(x, y))).toBe(written(a * b, sa + sb));
        const common = a * 10n ** BigInt(sb) + b * 10n ** BigInt(sa);
        expect(show(Quantity.add(x, y))).toBe(written(common, sa + sb));
        expect(show(Quantity.subtract(Quantity.add(x, y), y))).toBe(show(x));
      }),
    );
  });

  it('keeps 38 by 38 digits in a product', () => {
    // (10^38 - 1)^2 = 10^76 - 2·10^38 + 1
    const nines = q('9'.repeat(38));
    expect(show(Quantity.multiply(nines, nines))).toBe(`${'9'.repeat(37)}8${'0'.repeat(37)}1`);
  });

  it('forms quotients to at least 30 digits', () => {
    expect(show(Quantity.divide(q('1'), q('3')))).toBe(`0.${'3'.repeat(40)}`);
    expect(show(Quantity.divide(q('1'), q('8')))).toBe('0.125');
    expect(() => Quantity.divide(q('1'), Quantity.zero)).toThrow(RangeError);
    fc.assert(
      fc.property(decimal, decimal, ([a, sa], [b, sb]) => {
        fc.pre(b !== 0n);
        const [x, y] = [q(written(a, sa)), q(written(b, sb))];
        const error = Quantity.subtract(Quantity.multiply(Quantity.divide(x, y), y), x);
        const magnitude = Quantity.max(error, Quantity.negate(error));
        const allowed = Quantity.multiply(Quantity.max(x, Quantity.negate(x)), q('1e-30'));
        expect(Quantity.compare(magnitude, allowed)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('scales by a fraction exactly, however often', () => {
    // 31 × 10 ÷ 31 is exactly 10; forming 10 ÷ 31 first would leave 9.999…
    expect(show(Quantity.scale(q('31'), Fraction.of(10, 31)))).toBe('10');
    // Three thirds are one, and a third is less than 0.34 by 0.02 ÷ 3.
    const third = Quantity.scale(q('1'), Fraction.of(1, 3));
    expect(show(third)).toBe(`0.${'3'.repeat(40)}`);
    expect(show(Quantity.add(Quantity.add(third, third), third))).toBe('1');
    expect(show(Quantity.multiply(Quantity.subtract(q('0.34'), third), q('3')))).toBe('0.02');
    expect(Quantity.compare(third, q(`0.${'3'.repeat(38)}`))).toBe(1);
    expect(Quantity.isInteger(Quantity.scale(third, Fraction.of(3, 1)))).toBe(true);
    expect(show(Quantity.divide(third, third))).toBe('1');
    // 2 ÷ 3 floors to 0, minus 2 ÷ 3 to -1; to hundredths 2 ÷ 3 is 0.67.
    const twoThirds = Quantity.scale(q('2'), Fraction.of(1, 3));
    expect(show(Quantity.round(twoThirds, 'floor', 0))).toBe('0');
    expect(show(Quantity.round(Quantity.negate(twoThirds), 'floor', 0))).toBe('-1');
    expect(show(Quantity.round(twoThirds, 'round', 2))).toBe('0.67');
    expect(show(Quantity.scale(q('-7'), Fraction.of(1, 2)))).toBe('-3.5');
    expect(show(Quantity.scale(q('5'), Fraction.zero))).toBe('0');
  });

  it('keeps every integer digit of a long quotient for the rounding that follows', () => {
    // 2·10^60 ÷ 3 is 60 sixes and two thirds; two digits short of that, floor and round would see a number that is not there.
    const long = Quantity.scale(Quantity.multiply(q('2e30'), q('1e30')), Fraction.of(1, 3));
    expect(show(Quantity.round(long, 'floor', 0))).toBe('6'.repeat(60));
    expect(show(Quantity.round(long, 'round', 0))).toBe(`${'6'.repeat(59)}7`);
    // (10^38 - 2) ÷ (10^38 - 1) lies below 1 by 10^-38: it is not 1 when rounded down.
    const nearlyOne = Quantity.scale(q(`${'9'.repeat(37)}8`), Fraction.of(1n, 10n ** 38n - 1n));
    expect(show(Quantity.round(nearlyOne, 'floor', 0))).toBe('0');
    expect(show(Quantity.round(nearlyOne, 'floor', 30))).toBe(`0.${'9'.repeat(30)}`);
  });

  it('gives equal values one form, so that they are equal wherever they are compared', () => {
    const fraction = fc.tuple(fc.bigInt({ min: -1000n, max: 1000n }), fc.bigInt({ min: 1n, max: 400n }));
    fc.assert(
      fc.property(decimal, fraction, fraction, ([c, s], [n, d], [m, e]) => {
        const x = q(written(c, s));
        const [f, g] = [Fraction.of(n, d), Fraction.of(m, e)];
        const twice = Quantity.scale(Quantity.scale(x, f), g);
        expect(Quantity.scale(x, Fraction.multiply(g, f))).toEqual(twice);
        expect(Quantity.compare(Quantity.scale(x, Fraction.multiply(g, f)), twice)).toBe(0);
        // x·f + x·g = x·(f + g)
        const both = Fraction.of(n * e + m * d, d * e);
        expect(Quantity.add(Quantity.scale(x, f), Quantity.scale(x, g))).toEqual(Quantity.scale(x, both));
      }),
    );
  });
});

describe('rounding aggregates', () => {
  it.each<[string, Rounding, number, string]>([
    ['2.5', 'round', 0, '3'],
    ['-2.5', 'round', 0, '-3'],
    ['2.4999', 'round', 0, '2'],
    ['2.1', 'ceil', 0, '3'],
    ['-2.1', 'ceil', 0, '-2'],
    ['2.9', 'floor', 0, '2'],
    ['-2.1', 'floor', 0, '-3'],
    ['1.005', 'round', 2, '1.01'],
    ['1.0001', 'ceil', 2, '1.01'],
    ['1250', 'round', -2, '1300'],
    ['1249.99', 'round', -2, '1200'],
    ['1201', 'ceil', -2, '1300'],
    ['1299', 'floor', -2, '1200'],
    ['49', 'round', -2, '0'],
    ['-0.4', 'round', 0, '0'],
    ['7', 'ceil', 5, '7'],
  ])('%s by %s at %i is %s', (text, rounding, precision, expected) => {
    expect(show(Quantity.round(q(text), rounding, precision))).toBe(expected);
  });

  it('refuses a precision that is no place of a decimal', () => {
    expect(() => Quantity.round(q('1'), 'round', 1.5)).toThrow(RangeError);
    expect(() => Quantity.round(q('1'), 'round', 31)).toThrow(RangeError);
  });

  it('never moves a value by a whole unit of its place, nor a rounded one at all', () => {
    fc.assert(
      fc.property(
        decimal,
        fc.constantFrom<Rounding>('round', 'ceil', 'floor'),
        fc.integer({ min: -10, max: 10 }),
        ([c, s], rounding, precision) => {
          const x = q(written(c, s));
          const rounded = Quantity.round(x, rounding, precision);
          const moved = Quantity.subtract(rounded, x);
          expect(Quantity.compare(Quantity.max(moved, Quantity.negate(moved)), q(`1e${-precision}`))).toBe(-1);
          if (rounding === 'ceil') expect(Quantity.isNegative(moved)).toBe(false);
          if (rounding === 'floor') expect(Quantity.compare(moved, Quantity.zero)).toBeLessThanOrEqual(0);
          expect(show(Quantity.round(rounded, rounding, precision))).toBe(show(rounded));
        },
      ),
    );
  });
});

describe('comparing', () => {
  it('orders by value, not by writing', () => {
    expect(Quantity.compare(q('10'), q('9'))).toBe(1);
    expect(Quantity.compare(q('1.0'), q('1'))).toBe(0);
    expect(Quantity.compare(q('-1'), q('0'))).toBe(-1);
    expect(show(Quantity.max(q('2'), q('10')))).toBe('10');
    expect(show(Quantity.min(q('2'), q('-10')))).toBe('-10');
  });

  it('has one zero, which is not negative', () => {
    const negated = Quantity.negate(Quantity.zero);
    expect(Quantity.isNegative(negated)).toBe(false);
    expect(Quantity.isZero(negated)).toBe(true);
    expect(Quantity.isNegative(Quantity.multiply(q('-1'), Quantity.zero))).toBe(false);
    expect(Quantity.isNegative(q('-1e-30'))).toBe(true);
  });

  it('knows integers and safe integers', () => {
    expect(Quantity.isInteger(q('3.0'))).toBe(true);
    expect(Quantity.isInteger(q('3.1'))).toBe(false);
    expect(show(Quantity.fromInteger(-12n))).toBe('-12');
    expect(() => Quantity.fromInteger(2 ** 53)).toThrow(RangeError);
    expect(() => Quantity.fromInteger(0.5)).toThrow(RangeError);
  });
});
