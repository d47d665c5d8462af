import { describe, expect, it } from 'vitest';
import { type ProratedUsage, weightedUnits } from '../metering/index.ts';
import { Precise, Quantity } from '../money/index.ts';
import { priceUsage } from './index.ts';
import { properties, steps, sumOfSteps, USD } from './testing.ts';

// Cents: 1000 per unit to 3 and 100 once; 500 per unit above and 200 once.
const seats = properties('graduated', {
  tiers: [
    { up_to: 3, unit_price: 10, flat_amount: 1 },
    { up_to: null, unit_price: 5, flat_amount: 2 },
  ],
});

/** Entries of [units, days they weigh] in a period of 30 days. */
function laid(...entries: readonly [units: number | string, days: number][]): ProratedUsage {
  return {
    entries: entries.map(([units, days]) => ({ units: Quantity.parse(units), days })),
    periodDays: 30,
  };
}

function priceLaid(prorated: ProratedUsage, units = weightedUnits(prorated)) {
  const priced = priceUsage('graduated', seats, { units, eventsCount: 1n, prorated }, USD);
  expect(sumOfSteps(priced)).toBe(Precise.toString(priced.amount));
  return priced;
}

describe('prorated units on graduated tiers (P5)', () => {
  it.each([
    // Two seats all month: 2 × 1000 + 100.
    [laid([2, 30]), '2100'],
    // One more for 15 days: 2000 + 1000 × 15/30 + 100.
    [laid([2, 30], [1, 15]), '2600'],
    // Two more for 15 days: the third lies in tier 1, the fourth in tier 2: 2000 + 500 + 250 + both flats whole.
    [laid([2, 30], [2, 15]), '3050'],
    // Two go again after 10 of those days, weighing 5: they give back where they lay: 3050 − 1000 × 5/30 − 500 × 5/30 = 2800.
    [laid([2, 30], [2, 15], [-2, 5]), '2800'],
    // The tier of a full unit counts, not of the weighted one: 4 seats for 3 days are 0.4 weighted, but reach tier 2.
    [laid([4, 3]), '650'], // 3 × 1000 × 3/30 + 1 × 500 × 3/30 + 300
    // Nothing at all: the first tier counts as reached.
    [laid(), '100'],
    // One that went again after three days: 1000 × 3/30 + 100.
    [laid([1, 18], [-1, 15]), '200'],
    // Below zero there is no tier: −2 cost nothing, and the 3 that follow lie on 0 to 1.
    [laid([-2, 10], [3, 30]), '1100'],
  ])('case %#', (prorated, expected) => {
    expect(Precise.toString(priceLaid(prorated).amount)).toBe(expected);
  });

  it('forms one quotient of the exact sum (M3)', () => {
    // Three tiers with a third of a unit each at 1 cent: exactly 1 cent, though no third ends.
    const thirds = properties('graduated', {
      tiers: [
        { up_to: 1, unit_price: '0.01' },
        { up_to: 2, unit_price: '0.01' },
        { up_to: null, unit_price: '0.01' },
      ],
    });
    const prorated = laid([3, 10]);
    const usage = { units: weightedUnits(prorated), eventsCount: 1n, prorated };
    const priced = priceUsage('graduated', thirds, usage, USD);
    expect(Precise.toString(priced.amount)).toBe('1');
    expect(sumOfSteps(priced)).toBe('1');
  });

  it('prices what rounding adds to the weighted quantity in the highest tier reached (P3)', () => {
    // 2 + 2 × 15/30 = 3 weighted: 3050 as above. Rounded up to 4, the unit more costs 500.
    const prorated = laid([2, 30], [2, 15]);
    expect(Precise.toString(priceLaid(prorated, Quantity.parse('4')).amount)).toBe('3550');
  });

  it('costs nothing when the weighted quantity is negative (P7)', () => {
    expect(steps(priceLaid(laid([-1, 30])))).toEqual(['a negative quantity costs nothing = 0']);
  });

  it('shows the weighted units of each tier', () => {
    const priced = priceLaid(laid([2, 30], [2, 15]));
    expect(priced.steps.map((s) => s.units && Quantity.toString(s.units))).toEqual(['2.5', '0.5']);
    expect(steps(priced)).toEqual(['tier 1: 0 to 3 = 2600', 'tier 2: above 3 = 450']);
  });
});
