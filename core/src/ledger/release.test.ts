import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount } from '../money/index.ts';
import { earnedThrough, isAhead, releasesOf } from './release.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const deferral = (amount: number, start: string, end: string) => ({ amount: Amount.of(amount), days: { start: day(start), end: day(end) } });
const shown = (releases: ReturnType<typeof releasesOf>) => releases.map(({ on, amount }) => [on.toString(), Amount.toNumber(amount)]);

describe('what is earned by the end of a day', () => {
  // 31 days from 15 January at 49.00: after 10 days 4900 × 10 ÷ 31 = 1580.6… -> 1581, what a fee for ten of 31 days is.
  it.each([
    ['2026-01-14', 0], ['2026-01-15', 158], ['2026-01-24', 1581], ['2026-01-31', 2687], ['2026-02-13', 4742], ['2026-02-14', 4900], ['2027-01-01', 4900],
  ])('through %s is %i', (through, expected) => {
    expect(earnedThrough(deferral(4900, '2026-01-15', '2026-02-15'), day(through))).toBe(BigInt(expected));
  });
});

describe('releases', () => {
  it('are one a month, on the last day of the fee in it', () => {
    // 17 of 31 days are 2687.09… -> 2687, the other 14 what is left.
    expect(shown(releasesOf(deferral(4900, '2026-01-15', '2026-02-15'), day('2026-01-15')))).toEqual([['2026-01-31', 2687], ['2026-02-14', 2213]]);
  });

  it('of a year follow the days of its months', () => {
    // 365.00 for 365 days: 1.00 a day.
    const year = shown(releasesOf(deferral(36_500, '2026-01-01', '2027-01-01'), day('2026-01-01')));
    expect(year.map(([, amount]) => amount)).toEqual([3100, 2800, 3100, 3000, 3100, 3000, 3100, 3100, 3000, 3100, 3000, 3100]);
    expect(year.at(1)).toEqual(['2026-02-28', 2800]);
  });

  it('of what is posted late begin in the month of the posting, with all that is earned till its end', () => {
    expect(shown(releasesOf(deferral(9000, '2026-01-01', '2026-04-01'), day('2026-02-03')))).toEqual([['2026-02-28', 5900], ['2026-03-31', 3100]]);
  });

  it('of what is over, or has no days, are one: at once', () => {
    for (const { end, on } of [{ end: '2026-02-01', on: '2026-01-31' }, { end: '2026-02-01', on: '2026-03-05' }, { end: '2026-01-01', on: '2025-12-31' }])
      expect(shown(releasesOf(deferral(500, '2026-01-01', end), day(on)))).toEqual([[on, 500]]);
    expect(releasesOf(deferral(0, '2026-01-01', '2026-02-01'), day('2026-03-01'))).toEqual([]);
  });

  it('say nothing of months in which no whole unit is earned', () => {
    // One cent over a year: 1 × 182 ÷ 365 < 1/2 <= 1 × 183 ÷ 365, the 2nd of July.
    expect(shown(releasesOf(deferral(1, '2026-01-01', '2027-01-01'), day('2026-01-01')))).toEqual([['2026-07-31', 1]]);
  });
});

const days = fc.integer({ min: 0, max: 800 }).map((n) => day('2025-11-20').add({ days: n }));
const amounts = fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n }).map(Amount.of);
const deferrals = fc
  .tuple(amounts, days, fc.integer({ min: 1, max: 1100 }))
  .map(([amount, start, length]) => ({ amount, days: { start, end: start.add({ days: length }) } }));

describe('laws', () => {
  it('the days sum to the amount, in any order, and each is within a unit of its exact share', () => {
    fc.assert(
      fc.property(deferrals, ({ amount, days: { start, end } }) => {
        const length = start.until(end).days;
        const parts = Array.from({ length }, (_, n) => {
          const on = start.add({ days: n });
          const value = { amount, days: { start, end } };
          return Amount.subtract(earnedThrough(value, on), earnedThrough(value, on.subtract({ days: 1 })));
        });
        expect(Amount.sum(parts)).toBe(amount);
        expect(Amount.sum(parts.toReversed())).toBe(amount);
        for (const part of parts) {
          const off = part * BigInt(length) - amount;
          expect(off < length && off > -length).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('the releases sum to the amount, come in order of the months, and none lies before the posting', () => {
    fc.assert(
      fc.property(deferrals, days, (deferred, postedOn) => {
        const releases = releasesOf(deferred, postedOn);
        expect(Amount.sum(releases.map(({ amount }) => amount))).toBe(deferred.amount);
        const months = releases.map(({ on }) => on.toPlainYearMonth().toString());
        expect(months).toEqual([...new Set(months)].sort());
        for (const { on } of releases) expect(Temporal.PlainDate.compare(postedOn, on)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('what is released by the end of any month is what is earned by then', () => {
    fc.assert(
      fc.property(deferrals, days, days, (deferred, postedOn, asked) => {
        fc.pre(isAhead(deferred.days, postedOn));
        const end = asked.with({ day: asked.daysInMonth });
        const released = releasesOf(deferred, postedOn).filter(({ on }) => Temporal.PlainDate.compare(on, end) <= 0);
        const posted = Temporal.PlainDate.compare(postedOn, end) <= 0;
        expect(Amount.sum(released.map(({ amount }) => amount))).toBe(posted ? earnedThrough(deferred, end) : 0n);
      }),
    );
  });
});
