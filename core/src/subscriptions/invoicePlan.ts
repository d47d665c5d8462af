import { Amount } from '../money/index.ts';
import { type DatePeriod, localDate, localMidnight, Period, periodOnDay } from '../time/index.ts';
import { closingDay, dayAfter, type FeeSpan, feeSpan, isBilled, openDay, pausesSeenAt, type UsageSpan, usageSpan } from './spans.ts';
import { type BilledThrough, calendarOf, endOf, firstFeeDayOf, type Pause, type PaymentTime, type PlanTerms, type SubscriptionTerms, trialEndOf, usageCalendarOf } from './terms.ts';

/** Why a subscription's invoice is made: it starts, its trial ends, a period ends, its plan or the units of a fixed charge change, it is paused, resumed, it ends; interim: somebody asks. */
export const invoiceKinds = ['start', 'trial_end', 'periodic', 'plan_change', 'units_change', 'pause', 'resumption', 'termination', 'interim'] as const;
export type InvoiceKind = (typeof invoiceKinds)[number];

/** One fee for the plan's price. */
export interface PlanFeeLine extends FeeSpan {
  /** The plan whose price it is, which the invoice of a change has two of. */
  readonly plan: PlanTerms;
  /** Whether it is paid ahead (the period that opens) or in arrears (the one that closes). */
  readonly advance: boolean;
}

/** The days of which fixed charges are due that are paid at one time. */
export interface FixedFeeLine extends FeeSpan {
  readonly advance: boolean;
  /** Those of the plan that a change opens, not of the one that closes. */
  readonly next: boolean;
}

/** What the invoice made at one instant covers. At least one of `planFees` and `usage` is there, but on one that is asked for. */
export interface InvoicePlan {
  readonly kind: InvoiceKind;
  readonly at: Temporal.Instant;
  readonly planFees: readonly PlanFeeLine[];
  /** At most one for each plan and time of payment. */
  readonly fixedFees: readonly FixedFeeLine[];
  readonly usage: UsageSpan | null;
  /** The plan fee's period; on an invoice of usage alone, the usage's (I7). */
  readonly billingPeriod: Period;
  /** Through where usage is billed once this invoice is made: the next `SubscriptionTerms.billedThrough`. */
  readonly billsThrough: BilledThrough | null;
}

/**
 * What the invoice of this kind made at this instant covers, or null when there is nothing to invoice: a start in arrears or into a
 * trial, a trial's end in arrears, a termination that skips its invoice, a period already billed.
 *
 * start: the fee in advance from the day of the start, or from a later period with which the billing of an older start begins.
 * trial_end: the fee in advance from the day the trial ends (T4). periodic: the usage of the usage period that ends at `at`, where the
 * plan's own period ends too its fee in arrears or the coming one's in advance, up to a known end (T3). plan_change: what the plan that
 * closes has not billed, and in advance the days of the one that opens (T3a). units_change: of fixed charges in advance the days left of
 * the period. pause: never anything; what was
 * paid for the days after it is credited. resumption: in advance, the days left of the current period (T3b). termination: usage to the
 * instant and the fee in arrears through that day (I1a). interim: the usage of the open period so far, and of a fee in arrears the days
 * that are over; the period stays open, so that its end covers all of it again.
 *
 * Throws RangeError for a periodic invoice at an instant that is no boundary of the subscription, and for a change to nothing.
 */
export function invoicePlan(terms: SubscriptionTerms, at: Temporal.Instant, kind: InvoiceKind): InvoicePlan | null {
  // What falls due by itself at the instant of a resumption came before it, what is asked for comes after it.
  const isOver = (resumedAt: Temporal.Instant): boolean =>
    Temporal.Instant.compare(resumedAt, at) < (fallsDue.has(kind) ? 0 : 1);
  const seen = ({ successor, ...of }: SubscriptionTerms): SubscriptionTerms => ({
    ...of,
    pauses: pausesSeenAt(of.pauses, isOver),
    successor: successor === null ? null : { ...successor, terms: seen(successor.terms) },
  });
  const known = seen(terms);
  // What the plan itself costs does not change with the units of a fixed charge.
  const parts = kind === 'units_change' ? nothing : partsOf[kind](known, at, terms.pauses);
  const fixedFees = kind === 'interim' ? [] : fixedLines(known, at, kind, terms.pauses);
  const [fee] = [...parts.planFees, ...(parts.usage === null ? fixedFees : [])];
  // One that is asked for may have nothing on it but usage of earlier periods.
  const billingPeriod = fee?.service ?? parts.usage?.period ?? (kind === 'interim' ? Period.of(at, at) : undefined);
  if (billingPeriod === undefined) return null;
  // A change within a period leaves the rest of it to be billed: where its usage goes on, the next terms say.
  const closesPeriod = parts.usage !== null && kind !== 'interim' && (kind !== 'plan_change' || parts.usage.period.end.equals(parts.usage.full.end));
  const billsThrough = closesPeriod ? { at, day: dayAfter(at, terms.zone) } : null;
  return { kind, at, ...parts, fixedFees, billingPeriod, billsThrough };
}

/**
 * Fixed charges are due for the days of which the plan's price would be if it were paid when they are. What settles a change by the
 * difference of two prices settles nothing of them: those paid ahead stay to the end of the period.
 */
function fixedLines(terms: SubscriptionTerms, at: Temporal.Instant, kind: InvoiceKind, pauses: readonly Pause[]): readonly FixedFeeLine[] {
  const times: readonly PaymentTime[] = ['advance', 'arrears'];
  const followed = terms.successor?.terms.plan.fixedCharges ?? [];
  return times.flatMap((time) => {
    // Those in arrears are billed by the days they were due, and no pause credits them.
    if (time === 'arrears' && kind === 'resumption') return [];
    if (!terms.plan.fixedCharges.includes(time) && !followed.includes(time)) return [];
    const payInAdvance = time === 'advance';
    const paidThen = (of: SubscriptionTerms): SubscriptionTerms => ({ ...of, plan: { ...of.plan, payInAdvance } });
    const own = paidThen(terms);
    const successor = terms.successor === null ? null : { ...terms.successor, terms: paidThen(terms.successor.terms) };
    const lines = partsOf[kind]({ ...own, successor }, at, pauses).planFees;
    return lines.flatMap(({ plan, ...line }): FixedFeeLine[] => {
      if (plan === own.plan && terms.plan.fixedCharges.includes(time)) return [{ ...line, advance: payInAdvance, next: false }];
      return plan === successor?.terms.plan && followed.includes(time) ? [{ ...line, advance: payInAdvance, next: true }] : [];
    });
  });
}

interface Parts {
  readonly planFees: readonly PlanFeeLine[];
  readonly usage: UsageSpan | null;
}

/** What comes by itself, and so before whatever is asked for at the same instant. */
export const fallsDue: ReadonlySet<InvoiceKind> = new Set(['start', 'trial_end', 'periodic']);

const nothing: Parts = { planFees: [], usage: null };

const partsOf: Readonly<Record<InvoiceKind, (terms: SubscriptionTerms, at: Temporal.Instant, pauses: readonly Pause[]) => Parts>> = {
  start: (terms, at) => (isInTrial(terms, at) ? nothing : firstAdvance(terms, at)),
  trial_end: firstAdvance,
  periodic: periodicParts,
  plan_change: planChangeParts,
  units_change: restInAdvance,
  pause: () => nothing,
  resumption: resumptionParts,
  termination: terminationParts,
  interim: interimParts,
};

/** The first fee in advance: for what is left of the period that holds the first billed day, or of a later one that is asked for. */
function firstAdvance(terms: SubscriptionTerms, at: Temporal.Instant): Parts {
  const first = trialEndOf(terms) ?? terms.startedAt;
  const day = Temporal.Instant.compare(first, at) < 0 ? localDate(at, terms.zone) : firstFeeDayOf(terms);
  return { planFees: terms.plan.payInAdvance ? linesOf(terms, periodOnDay(calendarOf(terms), day), true) : [], usage: null };
}

/**
 * The days left of the period, from that of the resumption, or the one after it where that of the pause was the same (T3b): of what is paid
 * in advance, and of what a change of plan before had settled ahead, which the pause has credited. So it has what followed a settled period
 * and was billed with the change to it.
 */
function resumptionParts(terms: SubscriptionTerms, at: Temporal.Instant, pauses: readonly Pause[]): Parts {
  const day = openDay(terms, at);
  if (isInTrial(terms, at)) return nothing;
  const { from } = pauses.findLast(({ until }) => until?.at.equals(at) === true) ?? { from: day };
  const first = Temporal.PlainDate.compare(from, day) > 0 ? from : day;
  const own = isPaidAhead(terms, day, at) ? linesOf(terms, periodOnDay(calendarOf(terms), day), true, first) : [];
  return { planFees: [...own, ...followingLines(terms, at, first)], usage: null };
}

/** Of plans that were changed to before and have only later days, those of their periods that have begun: they were billed with the change. */
function followingLines({ successor }: SubscriptionTerms, at: Temporal.Instant, from: Temporal.PlainDate): readonly PlanFeeLine[] {
  const opened = successor?.terms.opened ?? null;
  if (successor === null || opened === null || Temporal.Instant.compare(at, opened.at) < 0) return [];
  const next = successor.terms;
  const period = begunPeriod(next, opened.day, at);
  const lines = period === null || !isPaidAhead(next, opened.day, at) || isInTrial(next, at) ? [] : linesOf(next, period, true, from);
  return [...lines, ...followingLines(next, at, from)];
}

/** Whether the price for a day is paid by an instant: in advance, or where the plan was left before a day that is still its own (T3a, `none`). */
function isPaidAhead({ plan, closed }: SubscriptionTerms, day: Temporal.PlainDate, at: Temporal.Instant): boolean {
  if (plan.payInAdvance) return true;
  return closed !== null && Temporal.Instant.compare(closed.at, at) <= 0 && Temporal.PlainDate.compare(day, closed.day) < 0;
}

/** The plan's period on a day, where it has begun by an instant. */
function begunPeriod(terms: SubscriptionTerms, day: Temporal.PlainDate, at: Temporal.Instant): DatePeriod | null {
  const period = periodOnDay(calendarOf(terms), day);
  return Temporal.PlainDate.compare(period.start, openDay(terms, at)) > 0 ? null : period;
}

/** The days left of the open period, in advance. */
function restInAdvance(terms: SubscriptionTerms, at: Temporal.Instant): Parts {
  if (!terms.plan.payInAdvance || isInTrial(terms, at)) return nothing;
  const day = openDay(terms, at);
  return { planFees: linesOf(terms, periodOnDay(calendarOf(terms), day), true, day), usage: null };
}

function periodicParts(terms: SubscriptionTerms, at: Temporal.Instant): Parts {
  const day = boundaryDay(terms, at);
  const closing = periodOnDay(usageCalendarOf(terms), day.subtract({ days: 1 }));
  // The usage of a boundary and its plan fee are on one invoice, so that either both are billed or neither.
  if (isBilled(terms, closing)) return nothing;
  return { planFees: feesAtBoundary(terms, at, day), usage: usageSpan(terms, closing) };
}

/** The local day that opens at a boundary of the usage periods. */
function boundaryDay(terms: SubscriptionTerms, at: Temporal.Instant): Temporal.PlainDate {
  const day = localDate(at, terms.zone);
  const isBoundary =
    localMidnight(day, terms.zone).equals(at) &&
    periodOnDay(usageCalendarOf(terms), day).start.equals(day) &&
    Temporal.Instant.compare(terms.startedAt, at) < 0;
  if (!isBoundary) throw new RangeError(`no period of the subscription ends at ${at}`);
  return day;
}

function feesAtBoundary(terms: SubscriptionTerms, at: Temporal.Instant, day: Temporal.PlainDate): readonly PlanFeeLine[] {
  const calendar = calendarOf(terms);
  const coming = periodOnDay(calendar, day);
  // A monthly cut inside a longer plan period carries usage only (T2).
  if (!coming.start.equals(day)) return [];
  if (!terms.plan.payInAdvance) return linesOf(terms, periodOnDay(calendar, day.subtract({ days: 1 })), false);
  // A trial that ends later on this day is followed by its own invoice.
  return isInTrial(terms, at) ? [] : linesOf(terms, coming, true);
}

function isInTrial(terms: SubscriptionTerms, at: Temporal.Instant): boolean {
  const trialEnd = trialEndOf(terms);
  return trialEnd !== null && Temporal.Instant.compare(at, trialEnd) < 0;
}

function planChangeParts(terms: SubscriptionTerms, at: Temporal.Instant): Parts {
  if (terms.successor === null) throw new RangeError(`no change of plan is known at ${at}`);
  const { terms: next, proration } = terms.successor;
  const lastDay = closingDay(terms, at);
  const period = periodOnDay(calendarOf(terms), lastDay);
  const usagePeriod = periodOnDay(usageCalendarOf(terms), lastDay);
  const closing = terms.plan.payInAdvance || isBilled(terms, period) ? [] : linesOf(terms, period, false);
  // Days that stay the old plan's are settled ahead of time, and may have to be credited like all that is.
  const ahead = terms.closed !== null && Temporal.PlainDate.compare(terms.closed.day, dayAfter(at, terms.zone)) > 0;
  const opening = proration === 'difference' ? differenceLines(terms, next, at) : openingLines(next, at);
  return {
    planFees: [...closing.map((line) => ({ ...line, advance: ahead })), ...opening],
    usage: isBilled(terms, usagePeriod) ? null : usageSpan(terms, usagePeriod),
  };
}

/** In advance the days left of the new plan's period; those of a period that opens later are left to its own boundary. */
function openingLines(next: SubscriptionTerms, at: Temporal.Instant): readonly PlanFeeLine[] {
  const day = next.opened?.day;
  if (day === undefined || !next.plan.payInAdvance || isInTrial(next, at)) return [];
  const period = begunPeriod(next, day, at);
  return period === null ? [] : linesOf(next, period, true, day);
}

/** In advance what the new price is above the old one, for all days billed of the running period, up to where the new plan is left. */
function differenceLines(terms: SubscriptionTerms, next: SubscriptionTerms, at: Temporal.Instant): readonly PlanFeeLine[] {
  if (!next.plan.payInAdvance || isInTrial(terms, at)) return [];
  const amount = Amount.subtract(next.plan.amount, terms.plan.amount);
  // What the old plan cost more was paid, and stays.
  if (Amount.isNegative(amount)) return [];
  const difference = { ...terms, closed: next.closed, plan: { ...next.plan, name: `${next.plan.name} instead of ${terms.plan.name}`, amount } };
  return linesOf(difference, periodOnDay(calendarOf(terms), openDay(terms, at)), true);
}

function terminationParts(terms: SubscriptionTerms, at: Temporal.Instant): Parts {
  if (terms.terminationAction === 'skip') return nothing;
  const ended: SubscriptionTerms = { ...terms, terminatedAt: at };
  const lastDay = closingDay(terms, at);
  const period = periodOnDay(calendarOf(terms), lastDay);
  const usagePeriod = periodOnDay(usageCalendarOf(terms), lastDay);
  // At the instant of a boundary whose invoice is already made, both are billed.
  return {
    planFees: terms.plan.payInAdvance || isBilled(terms, period) ? [] : linesOf(ended, period, false),
    usage: isBilled(terms, usagePeriod) ? null : usageSpan(ended, usagePeriod),
  };
}

function interimParts(terms: SubscriptionTerms, at: Temporal.Instant): Parts {
  const end = endOf(terms);
  if (end !== null && Temporal.Instant.compare(end, at) <= 0) return nothing;
  const lastDay = closingDay(terms, at);
  const period = periodOnDay(calendarOf(terms), lastDay);
  const usagePeriod = periodOnDay(usageCalendarOf(terms), lastDay);
  // Today is not over: it may yet become another plan's. Its usage up to now is known.
  const priced: SubscriptionTerms = { ...terms, closed: { at, day: openDay(terms, at) } };
  return {
    planFees: terms.plan.payInAdvance || isBilled(terms, period) ? [] : linesOf(priced, period, false),
    usage: isBilled(terms, usagePeriod) ? null : usageSpan({ ...terms, terminatedAt: at }, usagePeriod),
  };
}

function linesOf(
  terms: SubscriptionTerms,
  period: DatePeriod,
  advance: boolean,
  from?: Temporal.PlainDate,
): readonly PlanFeeLine[] {
  const span = feeSpan(terms, period, from);
  return span === null ? [] : [{ ...span, advance, plan: terms.plan }];
}
