import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Quantity } from '../money/index.ts';
import {
  type AggregationType,
  type BilledDays,
  carriedFrom,
  foldFor,
  fullUnits,
  nothingCarriedIn,
  prorate,
  type ProratedUsage,
  weightedUnits,
} from './index.ts';
import { eventOf, folded, type TestEvent } from './testing.ts';

const berlin = 'Europe/Berlin';

function billed(firstDay: string, lastDay: string, periodDays: number, zone = 'UTC'): BilledDays {
  const day = Temporal.PlainDate.from;
  return { firstDay: day(firstDay), lastDay: day(lastDay), periodDays, zone };
}

const june = billed('2026-06-01', '2026-06-30', 30);

function prorated(
  type: AggregationType,
  events: readonly TestEvent[],
  days = june,
  carriedIn = nothingCarriedIn,
): ProratedUsage {
  return prorate(type, events.map(eventOf), carriedIn, days);
}

/** "units × days" of every entry. */
function entries(usage: ProratedUsage): string[] {
  return usage.entries.map(({ units, days }) => `${Quantity.toString(units)} x ${days}`);
}

const weighted = (usage: ProratedUsage): string => Quantity.toString(weightedUnits(usage));
const seats = (units: string) => ({ units: Quantity.parse(units), values: [] });

describe('prorate: sum and count (P5)', () => {
  it('weighs an event from its day to the last', () => {
    // The 16th to the 30th are 15 days, the 30th is one: 4 × 15/30 + 3 × 1/30.
    const usage = prorated('sum', [
      { at: '2026-06-30T23:59:59Z', value: '3' },
      { at: '2026-06-16T12:00:00Z', value: '4' },
    ]);
    expect(entries(usage)).toEqual(['4 x 15', '3 x 1']); // in order of time
    expect(weighted(usage)).toBe('2.1');
    expect(Quantity.toString(fullUnits(usage))).toBe('7');
  });

  it('weighs what is carried in from the first day', () => {
    const usage = prorated('sum', [{ at: '2026-06-16T00:00:00Z', value: '-2' }], june, seats('10'));
    expect(entries(usage)).toEqual(['10 x 30', '-2 x 15']);
    expect(weighted(usage)).toBe('9');
  });

  it('counts each event as one unit', () => {
    expect(weighted(prorated('count', [{ at: '2026-06-01T00:00:00Z' }, { at: '2026-06-16T00:00:00Z' }]))).toBe('1.5');
  });

  it('skips events without the field', () => {
    expect(entries(prorated('sum', [{ at: '2026-06-16T00:00:00Z', value: null }]))).toEqual([]);
  });

  it('takes the days of the customer’s zone', () => {
    // 22:30 UTC on the 15th is half past midnight on the 16th in Berlin.
    const days = billed('2026-06-01', '2026-06-30', 30, berlin);
    expect(entries(prorated('sum', [{ at: '2026-06-15T22:30:00Z', value: '1' }], days))).toEqual(['1 x 15']);
  });

  it('counts a day of 23 hours as one', () => {
    // March in Berlin has 743 hours and 31 days; from the 29th, when the clocks go forward, three are left.
    const march = billed('2026-03-01', '2026-03-31', 31, berlin);
    expect(entries(prorated('sum', [{ at: '2026-03-29T10:00:00Z', value: '1' }], march))).toEqual(['1 x 3']);
  });

  it('has in a part of a period its own first and last day, over the days of the full one', () => {
    // The part bills 11 to 20 June: ten days of thirty. Carried in 3, one more on the 18th: 3 × 10/30 + 1 × 3/30.
    const part = billed('2026-06-11', '2026-06-20', 30);
    expect(weighted(prorated('sum', [{ at: '2026-06-18T08:00:00Z', value: '1' }], part, seats('3')))).toBe('1.1');
  });

  it('gives no day to an event after the last billed one', () => {
    // The plan changed at noon on the 21st, a day of the new plan: what came that morning weighs nothing in the old one.
    const part = billed('2026-06-01', '2026-06-20', 30);
    expect(entries(prorated('sum', [{ at: '2026-06-21T08:00:00Z', value: '5' }], part))).toEqual(['5 x 0']);
    // A part that bills no day at all.
    expect(entries(prorated('sum', [], billed('2026-06-11', '2026-06-10', 30), seats('5')))).toEqual(['5 x 0']);
  });

  it('forms one quotient, last (M3)', () => {
    // Three thirds of a unit are one, though no third ends.
    const usage = prorated('sum', Array(3).fill({ at: '2026-06-21T00:00:00Z', value: '1' }));
    expect(weighted(usage)).toBe('1');
  });
});

describe('prorate: unique_count (P5)', () => {
  const add = (at: string, unique: string): TestEvent => ({ at, unique });
  const remove = (at: string, unique: string): TestEvent => ({ at, unique, remove: true });
  const values = (...list: string[]) => ({ units: Quantity.fromInteger(list.length), values: list });

  it('weighs a value every day on which it was present at any moment', () => {
    // The 6th to the 10th: five days, the days it came and went included.
    const usage = prorated('unique_count', [add('2026-06-06T09:00:00Z', 'a'), remove('2026-06-10T01:00:00Z', 'a')]);
    expect(entries(usage)).toEqual(['1 x 25', '-1 x 20']);
    expect(weighted(usage)).toBe(Quantity.toString(Quantity.divide(Quantity.parse('5'), Quantity.parse('30'))));
    expect(Quantity.toString(fullUnits(usage))).toBe('0');
  });

  it('does not count the day that begins when it goes', () => {
    const usage = prorated('unique_count', [add('2026-06-06T09:00:00Z', 'a'), remove('2026-06-10T00:00:00Z', 'a')]);
    expect(entries(usage)).toEqual(['1 x 25', '-1 x 21']); // the 6th to the 9th
  });

  it('counts a day once when a value goes and comes again', () => {
    // Gone and back on the 10th, gone and back on the next day: present on all of 6 to 30 June.
    const usage = prorated('unique_count', [
      add('2026-06-06T09:00:00Z', 'a'),
      remove('2026-06-10T08:00:00Z', 'a'),
      add('2026-06-10T20:00:00Z', 'a'),
      remove('2026-06-11T08:00:00Z', 'a'),
      add('2026-06-12T08:00:00Z', 'a'),
    ]);
    expect(entries(usage)).toEqual(['1 x 25', '-1 x 20', '1 x 20', '-1 x 19', '1 x 19']);
  });

  it('ignores what changes nothing: a second addition, a removal of what is not there', () => {
    const usage = prorated('unique_count', [
      remove('2026-06-01T09:00:00Z', 'a'),
      add('2026-06-06T09:00:00Z', 'a'),
      add('2026-06-20T09:00:00Z', 'a'),
    ]);
    expect(entries(usage)).toEqual(['1 x 25']);
  });

  it('starts with the values carried in', () => {
    const usage = prorated('unique_count', [remove('2026-06-15T12:00:00Z', 'a')], june, values('a', 'b'));
    expect(entries(usage)).toEqual(['1 x 30', '1 x 30', '-1 x 15']);
    expect(weighted(usage)).toBe('1.5');
  });

  it('weighs exactly the days of presence, each once, for any history', () => {
    // Few distinct hours, so that midnights, same days and same instants happen often.
    const change = fc.record({ hour: fc.integer({ min: 0, max: 40 }).map((n) => n * 6), remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), fc.boolean(), (changes, carried) => {
        const start = Temporal.Instant.from('2026-06-01T00:00:00Z');
        const events = changes.map(({ hour, remove: gone }, order) => ({
          ...eventOf({ at: start.add({ hours: hour }).toString(), order, unique: 'a', remove: gone }),
        }));
        const usage = prorate('unique_count', events, carried ? values('a') : nothingCarriedIn, june);
        const weight = usage.entries.reduce(
          (sum, { units, days }) => sum + days * (Quantity.isNegative(units) ? -1 : 1),
          0,
        );
        expect(weight).toBe(daysPresent(changes, carried));
      }),
      { numRuns: 500 },
    );
  });

  /** Hour by hour through the month: the days with at least one hour of presence. Of changes at one instant the last counts. */
  function daysPresent(changes: readonly { hour: number; remove: boolean }[], carried: boolean): number {
    const days = new Set<number>();
    let present = carried;
    for (let hour = 0; hour < 30 * 24; hour += 1) {
      const last = changes.findLast((change) => change.hour === hour);
      if (last !== undefined) present = !last.remove;
      if (present) days.add(Math.trunc(hour / 24));
    }
    return days.size;
  }
});

describe('prorate', () => {
  it.each(['max', 'latest', 'weighted_sum', 'custom'] as const)('is not for %s', (type) => {
    expect(() => prorated(type, [])).toThrow(RangeError);
  });
});

describe('carriedFrom', () => {
  const state = (aggregationType: AggregationType, events: readonly TestEvent[]) =>
    folded(foldFor({ aggregationType }), events.map(eventOf));
  const at = '2026-05-01T00:00:00Z';

  it('hands on the running total or the values present', () => {
    const sum = carriedFrom(state('sum', [{ at, value: '2.5' }, { at, value: '1' }]));
    expect([Quantity.toString(sum.units), sum.values]).toEqual(['3.5', []]);
    expect(Quantity.toString(carriedFrom(state('count', [{ at }, { at }])).units)).toBe('2');
    const events = [{ at, unique: 'a' }, { at, unique: 'b' }, { at, order: 1, unique: 'b', remove: true }];
    const unique = carriedFrom(state('unique_count', events));
    expect([Quantity.toString(unique.units), unique.values]).toEqual(['1', ['a']]);
  });

  it('refuses what cannot be prorated', () => {
    expect(() => carriedFrom(state('max', []))).toThrow(RangeError);
  });
});
