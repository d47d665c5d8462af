import { describe, expect, it } from 'vitest';
import { Amount, Precise, Quantity } from '../money/index.ts';
import { currentPeriod } from '../subscriptions/index.ts';
import { local, termsOf } from '../subscriptions/testing.ts';
import { type ChargeFacts, projectUsage } from './index.ts';
import { chargeOf, propertiesOf, usageFactsOf, used } from './testing.ts';

const ZONE = 'Europe/Berlin';
// April has 30 days of 24 hours in Berlin: at midnight of the 11th a third of it has passed, so what grows triples.
const april = currentPeriod(termsOf({ startedAt: '2026-04-01', zone: ZONE }), local('2026-04-11', ZONE));
const usage = april ?? expect.fail('April is running');

/** "units amount -> projected units projected amount" of each line. */
function projected(now: string, ...charges: ChargeFacts[]): string[] {
  return projectUsage(usageFactsOf(charges, usage), local(now, ZONE)).map((line) => {
    const [units, later] = [line.units, line.projectedUnits].map(Quantity.toString);
    return `${units} ${Amount.toNumber(line.amount)} -> ${later} ${Amount.toNumber(line.projectedAmount)}`;
  });
}

const perUnit = propertiesOf('standard', { amount: '1' });

describe('projected usage', () => {
  it('prices the projected units, not a multiple of the amount', () => {
    const tiers = propertiesOf('graduated', { tiers: [{ up_to: 1000, unit_price: '0' }, { up_to: null, unit_price: '0.01' }] });
    // 500 calls are free so far; 1,500 will be 500 above the free ones.
    expect(projected('2026-04-11', chargeOf('calls', 'count', tiers, used('500', 500)))).toEqual(['500 0 -> 1500 500']);
    const packages = propertiesOf('package', { amount: '5', package_size: 1000 });
    // One package started; 1,200 tokens will need two.
    expect(projected('2026-04-11', chargeOf('tokens', 'sum', packages, used('400', 9)))).toEqual(['400 500 -> 1200 1000']);
  });

  it.each([
    ['count', '30 3000'],
    ['sum', '30 3000'],
    ['weighted_sum', '30 3000'],
    ['custom', '30 3000'],
    ['max', '10 1000'],
    ['latest', '10 1000'],
    ['unique_count', '10 1000'],
  ] as const)('of %s from 10 after a third of the period is %s', (aggregation, expected) => {
    expect(projected('2026-04-11', chargeOf('m', aggregation, perUnit, used('10', 4)))).toEqual([`10 1000 -> ${expected}`]);
  });

  it('leaves running totals and weighted days as they are', () => {
    const charge = chargeOf('seats', 'sum', perUnit, used('10', 4));
    const metric = { ...charge.definition.metric, recurring: true };
    expect(projected('2026-04-11', { ...charge, definition: { ...charge.definition, metric } })).toEqual(['10 1000 -> 10 1000']);
    const weighted = used('5', 4, { fullUnits: Quantity.parse('10') });
    expect(projected('2026-04-11', chargeOf('seats', 'sum', perUnit, weighted))).toEqual(['10 500 -> 10 500']);
  });

  it('counts events in whole numbers and rounds aggregates by the rule of the metric', () => {
    // After 7 of 30 days: 10 × 30 ÷ 7 = 42.857…
    expect(projected('2026-04-08', chargeOf('calls', 'count', perUnit, used('10', 10)))).toEqual(['10 1000 -> 43 4300']);
    const charge = chargeOf('gb', 'sum', perUnit, used('10', 10));
    const metric = { ...charge.definition.metric, rounding: { function: 'floor', precision: 1 } as const };
    expect(projected('2026-04-08', { ...charge, definition: { ...charge.definition, metric } })).toEqual(['10 1000 -> 42.8 4280']);
  });

  it('projects the number of events for a fixed amount on each', () => {
    const percentage = propertiesOf('percentage', { rate: '2', fixed_amount: '0.30' });
    // 2 % of 100 and 4 × 0.30 = 3.20; of 300 and 12 × 0.30 = 9.60.
    expect(projected('2026-04-11', chargeOf('cards', 'sum', percentage, used('100', 4)))).toEqual(['100 320 -> 300 960']);
  });

  it('projects the price that comes with events', () => {
    const dynamic = propertiesOf('dynamic', {});
    const charge = chargeOf('things', 'sum', dynamic, used('4', 2, { dynamic: { amount: Precise.parse('250') } }));
    expect(projected('2026-04-11', charge)).toEqual(['4 250 -> 12 750']);
  });

  it('lets events that are priced one by one go on as they were, the free ones being used up', () => {
    const percentage = propertiesOf('percentage', { rate: '0', fixed_amount: '1', free_units_per_events: 3 });
    const events = ['10', '10', '10', '10'].map((amount) => ({ amount: Quantity.parse(amount) }));
    // One of four events pays so far. The eight more that are to come all pay: 100 + 800.
    expect(projected('2026-04-11', chargeOf('cards', 'sum', percentage, used('40', 4, { events })))).toEqual([
      '40 100 -> 120 900',
    ]);
  });

  it.each(['2026-03-31', '2026-04-01', '2026-05-01', '2026-06-01'])('is the usage itself at %s', (now) => {
    expect(projected(now, chargeOf('calls', 'count', perUnit, used('10', 10)))).toEqual(['10 1000 -> 10 1000']);
  });

  it('has a line for every charge, filter and group', () => {
    expect(projected('2026-04-11', chargeOf('none', 'count', perUnit))).toEqual(['0 0 -> 0 0']);
    const grouped = chargeOf('calls', 'count', perUnit, used('1', 1, { group: { m: 'a' } }), used('2', 2, { group: { m: 'b' } }));
    const lines = projectUsage(usageFactsOf([grouped], usage), local('2026-04-11', ZONE));
    expect(lines.map(({ description, groupedBy }) => [description, groupedBy])).toEqual([
      ['calls, m: a', { m: 'a' }],
      ['calls, m: b', { m: 'b' }],
    ]);
  });
});
