import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount } from '../money/index.ts';
import { localDate } from '../time/index.ts';
import { changeDays, dayAfter, type InvoiceKind, invoiceKindOf, invoicePlan, openDay, overdueWork, type Pause, type PlanTerms, type Proration, type SubscriptionTerms, samePeriods } from './index.ts';
import { local, termsOf } from './testing.ts';

const ZONE = 'America/New_York';
const [start, last] = ['2026-01-01', '2026-07-01'].map((day) => local(day, ZONE)) as [Temporal.Instant, Temporal.Instant];
const compare = Temporal.PlainDate.compare;

/** What happens at the end of an hour: a change of plan, or a pause, which is ended where one lasts. */
interface Move {
  readonly hour: number;
  readonly pauses: boolean;
  readonly interval: PlanTerms['interval'];
  readonly payInAdvance: boolean;
  readonly proration: Proration;
}

const movesOf = (pauses: fc.Arbitrary<boolean>, interval: fc.Arbitrary<PlanTerms['interval']>, days = 170): fc.Arbitrary<readonly Move[]> =>
  fc
    .array(
      fc.record({ hour: fc.integer({ min: 0, max: days * 24 }), pauses, interval, payInAdvance: fc.boolean(), proration: fc.constantFrom('day', 'none', 'none') }),
      { minLength: 1, maxLength: 9 },
    )
    .map((list) => list.toSorted((a, b) => a.hour - b.hour));

/** One subscription that lives through moves, with the days that are paid of it: what is paid ahead is given back as the server does. */
class Settled {
  readonly days: { readonly day: string; readonly advance: boolean }[] = [];
  readonly pauses: Pause[] = [];
  #phases: SubscriptionTerms[] = [];
  #terms: SubscriptionTerms;
  #after: Temporal.Instant | null = null;

  constructor(billingTime: SubscriptionTerms['billingTime'], payInAdvance: boolean) {
    this.#terms = { ...termsOf({ startedAt: '2026-01-01', plan: { payInAdvance } }), billingTime };
  }

  /** Does what falls due up to an instant. */
  live(until: Temporal.Instant): void {
    for (const due of overdueWork(this.#seen(this.#terms), this.#after, until)) {
      this.#bill(this.#terms, due.at, invoiceKindOf[due.kind]);
      this.#after = due.at;
    }
  }

  move(at: Temporal.Instant, move: Move): void {
    const open = this.pauses.at(-1)?.until === null;
    if (open) this.#resume(at);
    else if (move.pauses) this.#pause(at);
    else this.#change(at, move);
  }

  end(): void {
    this.#bill({ ...this.#terms, terminatedAt: last }, last, 'termination');
  }

  #pause(at: Temporal.Instant): void {
    const from = dayAfter(at, ZONE);
    this.pauses.push({ from, until: null });
    this.#giveBack(from);
  }

  #resume(at: Temporal.Instant): void {
    const { from } = this.pauses.pop() ?? expect.fail('a pause lasts');
    this.pauses.push({ from, until: { at, day: localDate(at, ZONE) } });
    const all = [...this.#phases, this.#terms];
    const owner = all.findLastIndex(({ opened }) => opened === null || compare(opened.day, openDay(this.#terms, at)) <= 0);
    const chain = all.slice(owner).filter(({ opened, closed }, n) => n === 0 || opened === null || closed === null || compare(opened.day, closed.day) < 0);
    const followed = chain.reduceRight((terms, own): SubscriptionTerms => ({ ...own, successor: { terms, proration: 'day' } }));
    this.#bill(followed, at, 'resumption');
  }

  #change(at: Temporal.Instant, { interval, payInAdvance, proration: asked }: Move): void {
    const old = this.#terms;
    const plan: PlanTerms = { ...old.plan, interval, payInAdvance, amount: Amount.of(4900) };
    const proration = samePeriods(old.plan, plan) ? asked : 'day';
    const { closes, opens } = changeDays(old, at, proration);
    const next: SubscriptionTerms = { ...old, plan, opened: { at, day: opens }, anchorDay: localDate(start, ZONE) };
    const closed: SubscriptionTerms = { ...old, closed: { at, day: closes }, successor: { terms: next, proration } };
    if (proration === 'day') this.#giveBack(opens);
    this.#bill(closed, at, 'plan_change');
    this.#phases.push(closed);
    this.#terms = { ...next, billedThrough: this.#terms.billedThrough };
    this.#after = at;
  }

  #giveBack(from: Temporal.PlainDate): void {
    const kept = this.days.filter(({ day, advance }) => !advance || day < from.toString());
    this.days.splice(0, this.days.length, ...kept);
  }

  #seen(terms: SubscriptionTerms): SubscriptionTerms {
    const successor = terms.successor === null ? null : { ...terms.successor, terms: this.#seen(terms.successor.terms) };
    return { ...terms, pauses: this.pauses, successor, billedThrough: this.#terms.billedThrough };
  }

  #bill(of: SubscriptionTerms, at: Temporal.Instant, kind: InvoiceKind): void {
    const made = invoicePlan(this.#seen(of), at, kind);
    for (const { service, days, advance } of made?.planFees ?? []) {
      const first = localDate(service.start, ZONE);
      const all = Array.from({ length: first.until(dayAfter(service.end, ZONE)).days }, (_, n) => first.add({ days: n }));
      const due = all.filter((day) => !this.pauses.some((pause) => isIn(pause, day)));
      expect(BigInt(due.length)).toBe(days.numerator);
      this.days.push(...due.map((day) => ({ day: day.toString(), advance })));
    }
    if (made?.billsThrough != null) this.#terms = { ...this.#terms, billedThrough: made.billsThrough };
  }
}

const isIn = ({ from, until }: Pause, day: Temporal.PlainDate): boolean => compare(from, day) <= 0 && (until === null || compare(day, until.day) < 0);

/** Rare by chance: settled by `none`, changed to longer periods that have begun, and these settled too; then paused and resumed, all in one month. */
const settledThenLonger = (payInAdvance: boolean): readonly Move[] => {
  const to = (day: number, interval: PlanTerms['interval'], proration: Proration): Move => ({ hour: day * 24, pauses: false, interval, payInAdvance, proration });
  const pause = { ...to(20, 'monthly', 'day'), pauses: true };
  return [to(9, 'monthly', 'none'), to(12, 'quarterly', 'day'), to(14, 'quarterly', 'none'), to(16, 'yearly', 'day'), pause, { ...pause, hour: 24 * 24 }];
};

describe('each day that is not paused is paid once, whichever way each period was settled,', () => {
  const long = fc.constantFrom<PlanTerms['interval'][]>('monthly', 'monthly', 'quarterly', 'yearly');
  const any = fc.constantFrom<PlanTerms['interval'][]>('weekly', 'monthly', 'quarterly', 'yearly');
  it.each([
    ['over any series of changes', movesOf(fc.constant(false), any), []],
    ['over any series of changes and pauses by the month', movesOf(fc.boolean(), fc.constant('monthly')), []],
    ['over any series of changes and pauses, close to each other', movesOf(fc.boolean(), long, 40), [true, false]],
  ])('%s', (_, moves, rare) => {
    fc.assert(
      fc.property(moves, fc.constantFrom('calendar', 'anniversary'), fc.boolean(), (list, billingTime, payInAdvance) => {
        const life = new Settled(billingTime, payInAdvance);
        for (const move of list) {
          const at = start.add({ hours: move.hour + 1 });
          life.live(at);
          life.move(at, move);
        }
        life.live(last.subtract({ seconds: 1 }));
        life.end();
        const until = localDate(last, ZONE);
        const all = Array.from({ length: localDate(start, ZONE).until(until).days }, (_, n) => localDate(start, ZONE).add({ days: n }));
        const expected = all.filter((day) => !life.pauses.some((pause) => isIn(pause, day))).map(String);
        const paid = life.days.map(({ day }) => day).filter((day) => day < until.toString());
        expect(paid.toSorted()).toEqual(expected);
      }),
      { numRuns: 200, examples: rare.map((ahead) => [settledThenLonger(ahead), 'calendar', ahead]) },
    );
  });
});
