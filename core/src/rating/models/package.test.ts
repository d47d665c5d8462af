import { describe, expect, it } from 'vitest';
import { cost, price, properties, refusals, steps, stored, USD } from '../testing.ts';
import { packageModel } from './package.ts';

const raw = { amount: '0.50', package_size: 1000, free_units: 5000 };

describe('package', () => {
  // 50 cents for every started thousand after the first 5000.
  it.each([
    ['0', '0'],
    ['5000', '0'],
    ['5000.001', '50'], // the smallest part of a unit starts a package
    ['6000', '50'],
    ['6001', '100'],
    ['12345', '400'], // 7345 above, eight packages begun
    ['-1', '0'],
  ])('prices %s units at %s cents', (units, expected) => {
    expect(cost('package', raw, units)).toBe(expected);
  });

  it('starts no package by the rounding of a quotient, and misses none', () => {
    // 3 packages of 0.1 hold exactly 0.3 units. In floats 0.3 / 0.1 is 2.9999999999999996 and 0.6 / 0.2 is 2.9999999999999996.
    expect(cost('package', { amount: '1', package_size: '0.1' }, '0.3')).toBe('300');
    expect(cost('package', { amount: '1', package_size: '0.2' }, '0.6')).toBe('300');
    // A third does not end: 10 ÷ 3 is 3.33…, four packages; 9 ÷ 3 is three.
    expect(cost('package', { amount: '1', package_size: '3' }, '10')).toBe('400');
    expect(cost('package', { amount: '1', package_size: '3' }, '9')).toBe('300');
    // One part in 10^37 above a full package starts the next.
    expect(cost('package', { amount: '1', package_size: '7' }, `7.${'0'.repeat(36)}1`)).toBe('200');
  });

  it('has packages of one unit and nothing free unless told', () => {
    expect(cost('package', { unit_price: '2' }, '2.5')).toBe('600');
    expect(stored('package', { unit_price: '2' })).toEqual({ amount: '2', package_size: '1', free_units: '0' });
  });

  it('refuses packages of nothing', () => {
    expect(refusals('package', { amount: '1', package_size: 0 })).toEqual(['package_size: must be above 0']);
    expect(refusals('package', { package_size: 0 })).toEqual([
      'package_size: must be above 0',
      'amount: is required',
    ]);
    expect(refusals('package', { amount: '1', package_size: -5 })).toEqual(['package_size: must not be negative']);
    expect(refusals('package', { amount: '1', free_units: '-1' })).toEqual(['free_units: must not be negative']);
  });

  it('explains free units and packages', () => {
    expect(steps(price('package', raw, { units: '12345' }))).toEqual([
      'free units = 0',
      'started packages of 1000 = 400',
    ]);
    expect(packageModel.describe(properties('package', raw), 'en-US', USD)).toBe(
      '$0.50 per 1,000 units begun, first 5,000 units free',
    );
  });
});
