import { describe, expect, it } from 'vitest';
import { cost, refusals, stored } from './testing.ts';

/** Ranges from [from, to] pairs, each unit at 1. */
function ranges(...bounds: readonly [unknown, unknown][]): unknown {
  return { graduated_ranges: bounds.map(([from_value, to_value]) => ({ from_value, to_value, per_unit_amount: 1 })) };
}

/** Tiers from upper bounds, each unit at 1. */
function tiers(...bounds: readonly unknown[]): unknown {
  return { tiers: bounds.map((up_to) => ({ up_to, unit_price: 1 })) };
}

describe('tiers (P1)', () => {
  it('may begin where the one before ends, or one above, also with decimals', () => {
    const good = [
      ranges([0, 10], [10, 20], [20, null]),
      ranges([0, 10], [11, 20], [21, null]),
      ranges([0, '0.5'], ['0.5', '2.25'], ['3.25', null]),
      ranges(['0.0', null]),
    ];
    for (const raw of good) expect(stored('graduated', raw)).toBeDefined();
  });

  it('are decided by their upper bounds alone', () => {
    // 10.5 units: 10 at 1 and 0.5 at 2, whether the second tier is written from 10 or from 11.
    for (const from of [10, 11]) {
      const raw = {
        graduated_ranges: [
          { from_value: 0, to_value: 10, per_unit_amount: 1 },
          { from_value: from, to_value: null, per_unit_amount: 2 },
        ],
      };
      expect(cost('graduated', raw, '10.5')).toBe('1100');
    }
  });

  it.each([
    ['a gap', ranges([0, 10], [12, null]), 'graduated_ranges.1.from_value: must continue the tier before: 10 or 11'],
    ['an overlap', ranges([0, 10], [9, null]), 'graduated_ranges.1.from_value: must continue the tier before: 10 or 11'],
    ['a gap of a part', ranges([0, 10], ['10.5', null]), 'graduated_ranges.1.from_value: must continue the tier before: 10 or 11'],
    ['a start above 0', ranges([1, 10], [11, null]), 'graduated_ranges.0.from_value: must be 0 in the first tier'],
    ['no open end', ranges([0, 10]), 'graduated_ranges.0.to_value: must be null in the last tier, which has no upper bound'],
    ['a tier of nothing', ranges([0, 0], [0, null]), 'graduated_ranges.0.to_value: must be above 0, where the tier begins'],
    ['no tiers', { graduated_ranges: [] }, 'graduated_ranges: must have at least one tier'],
    ['nothing', {}, 'graduated_ranges: is required'],
    ['wrong order', tiers(10, 5, null), 'tiers.1.up_to: must be above 10, where the tier begins'],
    ['the same bound twice', tiers(10, 10, null), 'tiers.1.up_to: must be above 10, where the tier begins'],
    ['a closed end', tiers(10, 20), 'tiers.1.up_to: must be null in the last tier, which has no upper bound'],
    ['an open tier before the last', tiers(null, null), 'tiers.0.up_to: must not be null before the last tier'],
    ['no bound', { tiers: [{ unit_price: 1 }] }, 'tiers.0.up_to: is required'],
    ['a negative price', { tiers: [{ up_to: null, unit_price: -1 }] }, 'tiers.0.unit_price: must not be negative'],
    ['no price', { tiers: [{ up_to: null }] }, 'tiers.0: needs a price per unit, a rate or a flat amount'],
    ['a typing error', { tiers: [{ up_to: null, unit_prise: 1 }] }, 'tiers.0.unit_prise: is not a property of this charge model'],
    ['no list', { tiers: 'cheap' }, 'tiers: must be an array'],
  ])('refuse %s', (_, raw, refusal) => {
    expect(refusals('graduated', raw)).toEqual([refusal]);
  });

  it('refuse both notations, and two names of one rate', () => {
    const both = { ...(ranges([0, null]) as object), ...(tiers(null) as object) };
    expect(refusals('graduated', both)).toEqual(['tiers: is another notation of graduated_ranges: give one of them']);
    const twice = { tiers: [{ up_to: null, rate: 1, percentage: 1 }] };
    expect(refusals('graduated_percentage', twice)).toEqual(['tiers.0.percentage: is another name of rate: give one of them']);
  });

  it('report everything that is wrong at once', () => {
    expect(refusals('volume', { tiers: [{ up_to: 5, unit_price: 1 }, { up_to: 3 }] })).toEqual([
      'tiers.1.up_to: must be null in the last tier, which has no upper bound',
      'tiers.1.up_to: must be above 5, where the tier begins',
      'tiers.1: needs a price per unit, a rate or a flat amount',
    ]);
  });
});
