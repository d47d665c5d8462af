import { Amount, Fraction, Precise } from '../money/index.ts';
import { type Interval, periodOnDay } from '../time/index.ts';
import { openDay } from './spans.ts';
import { calendarOf, firstFeeDayOf, type PlanTerms, type Proration, type SubscriptionTerms } from './terms.ts';

/** Periods of each interval in 400 years, in which the calendar repeats itself: 146,097 days. */
const PERIODS: Readonly<Record<Interval, bigint>> = {
  daily: 146_097n,
  weekly: 20_871n,
  monthly: 4_800n,
  quarterly: 1_600n,
  semiannual: 800n,
  yearly: 400n,
};

/** Compares what two plans cost a year (T3a): price × periods of the interval ÷ interval count, exactly. */
export function compareYearly(a: PlanTerms, b: PlanTerms): -1 | 0 | 1 {
  const [left, right] = [yearly(a) * BigInt(b.intervalCount), yearly(b) * BigInt(a.intervalCount)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

const yearly = ({ amount, interval }: PlanTerms): bigint => Amount.toBigInt(amount) * PERIODS[interval];

/** Whether two plans have the same periods, paid at the same time, so that there is more than one way to settle the running one. */
export function samePeriods(a: PlanTerms, b: PlanTerms): boolean {
  return a.interval === b.interval && a.intervalCount === b.intervalCount && a.payInAdvance === b.payInAdvance;
}

interface ChangeDays {
  /** The old plan's price is due up to, and not on, this day. */
  readonly closes: Temporal.PlainDate;
  /** The new plan's price is due from this day on. */
  readonly opens: Temporal.PlainDate;
}

/**
 * Which days of the running period belong to which plan when it changes at an instant:
 * day: up to the day before, and from that day. none: the period stays the old plan's. full_price: in arrears the whole period is the
 * new plan's; in advance it is charged whole besides what was paid. difference: likewise in arrears; in advance what was paid stays,
 * `invoicePlan` adds the difference, and the whole period is the new plan's. To a lower price full_price gives back in advance, too, what was paid: the whole period is the new plan's. Days that an earlier change gave to the old plan stay its own.
 * All but `day` presuppose `samePeriods`.
 */
export function changeDays(old: SubscriptionTerms, at: Temporal.Instant, proration: Proration, next: PlanTerms = old.plan): ChangeDays {
  const day = openDay(old, at);
  const opened = latest(firstFeeDayOf(old), old.opened?.day ?? firstFeeDayOf(old));
  const period = periodOnDay(calendarOf(old), day);
  const [start, end] = [latest(period.start, opened), latest(period.end, opened)];
  if (proration === 'day') {
    const from = latest(day, old.opened?.day ?? day);
    return { closes: from, opens: from };
  }
  if (proration === 'none') return { closes: end, opens: end };
  if (!old.plan.payInAdvance || givesBack(old.plan, next, proration)) return { closes: start, opens: start };
  return { closes: end, opens: start };
}

/** Whether a change credits what was paid ahead for the days that become the new plan's: by the day, and of a lower full price. */
export function givesBack(old: PlanTerms, next: PlanTerms, proration: Proration): boolean {
  return proration === 'day' || (proration === 'full_price' && next.amount < old.amount);
}

/** The first day after the plan period that holds an instant: where a change at the end of the period comes. */
export function endOfPlanPeriod(terms: SubscriptionTerms, at: Temporal.Instant): Temporal.PlainDate {
  return periodOnDay(calendarOf(terms), openDay(terms, at)).end;
}

/** What a plan's price is for the days from one to the end of its period: how many of how many days, rounded once. */
export function priceOfRest(terms: SubscriptionTerms, day: Temporal.PlainDate): { readonly days: number; readonly of: number; readonly amount: Amount } {
  const { start, end } = periodOnDay(calendarOf(terms), day);
  const [days, of] = [day.until(end).days, start.until(end).days];
  const precise = Precise.scale(Precise.ofMinor(terms.plan.amount), Fraction.of(days, of));
  return { days, of, amount: Precise.toAmount(precise) };
}

function latest(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(a, b) < 0 ? b : a;
}
