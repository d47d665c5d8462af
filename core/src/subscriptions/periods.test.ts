import { describe, expect, it } from 'vitest';
import { currentPeriod, currentPlanPeriod, pastPeriods, type SubscriptionTerms, usagePeriodAt } from './index.ts';
import { local, spanOf, termsOf } from './testing.ts';

const ZONE = 'America/New_York';

function current(terms: SubscriptionTerms, now: string): string | null {
  const span = currentPeriod(terms, local(now, terms.zone));
  return span === null ? null : spanOf(span.period, terms.zone);
}

function past(terms: SubscriptionTerms, now: string, count: number): string[] {
  return pastPeriods(terms, local(now, terms.zone), count).map(({ period }) => spanOf(period, terms.zone));
}

describe('the usage period that is open', () => {
  it.each([
    ['before the start', termsOf(), '2026-01-14 23:59:59', null],
    ['at the start', termsOf(), '2026-01-15', '2026-01-15..2026-02-01'],
    ['in the last second of January', termsOf(), '2026-01-31 23:59:59', '2026-01-15..2026-02-01'],
    ['at the boundary', termsOf(), '2026-02-01', '2026-02-01..2026-03-01'],
    ['from the instant of the start', termsOf({ startedAt: '2026-01-15 15:30' }), '2026-01-20', '2026-01-15 15:30:00..2026-02-01'],
    ['to a known end', termsOf({ endingAt: '2026-01-20 18:00' }), '2026-01-20', '2026-01-15..2026-01-20 18:00:00'],
    ['at the end', termsOf({ endingAt: '2026-01-20 18:00' }), '2026-01-20 18:00', null],
    ['in a month of a year', termsOf({ plan: { interval: 'yearly', billChargesMonthly: true } }), '2026-03-10', '2026-03-01..2026-04-01'],
    ['in a trial', termsOf({ trialEndsAt: '2026-01-29' }), '2026-01-20', '2026-01-15..2026-02-01'],
  ])('%s', (_name, terms, now, expected) => {
    expect(current(terms, now)).toBe(expected);
  });

  it('says the full period it lies in, and the days it touches', () => {
    const span = currentPeriod(termsOf({ startedAt: '2026-01-15 15:30' }), local('2026-01-20', ZONE));
    expect(span && spanOf(span.full, ZONE)).toBe('2026-01-01..2026-02-01');
    expect(span?.days.firstDay.toString()).toBe('2026-01-15');
    expect(span?.days.lastDay.toString()).toBe('2026-01-31');
    expect(span?.days.periodDays).toBe(31);
  });

  it('opens after a change of zone where the last one closed', () => {
    const closed = { at: local('2026-02-01', ZONE), day: Temporal.PlainDate.from('2026-02-01') };
    const terms = termsOf({ startedAt: '2026-01-10', zone: 'America/Los_Angeles', billedThrough: closed });
    expect(current(terms, '2026-01-31 22:00')).toBe('2026-01-31 21:00:00..2026-03-01');
    const span = currentPeriod(terms, local('2026-02-10', terms.zone));
    expect([span?.days.firstDay.toString(), span?.days.lastDay.toString()]).toEqual(['2026-02-01', '2026-02-28']);
  });
});

describe('the usage period that holds an instant', () => {
  const through = (day: string) => ({ at: local(day, 'UTC'), day: Temporal.PlainDate.from(day) });
  // Billed in UTC through January; the customer is in Kolkata by now, five and a half hours ahead, or in New York, five behind.
  const east = termsOf({ startedAt: '2025-12-10', zone: 'Asia/Kolkata', startZone: 'UTC', billedThrough: through('2026-02-01') });
  const west = termsOf({ startedAt: '2025-12-10', zone: ZONE, startZone: 'UTC', billedThrough: through('2026-02-01') });

  it.each([
    ['open, east', east, '2026-02-01T00:00Z', '2026-02-01T00:00:00Z..2026-02-28T18:30:00Z'],
    ['the second before it, east', east, '2026-01-31T23:59:59Z', '2025-12-31T18:30:00Z..2026-02-01T00:00:00Z'],
    ['billed, east', east, '2026-01-05T00:00Z', '2025-12-31T18:30:00Z..2026-02-01T00:00:00Z'],
    ['open, west', west, '2026-02-01T00:00Z', '2026-02-01T00:00:00Z..2026-03-01T05:00:00Z'],
    ['billed, west', west, '2026-01-31T23:59:59Z', '2026-01-01T05:00:00Z..2026-02-01T00:00:00Z'],
    ['before the start', west, '2025-12-09T00:00Z', null],
    ['billed through an end within it', { ...west, terminatedAt: local('2026-01-20', 'UTC'), billedThrough: through('2026-01-20') }, '2026-01-10T00:00Z', '2026-01-01T05:00:00Z..2026-01-20T00:00:00Z'],
    ['after that end', { ...west, terminatedAt: local('2026-01-20', 'UTC'), billedThrough: through('2026-01-20') }, '2026-01-20T00:00Z', null],
  ])('%s', (_name, terms, at, expected) => {
    const span = usagePeriodAt(terms, Temporal.Instant.from(at));
    expect(span === null ? null : `${span.period.start}..${span.period.end}`).toBe(expected);
  });
});

describe('the plan period that is open', () => {
  it('is the whole one of a plan whose usage is cut at months', () => {
    const terms = termsOf({
      billedThrough: { at: local('2026-03-01', ZONE), day: Temporal.PlainDate.from('2026-03-01') },
      plan: { interval: 'yearly', billChargesMonthly: true },
    });
    const period = currentPlanPeriod(terms, local('2026-03-10', ZONE));
    expect(period && spanOf(period, ZONE)).toBe('2026-01-15..2027-01-01');
    expect(currentPlanPeriod(terms, local('2026-01-01', ZONE))).toBeNull();
  });
});

describe('usage periods that have closed', () => {
  it('come newest first, back to the start', () => {
    expect(past(termsOf(), '2026-03-01', 2)).toEqual(['2026-02-01..2026-03-01', '2026-01-15..2026-02-01']);
    expect(past(termsOf(), '2026-03-15', 9)).toEqual(['2026-02-01..2026-03-01', '2026-01-15..2026-02-01']);
    expect(past(termsOf(), '2026-03-15', 1)).toEqual(['2026-02-01..2026-03-01']);
  });

  it('are read the same after they were billed', () => {
    const billedThrough = { at: local('2026-03-01', ZONE), day: Temporal.PlainDate.from('2026-03-01') };
    expect(past(termsOf({ billedThrough }), '2026-03-15', 9)).toEqual(past(termsOf(), '2026-03-15', 9));
  });

  it('are none before the first boundary', () => {
    expect(past(termsOf(), '2026-01-31 23:59:59', 5)).toEqual([]);
    expect(past(termsOf(), '2026-01-01', 5)).toEqual([]);
  });

  it('end with the subscription', () => {
    expect(past(termsOf({ endingAt: '2026-02-10 18:00' }), '2026-06-01', 5)).toEqual([
      '2026-02-01..2026-02-10 18:00:00',
      '2026-01-15..2026-02-01',
    ]);
  });
});
