import { describe, expect, it } from 'vitest';
import { Currency } from '../../money/index.ts';
import { cost, price, properties, refusals, steps, stored, USD } from '../testing.ts';
import { standard } from './standard.ts';

describe('standard', () => {
  // Worked out by hand: units × price in major units × minor units per major unit.
  it.each([
    ['1.50', '7', '1050'], // 7 × 1.50 = 10.50
    ['0.05', '1', '5'], // M2: 0.05 USD are 5 cents
    ['1.50', '0', '0'],
    ['0.002', '0.5', '0.1'], // 0.001 USD, not rounded here
    ['0.000000000001', '3', '0.0000000003'], // twelve decimals keep every digit
    ['0.1', '0.2', '2'], // a float would say 2.0000000000000004
    ['1.50', '-7', '0'], // P7
  ])('prices %s per unit on %s units at %s cents', (amount, units, expected) => {
    expect(cost('standard', { amount }, units)).toBe(expected);
  });

  it('counts in the minor units of the currency', () => {
    expect(cost('standard', { amount: '1.5' }, '3', Currency.parse('JPY'))).toBe('4.5'); // no minor digits
    expect(cost('standard', { amount: '1.5' }, '3', Currency.parse('KWD'))).toBe('4500'); // three
  });

  // Price 1.00; at least 5.00, at most 20.00.
  it.each([
    ['0', '500'], // the minimum applies without usage
    ['4.99', '500'],
    ['5', '500'],
    ['5.01', '501'],
    ['20', '2000'],
    ['20.01', '2000'],
    ['-1', '0'], // P7: nothing is charged, the minimum included
  ])('holds the cost of %s units between the bounds: %s', (units, expected) => {
    expect(cost('standard', { amount: '1', min_price: '5', max_price: '20' }, units)).toBe(expected);
  });

  it('takes a bound of zero or null for none', () => {
    expect(cost('standard', { amount: '1', min_price: 0, max_price: '0.00' }, '30')).toBe('3000');
    expect(stored('standard', { amount: '1', min_price: '0', max_price: null })).toEqual({ amount: '1' });
  });

  it('explains the price, and the bound that changed it', () => {
    const raw = { amount: '1', min_price: '5', max_price: '20' };
    expect(steps(price('standard', raw, { units: '2' }))).toEqual([
      'units at the unit price = 200',
      'raised to the minimum price = 300',
    ]);
    expect(steps(price('standard', raw, { units: '21.5' }))).toEqual([
      'units at the unit price = 2150',
      'lowered to the maximum price = -150',
    ]);
    expect(steps(price('standard', raw, { units: '-2' }))).toEqual(['a negative quantity costs nothing = 0']);
  });

  it('reads numbers and strings, amount and unit_price, and stores one form', () => {
    expect(stored('standard', { amount: 0.05 })).toEqual({ amount: '0.05' });
    expect(stored('standard', { unit_price: '1.50', min_price: 1 })).toEqual({ amount: '1.5', min_price: '1' });
  });

  it('refuses what cannot be a price, with its path', () => {
    expect(refusals('standard', {})).toEqual(['amount: is required']);
    expect(refusals('standard', { amount: null })).toEqual(['amount: is required']);
    expect(refusals('standard', { amount: '-0.01' })).toEqual(['amount: must not be negative']);
    expect(refusals('standard', { amount: 'NaN' })).toEqual(['amount: must be a decimal number']);
    expect(refusals('standard', { amount: true })).toEqual(['amount: must be a decimal: a string or a number']);
    expect(refusals('standard', { amount: '1', unit_price: '1' })).toEqual([
      'unit_price: is another name of amount: give one of them',
    ]);
    expect(refusals('standard', { amount: '1', min_price: '3', max_price: '2' })).toEqual([
      'max_price: must not be below min_price',
    ]);
    expect(refusals('standard', { amount: '1', ammount: '2', x: 1 })).toEqual([
      'ammount: is not a property of this charge model',
      'x: is not a property of this charge model',
    ]);
  });

  it('says the price in words', () => {
    const p = properties('standard', { amount: '0.0005', min_price: '1', max_price: '1000' });
    expect(standard.describe(p, 'en-US', USD)).toBe('$0.0005 per unit, at least $1.00, at most $1,000.00');
    expect(standard.describe(properties('standard', { amount: '1.5' }), 'de-DE')).toBe('1,5 per unit');
  });
});
