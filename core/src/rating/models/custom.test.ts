import { describe, expect, it } from 'vitest';
import { cost, price, properties, refusals, steps, stored } from '../testing.ts';
import { custom } from './custom.ts';

describe('custom', () => {
  it('is a fixed total, whatever the usage', () => {
    expect(cost('custom', { custom_amount: '99.95' }, '0')).toBe('9995');
    expect(cost('custom', { custom_amount: '99.95' }, '1000')).toBe('9995');
    expect(cost('custom', { custom_amount: '99.95' }, '-1')).toBe('0'); // P7
  });

  it('is units at a price otherwise', () => {
    expect(cost('custom', { unit_price: '0.25' }, '6')).toBe('150');
    expect(cost('custom', { unit_price: '0.25' }, '-6')).toBe('0');
  });

  it('needs exactly one of the two', () => {
    expect(refusals('custom', {})).toEqual(['custom_amount: is required, or unit_price']);
    expect(refusals('custom', { custom_amount: 1, unit_price: 1 })).toEqual([
      'unit_price: cannot be combined with custom_amount',
    ]);
  });

  it('explains, stores and says either', () => {
    expect(steps(price('custom', { custom_amount: '2' }, { units: '3' }))).toEqual(['fixed amount = 200']);
    expect(stored('custom', { custom_amount: 2 })).toEqual({ custom_amount: '2' });
    expect(stored('custom', { unit_price: 2 })).toEqual({ unit_price: '2' });
    expect(custom.describe(properties('custom', { custom_amount: 2 }), 'en-US')).toBe('2 in total');
    expect(custom.describe(properties('custom', { unit_price: 2 }), 'en-US')).toBe('2 per unit');
  });
});
