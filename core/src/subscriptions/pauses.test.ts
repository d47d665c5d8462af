import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localDate, localMidnight } from '../time/index.ts';
import {
  cancellationEnd,
  currentPeriod,
  currentPlanPeriod,
  dayAfter,
  type InvoiceKind,
  invoiceKindOf,
  invoicePlan,
  nextInvoice,
  overdueWork,
  type Pause,
  pastPeriods,
  type PlanFeeLine,
  type SubscriptionTerms,
} from './index.ts';
import { coverOf, local, termsOf, when } from './testing.ts';

const ZONE = 'America/New_York';

/** "2026-01-10 15:00 > 2026-01-20 09:00": from a pause to its resumption; without an arrow it lasts. */
function pause(text: string): Pause {
  const [paused = '', resumed] = text.split(' > ');
  const at = resumed === undefined ? null : local(resumed, ZONE);
  return { from: dayAfter(local(paused, ZONE), ZONE), until: at === null ? null : { at, day: localDate(at, ZONE) } };
}

function cover(terms: SubscriptionTerms, at: string, kind: InvoiceKind): string | null {
  const plan = invoicePlan(terms, local(at, ZONE), kind);
  return plan === null ? null : coverOf(plan, ZONE);
}

describe('a pause in arrears', () => {
  const january = (...pauses: string[]) => cover(termsOf({ startedAt: '2026-01-01', pauses: pauses.map(pause) }), '2026-02-01', 'periodic');

  // Of the 31 days of January those strictly between the day of the pause and the day of the resumption are not billed.
  it.each([
    ['2026-01-10 15:00 > 2026-01-20 09:00', 'arrears 22/31 of 2026-01-01..2026-02-01'],
    ['2026-01-10 15:00 > 2026-01-11 09:00', 'arrears 31/31 of 2026-01-01..2026-02-01'],
    ['2026-01-10 15:00 > 2026-01-10 16:00', 'arrears 31/31 of 2026-01-01..2026-02-01'],
    // At the midnight that opens the 10th nothing of it was active; a resumption at the midnight that opens the 20th bills it.
    ['2026-01-10 > 2026-01-20', 'arrears 21/31 of 2026-01-01..2026-02-01'],
    ['2026-01-10 15:00', 'arrears 10/31 of 2026-01-01..2026-01-11'],
    ['2026-01-10 15:00 > 2026-02-03 09:00', 'arrears 10/31 of 2026-01-01..2026-01-11'],
  ])('%s', (text, fee) => {
    expect(january(text)).toBe(`${fee}; usage 2026-01-01..2026-02-01`);
  });

  it('may be one of several', () => {
    // 2 to 4 and 11 to 19 January are 3 + 9 days: 31 − 12 = 19.
    expect(january('2026-01-01 08:00 > 2026-01-05 08:00', '2026-01-10 08:00 > 2026-01-20 08:00')).toBe(
      'arrears 19/31 of 2026-01-01..2026-02-01; usage 2026-01-01..2026-02-01',
    );
  });

  it('leaves usage alone where it takes a whole period', () => {
    const terms = termsOf({ startedAt: '2026-01-01', pauses: [pause('2026-01-10')] });
    expect(cover(terms, '2026-03-01', 'periodic')).toBe('usage 2026-02-01..2026-03-01');
    expect(cover(terms, '2026-03-10', 'termination')).toBe('usage 2026-03-01..2026-03-10');
  });
});

describe('a pause of what is paid in advance', () => {
  const terms = (...pauses: string[]) => termsOf({ startedAt: '2026-01-01', plan: { payInAdvance: true }, pauses: pauses.map(pause) });

  it('bills nothing when it begins, nor at a boundary while it lasts', () => {
    expect(cover(terms('2026-01-10 15:00'), '2026-01-10 15:00', 'pause')).toBeNull();
    expect(cover(terms('2026-01-10 15:00'), '2026-02-01', 'periodic')).toBe('usage 2026-01-01..2026-02-01');
  });

  // From the day of the resumption, or the day after where that is the day of the pause, to the end of the period.
  it.each([
    ['2026-01-10 15:00 > 2026-01-20 09:00', 'advance 12/31 of 2026-01-20..2026-02-01'],
    ['2026-01-10 15:00 > 2026-02-20 09:00', 'advance 9/28 of 2026-02-20..2026-03-01'],
    ['2026-01-10 15:00 > 2026-01-10 16:00', 'advance 21/31 of 2026-01-11..2026-02-01'],
    ['2026-01-10 > 2026-01-10 16:00', 'advance 22/31 of 2026-01-10..2026-02-01'],
  ])('%s charges what is left', (text, fee) => {
    expect(cover(terms(text), text.split(' > ')[1] ?? '', 'resumption')).toBe(fee);
  });

  it('shows an invoice that is computed again the days up to the pause, whenever it is over', () => {
    expect(cover(terms('2026-01-10 15:00 > 2026-01-20 09:00'), '2026-01-01', 'start')).toBe('advance 10/31 of 2026-01-01..2026-01-11');
    // Resumed at the very instant of a boundary that fell due first: the boundary has no fee, then or later.
    expect(cover(terms('2026-01-10 15:00 > 2026-02-01'), '2026-02-01', 'periodic')).toBe('usage 2026-01-01..2026-02-01');
  });
});

it('a cancellation ends with the plan period, in a trial with the trial, before the start at the start', () => {
  const end = (given: Parameters<typeof termsOf>[0], at: string) => when(cancellationEnd(termsOf(given), local(at, ZONE)), ZONE);
  expect(end({}, '2026-02-10 12:00')).toBe('2026-03-01');
  expect(end({ plan: { interval: 'quarterly', billChargesMonthly: true } }, '2026-02-10 12:00')).toBe('2026-04-01');
  expect(end({ startedAt: '2026-01-15 10:00', trialEndsAt: '2026-01-29 10:00' }, '2026-01-20')).toBe('2026-01-29 10:00:00');
  expect(end({}, '2026-01-10')).toBe('2026-01-15');
  expect(end({ endingAt: '2026-02-20 12:00' }, '2026-02-10 12:00')).toBe('2026-02-20 12:00:00');
  // One that waits to be activated by hand has no terms, and no start to wait for.
  expect(when(cancellationEnd(null, local('2026-02-10 12:00', ZONE)), ZONE)).toBe('2026-02-10 12:00:00');
});

describe('canceled before its start, a subscription', () => {
  const canceled = (given: Parameters<typeof termsOf>[0]) => {
    const terms = termsOf({ startedAt: '2026-02-15 10:00', ...given });
    return { ...terms, endingAt: cancellationEnd(terms, local('2026-02-10', ZONE)) };
  };

  const lives: readonly (readonly [string, Parameters<typeof termsOf>[0]])[] = [
    ['in arrears', {}],
    ['in advance', { plan: { payInAdvance: true } }],
    ['with a trial', { trialEndsAt: '2026-03-01 10:00' }],
    ['that starts with a period', { startedAt: '2026-03-01', plan: { payInAdvance: true } }],
    ['of the anniversary', { startedAt: '2026-03-31 08:00', billingTime: 'anniversary' }],
  ];
  it.each(lives)('%s has its end at the start, and nothing before, then or after', (_, given) => {
    const terms = canceled(given);
    const { startedAt } = terms;
    expect([...overdueWork(terms, null, local('2027-01-01', ZONE))]).toEqual([{ at: startedAt, kind: 'end', trialEnds: false }]);
    for (const at of [local('2026-02-10', ZONE), startedAt, startedAt.add({ hours: 24 })])
      expect([nextInvoice(terms, at), currentPeriod(terms, at), currentPlanPeriod(terms, at), ...pastPeriods(terms, at, 3)]).toEqual([null, null, null]);
  });

  it('starts as if nothing had been said once that is taken back', () => {
    const terms = { ...canceled({}), endingAt: null };
    expect(nextInvoice(terms, local('2026-02-10', ZONE))?.at).toEqual(local('2026-03-01', ZONE));
  });
});

describe('over any series of pauses', () => {
  const start = local('2026-01-01 00:00', ZONE);
  /** Ends of hours, so that midnights and equal instants come up. */
  const hours = fc.array(fc.integer({ min: 0, max: 120 * 24 }), { minLength: 1, maxLength: 8 }).map((list) => list.toSorted((a, b) => a - b));
  const last = local('2026-07-01', ZONE);

  /** What is billed of each day: the days of the lines, less those that a pause credits. */
  function billed(payInAdvance: boolean, moves: readonly Temporal.Instant[]): string[] {
    let days: string[] = [];
    let pauses: Pause[] = [];
    let after: Temporal.Instant | null = null;
    const add = ({ service, days: { numerator } }: PlanFeeLine): void => {
      const first = localDate(service.start, ZONE);
      const all = Array.from({ length: first.until(dayAfter(service.end, ZONE)).days }, (_, n) => first.add({ days: n }));
      const active = all.filter((day) => !pauses.some((p) => compare(p.from, day) <= 0 && (p.until === null || compare(day, p.until.day) < 0)));
      expect(BigInt(active.length)).toBe(numerator);
      days.push(...active.map(String));
    };
    const invoice = (at: Temporal.Instant, kind: InvoiceKind): void => invoicePlan(terms(), at, kind)?.planFees.forEach(add);
    const terms = () => termsOf({ startedAt: '2026-01-01', plan: { payInAdvance }, pauses });
    for (const [index, at] of [...moves, last].entries()) {
      for (const due of overdueWork(terms(), after, at)) {
        invoice(due.at, invoiceKindOf[due.kind]);
        after = due.at;
      }
      if (at === last) break;
      if (index % 2 === 0) {
        const from = dayAfter(at, ZONE);
        pauses = [...pauses, { from, until: null }];
        if (payInAdvance) days = days.filter((day) => day < from.toString());
      } else {
        pauses = pauses.map((p) => (p.until === null ? { ...p, until: { at, day: localDate(at, ZONE) } } : p));
        invoice(at, 'resumption');
      }
    }
    return days.toSorted();
  }
  const compare = Temporal.PlainDate.compare;

  /** The days of which any part is active, from their definition. */
  function active(moves: readonly Temporal.Instant[], until: Temporal.PlainDate): string[] {
    const days: string[] = [];
    for (let day = localDate(start, ZONE); compare(day, until) < 0; day = day.add({ days: 1 })) {
      const [opens, closes] = [localMidnight(day, ZONE), localMidnight(day.add({ days: 1 }), ZONE)];
      const edges = [start, ...moves, last];
      const touches = edges.some((edge, index) => {
        const next = edges[index + 1];
        return index % 2 === 0 && next !== undefined && Temporal.Instant.compare(edge, closes) < 0 && Temporal.Instant.compare(opens, next) < 0;
      });
      // A resumption bills its day however soon a pause follows.
      const resumed = edges.some((edge, index) => index % 2 === 0 && index > 0 && edge !== last && localDate(edge, ZONE).equals(day));
      if (touches || resumed) days.push(day.toString());
    }
    return days;
  }

  it('the days billed are the active ones, each once, in arrears and in advance alike', () => {
    fc.assert(
      fc.property(hours, (list) => {
        const moves = list.map((n) => start.add({ hours: n + 1 }));
        expect(billed(false, moves)).toEqual(active(moves, localDate(last, ZONE)));
        // The boundary at the last instant has paid for July, unless it is paused then.
        const ahead = moves.length % 2 === 1 ? [] : july;
        expect(billed(true, moves)).toEqual([...active(moves, localDate(last, ZONE)), ...ahead]);
      }),
      { numRuns: 60 },
    );
  });
  const july = Array.from({ length: 31 }, (_, n) => Temporal.PlainDate.from('2026-07-01').add({ days: n }).toString());
});
