import { describe, expect, it } from 'vitest';
import { localDate, localMidnight, Period, proration, trialEnd } from './index.ts';

const instant = (text: string) => Temporal.Instant.from(text);
const period = (start: string, end: string) => Period.of(instant(start), instant(end));

/** A period between two local wall times of a zone. */
function local(zone: string, start: string, end: string): Period {
  const at = (text: string) => Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant();
  return Period.of(at(start), at(end));
}

describe('periods', () => {
  const march = period('2025-03-01T00:00:00Z', '2025-04-01T00:00:00Z');

  it('hold their start and not their end', () => {
    expect(Period.contains(march, march.start)).toBe(true);
    expect(Period.contains(march, instant('2025-03-31T23:59:59.999999999Z'))).toBe(true);
    expect(Period.contains(march, march.end)).toBe(false);
    expect(Period.contains(march, instant('2025-02-28T23:59:59Z'))).toBe(false);
  });

  it('share what both hold', () => {
    const shared = period('2025-03-15T00:00:00Z', '2025-04-01T00:00:00Z');
    expect(Period.intersect(march, period('2025-03-15T00:00:00Z', '2025-05-01T00:00:00Z'))).toEqual(shared);
    expect(Period.intersect(period('2025-03-15T00:00:00Z', '2025-05-01T00:00:00Z'), march)).toEqual(shared);
    expect(Period.intersect(march, period('2025-04-01T00:00:00Z', '2025-05-01T00:00:00Z'))).toBeNull();
    expect(Period.intersect(march, period('2025-03-05T00:00:00Z', '2025-03-05T00:00:00Z'))).toBeNull();
    expect(Period.equals(march, period('2025-03-01T00:00:00Z', '2025-04-01T00:00:00Z'))).toBe(true);
    expect(Period.equals(march, shared)).toBe(false);
  });

  it('may be empty but not end before they start', () => {
    expect(Period.isEmpty(Period.of(march.start, march.start))).toBe(true);
    expect(() => Period.of(march.end, march.start)).toThrow(RangeError);
  });
});

describe('local days of a period', () => {
  it.each<[string, string, string, string, number]>([
    // Days that are touched in any part count; an end at midnight touches nothing of the day that begins there.
    ['one hour', 'Europe/Berlin', '2025-03-10T12:00', '2025-03-10T13:00', 1],
    ['a whole day', 'Europe/Berlin', '2025-03-10T00:00', '2025-03-11T00:00', 1],
    ['a second over midnight', 'Europe/Berlin', '2025-03-10T00:00', '2025-03-11T00:00:01', 2],
    ['two hours across midnight', 'Europe/Berlin', '2025-03-10T23:00', '2025-03-11T01:00', 2],
    ['nothing', 'Europe/Berlin', '2025-03-10T12:00', '2025-03-10T12:00', 0],
    // 31 days of March and 31 of October 2025, of which one has 23 and one has 25 hours.
    ['the month of 743 hours', 'Europe/Berlin', '2025-03-01T00:00', '2025-04-01T00:00', 31],
    ['the month of 745 hours', 'Europe/Berlin', '2025-10-01T00:00', '2025-11-01T00:00', 31],
    ['the day of 23 hours', 'America/New_York', '2025-03-09T00:00', '2025-03-10T00:00', 1],
    ['the day of 25 hours', 'America/New_York', '2025-11-02T00:00', '2025-11-03T00:00', 1],
    ['a leap year', 'Asia/Tokyo', '2024-01-01T00:00', '2025-01-01T00:00', 366],
  ])('%s in %s from %s to %s: %i', (_name, zone, start, end, days) => {
    expect(Period.days(local(zone, start, end), zone)).toBe(days);
  });

  it('depend on the zone', () => {
    // 23:30 to 00:30 UTC is two days in London in winter, one in Berlin.
    const hour = period('2025-01-10T23:30:00Z', '2025-01-11T00:30:00Z');
    expect(Period.days(hour, 'Europe/London')).toBe(2);
    expect(Period.days(hour, 'Europe/Berlin')).toBe(1);
  });
});

describe('local midnights', () => {
  it.each([
    ['Europe/Berlin', '2025-07-01', '2025-06-30T22:00:00Z'],
    // The clocks skipped midnight on these days; the day began at 01:00.
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00Z'],
    ['Africa/Cairo', '2024-04-26', '2024-04-25T22:00:00Z'],
    ['Asia/Beirut', '2024-03-31', '2024-03-30T22:00:00Z'],
    ['Atlantic/Azores', '2024-03-31', '2024-03-31T01:00:00Z'],
    // Midnight came twice on 27 October 2024 in the Azores, at 00:00 and at 01:00 UTC: the first opens the day.
    ['Atlantic/Azores', '2024-10-27', '2024-10-27T00:00:00Z'],
  ])('%s, %s begins at %s', (zone, day, expected) => {
    const midnight = localMidnight(Temporal.PlainDate.from(day), zone);
    expect(midnight.toString()).toBe(expected);
    expect(localDate(midnight, zone).toString()).toBe(day);
    const before = midnight.subtract({ nanoseconds: 1 });
    expect(localDate(before, zone).add({ days: 1 }).toString()).toBe(day);
  });

  it('give minutes repeated across midnight to the day that has begun', () => {
    // Newfoundland went from 00:01 of 29 October 2006 (02:31 UTC) back to 23:01 of the 28th. The 29th had begun at 02:30 UTC.
    expect(localDate(instant('2006-10-29T02:29:59Z'), 'America/St_Johns').toString()).toBe('2006-10-28');
    expect(localDate(instant('2006-10-29T02:30:00Z'), 'America/St_Johns').toString()).toBe('2006-10-29');
    expect(localDate(instant('2006-10-29T02:45:00Z'), 'America/St_Johns').toString()).toBe('2006-10-29');
    expect(localDate(instant('2006-10-29T03:30:00Z'), 'America/St_Johns').toString()).toBe('2006-10-29');
  });

  it('are right however many were asked for before, and to the nanosecond', () => {
    // 14 years of days in two zones are more than are remembered. Each begins where the zone's clock says, and the nanosecond before is another day's.
    const zones = ['America/New_York', 'Asia/Kathmandu'];
    for (let day = Temporal.PlainDate.from('2012-01-01'); day.year < 2026; day = day.add({ days: 1 }))
      for (const zone of zones) {
        const midnight = localMidnight(day, zone);
        if (!midnight.equals(day.toZonedDateTime(zone).toInstant())) expect.fail(`${day} in ${zone} begins at ${midnight}`);
        const [at, before] = [localDate(midnight, zone), localDate(midnight.subtract({ nanoseconds: 1 }), zone)];
        if (!at.equals(day) || !before.equals(day.subtract({ days: 1 }))) expect.fail(`${day} in ${zone} follows on ${before}, and is ${at} where it begins`);
      }
    expect(localDate(instant('2001-01-01T04:59:59.999999999Z'), 'America/New_York').toString()).toBe('2000-12-31');
    expect(localDate(instant('2001-01-01T05:00:00.000000001Z'), 'America/New_York').toString()).toBe('2001-01-01');
  });
});

describe('proration', () => {
  const zone = 'Europe/Berlin';
  const march = local(zone, '2025-03-01T00:00', '2025-04-01T00:00');

  it.each([
    // The day of start is billed: 22 to 31 March are 10 days, whatever the hour.
    ['2025-03-22T00:00', '2025-04-01T00:00', 10n],
    ['2025-03-22T17:45', '2025-04-01T00:00', 10n],
    // The day of termination is billed; an end at exactly midnight bills nothing of that day.
    ['2025-03-01T00:00', '2025-03-10T09:00', 10n],
    ['2025-03-01T00:00', '2025-03-10T00:00', 9n],
    ['2025-03-30T12:00', '2025-03-30T12:01', 1n],
    ['2025-03-01T00:00', '2025-04-01T00:00', 31n],
  ])('bills %s to %s as %s of 31 days', (start, end, days) => {
    expect(proration(local(zone, start, end), march, zone)).toEqual({ numerator: days, denominator: 31n });
  });

  it('counts only what lies inside the full period, so that a fee never exceeds its amount', () => {
    expect(proration(local(zone, '2025-02-20T00:00', '2025-03-03T00:00'), march, zone).numerator).toBe(2n);
    expect(proration(local(zone, '2025-02-20T00:00', '2025-04-20T00:00'), march, zone).numerator).toBe(31n);
    expect(proration(local(zone, '2025-04-01T00:00', '2025-04-20T00:00'), march, zone).numerator).toBe(0n);
    expect(() => proration(march, Period.of(march.start, march.start), zone)).toThrow(RangeError);
  });
});

describe('the end of a trial', () => {
  it.each([
    // 14 days from 20 March 2025, 10:00 in Berlin (09:00 UTC), end at 10:00 again, which after 30 March is 08:00 UTC.
    ['2025-03-20T09:00:00Z', 14, 'Europe/Berlin', '2025-04-03T08:00:00Z'],
    ['2025-03-20T09:00:00Z', 14, 'UTC', '2025-04-03T09:00:00Z'],
    ['2025-03-20T09:00:00Z', 0, 'Europe/Berlin', '2025-03-20T09:00:00Z'],
    // 02:30 does not exist on 30 March in Berlin: it becomes 03:30, 01:30 UTC.
    ['2025-03-29T01:30:00Z', 1, 'Europe/Berlin', '2025-03-30T01:30:00Z'],
    // 02:30 exists twice on 26 October: the first, still summer time, is 00:30 UTC.
    ['2025-10-25T00:30:00Z', 1, 'Europe/Berlin', '2025-10-26T00:30:00Z'],
    // 30 days from 31 January 2024 are the first of March in a leap year.
    ['2024-01-31T12:34:56.789Z', 30, 'UTC', '2024-03-01T12:34:56.789Z'],
  ])('%s and %i days in %s is %s', (start, days, zone, expected) => {
    expect(trialEnd(instant(start), days, zone).toString()).toBe(expected);
  });

  it('refuses days that are no whole number', () => {
    expect(() => trialEnd(instant('2025-01-01T00:00:00Z'), -1, 'UTC')).toThrow(RangeError);
    expect(() => trialEnd(instant('2025-01-01T00:00:00Z'), 1.5, 'UTC')).toThrow(RangeError);
  });
});
