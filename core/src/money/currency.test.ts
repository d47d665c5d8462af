import { describe, expect, it } from 'vitest';
import { Currency, UnknownCurrency } from './index.ts';

describe('currencies', () => {
  it.each([
    // The digits of the minor unit as ISO 4217 lists them.
    ['BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF', 0],
    ['BHD IQD JOD KWD LYD OMR TND', 3],
    ['CLF UYW', 4],
  ])('%s have %i digits, and no others do', (codes, exponent) => {
    const found = Currency.all().filter((c) => c.exponent === exponent);
    expect(found.map((c) => c.code).join(' ')).toBe(codes);
  });

  it('gives all others two digits', () => {
    const others = Currency.all().filter((c) => ![0, 3, 4].includes(c.exponent));
    expect(others).toHaveLength(165 - 17 - 7 - 2);
    expect(others.every((c) => c.exponent === 2)).toBe(true);
    expect(Currency.exponent(Currency.parse('USD'))).toBe(2);
  });

  it('lists each code once, in order, with a name', () => {
    const codes = Currency.all().map((c) => c.code);
    expect(codes).toEqual([...new Set(codes)].toSorted());
    expect(Currency.all().every((c) => /^[A-Z]{3}$/.test(c.code) && c.name.length > 2)).toBe(true);
    expect(Currency.name(Currency.parse('XCG'))).toBe('Caribbean Guilder');
  });

  it.each(['usd', 'Usd', '', 'US', 'USDX', ' USD', 'XXX', 'XTS', 'XAU', 'XDR', 'HRK', 'BGN', 'ZWL', 'constructor'])(
    'does not know %j',
    (code) => {
      expect(Currency.is(code)).toBe(false);
      expect(() => Currency.parse(code)).toThrow(UnknownCurrency);
    },
  );
});
