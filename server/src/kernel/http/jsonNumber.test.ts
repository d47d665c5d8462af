import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKeptByDouble } from './jsonNumber.ts';

describe('isKeptByDouble', () => {
  // The shortest decimal form of each of these doubles names the value as written.
  it.each([
    '0', '-0', '0.0', '0e999999999999', '1', '-1', '1.10', '0.1', '1e2', '1E+2', '100e-2', '9007199254740992', '9007199254740994',
    '123456789012345680000', '1e21', '1e23', '1.7976931348623157e308', '5e-324', '2.2250738585072014e-308', '0.30000000000000004',
    `1${'0'.repeat(300)}`, `1${'0'.repeat(100_000)}e-100000`, `0.${'0'.repeat(100_000)}1e100001`,
  ])('keeps %s', (literal) => {
    expect(isKeptByDouble(literal)).toBe(true);
  });

  // 2^53 + 1 lies between two doubles; 4e-324 and 1e-400 are nearer to 5e-324 and 0; 10^38 - 1 and 19 digits have more digits
  // than a double tells apart; 1.7976931348623159e308 and 1e400 are beyond the largest double.
  it.each([
    '9007199254740993', '-9007199254740993', '4e-324', '1e-400', '1e400', '1.7976931348623159e308', '0.1234567890123456789',
    '99999999999999999999999999999999999999', '0.1000000000000000055511151231257827', '1e99999999999999999999', '1e-99999999999999999999',
    `1${'0'.repeat(400)}`, '1'.repeat(1_000_000),
  ])('does not keep %s', (literal) => {
    expect(isKeptByDouble(literal)).toBe(false);
  });

  it('agrees with exact integer arithmetic on any literal', () => {
    const digits = (least: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: least, maxLength: 19 });
    const literals = fc
      .tuple(fc.constantFrom('', '-'), fc.nat(99), digits(0), digits(0), fc.integer({ min: -345, max: 330 }), fc.boolean())
      .map(([sign, head, integer, fraction, power, plain]) => {
        const point = fraction === '' ? '' : `.${fraction}`;
        return `${sign}${head}${head === 0 ? '' : integer}${point}${plain ? '' : `e${power}`}`;
      });
    fc.assert(
      fc.property(literals, (literal) => {
        const value = Number(literal);
        expect(isKeptByDouble(literal)).toBe(Number.isFinite(value) && scaled(String(value)) === scaled(literal));
      }),
      { numRuns: 3000 },
    );
  });
});

/** The literal times 10^500, exactly: an oracle that shares nothing with the code it judges. */
function scaled(literal: string): bigint {
  const [mantissa = '', power = '0'] = literal.toLowerCase().split('e');
  const [integer = '', fraction = ''] = mantissa.split('.');
  return BigInt(`${integer}${fraction}`) * 10n ** BigInt(500 + Number(power) - fraction.length);
}
