/** A life in which whatever is asked for in whatever order is billed and credited as the product does it, line by line. */
import { Amount, Precise, Quantity } from '../money/index.ts';
import { parseProperties } from '../rating/index.ts';
import {
  cancellationEnd, changeDays, creditForUnusedDays, dayAfter, dueWork, endOfPlanPeriod, type FixedFeeLine, givesBack, type InvoiceKind, invoiceKindOf, invoicePlan, openDay, type PlanTerms, type SubscriptionTerms, type UnitsChange,
} from '../subscriptions/index.ts';
import { type DatePeriod, localDate, localMidnight, type Period } from '../time/index.ts';
import type { FixedChargeFacts } from './facts.ts';
import { isLess, priceOfUnits, unitsParts } from './fixedUnits.ts';

/** Something that may be asked for; what the subscription does not allow then is left out. */
export type Order =
  | { readonly ask: 'plan'; readonly plan: PlanTerms; readonly timing: 'now' | 'period_end' }
  | { readonly ask: 'units'; readonly units: number; readonly timing: 'now' | 'period_end' }
  | { readonly ask: 'pause' | 'resume' | 'cancel' | 'terminate' };

/** A line of an invoice that was posted, and what became of it. */
export interface PostedLine {
  readonly of: 'plan' | 'seats';
  readonly advance: boolean;
  readonly price: Precise;
  readonly posted: Amount;
  readonly service: Period;
  readonly full: Period;
  readonly periodDays: bigint;
  /** The days of it that are not credited; paused ones in arrears are among them. */
  kept: DatePeriod;
  credited: Amount;
}

const tiers = [{ up_to: 3, unit_price: '10' }, { up_to: null, unit_price: '7' }];
const parsed = parseProperties('graduated', { tiers });
if (!parsed.ok) throw new Error('The price of a seat cannot be read.');
const seats = parsed.value;

export class OrderedLife {
  terms: SubscriptionTerms;
  readonly lines: PostedLine[] = [];
  readonly seatsInAdvance: boolean;
  changes: UnitsChange[] = [];
  #through: Temporal.Instant | null = null;
  #turn = 0;

  constructor(terms: SubscriptionTerms, seatsInAdvance: boolean) {
    this.seatsInAdvance = seatsInAdvance;
    this.terms = this.#withSeats(terms);
  }

  /** Does what falls due up to an instant, and then what is asked for at it. */
  at(now: Temporal.Instant, order: Order | null): void {
    if (this.terms.terminatedAt !== null) return;
    for (let due = dueWork(this.terms, this.#through); due !== null && Temporal.Instant.compare(due.at, now) <= 0; due = dueWork(this.terms, this.#through)) {
      this.#through = due.at;
      if (due.kind === 'end') {
        this.#end(due.at);
        return;
      }
      this.#bill(due.at, invoiceKindOf[due.kind]);
      if (due.kind === 'plan_change' && this.terms.successor !== null) this.terms = { ...this.terms.successor.terms, billedThrough: this.terms.billedThrough };
    }
    if (order !== null) this.#ask(now, order);
  }

  #ask(now: Temporal.Instant, order: Order): void {
    const paused = this.terms.pauses.at(-1)?.until === null;
    const canceled = this.terms.endingAt !== null;
    if (order.ask === 'terminate') this.#end(now);
    else if (order.ask === 'units') this.#units(now, order.units, paused ? 'period_end' : order.timing);
    else if (canceled) return;
    else if (order.ask === 'plan') this.#plan(now, paused ? null : this.#withSeats({ ...this.terms, plan: order.plan }).plan, order.timing);
    else if (order.ask === 'cancel') this.terms = { ...this.terms, endingAt: cancellationEnd(this.terms, now) };
    else if (order.ask === 'resume') this.#resume(now, paused);
    else if (!paused) this.#pause(now);
  }

  #pause(now: Temporal.Instant): void {
    const from = dayAfter(now, this.terms.zone);
    this.terms = { ...this.terms, pauses: [...this.terms.pauses, { from, until: null }] };
    this.#credit(now, from);
  }

  #resume(now: Temporal.Instant, paused: boolean): void {
    const last = this.terms.pauses.at(-1);
    if (!paused || last === undefined) return;
    const until = { at: now, day: localDate(now, this.terms.zone) };
    this.terms = { ...this.terms, pauses: [...this.terms.pauses.slice(0, -1), { ...last, until }] };
    this.#bill(now, 'resumption');
  }

  #plan(now: Temporal.Instant, plan: PlanTerms | null, timing: 'now' | 'period_end'): void {
    if (plan === null) return;
    const old = { ...this.terms, closed: null, successor: null };
    const end = endOfPlanPeriod(old, now);
    const days = timing === 'now' ? changeDays(old, now, 'day') : { closes: end, opens: end };
    const turn = { at: timing === 'now' ? now : localMidnight(end, old.zone), day: days.closes };
    const anchorDay = old.anchorDay ?? localDate(old.startedAt, old.zone);
    const next = { ...old, plan, opened: { at: turn.at, day: days.opens }, anchorDay };
    this.terms = { ...old, closed: turn, successor: { terms: next, proration: 'day' } };
    if (timing === 'period_end') return;
    this.#through = now;
    if (givesBack(old.plan, plan, 'day')) this.#credit(now, days.opens);
    this.#bill(now, 'plan_change');
    this.terms = { ...next, billedThrough: this.terms.billedThrough };
    const waits = endOfPlanPeriod(this.terms, now);
    this.changes = this.changes.map((change) => (Temporal.PlainDate.compare(turn.day, change.day) < 0 ? { ...change, day: waits } : change));
  }

  #units(now: Temporal.Instant, units: number, timing: 'now' | 'period_end'): void {
    const today = openDay(this.terms, now);
    this.changes = this.changes.filter(({ day }) => Temporal.PlainDate.compare(day, today) <= 0);
    const change = { turn: ++this.#turn, units: Quantity.fromInteger(units), timing, at: now, day: timing === 'now' ? today : endOfPlanPeriod(this.terms, now) };
    this.changes.push(change);
    if (timing === 'period_end' || !this.seatsInAdvance) return;
    if (isLess(this.#charge(null, false), change, this.terms.currency)) this.#credit(now, today, 'seats');
    this.#bill(now, 'units_change', change.turn);
  }

  #end(now: Temporal.Instant): void {
    this.terms = { ...this.terms, terminatedAt: now, terminationAction: 'generate_credit_note', closed: null, successor: null };
    this.#credit(now, dayAfter(now, this.terms.zone));
    this.#bill(now, 'termination');
  }

  #bill(at: Temporal.Instant, kind: InvoiceKind, settles: number | null = null): void {
    const plan = invoicePlan(this.terms, at, kind);
    if (plan === null) return;
    for (const line of plan.planFees) this.#post('plan', line, Precise.ofMinor(line.plan.amount));
    for (const line of plan.fixedFees)
      for (const { line: part, units, above } of unitsParts(this.terms, plan, this.#charge(settles, line.next), line)) {
        const price = (of: Quantity): Precise => this.priceOf(of);
        this.#post('seats', part, above === null ? price(units) : Precise.subtract(price(units), price(above)));
      }
    if (plan.billsThrough !== null) this.terms = { ...this.terms, billedThrough: plan.billsThrough };
  }

  priceOf(units: Quantity): Precise {
    return priceOfUnits({ properties: seats }, units, this.terms.currency).amount;
  }

  #post(of: PostedLine['of'], { advance, service, full, days, dates }: Omit<FixedFeeLine, 'next'>, price: Precise): void {
    const posted = Precise.toAmount(Precise.scale(price, days));
    this.lines.push({ of, advance, price, posted, service, full, periodDays: days.denominator, kept: dates, credited: Amount.zero });
  }

  #credit(at: Temporal.Instant, firstUnused: Temporal.PlainDate, only?: PostedLine['of']): void {
    for (const line of this.lines) {
      if (!line.advance || (only !== undefined && line.of !== only) || Temporal.Instant.compare(line.service.end, at) <= 0) continue;
      const { amount } = creditForUnusedDays(line, firstUnused, this.terms.zone);
      line.credited = Amount.add(line.credited, amount);
      const { start, end } = line.kept;
      const until = Temporal.PlainDate.compare(end, firstUnused) < 0 ? end : firstUnused;
      line.kept = { start, end: Temporal.PlainDate.compare(until, start) < 0 ? start : until };
    }
  }

  #charge(settles: number | null, next: boolean): FixedChargeFacts {
    return {
      id: 'x', code: 'seat', displayName: 'Seats', properties: seats, units: Quantity.fromInteger(2), changes: this.changes, settles, payInAdvance: this.seatsInAdvance, prorated: true, next,
    };
  }

  #withSeats(terms: SubscriptionTerms): SubscriptionTerms {
    return { ...terms, plan: { ...terms.plan, fixedCharges: [this.seatsInAdvance ? 'advance' : 'arrears'] } };
  }
}
