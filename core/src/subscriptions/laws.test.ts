import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, Currency, Precise } from '../money/index.ts';
import { localDate, Period, trialEnd } from '../time/index.ts';
import {
  creditForUnusedDays,
  currentPeriod,
  type DueWork,
  dayAfter,
  dueWork,
  endOf,
  type InvoicePlan,
  invoiceKindOf,
  invoicePlan,
  overdueWork,
  pastPeriods,
  type PlanFeeLine,
  type SubscriptionTerms,
} from './index.ts';

const compare = Temporal.Instant.compare;

// Zones with clock changes at and around midnight, of half an hour, of 45 minutes, and far from each other.
const zones = [
  'UTC',
  'America/New_York',
  'America/Los_Angeles',
  'America/Asuncion',
  'Europe/Berlin',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
];

const instant = fc
  .integer({ min: 0, max: 3 * 365 * 24 * 60 })
  .map((minutes) => Temporal.Instant.from('2024-01-01T00:00:00Z').add({ minutes }));

const plan = fc.record({
  code: fc.constant('growth'),
  id: fc.constant('plan-growth'),
  name: fc.constant('Growth'),
  interval: fc.constantFrom('daily', 'weekly', 'monthly', 'quarterly', 'semiannual', 'yearly'),
  intervalCount: fc.integer({ min: 1, max: 3 }),
  amount: fc.constant(Amount.of(4900)),
  payInAdvance: fc.boolean(),
  fixedCharges: fc.constant([]),
  billChargesMonthly: fc.boolean(),
});

/** Subscriptions that end, after at most 14 months, at any instant of a day. */
const lives: fc.Arbitrary<SubscriptionTerms> = fc
  .record({
    startedAt: instant,
    anchorAt: fc.option(instant),
    trialDays: fc.constantFrom(0, 0, 1, 14, 45),
    minutes: fc.integer({ min: 1, max: 425 * 24 * 60 }),
    billingTime: fc.constantFrom('calendar', 'anniversary'),
    zone: fc.constantFrom(...zones),
    plan,
  })
  .map(({ startedAt, anchorAt, trialDays, minutes, billingTime, zone, plan }) => ({
    startedAt,
    subscriptionAt: anchorAt,
    // Two months of daily periods show all there is to see, in a fraction of the time.
    endingAt: startedAt.add({ minutes: plan.interval === 'daily' ? Math.ceil(minutes / 7) : minutes }),
    terminatedAt: null,
    terminationAction: 'generate_invoice',
    trialEndsAt: trialDays === 0 ? null : trialEnd(startedAt, trialDays, zone),
    billedThrough: null,
    opened: null,
    closed: null,
    successor: null,
    anchorDay: null,
    pauses: [],
    billingTime,
    zone,
    startZone: zone,
    currency: Currency.parse('USD'),
    plan,
  }));

const end = (terms: SubscriptionTerms): Temporal.Instant => endOf(terms) ?? expect.fail('the subscription ends');

function invoicesOf(terms: SubscriptionTerms, until = end(terms)): InvoicePlan[] {
  return [...overdueWork(terms, null, until)]
    .map(({ at, kind }) => invoicePlan(terms, at, invoiceKindOf[kind]))
    .filter((invoice) => invoice !== null);
}

/** Days on which the price is due, counted one by one from their definition. */
function billableDays(terms: SubscriptionTerms): number {
  const { startedAt, trialEndsAt, zone } = terms;
  const last = end(terms);
  if (trialEndsAt !== null && compare(last, trialEndsAt) <= 0) return 0;
  let days = 0;
  let day = localDate(trialEndsAt ?? startedAt, zone);
  // The first day is billed from its start, whatever the hour; each other day when it begins before the end.
  while (compare(day.toZonedDateTime(zone).toInstant(), last) < 0) {
    days += 1;
    day = day.add({ days: 1 });
  }
  return days;
}

function daysOf(lines: readonly PlanFeeLine[]): number {
  return lines.reduce((sum, { days }) => sum + Number(days.numerator), 0);
}

describe('over the life of any subscription', () => {
  it('the billed days are the days it is active outside its trial, each once', () => {
    fc.assert(
      fc.property(lives, (terms) => {
        const lines = invoicesOf(terms).flatMap(({ planFees }) => planFees);
        expect(daysOf(lines)).toBe(billableDays(terms));
        for (const [index, { service, full, days }] of lines.entries()) {
          expect(days.numerator).toBe(BigInt(Period.days(service, terms.zone)));
          expect(days.denominator).toBe(BigInt(Period.days(full, terms.zone)));
          const next = lines[index + 1];
          if (next !== undefined) expect(next.service.start).toEqual(service.end);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('usage is billed from the instant of the start to that of the end without a gap', () => {
    fc.assert(
      fc.property(lives, (terms) => {
        const spans = invoicesOf(terms).flatMap(({ usage }) => (usage === null ? [] : [usage]));
        const instants = [terms.startedAt, ...spans.map(({ period }) => period.end)];
        expect(spans.map(({ period }) => period.start)).toEqual(instants.slice(0, -1));
        // What ends before its start, on the first day of a period, has no usage at all.
        if (compare(terms.startedAt, end(terms)) < 0) expect(instants.at(-1)).toEqual(end(terms));
        for (const { period, full, days } of spans) {
          expect(Period.intersect(period, full)).toEqual(period);
          expect(days.firstDay.until(days.lastDay).days + 1).toBe(Period.days(period, terms.zone));
          expect(days.periodDays).toBe(Period.days(full, terms.zone));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('what was paid in advance, less the credit for unused days, is the active days', () => {
    fc.assert(
      fc.property(lives, (given) => {
        // The end comes unforeseen: until then the periods are billed as if there were none.
        const endless = { ...given, plan: { ...given.plan, payInAdvance: true }, endingAt: null };
        const terms = { ...endless, terminatedAt: given.endingAt };
        const last = end(terms);
        const invoices = [...overdueWork(endless, null, last)]
          // At the instant of a boundary the termination comes first and nothing is paid for the time after it.
          .filter(({ at }) => compare(at, last) < 0)
          .map(({ at, kind }) => invoicePlan(endless, at, invoiceKindOf[kind]));
        const lines = invoices.flatMap((invoice) => invoice?.planFees ?? []);
        const unused = lines.map(({ service, full }) => {
          const fee = { price: Precise.ofMinor(Amount.of(4900)), posted: Amount.of(4900), credited: Amount.zero, service, full };
          return Number(creditForUnusedDays(fee, dayAfter(last, terms.zone), terms.zone).days.numerator);
        });
        expect(daysOf(lines) - unused.reduce((sum, days) => sum + days, 0)).toBe(billableDays(terms));
      }),
      { numRuns: 50 },
    );
  });

  it('it makes no difference whether the invoices are made at their time or caught up with', () => {
    fc.assert(
      fc.property(lives, (terms) => {
        let known = terms;
        let due: DueWork | null = dueWork(terms, null);
        const made: (InvoicePlan | null)[] = [];
        const after: Temporal.Instant[] = [];
        while (due !== null) {
          after.push(due.at);
          const invoice = invoicePlan(known, due.at, invoiceKindOf[due.kind]);
          // Made once more with what is known afterwards, a boundary has nothing left to bill.
          known = { ...known, billedThrough: invoice?.billsThrough ?? known.billedThrough };
          if (invoice?.kind === 'periodic') expect(invoicePlan(known, due.at, 'periodic')).toBeNull();
          made.push(invoice);
          due = dueWork(known, due.at);
        }
        expect(after).toEqual(after.toSorted(compare));
        expect(made.filter((invoice) => invoice !== null)).toEqual(invoicesOf(terms));
      }),
      { numRuns: 50 },
    );
  });

  it('usage is read in the periods in which it is billed', () => {
    fc.assert(
      fc.property(lives, fc.integer({ min: 0, max: 425 * 24 * 60 }), (terms, minutes) => {
        const now = terms.startedAt.add({ minutes });
        const spans = invoicesOf(terms).flatMap(({ usage }) => (usage === null ? [] : [usage]));
        const open = spans.find(({ period }) => Period.contains(period, now)) ?? null;
        expect(currentPeriod(terms, now)).toEqual(open);
        const closed = spans.filter(({ period }) => compare(period.end, now) <= 0).toReversed();
        expect(pastPeriods(terms, now, 3)).toEqual(closed.slice(0, 3));
      }),
      { numRuns: 60 },
    );
  });
});

describe('through a change of zone', () => {
  it('usage has no gap and every date is billed once', () => {
    const moves = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom(...zones)), { maxLength: 3 });
    fc.assert(
      fc.property(lives, moves, (given, moves) => {
        const startDay = localDate(given.startedAt, given.zone);
        // Where the start already lies on a later date of a zone it moves to at once, that date is the first to be billed.
        const early = moves.filter(([before]) => before === 0).map(([, zone]) => localDate(given.startedAt, zone));
        fc.pre(early.every((day) => Temporal.PlainDate.compare(day, startDay) <= 0));
        let terms: SubscriptionTerms = { ...given, endingAt: null, trialEndsAt: null };
        let days = daysOf(invoicePlan(terms, terms.startedAt, 'start')?.planFees ?? []);
        let closed = terms.startedAt;
        let at = terms.startedAt;
        for (let boundary = 0; boundary < 6; boundary += 1) {
          // The zone changes while a period runs.
          for (const [before, zone] of moves) if (before === boundary) terms = { ...terms, zone };
          const due = dueWork(terms, at) ?? expect.fail('there is no end');
          const { usage, planFees, billsThrough } = invoicePlan(terms, due.at, 'periodic') ?? expect.fail('boundaries bill');
          expect(usage?.period.start).toEqual(closed);
          days += daysOf(planFees);
          const day = billsThrough?.day ?? expect.fail('boundaries close usage');
          const billedTo = terms.plan.payInAdvance ? day.add({ days: daysOf(planFees) }) : day;
          if (planFees.length > 0) expect(days).toBe(startDay.until(billedTo).days);
          terms = { ...terms, billedThrough: billsThrough };
          closed = at = due.at;
        }
      }),
      { numRuns: 50 },
    );
  });
});
