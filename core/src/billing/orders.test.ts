import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, Fraction, Precise, Quantity } from '../money/index.ts';
import { type PlanTerms, unitsOn } from '../subscriptions/index.ts';
import { termsOf } from '../subscriptions/testing.ts';
import { OrderedLife, type Order, type PostedLine } from './ordersTesting.ts';

const plan = fc.record({ interval: fc.constantFrom('weekly' as const, 'monthly' as const, 'quarterly' as const), amount: fc.integer({ min: 0, max: 9999 }) });
const timing = fc.constantFrom('now' as const, 'period_end' as const);
const when = { after: fc.integer({ min: 0, max: 20 * 24 * 60 }) };

const order = fc.oneof(
  fc.record({ ...when, ask: fc.constant('plan' as const), plan, timing }),
  fc.record({ ...when, ask: fc.constant('units' as const), units: fc.integer({ min: 0, max: 8 }), timing }),
  fc.record({ ...when, ask: fc.constantFrom('pause' as const, 'resume' as const, 'resume' as const) }),
  fc.record({ ...when, ask: fc.constantFrom('cancel' as const, 'terminate' as const) }),
);

const life = fc.record({
  orders: fc.array(order, { minLength: 1, maxLength: 8 }),
  plan,
  payInAdvance: fc.boolean(),
  seatsInAdvance: fc.boolean(),
  billingTime: fc.constantFrom('calendar' as const, 'anniversary' as const),
  zone: fc.constantFrom('UTC', 'America/New_York', 'Africa/Cairo'),
});

const compareDays = Temporal.PlainDate.compare;

const covers = ({ kept }: PostedLine, day: Temporal.PlainDate): boolean => compareDays(kept.start, day) <= 0 && compareDays(day, kept.end) < 0;

/** Lives what was asked for, from 20 February 2026 on: over months of 28, 30 and 31 days and over changes of the clock. */
function lived({ orders, plan: first, payInAdvance, seatsInAdvance, ...rest }: typeof life extends fc.Arbitrary<infer T> ? T : never): OrderedLife {
  const planOf = ({ interval, amount }: { interval: PlanTerms['interval']; amount: number }, name: string) => ({
    interval, amount: Amount.of(amount), payInAdvance, id: name, code: name, name, intervalCount: 1, fixedCharges: [], billChargesMonthly: false,
  });
  const terms = termsOf({ ...rest, startedAt: '2026-02-20 10:00', plan: planOf(first, 'first') });
  const told = new OrderedLife(terms, seatsInAdvance);
  let now = terms.startedAt;
  for (const [index, { after, ...asked }] of orders.entries()) {
    now = now.add({ minutes: after });
    const wanted: Order = asked.ask === 'plan' ? { ...asked, plan: planOf(asked.plan, `plan ${index}`) } : asked;
    told.at(now, wanted);
  }
  told.at(now.add({ hours: 24 * 20 }), null);
  return told;
}

/** The first days from which on other lines are kept, or another number of units counts: what holds on these holds on all. */
function turningDays({ lines, changes }: Pick<OrderedLife, 'lines' | 'changes'>): readonly Temporal.PlainDate[] {
  return [...lines.flatMap(({ kept }) => [kept.start, kept.end]), ...changes.map(({ day }) => day)];
}

describe('in whatever order plans and units change, pauses begin and end, and a subscription ends', () => {
  it('no credit is more than its line, no day of a plan is paid twice, and seats cost a day what its last number costs', () => {
    fc.assert(
      fc.property(life, (told) => {
        const { lines, changes, priceOf } = held(lived(told));
        for (const line of lines) {
          expect(line.credited <= line.posted && line.credited >= 0n).toBe(true);
          if (line.advance) expectWorth(line);
        }
        for (const day of turningDays({ lines, changes })) {
          const kept = lines.filter((line) => covers(line, day));
          expect(kept.filter(({ of }) => of === 'plan').length).toBeLessThanOrEqual(1);
          const seats = kept.filter(({ of }) => of === 'seats');
          if (seats.length === 0) continue;
          const due = priceOf(unitsOn({ units: Quantity.fromInteger(2), changes }, day));
          expect(new Set(seats.map(({ periodDays }) => periodDays)).size).toBe(1);
          expect(Precise.toString(Precise.sum(seats.map(({ price }) => price)))).toBe(Precise.toString(due));
        }
      }),
      { numRuns: 1000 },
    );
  });
});

const held = (told: OrderedLife) => ({ lines: told.lines, changes: told.changes, priceOf: (units: Quantity) => told.priceOf(units) });

/** What is left of a line is its price for the days that are kept: rounded when it was posted and when it was credited, so to one minor unit. */
function expectWorth({ price, kept, periodDays, posted, credited }: PostedLine): void {
  const worth = Precise.scale(price, Fraction.of(kept.start.until(kept.end).days, periodDays));
  const off = Precise.subtract(Precise.ofMinor(Amount.subtract(posted, credited)), worth);
  const one = Precise.ofMinor(Amount.of(1));
  expect(Precise.compare(off, one) <= 0 && Precise.compare(Precise.negate(off), one) <= 0).toBe(true);
}
