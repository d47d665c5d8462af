import { describe, expect, it } from 'vitest';
import {
  type BillingTime,
  type Calendar,
  type Interval,
  localMidnight,
  monthlyCuts,
  nextBoundary,
  Period,
  periodAfter,
  periodAt,
  periodOnDay,
  previousPeriod,
} from './index.ts';

const date = (text: string) => Temporal.PlainDate.from(text);
const instant = (text: string) => Temporal.Instant.from(text);

function calendar(interval: Interval, billingTime: BillingTime, anchor: string, rest: Partial<Calendar> = {}): Calendar {
  return { interval, billingTime, anchor: date(anchor), intervalCount: 1, zone: 'UTC', ...rest };
}

/** "start/end" of the period that holds a day. */
function on(c: Calendar, day: string): string {
  const { start, end } = periodOnDay(c, date(day));
  return `${start}/${end}`;
}

/** The first `count` boundaries from a day on, as dates. */
function boundaries(c: Calendar, from: string, count: number): string[] {
  const found: string[] = [];
  let day = date(from);
  for (let i = 0; i < count; i += 1) {
    day = periodOnDay(c, day).end;
    found.push(day.toString());
  }
  return found;
}

describe('anniversary billing', () => {
  it('clamps a month-end anchor to short months and recovers', () => {
    // 31 January 2024: February 2024 has 29 days, the months of 30 days end theirs on the 30th.
    expect(boundaries(calendar('monthly', 'anniversary', '2024-01-31'), '2024-01-31', 12)).toEqual([
      '2024-02-29', '2024-03-31', '2024-04-30', '2024-05-31', '2024-06-30', '2024-07-31',
      '2024-08-31', '2024-09-30', '2024-10-31', '2024-11-30', '2024-12-31', '2025-01-31',
    ]);
    expect(boundaries(calendar('monthly', 'anniversary', '2025-01-30'), '2025-01-30', 3)).toEqual([
      '2025-02-28', '2025-03-30', '2025-04-30',
    ]);
  });

  it('bills 29 February on the 28th of common years and comes back in leap years', () => {
    expect(boundaries(calendar('yearly', 'anniversary', '2024-02-29'), '2024-02-29', 5)).toEqual([
      '2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29', '2029-02-28',
    ]);
  });

  it.each<[Interval, string, string, string]>([
    ['daily', '2024-01-31', '2024-03-15', '2024-03-15/2024-03-16'],
    // 31 January 2024 was a Wednesday; so are 13 and 20 March.
    ['weekly', '2024-01-31', '2024-03-15', '2024-03-13/2024-03-20'],
    ['monthly', '2024-01-31', '2024-02-28', '2024-01-31/2024-02-29'],
    ['monthly', '2024-01-31', '2024-02-29', '2024-02-29/2024-03-31'],
    ['monthly', '2024-01-15', '2024-03-14', '2024-02-15/2024-03-15'],
    ['quarterly', '2023-11-30', '2024-02-28', '2023-11-30/2024-02-29'],
    ['quarterly', '2023-11-30', '2024-02-29', '2024-02-29/2024-05-30'],
    ['semiannual', '2023-08-31', '2024-06-01', '2024-02-29/2024-08-31'],
    ['yearly', '2023-07-01', '2025-06-30', '2024-07-01/2025-07-01'],
    // Days before the anchor lie in periods counted backwards from it.
    ['monthly', '2024-03-31', '2024-02-29', '2024-02-29/2024-03-31'],
    ['monthly', '2024-03-31', '2024-02-28', '2024-01-31/2024-02-29'],
    ['weekly', '2024-01-31', '2024-01-30', '2024-01-24/2024-01-31'],
  ])('%s from %s: %s lies in %s', (interval, anchor, day, expected) => {
    expect(on(calendar(interval, 'anniversary', anchor), day)).toBe(expected);
  });

  it('counts several intervals from the anchor', () => {
    const everyTwoMonths = calendar('monthly', 'anniversary', '2024-12-31', { intervalCount: 2 });
    expect(boundaries(everyTwoMonths, '2024-12-31', 3)).toEqual(['2025-02-28', '2025-04-30', '2025-06-30']);
    const everyThreeYears = calendar('yearly', 'anniversary', '2024-02-29', { intervalCount: 3 });
    expect(boundaries(everyThreeYears, '2024-02-29', 4)).toEqual(['2027-02-28', '2030-02-28', '2033-02-28', '2036-02-29']);
    const everyTenDays = calendar('daily', 'anniversary', '2024-02-25', { intervalCount: 10 });
    expect(boundaries(everyTenDays, '2024-02-25', 2)).toEqual(['2024-03-06', '2024-03-16']);
    // One day before the anchor lies in the ten days before it.
    expect(on(everyTenDays, '2024-02-24')).toBe('2024-02-15/2024-02-25');
  });

  it('reaches far dates in one step', () => {
    const c = calendar('monthly', 'anniversary', '2024-01-31');
    expect(on(c, '9999-02-28')).toBe('9999-02-28/9999-03-31');
    expect(on({ ...c, interval: 'daily' }, '+200000-01-01')).toBe('+200000-01-01/+200000-01-02');
  });
});

describe('calendar billing', () => {
  it.each<[Interval, string, string]>([
    ['daily', '2024-05-15', '2024-05-15/2024-05-16'],
    // 15 May 2024 was a Wednesday: its week began on Monday the 13th. Sunday is the last day, Monday the first.
    ['weekly', '2024-05-15', '2024-05-13/2024-05-20'],
    ['weekly', '2024-05-19', '2024-05-13/2024-05-20'],
    ['weekly', '2024-05-20', '2024-05-20/2024-05-27'],
    ['monthly', '2024-02-29', '2024-02-01/2024-03-01'],
    ['quarterly', '2024-05-15', '2024-04-01/2024-07-01'],
    ['quarterly', '2024-12-31', '2024-10-01/2025-01-01'],
    ['semiannual', '2024-06-30', '2024-01-01/2024-07-01'],
    ['semiannual', '2024-07-01', '2024-07-01/2025-01-01'],
    ['yearly', '2024-12-31', '2024-01-01/2025-01-01'],
  ])('%s: %s lies in %s, whatever the anchor', (interval, day, expected) => {
    for (const anchor of ['2024-05-15', '2023-02-28', '2025-12-31']) {
      expect(on(calendar(interval, 'calendar', anchor), day)).toBe(expected);
    }
  });

  it.each<[Interval, string, number, string, string]>([
    // Two weeks from the Monday of the anchor's week, 13 May 2024.
    ['weekly', '2024-05-15', 2, '2024-05-26', '2024-05-13/2024-05-27'],
    ['weekly', '2024-05-15', 2, '2024-05-12', '2024-04-29/2024-05-13'],
    // Two quarters from the anchor's quarter, April to June.
    ['quarterly', '2024-05-15', 2, '2024-09-30', '2024-04-01/2024-10-01'],
    ['monthly', '2024-05-31', 3, '2024-07-31', '2024-05-01/2024-08-01'],
    ['semiannual', '2024-08-01', 3, '2025-12-31', '2024-07-01/2026-01-01'],
    ['yearly', '2024-08-01', 2, '2025-12-31', '2024-01-01/2026-01-01'],
    ['daily', '2024-05-15', 2, '2024-05-16', '2024-05-15/2024-05-17'],
  ])('%s from the period of %s, %i at a time: %s lies in %s', (interval, anchor, intervalCount, day, expected) => {
    expect(on(calendar(interval, 'calendar', anchor, { intervalCount }), day)).toBe(expected);
  });
});

describe('instants', () => {
  const berlin = calendar('monthly', 'calendar', '2025-01-01', { zone: 'Europe/Berlin' });

  it('bounds periods by the midnights of the zone', () => {
    // Berlin is one hour ahead of UTC in February and until 30 March 2025, then two.
    const march = Period.of(instant('2025-02-28T23:00:00Z'), instant('2025-03-31T22:00:00Z'));
    expect(periodAt(berlin, instant('2025-02-28T23:00:00Z'))).toEqual(march);
    expect(periodAt(berlin, instant('2025-03-31T21:59:59.999999999Z'))).toEqual(march);
    expect(periodAt(berlin, instant('2025-02-28T22:59:59.999999999Z')).end).toEqual(march.start);
  });

  it('finds the boundary strictly after an instant', () => {
    expect(nextBoundary(berlin, instant('2025-03-31T21:59:59Z')).toString()).toBe('2025-03-31T22:00:00Z');
    expect(nextBoundary(berlin, instant('2025-03-31T22:00:00Z')).toString()).toBe('2025-04-30T22:00:00Z');
  });

  it('finds the period before a period, or before the one a part of it lies in', () => {
    const march = periodAt(berlin, instant('2025-03-10T00:00:00Z'));
    const february = periodAt(berlin, instant('2025-02-10T00:00:00Z'));
    expect(previousPeriod(berlin, march)).toEqual(february);
    expect(previousPeriod(berlin, Period.of(instant('2025-03-10T00:00:00Z'), march.end))).toEqual(february);
    const yearly = calendar('yearly', 'anniversary', '2024-02-29');
    const first = periodAt(yearly, instant('2024-02-29T00:00:00Z'));
    expect(previousPeriod(yearly, first).start.toString()).toBe('2023-02-28T00:00:00Z');
  });

  it('opens a day at the end of the gap where clocks skip midnight', () => {
    // Beirut went from 00:00 to 01:00 on 31 March 2024: the month's last day began at 01:00 local time, 22:00 UTC the day before.
    const c = calendar('monthly', 'anniversary', '2024-01-31', { zone: 'Asia/Beirut' });
    expect(nextBoundary(c, instant('2024-03-01T00:00:00Z')).toString()).toBe('2024-03-30T22:00:00Z');
    expect(periodAt(c, instant('2024-03-30T21:59:59Z')).start.toString()).toBe('2024-02-28T22:00:00Z');
    expect(periodAt(c, instant('2024-03-30T22:00:00Z')).start.toString()).toBe('2024-03-30T22:00:00Z');
  });
});

describe('after a change of zone', () => {
  it('opens where the last period closed and ends at the new boundary, going west', () => {
    // March closed at midnight in Berlin (22:00 UTC). New York still had 18:00 on 31 March; April ends there at 04:00 UTC.
    const closed = instant('2025-03-31T22:00:00Z');
    const c = calendar('monthly', 'calendar', '2025-01-01', { zone: 'America/New_York' });
    const { period, full } = periodAfter(c, closed, 'Europe/Berlin');
    expect(period).toEqual(Period.of(closed, instant('2025-05-01T04:00:00Z')));
    expect(full.start.toString()).toBe('2025-04-01T04:00:00Z');
    expect(Period.days(full, c.zone)).toBe(30);
  });

  it('opens where the last period closed and ends at the new boundary, going east', () => {
    // The anchor's 15 March opened at 04:00 UTC in New York; in Tokyo it is then 13:00 of the 15th, and 15 April opens at 15:00 UTC the day before.
    const closed = instant('2025-03-15T04:00:00Z');
    const c = calendar('monthly', 'anniversary', '2025-01-15', { zone: 'Asia/Tokyo' });
    const { period, full } = periodAfter(c, closed, 'America/New_York');
    expect(period).toEqual(Period.of(closed, instant('2025-04-14T15:00:00Z')));
    expect(Period.days(full, c.zone)).toBe(31);
  });

  it('is the next period when the zone has not changed', () => {
    const c = calendar('monthly', 'anniversary', '2025-01-31', { zone: 'Europe/Berlin' });
    const closed = localMidnight(date('2025-02-28'), c.zone);
    const { period, full } = periodAfter(c, closed, c.zone);
    expect(period).toEqual(full);
    expect(period).toEqual(periodAt(c, closed));
  });
});

describe('monthly cuts of usage', () => {
  it('cut longer periods at monthly boundaries of the same anchor', () => {
    const yearly = calendar('yearly', 'anniversary', '2024-08-31');
    expect(boundaries(monthlyCuts(yearly), '2024-08-31', 7)).toEqual([
      '2024-09-30', '2024-10-31', '2024-11-30', '2024-12-31', '2025-01-31', '2025-02-28', '2025-03-31',
    ]);
    const quarterly = calendar('quarterly', 'calendar', '2024-08-31', { intervalCount: 2 });
    expect(boundaries(monthlyCuts(quarterly), '2024-08-31', 2)).toEqual(['2024-09-01', '2024-10-01']);
  });

  it('leave days and weeks, which months do not hold, as they are', () => {
    const weekly = calendar('weekly', 'calendar', '2024-08-31');
    expect(monthlyCuts(weekly)).toEqual(weekly);
  });
});

describe('faults', () => {
  it('refuses interval counts below 1 and zones that do not exist', () => {
    for (const intervalCount of [0, -1, 1.5, Number.NaN]) {
      expect(() => on(calendar('monthly', 'calendar', '2024-01-01', { intervalCount }), '2024-01-01')).toThrow(RangeError);
    }
    const lost = calendar('monthly', 'calendar', '2024-01-01', { zone: 'Mars/Olympus' });
    expect(() => periodAt(lost, instant('2024-01-01T00:00:00Z'))).toThrow(RangeError);
  });
});
