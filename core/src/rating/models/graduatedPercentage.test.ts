import { describe, expect, it } from 'vitest';
import { cost, price, properties, steps, stored, USD } from '../testing.ts';
import { graduatedPercentage } from './graduatedPercentage.ts';

const raw = {
  graduated_percentage_ranges: [
    { from_value: 0, to_value: 1000, rate: '2', flat_amount: '5' },
    { from_value: 1000, to_value: null, rate: '1.5', flat_amount: '0.10' },
  ],
};

describe('graduated_percentage', () => {
  // The amount is in major units: 2 % of the first 1000.00 and 5.00, 1.5 % of the rest and 0.10.
  it.each([
    ['0', '500'], // the first tier counts as reached (P2)
    ['100', '700'], // 2.00 + 5.00
    ['1000', '2500'], // 20.00 + 5.00
    ['1000.01', '2510.015'], // + 0.10 + 0.01 × 1.5 %
    ['3000', '5510'], // 25.00 + 30.00 + 0.10
    ['-100', '0'],
  ])('prices an amount of %s at %s cents', (units, expected) => {
    expect(cost('graduated_percentage', raw, units)).toBe(expected);
  });

  it('reads tiers under any of the names of their rate', () => {
    const ranges = [
      { from_value: '0', to_value: '10', rate: '3', flat_amount: '0' },
      { from_value: '10', to_value: null, rate: '1', flat_amount: '0' },
    ];
    for (const name of ['rate', 'percentage', 'unit_price']) {
      const tiers = [{ up_to: 10, [name]: 3 }, { up_to: null, [name]: 1 }];
      expect(stored('graduated_percentage', { tiers })).toEqual({ graduated_percentage_ranges: ranges });
    }
  });

  it('explains the tiers and says them in words', () => {
    expect(steps(price('graduated_percentage', raw, { units: '3000' }))).toEqual([
      'tier 1: 0 to 1000 = 2500',
      'tier 2: above 1000 = 3010',
    ]);
    expect(graduatedPercentage.describe(properties('graduated_percentage', raw), 'en-US', USD)).toBe(
      '2% plus $5.00 up to 1,000; 1.5% plus $0.10 above 1,000',
    );
  });
});
