import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount } from '../money/index.ts';
import { localDate } from '../time/index.ts';
import {
  changeDays,
  compareYearly,
  dayAfter,
  invoiceKindOf,
  invoicePlan,
  overdueWork,
  type PlanFeeLine,
  type PlanTerms,
  type Proration,
  priceOfRest,
  type SubscriptionTerms,
} from './index.ts';
import { coverOf, local, termsOf } from './testing.ts';

const ZONE = 'America/New_York';
const at = (text: string): Temporal.Instant => local(text, ZONE);

function plan(name: string, amount: number, more: Partial<PlanTerms> = {}): PlanTerms {
  return { id: name, code: name, name, interval: 'monthly', intervalCount: 1, amount: Amount.of(amount), payInAdvance: false, fixedCharges: [], billChargesMonthly: false, ...more };
}

/** Terms that change to another plan at an instant. */
function changed(old: SubscriptionTerms, next: PlanTerms, when: Temporal.Instant, proration: Proration = 'day'): SubscriptionTerms {
  const { closes, opens } = changeDays(old, when, proration);
  const anchorDay = localDate(old.startedAt, ZONE);
  const terms = { ...old, plan: next, opened: { at: when, day: opens }, anchorDay };
  return { ...old, closed: { at: when, day: closes }, successor: { terms, proration } };
}

describe('what costs more a year', () => {
  // By the year: 12 × 10.00 = 120.00; 365.2425 days ÷ 7 × 2.30 = 120.00825; 120.00 ÷ 2 for two years.
  it.each([
    [plan('a', 1000), plan('b', 12000, { interval: 'yearly' }), 0],
    [plan('a', 1000), plan('b', 11999, { interval: 'yearly' }), 1],
    [plan('a', 1000), plan('b', 230, { interval: 'weekly' }), -1],
    [plan('a', 1000), plan('b', 24000, { interval: 'yearly', intervalCount: 2 }), 0],
    [plan('a', 1000), plan('b', 3001, { interval: 'quarterly' }), -1],
    [plan('a', 1000), plan('b', 6000, { interval: 'semiannual' }), 0],
    [plan('a', 1000), plan('b', 33, { interval: 'daily' }), -1],
    [plan('a', 0), plan('b', 0, { interval: 'yearly' }), 0],
  ])('$0.amount monthly and $1.amount $1.interval', (a, b, expected) => {
    expect(compareYearly(a, b)).toBe(expected);
    expect(compareYearly(b, a)).toBe(expected === 0 ? 0 : -expected);
  });
});

describe('the days of a change on 10 January', () => {
  const days = (payInAdvance: boolean, proration: Proration) => {
    const { closes, opens } = changeDays(termsOf({ startedAt: '2026-01-01', plan: { payInAdvance } }), at('2026-01-10 12:00'), proration);
    return `${closes} ${opens}`;
  };
  it.each([
    [false, 'day', '2026-01-10 2026-01-10'],
    [false, 'none', '2026-02-01 2026-02-01'],
    [false, 'full_price', '2026-01-01 2026-01-01'],
    [false, 'difference', '2026-01-01 2026-01-01'],
    [true, 'day', '2026-01-10 2026-01-10'],
    [true, 'none', '2026-02-01 2026-02-01'],
    [true, 'full_price', '2026-02-01 2026-01-01'],
    // What was paid stays the old plan's; with the difference all of the month is the new one's.
    [true, 'difference', '2026-02-01 2026-01-01'],
  ] as const)('in advance %s, by %s', (payInAdvance, proration, expected) => {
    expect(days(payInAdvance, proration)).toBe(expected);
  });

  it('of a lower full price are all the new plan’s, whenever it is paid', () => {
    const paid = termsOf({ startedAt: '2026-01-01', plan: { payInAdvance: true } });
    // 49.00 are what it has: 48.99 is lower.
    expect(changeDays(paid, at('2026-01-10 12:00'), 'full_price', plan('less', 4899)).closes.toString()).toBe('2026-01-01');
    expect(changeDays(paid, at('2026-01-10 12:00'), 'full_price', plan('same', 4900)).closes.toString()).toBe('2026-02-01');
  });

  it('begin no earlier than those that an earlier change has settled', () => {
    const settled = { ...termsOf({ startedAt: '2026-01-01' }), opened: { at: at('2026-01-05'), day: Temporal.PlainDate.from('2026-02-01') } };
    expect(String(changeDays(settled, at('2026-01-10'), 'day').opens)).toBe('2026-02-01');
    // A month that is settled is longer than the week that is open of the plan after it.
    const weekly = { ...settled, plan: plan('w', 1000, { interval: 'weekly' }) };
    expect(Object.values(changeDays(weekly, at('2026-01-10'), 'none')).map(String)).toEqual(['2026-02-01', '2026-02-01']);
    expect(Object.values(changeDays({ ...weekly, plan: { ...weekly.plan, payInAdvance: true } }, at('2026-01-10'), 'difference')).map(String)).toEqual(['2026-02-01', '2026-02-01']);
  });
});

describe('the invoice of a change', () => {
  const cover = (old: Parameters<typeof termsOf>[0], next: PlanTerms, when: string, proration: Proration = 'day') => {
    const terms = changed(termsOf({ startedAt: '2026-01-01', ...old }), next, at(when), proration);
    const made = invoicePlan(terms, at(when), 'plan_change');
    return made === null ? null : coverOf(made, ZONE);
  };
  const advance = { payInAdvance: true };

  it('has the old days in arrears, the new ones in advance, and the usage to the instant', () => {
    expect(cover({}, plan('b', 9000), '2026-01-10 12:00')).toBe('arrears 9/31 of 2026-01-01..2026-01-10; usage 2026-01-01..2026-01-10 12:00:00');
    expect(cover({ plan: advance }, plan('b', 9000, advance), '2026-01-10 12:00')).toBe(
      'advance 22/31 of 2026-01-10..2026-02-01; usage 2026-01-01..2026-01-10 12:00:00',
    );
    expect(cover({}, plan('b', 9000, advance), '2026-01-10 12:00')).toBe(
      'arrears 9/31 of 2026-01-01..2026-01-10; advance 22/31 of 2026-01-10..2026-02-01; usage 2026-01-01..2026-01-10 12:00:00',
    );
  });

  it('is nothing at the instant of the start in arrears, and the new fee in advance', () => {
    expect(cover({}, plan('b', 9000), '2026-01-01')).toBeNull();
    expect(cover({ plan: advance }, plan('b', 9000, advance), '2026-01-01')).toBe('advance 31/31 of 2026-01-01..2026-02-01');
  });

  it('counts the days of a longer plan from the anchor that stays', () => {
    // From 10 February to 5 January are 329 of the 365 days from 5 January.
    const terms = { startedAt: '2026-01-05', billingTime: 'anniversary', plan: advance } as const;
    const yearly = plan('y', 73000, { interval: 'yearly', ...advance });
    expect(cover({ ...terms, billedThrough: { at: at('2026-02-05'), day: Temporal.PlainDate.from('2026-02-05') } }, yearly, '2026-02-10 12:00')).toBe(
      'advance 329/365 of 2026-02-10..2027-01-05; usage 2026-02-05..2026-02-10 12:00:00',
    );
  });

  it('bills no price in a trial', () => {
    expect(cover({ trialEndsAt: '2026-01-20 10:00', plan: advance }, plan('b', 9000, advance), '2026-01-10 12:00')).toBe('usage 2026-01-01..2026-01-10 12:00:00');
  });

  it('bills at once what opens later in a period of the new plan that is open, and leaves days of a coming one to its boundary', () => {
    // The month was settled to its end without proration on the 10th; the next plan opens with February.
    const settled = { startedAt: '2026-01-01', plan: advance, opened: { at: at('2026-01-10 12:00'), day: Temporal.PlainDate.from('2026-02-01') } };
    const usage = 'usage 2026-01-10 12:00:00..2026-01-20 12:00:00';
    // February to December are 365 − 31 = 334 days of the year, which has no boundary until it ends.
    expect(cover(settled, plan('y', 73000, { interval: 'yearly', ...advance }), '2026-01-20 12:00')).toBe(`advance 334/365 of 2026-02-01..2027-01-01; ${usage}`);
    expect(cover(settled, plan('m', 9000, advance), '2026-01-20 12:00')).toBe(usage);
    // 1 February is the last day of the week from 26 January, whose boundary is still to come on the 20th and has passed on the 28th.
    const weekly = plan('w', 2000, { interval: 'weekly', ...advance });
    expect(cover(settled, weekly, '2026-01-20 12:00')).toBe(usage);
    expect(cover(settled, weekly, '2026-01-28 12:00')).toBe('advance 1/7 of 2026-02-01..2026-02-02; usage 2026-01-10 12:00:00..2026-01-28 12:00:00');
  });

  it('settles a whole period that was paused with all days of it that are due', () => {
    const pauses = (from: string, until: string) => ({
      plan: advance,
      pauses: [{ from: Temporal.PlainDate.from(from), until: { at: at(until), day: localDate(at(until), ZONE) } }],
    });
    // 11 to 19 January are not due: 31 − 9 = 22 days.
    const within = pauses('2026-01-11', '2026-01-20 09:00');
    const usage = 'usage 2026-01-01..2026-01-25 12:00:00';
    for (const proration of ['difference', 'full_price'] as const)
      expect(cover(within, plan('b', 9000, advance), '2026-01-25 12:00', proration)).toBe(`advance 22/31 of 2026-01-01..2026-02-01; ${usage}`);
    // Paused since December: 5 to 31 January are due, 27 days.
    const before = { ...pauses('2025-12-20', '2026-01-05 09:00'), startedAt: '2025-12-01', billedThrough: { at: at('2026-01-01'), day: Temporal.PlainDate.from('2026-01-01') } };
    expect(cover(before, plan('b', 9000, advance), '2026-01-25 12:00', 'difference')).toBe(`advance 27/31 of 2026-01-05..2026-02-01; ${usage}`);
  });

  it('bills the month that was opened where the customer has moved back over its midnight', () => {
    // February was opened at midnight in Berlin; at 00:30 there it is still 31 January in New York.
    const opened = { at: local('2026-02-01', 'Europe/Berlin'), day: Temporal.PlainDate.from('2026-02-01') };
    const old = termsOf({ startedAt: '2026-01-01', plan: advance, billedThrough: opened });
    const now = opened.at.add({ minutes: 30 });
    const days = (proration: Proration) => invoicePlan(changed(old, plan('b', 9000, advance), now, proration), now, 'plan_change')?.planFees.map(({ service, days: of }) => `${of.numerator}/${of.denominator} to ${localDate(service.end, ZONE)}`);
    expect([days('day'), days('difference')]).toEqual([['28/28 to 2026-03-01'], ['28/28 to 2026-03-01']]);
    const resumed = { ...old, pauses: [{ from: opened.day, until: { at: now, day: localDate(now, ZONE) } }] };
    expect(invoicePlan(resumed, now, 'resumption')?.planFees.map(({ days: of }) => of.numerator)).toEqual([28n]);
  });

  it('tells what the rest of a period costs', () => {
    const { days, of, amount } = priceOfRest(termsOf(), Temporal.PlainDate.from('2026-01-10'));
    expect([days, of, Number(amount)]).toEqual([22, 31, 3477]);
  });
});

describe('after the difference was paid for a month', () => {
  const advance = { payInAdvance: true };
  const paid = changed(termsOf({ startedAt: '2026-01-01', plan: advance }), plan('b', 9000, advance), at('2026-01-10 12:00'), 'difference').successor?.terms ?? termsOf();
  const covered = (terms: SubscriptionTerms, when: string, kind: 'plan_change' | 'resumption') => invoicePlan(terms, at(when), kind);

  it('another difference is that of all its days', () => {
    const fees = covered(changed(paid, plan('c', 12000, advance), at('2026-01-20 12:00'), 'difference'), '2026-01-20 12:00', 'plan_change')?.planFees ?? [];
    expect(fees.map(({ days, plan: { amount } }) => `${days.numerator}/${days.denominator} of ${amount}`)).toEqual(['31/31 of 3000']);
  });

  it('one to a price that has fallen below it by then is nothing, and never less', () => {
    expect(covered(changed(paid, plan('c', 8999, advance), at('2026-01-20 12:00'), 'difference'), '2026-01-20 12:00', 'plan_change')?.planFees).toEqual([]);
  });

  it('a change by the day has the new plan from that day on', () => {
    const both = changed(paid, plan('c', 12000, advance), at('2026-01-20 12:00'));
    expect([String(both.closed?.day), covered(both, '2026-01-20 12:00', 'plan_change')?.planFees.map(({ days }) => days.numerator)]).toEqual(['2026-01-20', [12n]]);
  });

  it('a resumption charges the new plan’s days again', () => {
    const resumed = { ...paid, pauses: [{ from: Temporal.PlainDate.from('2026-01-16'), until: { at: at('2026-01-20 09:00'), day: Temporal.PlainDate.from('2026-01-20') } }] };
    expect(covered(resumed, '2026-01-20 09:00', 'resumption')?.planFees.map(({ days, plan: { name } }) => `${name} ${days.numerator}`)).toEqual(['b 12']);
  });
});

describe('a resumption in a month that was settled to its end without proration', () => {
  const resumed = (payInAdvance: boolean) => {
    const pauses = [{ from: Temporal.PlainDate.from('2026-01-16'), until: { at: at('2026-01-20 09:00'), day: Temporal.PlainDate.from('2026-01-20') } }];
    const old = changed(termsOf({ startedAt: '2026-01-01', plan: { payInAdvance }, pauses }), plan('b', 9000, { payInAdvance }), at('2026-01-10 12:00'), 'none');
    const made = invoicePlan(old, at('2026-01-20 09:00'), 'resumption');
    return made === null ? null : coverOf(made, ZONE);
  };

  // The pause credits what was settled ahead: the 20th to the 31st are charged again, by the plan whose month it is.
  it.each([true, false])('charges the days that are left ahead, whether the plan is paid in advance (%s)', (payInAdvance) => {
    expect(resumed(payInAdvance)).toBe('advance 12/31 of 2026-01-20..2026-02-01');
  });
});

describe('over any series of changes by the day', () => {
  const intervals = fc.constantFrom('weekly', 'monthly', 'quarterly', 'yearly');
  const changes = fc
    .array(fc.record({ hour: fc.integer({ min: 0, max: 120 * 24 }), interval: intervals, payInAdvance: fc.boolean() }), { minLength: 1, maxLength: 7 })
    .map((list) => list.toSorted((a, b) => a.hour - b.hour));
  const start = at('2026-01-01');
  const last = at('2026-07-01');

  it('each day is billed once, by the plan that it ends with, and each instant of usage by the plan of then', () => {
    fc.assert(
      fc.property(changes, fc.constantFrom('calendar', 'anniversary'), (list, billingTime) => {
        let terms: SubscriptionTerms = { ...termsOf({ startedAt: '2026-01-01' }), billingTime, plan: plan('0', 4900) };
        let days: [string, string][] = [];
        const usage: string[] = [];
        let after: Temporal.Instant | null = null;
        const add = ({ service, plan: { name } }: PlanFeeLine): void => {
          const first = localDate(service.start, ZONE);
          const count = first.until(dayAfter(service.end, ZONE)).days;
          days.push(...Array.from({ length: count }, (_, n): [string, string] => [first.add({ days: n }).toString(), name]));
        };
        const invoice = (...[of, when, kind]: Parameters<typeof invoicePlan>): void => {
          const made = invoicePlan(of, when, kind);
          made?.planFees.forEach(add);
          if (made?.usage != null) usage.push(`${made.usage.period.start} ${made.usage.period.end} ${of.plan.name}`);
          if (made?.billsThrough != null) terms = { ...terms, billedThrough: made.billsThrough };
        };
        const moves = list.map((change, index) => ({ ...change, name: `${index + 1}`, when: start.add({ hours: change.hour + 1 }) }));
        for (const move of [...moves, null]) {
          const until = move?.when ?? last;
          for (const due of overdueWork(terms, after, until)) {
            invoice(terms, due.at, invoiceKindOf[due.kind]);
            after = due.at;
          }
          if (move === null) break;
          const both = changed(terms, plan(move.name, 4900, { interval: move.interval, payInAdvance: move.payInAdvance }), move.when);
          if (terms.plan.payInAdvance) days = days.filter(([day]) => day < String(both.closed?.day));
          invoice(both, move.when, 'plan_change');
          terms = { ...(both.successor?.terms ?? terms), billedThrough: terms.billedThrough };
          after = move.when;
        }
        const planOn = (day: string): string => moves.findLast(({ when }) => String(localDate(when, ZONE)) <= day)?.name ?? '0';
        const billed = days.toSorted(([a], [b]) => (a < b ? -1 : 1));
        expect(billed.map(([day]) => day)).toEqual(billed.map((_, n) => localDate(start, ZONE).add({ days: n }).toString()));
        for (const [day, name] of billed) expect(`${day} ${name}`).toBe(`${day} ${planOn(day)}`);
        for (const span of usage) {
          const [from = '', to = '', name = ''] = span.split(' ');
          expect(moves.findLast(({ when }) => Temporal.Instant.compare(when, from) <= 0)?.name ?? '0').toBe(name);
          expect(usage.filter((other) => other.startsWith(`${to} `)).length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 100 },
    );
  });
});
