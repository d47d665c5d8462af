import { describe, expect, it } from 'vitest';
import { cost, price, properties, steps, stored, USD } from '../testing.ts';
import { graduated } from './graduated.ts';

const free1000 = {
  graduated_ranges: [
    { from_value: 0, to_value: 1000, per_unit_amount: '0', flat_amount: '0' },
    { from_value: 1001, to_value: null, per_unit_amount: '0.002', flat_amount: '0' },
  ],
};

// 0.10 to 5 with 1.00 flat, 0.08 to 12.5 with 2.00 flat, 0.05 above with 4.00 flat.
const withFlats = {
  tiers: [
    { up_to: '5', unit_price: '0.10', flat_amount: '1' },
    { up_to: '12.5', unit_price: '0.08', flat_amount: '2' },
    { up_to: null, unit_price: '0.05', flat_amount: '4' },
  ],
};

describe('graduated', () => {
  // 1000 units are free; what is above costs 0.002 USD = 0.2 cents each.
  it.each([
    ['0', '0'],
    ['1000', '0'],
    ['1001', '0.2'], // one unit above: the tier begins after 1000, not at 1001
    ['1000.5', '0.1'], // half a unit above
    ['1500', '100'], // 500 × 0.2
  ])('prices %s units after 1000 free ones at %s cents', (units, expected) => {
    expect(cost('graduated', free1000, units)).toBe(expected);
  });

  it('gives a first tier that begins at 0 exactly its own units', () => {
    // 100 × 1 + 50 × 0.5 = 125, not 125.5
    const raw = { tiers: [{ up_to: 100, unit_price: 1 }, { up_to: null, unit_price: '0.5' }] };
    expect(cost('graduated', raw, '150')).toBe('12500');
  });

  // Cents: tier 1 10 per unit + 100; tier 2 8 per unit + 200; tier 3 5 per unit + 400.
  it.each([
    ['0', '100'], // at zero usage the first tier counts as reached (P2)
    ['0.5', '105'],
    ['5', '150'], // the edge belongs to the tier below
    ['5.25', '352'], // 150 + 200 + 0.25 × 8
    ['12.5', '410'], // 150 + 200 + 7.5 × 8
    ['12.6', '810.5'], // 410 + 400 + 0.1 × 5
    ['20', '847.5'], // 810 + 7.5 × 5
    ['-0.1', '0'], // P7: flat amounts included
  ])('prices %s units with flat amounts at %s cents', (units, expected) => {
    expect(cost('graduated', withFlats, units)).toBe(expected);
  });

  it('explains each reached tier and no other', () => {
    const priced = price('graduated', withFlats, { units: '6' });
    expect(steps(priced)).toEqual(['tier 1: 0 to 5 = 150', 'tier 2: above 5 to 12.5 = 208']);
    expect(steps(price('graduated', withFlats, { units: '13' })).at(-1)).toBe('tier 3: above 12.5 = 402.5');
    expect(steps(price('graduated', { tiers: [{ up_to: null, unit_price: 1 }] }, { units: '2' }))).toEqual([
      'tier 1: all units = 200',
    ]);
  });

  it('stores either notation as ranges', () => {
    expect(stored('graduated', free1000)).toEqual({
      graduated_ranges: [
        { from_value: '0', to_value: '1000', per_unit_amount: '0', flat_amount: '0' },
        { from_value: '1001', to_value: null, per_unit_amount: '0.002', flat_amount: '0' },
      ],
    });
    expect(stored('graduated', { tiers: [{ up_to: 2.5, unit_price: 1 }, { up_to: null, flat_amount: '3' }] })).toEqual({
      graduated_ranges: [
        { from_value: '0', to_value: '2.5', per_unit_amount: '1', flat_amount: '0' },
        { from_value: '2.5', to_value: null, per_unit_amount: '0', flat_amount: '3' },
      ],
    });
  });

  it('says the price in words', () => {
    expect(graduated.describe(properties('graduated', free1000), 'en-US', USD)).toBe(
      '$0.00 per unit up to 1,000; $0.002 per unit above 1,000',
    );
  });
});
