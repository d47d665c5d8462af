import { describe, expect, it } from 'vitest';
import { cost, price, properties, steps, stored, USD } from '../testing.ts';
import { Precise } from '../../money/index.ts';
import { volume } from './volume.ts';

const raw = {
  volume_ranges: [
    { from_value: 0, to_value: 50, per_unit_amount: '0.10', flat_amount: '0' },
    { from_value: 51, to_value: null, per_unit_amount: '0.08', flat_amount: '1.00' },
  ],
};

describe('volume', () => {
  // Up to 50: 10 cents each; above: all of them 8 cents each, and 100 cents once.
  it.each([
    ['0', '0'],
    ['50', '500'],
    ['50.5', '504'], // 50.5 × 8 + 100: everything above 50 is in the second tier, also below 51
    ['51', '508'],
    ['80', '740'], // 80 × 8 + 100
    ['-80', '0'],
  ])('prices %s units at %s cents', (units, expected) => {
    expect(cost('volume', raw, units)).toBe(expected);
  });

  it('counts the first tier as reached at zero usage (P2)', () => {
    expect(cost('volume', { tiers: [{ up_to: 1, unit_price: 1, flat_amount: 7 }, { up_to: null, unit_price: 1 }] }, '0')).toBe(
      '700',
    );
  });

  it('lets the full units choose the tier of a prorated charge (P5)', () => {
    // 60 full units lie in the second tier; weighted they are 30: 30 × 8 + 100 whole.
    const priced = price('volume', raw, { units: '30', fullUnits: '60' });
    expect(Precise.toString(priced.amount)).toBe('340');
    expect(steps(priced)).toEqual(['tier 2: above 50 = 340']);
  });

  it('stores tiers as ranges and says them in words', () => {
    const tiers = { tiers: [{ up_to: 50, unit_price: '0.10' }, { up_to: null, unit_price: '0.08', flat_amount: 1 }] };
    expect(stored('volume', tiers)).toEqual({
      volume_ranges: [
        { from_value: '0', to_value: '50', per_unit_amount: '0.1', flat_amount: '0' },
        { from_value: '50', to_value: null, per_unit_amount: '0.08', flat_amount: '1' },
      ],
    });
    expect(volume.describe(properties('volume', tiers), 'en-US', USD)).toBe(
      'all units: $0.10 per unit up to 50; $0.08 per unit plus $1.00 above 50',
    );
  });
});
