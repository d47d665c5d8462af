import { describe, expect, it } from 'vitest';
import { boundaryInvoice, dueWork, nextBillingDate, overdueWork } from './index.ts';
import { coverOf, lifeOf, local, termsOf, when } from './testing.ts';

const ZONE = 'America/New_York';

describe('a life in arrears', () => {
  it('bills every period when it has ended, the first by the days from the start to the boundary', () => {
    // 15 to 31 January are 17 of 31 days; the clock change of 8 March makes no day.
    expect(lifeOf(termsOf(), '2026-04-01')).toEqual([
      '2026-01-15 activate: no invoice',
      '2026-02-01 period_end: arrears 17/31 of 2026-01-15..2026-02-01; usage 2026-01-15..2026-02-01',
      '2026-03-01 period_end: arrears 28/28 of 2026-02-01..2026-03-01; usage 2026-02-01..2026-03-01',
      '2026-04-01 period_end: arrears 31/31 of 2026-03-01..2026-04-01; usage 2026-03-01..2026-04-01',
    ]);
  });

  it('opens the fee at the midnight of the start day and usage at the instant of the start', () => {
    expect(lifeOf(termsOf({ startedAt: '2026-01-15 15:30' }), '2026-02-01')).toEqual([
      '2026-01-15 15:30:00 activate: no invoice',
      '2026-02-01 period_end: arrears 17/31 of 2026-01-15..2026-02-01; usage 2026-01-15 15:30:00..2026-02-01',
    ]);
  });

  it('keeps anniversaries of the 31st on month ends without drifting', () => {
    const terms = termsOf({ startedAt: '2027-12-31 09:00', billingTime: 'anniversary' });
    // 2028 is a leap year. Periods of 31, 29, 31 and 30 days, each billed in full.
    expect(lifeOf(terms, '2028-05-01')).toEqual([
      '2027-12-31 09:00:00 activate: no invoice',
      '2028-01-31 period_end: arrears 31/31 of 2027-12-31..2028-01-31; usage 2027-12-31 09:00:00..2028-01-31',
      '2028-02-29 period_end: arrears 29/29 of 2028-01-31..2028-02-29; usage 2028-01-31..2028-02-29',
      '2028-03-31 period_end: arrears 31/31 of 2028-02-29..2028-03-31; usage 2028-02-29..2028-03-31',
      '2028-04-30 period_end: arrears 30/30 of 2028-03-31..2028-04-30; usage 2028-03-31..2028-04-30',
    ]);
  });

  it('counts anniversaries from subscription_at where given, before the start or after it', () => {
    // Periods from the 10th; the start on the 15th leaves 26 of the 31 days from 10 January to 10 February.
    const before = termsOf({ subscriptionAt: '2025-11-10', billingTime: 'anniversary' });
    expect(lifeOf(before, '2026-02-10').at(-1)).toBe(
      '2026-02-10 period_end: arrears 26/31 of 2026-01-15..2026-02-10; usage 2026-01-15..2026-02-10',
    );
    // An anchor that is still ahead counts backwards: 20 December to 20 January, of which 15 to 19 January are 5 days.
    const after = termsOf({ subscriptionAt: '2026-02-20', billingTime: 'anniversary' });
    expect(lifeOf(after, '2026-01-20').at(-1)).toBe(
      '2026-01-20 period_end: arrears 5/31 of 2026-01-15..2026-01-20; usage 2026-01-15..2026-01-20',
    );
  });

  it('begins weeks on Monday', () => {
    // 15 January 2026 is a Thursday: Thursday to Sunday are 4 of 7 days.
    expect(lifeOf(termsOf({ plan: { interval: 'weekly' } }), '2026-01-26')).toEqual([
      '2026-01-15 activate: no invoice',
      '2026-01-19 period_end: arrears 4/7 of 2026-01-15..2026-01-19; usage 2026-01-15..2026-01-19',
      '2026-01-26 period_end: arrears 7/7 of 2026-01-19..2026-01-26; usage 2026-01-19..2026-01-26',
    ]);
  });

  it('counts days of 23 and 25 hours as days', () => {
    // New York sets its clocks forward on 8 March and back on 1 November 2026. From 8 to 31 March are 24 of 31 days.
    expect(lifeOf(termsOf({ startedAt: '2026-03-08 12:00' }), '2026-04-01').at(-1)).toBe(
      '2026-04-01 period_end: arrears 24/31 of 2026-03-08..2026-04-01; usage 2026-03-08 12:00:00..2026-04-01',
    );
    const daily = termsOf({ startedAt: '2026-10-31', plan: { interval: 'daily' } });
    expect(lifeOf(daily, '2026-11-02').slice(1)).toEqual([
      '2026-11-01 period_end: arrears 1/1 of 2026-10-31..2026-11-01; usage 2026-10-31..2026-11-01',
      '2026-11-02 period_end: arrears 1/1 of 2026-11-01..2026-11-02; usage 2026-11-01..2026-11-02',
    ]);
    const [, , secondDay] = [...overdueWork(daily, null, local('2026-11-02', ZONE))];
    // 1 November has 25 hours: from 04:00 UTC to 05:00 UTC of the next day.
    expect(secondDay?.at.toString()).toBe('2026-11-02T05:00:00Z');
  });
});

describe('a life in advance', () => {
  const advance = { payInAdvance: true };

  it('bills the coming period at the start and at every boundary, with the usage of the ended one', () => {
    expect(lifeOf(termsOf({ plan: advance }), '2026-03-01')).toEqual([
      '2026-01-15 activate: advance 17/31 of 2026-01-15..2026-02-01',
      '2026-02-01 period_end: advance 28/28 of 2026-02-01..2026-03-01; usage 2026-01-15..2026-02-01',
      '2026-03-01 period_end: advance 31/31 of 2026-03-01..2026-04-01; usage 2026-02-01..2026-03-01',
    ]);
  });

  it('bills a start on a boundary for the whole period', () => {
    expect(lifeOf(termsOf({ startedAt: '2026-02-01', plan: advance }), '2026-02-01')).toEqual([
      '2026-02-01 activate: advance 28/28 of 2026-02-01..2026-03-01',
    ]);
  });

  it('bills only the days up to a known end, the day of the end included', () => {
    const terms = termsOf({ endingAt: '2026-02-10 18:00', plan: advance });
    expect(lifeOf(terms, '2026-12-31')).toEqual([
      '2026-01-15 activate: advance 17/31 of 2026-01-15..2026-02-01',
      '2026-02-01 period_end: advance 10/28 of 2026-02-01..2026-02-10 18:00:00; usage 2026-01-15..2026-02-01',
      '2026-02-10 18:00:00 end: usage 2026-02-01..2026-02-10 18:00:00',
    ]);
  });
});

describe('a trial', () => {
  // Started on 15 January at 10:00, 14 days: it ends on the 29th at 10:00, and the 29th is the first billed day.
  const trial = { startedAt: '2026-01-15 10:00', trialEndsAt: '2026-01-29 10:00' };

  it('makes the advance fee fall due when it ends, from that day on', () => {
    expect(lifeOf(termsOf({ ...trial, plan: { payInAdvance: true } }), '2026-02-01')).toEqual([
      '2026-01-15 10:00:00 activate: no invoice',
      '2026-01-29 10:00:00 trial_end: advance 3/31 of 2026-01-29..2026-02-01',
      '2026-02-01 period_end: advance 28/28 of 2026-02-01..2026-03-01; usage 2026-01-15 10:00:00..2026-02-01',
    ]);
  });

  it('leaves its days out of the fee in arrears, while usage is billed', () => {
    expect(lifeOf(termsOf(trial), '2026-02-01')).toEqual([
      '2026-01-15 10:00:00 activate: no invoice',
      '2026-01-29 10:00:00 trial_end: no invoice',
      '2026-02-01 period_end: arrears 3/31 of 2026-01-29..2026-02-01; usage 2026-01-15 10:00:00..2026-02-01',
    ]);
  });

  it('sets the anniversary on the first day after it', () => {
    const terms = termsOf({ ...trial, billingTime: 'anniversary', plan: { payInAdvance: true } });
    // The period of the trial closes at the midnight of the 29th with its usage; the fee follows at 10:00, for the whole period.
    expect(lifeOf(terms, '2026-03-01')).toEqual([
      '2026-01-15 10:00:00 activate: no invoice',
      '2026-01-29 period_end: usage 2026-01-15 10:00:00..2026-01-29',
      '2026-01-29 10:00:00 trial_end: advance 30/30 of 2026-01-29..2026-02-28',
      '2026-02-28 period_end: advance 29/29 of 2026-02-28..2026-03-29; usage 2026-01-29..2026-02-28',
    ]);
  });

  it('leaves an anchor that was asked for where it is', () => {
    const terms = termsOf({ ...trial, subscriptionAt: '2026-01-10', billingTime: 'anniversary' });
    // 29 January to 9 February are 12 of the 31 days from 10 January to 10 February.
    expect(lifeOf(terms, '2026-02-10').at(-1)).toBe(
      '2026-02-10 period_end: arrears 12/31 of 2026-01-29..2026-02-10; usage 2026-01-15 10:00:00..2026-02-10',
    );
  });

  it('is one with a boundary it ends on', () => {
    const terms = termsOf({ startedAt: '2026-01-18', trialEndsAt: '2026-02-01', plan: { payInAdvance: true } });
    expect(lifeOf(terms, '2026-02-01')).toEqual([
      '2026-01-18 activate: no invoice',
      '2026-02-01 period_end and trial_end: advance 28/28 of 2026-02-01..2026-03-01; usage 2026-01-18..2026-02-01',
    ]);
  });

  it('outlasts boundaries, which then carry usage alone', () => {
    const terms = termsOf({ startedAt: '2026-01-15', trialEndsAt: '2026-02-14', plan: { payInAdvance: true } });
    // 14 to 28 February are 15 of 28 days.
    expect(lifeOf(terms, '2026-02-14')).toEqual([
      '2026-01-15 activate: no invoice',
      '2026-02-01 period_end: usage 2026-01-15..2026-02-01',
      '2026-02-14 trial_end: advance 15/28 of 2026-02-14..2026-03-01',
    ]);
  });
});

describe('usage cut at months', () => {
  it('invoices usage alone between the boundaries of a longer plan', () => {
    const terms = termsOf({ plan: { interval: 'quarterly', billChargesMonthly: true } });
    // Of the first quarter's 90 days (31 + 28 + 31), 15 January to 31 March are 76.
    expect(lifeOf(terms, '2026-04-01')).toEqual([
      '2026-01-15 activate: no invoice',
      '2026-02-01 period_end: usage 2026-01-15..2026-02-01',
      '2026-03-01 period_end: usage 2026-02-01..2026-03-01',
      '2026-04-01 period_end: arrears 76/90 of 2026-01-15..2026-04-01; usage 2026-03-01..2026-04-01',
    ]);
  });

  it('cuts at the months of the same anchor', () => {
    const terms = termsOf({
      startedAt: '2026-01-31',
      billingTime: 'anniversary',
      plan: { interval: 'quarterly', billChargesMonthly: true, payInAdvance: true },
    });
    // 31 January to 30 April are 89 days.
    expect(lifeOf(terms, '2026-04-30')).toEqual([
      '2026-01-31 activate: advance 89/89 of 2026-01-31..2026-04-30',
      '2026-02-28 period_end: usage 2026-01-31..2026-02-28',
      '2026-03-31 period_end: usage 2026-02-28..2026-03-31',
      '2026-04-30 period_end: advance 92/92 of 2026-04-30..2026-07-31; usage 2026-03-31..2026-04-30',
    ]);
  });

  it('leaves shorter periods as they are', () => {
    const terms = termsOf({ plan: { interval: 'weekly', billChargesMonthly: true } });
    expect(lifeOf(terms, '2026-01-19').at(-1)).toBe(
      '2026-01-19 period_end: arrears 4/7 of 2026-01-15..2026-01-19; usage 2026-01-15..2026-01-19',
    );
  });
});

describe('an end', () => {
  it.each([
    // Inside a day the whole day is billed, usage to the instant.
    ['2026-01-20 18:00', '2026-01-20 18:00:00 end: arrears 6/31 of 2026-01-15..2026-01-20 18:00:00; usage 2026-01-15..2026-01-20 18:00:00'],
    // At midnight nothing of the day that begins there: 15 to 19 January.
    ['2026-01-20', '2026-01-20 end: arrears 5/31 of 2026-01-15..2026-01-20; usage 2026-01-15..2026-01-20'],
    // At the boundary it closes the period that ends there, in one invoice.
    ['2026-02-01', '2026-02-01 end: arrears 17/31 of 2026-01-15..2026-02-01; usage 2026-01-15..2026-02-01'],
    // On the first local day of a period it ends with the period before.
    ['2026-02-01 15:00', '2026-02-01 end: arrears 17/31 of 2026-01-15..2026-02-01; usage 2026-01-15..2026-02-01'],
    // On the day of the start that one day is billed.
    ['2026-01-15 08:00', '2026-01-15 08:00:00 end: arrears 1/31 of 2026-01-15..2026-01-15 08:00:00; usage 2026-01-15..2026-01-15 08:00:00'],
  ])('at %s is invoiced by its day and its instant', (endingAt, line) => {
    const life = lifeOf(termsOf({ endingAt }), '2026-12-31');
    expect(life.at(-1)).toBe(line);
    expect(life).toHaveLength(2);
  });

  it('on the first day of a period bills that day when the subscription also starts on it', () => {
    const terms = termsOf({ startedAt: '2026-02-01 09:00', endingAt: '2026-02-01 15:00' });
    expect(lifeOf(terms, '2026-12-31').at(-1)).toBe(
      '2026-02-01 15:00:00 end: arrears 1/28 of 2026-02-01..2026-02-01 15:00:00; usage 2026-02-01 09:00:00..2026-02-01 15:00:00',
    );
  });

  it('makes a yearly anniversary exactly a year when it is agreed by the same wall time', () => {
    const terms = termsOf({
      startedAt: '2026-01-15 10:00',
      endingAt: '2027-01-15 10:00',
      billingTime: 'anniversary',
      plan: { interval: 'yearly' },
    });
    expect(lifeOf(terms, '2027-12-31').at(-1)).toBe(
      '2027-01-15 end: arrears 365/365 of 2026-01-15..2027-01-15; usage 2026-01-15 10:00:00..2027-01-15',
    );
  });

  it('in the trial bills usage alone, also on the last day of the trial', () => {
    const trial = { startedAt: '2026-01-15 10:00', trialEndsAt: '2026-01-29 10:00' };
    for (const endingAt of ['2026-01-20 12:00', '2026-01-29 09:00', '2026-01-29 10:00']) {
      const end = when(local(endingAt, ZONE), ZONE);
      expect(lifeOf(termsOf({ ...trial, endingAt }), '2026-12-31').at(-1)).toBe(
        `${end} end: usage 2026-01-15 10:00:00..${end}`,
      );
    }
  });

  it('not after the start leaves nothing to activate and nothing to bill', () => {
    expect(lifeOf(termsOf({ endingAt: '2026-01-10' }), '2026-12-31')).toEqual(['2026-01-10 end: no invoice']);
    const sameDay = termsOf({ startedAt: '2026-01-15 15:00', endingAt: '2026-01-15 08:00' });
    expect(lifeOf(sameDay, '2026-12-31')).toEqual(['2026-01-15 08:00:00 end: no invoice']);
    const atOnce = dueWork(termsOf({ endingAt: '2026-01-15' }), null);
    expect(atOnce?.kind).toBe('end');
  });

  it('that happened wins over the one agreed on', () => {
    const terms = termsOf({ endingAt: '2026-03-10', terminatedAt: '2026-01-20 18:00' });
    expect(dueWork(terms, local('2026-01-16', ZONE))?.at).toEqual(local('2026-01-20 18:00', ZONE));
    expect(dueWork(terms, local('2026-01-20 18:00', ZONE))).toBeNull();
  });
});

describe('what falls due next', () => {
  it('is the start, for a pending subscription', () => {
    const due = dueWork(termsOf(), local('2026-01-01', ZONE));
    expect(due).toEqual({ at: local('2026-01-15', ZONE), kind: 'activate', trialEnds: false });
  });

  it('lists what a start in the past has to catch up with, in order', () => {
    const terms = termsOf({ startedAt: '2025-12-20 10:00', plan: { payInAdvance: true } });
    expect(lifeOf(terms, '2026-02-15')).toEqual([
      '2025-12-20 10:00:00 activate: advance 12/31 of 2025-12-20..2026-01-01',
      '2026-01-01 period_end: advance 31/31 of 2026-01-01..2026-02-01; usage 2025-12-20 10:00:00..2026-01-01',
      '2026-02-01 period_end: advance 28/28 of 2026-02-01..2026-03-01; usage 2026-01-01..2026-02-01',
    ]);
  });

  it.each([
    // In arrears the start makes no invoice, nor does the end of a trial.
    ['pending in arrears', termsOf(), '2026-01-01', '2026-02-01'],
    ['pending in advance', termsOf({ plan: { payInAdvance: true } }), '2026-01-01', '2026-01-15'],
    ['running', termsOf(), '2026-02-10', '2026-03-01'],
    ['on the boundary itself', termsOf(), '2026-02-01', '2026-03-01'],
    ['trial in arrears', termsOf({ trialEndsAt: '2026-01-20' }), '2026-01-16', '2026-02-01'],
    ['trial in advance', termsOf({ trialEndsAt: '2026-01-20', plan: { payInAdvance: true } }), '2026-01-16', '2026-01-20'],
    ['yearly with monthly usage', termsOf({ plan: { interval: 'yearly', billChargesMonthly: true } }), '2026-02-10', '2026-03-01'],
    ['ending inside a period', termsOf({ endingAt: '2026-02-20' }), '2026-02-10', '2026-02-20'],
  ])('bills next: %s', (_name, terms, now, expected) => {
    const next = nextBillingDate(terms, local(now, ZONE));
    expect(next === null ? null : when(next, ZONE)).toBe(expected);
  });

  it('bills nothing more after the end, nor at an end that skips its invoice', () => {
    expect(nextBillingDate(termsOf({ endingAt: '2026-02-20' }), local('2026-02-20', ZONE))).toBeNull();
    const skips = termsOf({ endingAt: '2026-02-20', terminationAction: 'skip' });
    expect(nextBillingDate(skips, local('2026-02-10', ZONE))).toBeNull();
  });
});

describe('the invoice of a boundary', () => {
  it.each([
    ['its own', termsOf(), '2026-03-01', 'arrears 28/28 of 2026-02-01..2026-03-01; usage 2026-02-01..2026-03-01'],
    ['none inside a period', termsOf(), '2026-02-15', null],
    ['of one that starts until then', termsOf({ startedAt: '2026-02-10' }), '2026-03-01', 'arrears 19/28 of 2026-02-10..2026-03-01; usage 2026-02-10..2026-03-01'],
    ['none before the start', termsOf({ startedAt: '2026-03-10' }), '2026-03-01', null],
    ['none where it ends with the period', termsOf({ endingAt: '2026-03-01' }), '2026-03-01', null],
  ])('%s', (_name, terms, at, expected) => {
    const covered = boundaryInvoice(terms, local('2026-01-20', ZONE), local(at, ZONE));
    expect(covered === null ? null : coverOf(covered, ZONE)).toBe(expected);
  });
});
