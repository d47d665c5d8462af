import { describe, expect, it } from 'vitest';
import { type InvoiceKind, type InvoicePlan, invoicePlan, type SubscriptionTerms } from './index.ts';
import { coverOf, lifeOf, local, spanOf, termsOf } from './testing.ts';

const ZONE = 'America/New_York';

function planAt(terms: SubscriptionTerms, at: string, kind: InvoiceKind): InvoicePlan | null {
  return invoicePlan(terms, local(at, terms.zone), kind);
}

function cover(terms: SubscriptionTerms, at: string, kind: InvoiceKind): string | null {
  const plan = planAt(terms, at, kind);
  return plan === null ? null : coverOf(plan, terms.zone);
}

const billedTo = (text: string) => ({ at: local(text, ZONE), day: Temporal.PlainDate.from(text.slice(0, 10)) });

describe('the billing period', () => {
  const period = (terms: SubscriptionTerms, at: string, kind: InvoiceKind) => {
    const plan = planAt(terms, at, kind);
    return plan === null ? null : spanOf(plan.billingPeriod, ZONE);
  };

  it('is that of the plan fee: the ended period in arrears, the coming one in advance', () => {
    expect(period(termsOf(), '2026-02-01', 'periodic')).toBe('2026-01-15..2026-02-01');
    expect(period(termsOf({ plan: { payInAdvance: true } }), '2026-02-01', 'periodic')).toBe('2026-02-01..2026-03-01');
    expect(period(termsOf({ plan: { payInAdvance: true } }), '2026-01-15', 'start')).toBe('2026-01-15..2026-02-01');
  });

  it('is that of the usage where no plan fee is due', () => {
    const terms = termsOf({ plan: { interval: 'yearly', billChargesMonthly: true } });
    expect(period(terms, '2026-03-01', 'periodic')).toBe('2026-02-01..2026-03-01');
  });
});

describe('a start', () => {
  const advance = { payInAdvance: true };

  it('bills the period it is asked for where the billing of an older start begins later', () => {
    // Started on 15 January, billed from the period of March on: all its 31 days.
    expect(cover(termsOf({ plan: advance }), '2026-03-01', 'start')).toBe('advance 31/31 of 2026-03-01..2026-04-01');
  });

  it('bills from the day a trial ended that is over by then, and nothing while it runs', () => {
    const terms = termsOf({ trialEndsAt: '2026-03-10 09:00', plan: advance });
    // 10 to 31 March are 22 of 31 days.
    expect(cover(terms, '2026-03-10 09:00', 'start')).toBe('advance 22/31 of 2026-03-10..2026-04-01');
    expect(cover(terms, '2026-03-10 08:59', 'start')).toBeNull();
  });
});

describe('a termination', () => {
  it('bills usage to its instant and the fee in arrears through its day', () => {
    expect(cover(termsOf(), '2026-02-10 18:00', 'termination')).toBe(
      'arrears 10/28 of 2026-02-01..2026-02-10 18:00:00; usage 2026-02-01..2026-02-10 18:00:00',
    );
  });

  it('bills usage alone when the fee was paid in advance', () => {
    expect(cover(termsOf({ plan: { payInAdvance: true } }), '2026-02-10 18:00', 'termination')).toBe(
      'usage 2026-02-01..2026-02-10 18:00:00',
    );
  });

  it('bills the months of a longer plan that only usage was billed of', () => {
    const plan = { interval: 'yearly', billChargesMonthly: true } as const;
    const terms = termsOf({ billedThrough: billedTo('2026-03-01'), plan });
    // 15 January to 10 March: 17 + 28 + 10 = 55 of 365 days.
    expect(cover(terms, '2026-03-10 18:00', 'termination')).toBe(
      'arrears 55/365 of 2026-01-15..2026-03-10 18:00:00; usage 2026-03-01..2026-03-10 18:00:00',
    );
  });

  it('bills nothing where it is asked to skip it, or where nothing was used', () => {
    expect(cover(termsOf({ terminationAction: 'skip' }), '2026-02-10 18:00', 'termination')).toBeNull();
    expect(cover(termsOf(), '2026-01-15', 'termination')).toBeNull();
  });

  it('bills the one day of a subscription ended at the instant it started', () => {
    const terms = termsOf({ startedAt: '2026-01-15 15:00' });
    expect(cover(terms, '2026-01-15 15:00', 'termination')).toBe('arrears 1/31 of 2026-01-15..2026-01-15 15:00:00');
  });

  it('credits as another action but bills the same', () => {
    const terms = termsOf({ terminationAction: 'generate_credit_note' });
    expect(cover(terms, '2026-02-10 18:00', 'termination')).toBe(cover(termsOf(), '2026-02-10 18:00', 'termination'));
  });
});

describe('what is billed already', () => {
  it('is not billed again at the same boundary, in arrears or in advance', () => {
    for (const payInAdvance of [false, true]) {
      const terms = termsOf({ billedThrough: billedTo('2026-02-01'), plan: { payInAdvance } });
      expect(cover(terms, '2026-02-01', 'periodic')).toBeNull();
      expect(cover(terms, '2026-02-01', 'termination')).toBeNull();
    }
  });

  it('is handed on by the invoice that bills usage', () => {
    expect(planAt(termsOf(), '2026-02-01', 'periodic')?.billsThrough).toEqual(billedTo('2026-02-01'));
    expect(planAt(termsOf({ plan: { payInAdvance: true } }), '2026-01-15', 'start')?.billsThrough).toBeNull();
    const ended = planAt(termsOf(), '2026-02-10 18:00', 'termination');
    expect(ended?.billsThrough).toEqual({ ...billedTo('2026-02-10 18:00'), day: Temporal.PlainDate.from('2026-02-11') });
  });
});

describe('an instant that is no boundary', () => {
  it.each(['2026-02-01 00:00:01', '2026-02-02', '2026-01-15', '2026-01-01'])('%s makes no periodic invoice', (at) => {
    expect(() => planAt(termsOf(), at, 'periodic')).toThrow(RangeError);
  });

  it('may be one of the usage alone', () => {
    const plan = { interval: 'quarterly', billChargesMonthly: true } as const;
    expect(cover(termsOf({ plan }), '2026-02-01', 'periodic')).toBe('usage 2026-01-15..2026-02-01');
    expect(() => planAt(termsOf({ plan: { interval: 'quarterly' } }), '2026-02-01', 'periodic')).toThrow(RangeError);
  });
});

describe('a change of zone', () => {
  // January was billed in New York, up to 05:00 UTC of 1 February; then the customer moves.
  const moved = (zone: string, plan: { payInAdvance: boolean }) =>
    termsOf({ startedAt: '2026-01-10', zone, startZone: ZONE, billedThrough: billedTo('2026-02-01'), plan });

  it('opens the next period where the last one closed and ends it at the new boundary, for the same number of days', () => {
    // Los Angeles is three hours behind: the period is longer by these hours, 28 of 28 days.
    const west = moved('America/Los_Angeles', { payInAdvance: false });
    expect(lifeOf(west, '2026-03-01').at(-1)).toBe(
      '2026-03-01 period_end: arrears 28/28 of 2026-01-31 21:00:00..2026-03-01; usage 2026-01-31 21:00:00..2026-03-01',
    );
    // Berlin is six hours ahead: the period is shorter by them.
    const east = moved('Europe/Berlin', { payInAdvance: false });
    expect(lifeOf(east, '2026-03-01').at(-1)).toBe(
      '2026-03-01 period_end: arrears 28/28 of 2026-02-01 06:00:00..2026-03-01; usage 2026-02-01 06:00:00..2026-03-01',
    );
  });

  it('leaves the date of the start as it was, and its usage from the instant', () => {
    // Started at midnight of 15 January in New York, which is 21:00 of the 14th in Los Angeles: still 17 of 31 days.
    const west = termsOf({ startedAt: '2026-01-14 21:00', zone: 'America/Los_Angeles', startZone: ZONE });
    expect(lifeOf(west, '2026-02-01').at(-1)).toBe(
      '2026-02-01 period_end: arrears 17/31 of 2026-01-14 21:00:00..2026-02-01; usage 2026-01-14 21:00:00..2026-02-01',
    );
    const monthly = { ...west, billingTime: 'anniversary' } as const;
    expect(lifeOf(monthly, '2026-02-15')).toEqual([
      '2026-01-14 21:00:00 activate: no invoice',
      '2026-02-15 period_end: arrears 31/31 of 2026-01-14 21:00:00..2026-02-15; usage 2026-01-14 21:00:00..2026-02-15',
    ]);
  });

  it('closes nothing a second time at the new midnight of the same date', () => {
    const west = moved('America/Los_Angeles', { payInAdvance: true });
    expect(cover(west, '2026-02-01', 'periodic')).toBeNull();
    // An hour after the close it is still 31 January there: only that hour's usage is left to bill, and no day.
    expect(cover(west, '2026-01-31 22:00', 'termination')).toBe('usage 2026-01-31 21:00:00..2026-01-31 22:00:00');
  });
});
