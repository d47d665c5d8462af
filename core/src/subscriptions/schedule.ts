import { type DatePeriod, localMidnight, type Period, periodOnDay } from '../time/index.ts';
import { type InvoiceKind, type InvoicePlan, invoicePlan } from './invoicePlan.ts';
import { closingDay, lifeIn, openDay, type UsageSpan, usageSpan } from './spans.ts';
import { calendarOf, endOf, type SubscriptionTerms, startDayOf, trialEndOf, usageCalendarOf } from './terms.ts';

/** What falls due for a subscription. */
export type DueKind = 'activate' | 'trial_end' | 'period_end' | 'plan_change' | 'end';

export interface DueWork {
  readonly at: Temporal.Instant;
  readonly kind: DueKind;
  /** Whether the trial ends at this very instant, also when something of more weight falls on it. */
  readonly trialEnds: boolean;
}

/** The kind of invoice that each kind of due work makes; `invoicePlan` says whether there is anything on it. */
export const invoiceKindOf: Readonly<Record<DueKind, InvoiceKind>> = {
  activate: 'start',
  trial_end: 'trial_end',
  period_end: 'periodic',
  plan_change: 'plan_change',
  end: 'termination',
};

const compare = Temporal.Instant.compare;

/**
 * The next thing that falls due strictly after an instant, or null when nothing will. `after` null: from the very beginning.
 * Of several things at one instant it is the one that includes the others: an end closes the period that ends there, and the invoice
 * of a period's end carries the fee that follows a trial ending there. A change of plan agreed on for the end of a period bills both.
 */
export function dueWork(terms: SubscriptionTerms, after: Temporal.Instant | null): DueWork | null {
  const { startedAt } = terms;
  const isAhead = (at: Temporal.Instant): boolean => after === null || compare(at, after) > 0;
  const end = endOf(terms);
  // Its end is all that is left to note.
  if (end !== null && neverRuns(terms)) return isAhead(end) ? { at: end, kind: 'end', trialEnds: false } : null;
  if (after === null || isAhead(startedAt)) return { at: startedAt, kind: 'activate', trialEnds: false };
  if (end !== null && !isAhead(end)) return null;

  const turn = terms.closed?.at ?? null;
  if (turn !== null && !isAhead(turn)) return null;
  const periodEnd = nextUsageBoundary(terms, after);
  const boundary = turn !== null && compare(turn, periodEnd) < 0 ? turn : periodEnd;
  const trialEnd = trialEndOf(terms);
  const at = trialEnd !== null && isAhead(trialEnd) && compare(trialEnd, boundary) < 0 ? trialEnd : boundary;
  if (end !== null && compare(end, at) <= 0) return { at: end, kind: 'end', trialEnds: false };
  const trialEnds = trialEnd?.equals(at) === true;
  if (turn?.equals(at) === true) return { at, kind: 'plan_change', trialEnds };
  return { at, kind: at.equals(boundary) ? 'period_end' : 'trial_end', trialEnds };
}

/**
 * Everything that has fallen due after an instant and up to `now`, in order: what a subscription created with a start in the past has
 * to catch up with, one by one.
 */
export function* overdueWork(
  terms: SubscriptionTerms,
  after: Temporal.Instant | null,
  now: Temporal.Instant,
): Generator<DueWork, void> {
  let due = dueWork(terms, after);
  while (due !== null && compare(due.at, now) <= 0) {
    yield due;
    due = dueWork(terms, due.at);
  }
}

/**
 * What the invoice of a boundary at this very instant covers, among what falls due after another one; null where no period ends then, or where
 * something else falls due with it.
 */
export function boundaryInvoice(terms: SubscriptionTerms, after: Temporal.Instant, at: Temporal.Instant): InvoicePlan | null {
  for (const due of overdueWork(terms, after, at)) if (due.kind === 'period_end' && due.at.equals(at)) return invoicePlan(terms, at, 'periodic');
  return null;
}

/** What the next invoice covers, or null when none will be made, as for one that ends before it has run. For a pending subscription it may be that of its start. */
export function nextInvoice(terms: SubscriptionTerms, now: Temporal.Instant): InvoicePlan | null {
  if (neverRuns(terms)) return null;
  for (let due = dueWork(terms, now); due !== null; due = dueWork(terms, due.at)) {
    const plan = invoicePlan(terms, due.at, invoiceKindOf[due.kind]);
    if (plan !== null) return plan;
  }
  return null;
}

/** The next instant at which an invoice is made, or null when none will be. */
export function nextBillingDate(terms: SubscriptionTerms, now: Temporal.Instant): Temporal.Instant | null {
  return nextInvoice(terms, now)?.at ?? null;
}

/** The usage period that is open at an instant, cut to the life of the subscription; null before its start and from its end on. */
export function currentPeriod(terms: SubscriptionTerms, now: Temporal.Instant): UsageSpan | null {
  return isAlive(terms, now) ? usageSpan(terms, periodOnDay(usageCalendarOf(terms), openDay(terms, now))) : null;
}

/**
 * The usage period that holds an instant, whether it is open or was billed; null where the subscription was not alive. One that was billed
 * closed where that says, and holds what is before it, whatever date the present zone shows there (T1).
 */
export function usagePeriodAt(terms: SubscriptionTerms, at: Temporal.Instant): UsageSpan | null {
  const { billedThrough } = terms;
  if (billedThrough === null || compare(billedThrough.at, at) <= 0) return currentPeriod(terms, at);
  if (!isAlive(terms, at)) return null;
  const [day, last] = [openDay({ ...terms, billedThrough: null }, at), billedThrough.day.subtract({ days: 1 })];
  const period = periodOnDay(usageCalendarOf(terms), Temporal.PlainDate.compare(last, day) < 0 ? last : day);
  // Where it closed within this period, with the end of the subscription or of its plan, that end cuts the period itself.
  const closedInside = Temporal.PlainDate.compare(billedThrough.day, period.end) < 0;
  return usageSpan(closedInside ? { ...terms, billedThrough: null } : terms, period);
}

/** The plan's own period that is open at an instant, cut to the life of the subscription; null before its start and from its end on. */
export function currentPlanPeriod(terms: SubscriptionTerms, now: Temporal.Instant): Period | null {
  if (!isAlive(terms, now)) return null;
  return lifeIn(terms, periodOnDay(calendarOf(terms), openDay(terms, now)));
}

/**
 * When a subscription that is canceled at an instant ends: with the plan's period that is open, in a trial with the trial, before its
 * start at the start, so that it never runs; at once where it has no date of start, and so no terms, for then there is nothing to wait for.
 * Nothing later than an end that was agreed on.
 */
export function cancellationEnd(terms: SubscriptionTerms | null, now: Temporal.Instant): Temporal.Instant {
  if (terms === null) return now;
  const trialEnd = trialEndOf(terms);
  if (compare(now, terms.startedAt) < 0) return terms.startedAt;
  if (trialEnd !== null && compare(now, trialEnd) < 0) return trialEnd;
  return currentPlanPeriod(terms, now)?.end ?? now;
}

/** Up to `count` usage periods of this plan that had closed by an instant, newest first. */
export function pastPeriods(terms: SubscriptionTerms, now: Temporal.Instant, count: number): UsageSpan[] {
  const calendar = usageCalendarOf(terms);
  const first = periodOnDay(calendar, startDayOf(terms)).start;
  const closed: UsageSpan[] = [];
  const ends = [endOf(terms), terms.closed?.at ?? null].filter((end) => end !== null && compare(end, now) <= 0);
  const end = ends.reduce((a, b) => (a !== null && b !== null && compare(b, a) < 0 ? b : a), ends[0] ?? null);
  const lastDay = end === null ? openDay(terms, now) : closingDay(terms, end);
  let period: DatePeriod = periodOnDay(calendar, lastDay);
  while (closed.length < count && Temporal.PlainDate.compare(period.start, first) >= 0) {
    const span = usageSpan(terms, period);
    if (span !== null && compare(span.period.end, now) <= 0) closed.push(span);
    period = periodOnDay(calendar, period.start.subtract({ days: 1 }));
  }
  return closed;
}

/** Whether it ends no later than it starts. */
function neverRuns(terms: SubscriptionTerms): boolean {
  const end = endOf(terms);
  return end !== null && compare(end, terms.startedAt) <= 0;
}

function isAlive(terms: SubscriptionTerms, now: Temporal.Instant): boolean {
  const end = endOf(terms);
  return compare(terms.startedAt, now) <= 0 && (end === null || compare(now, end) < 0);
}

function nextUsageBoundary(terms: SubscriptionTerms, after: Temporal.Instant): Temporal.Instant {
  return localMidnight(periodOnDay(usageCalendarOf(terms), openDay(terms, after)).end, terms.zone);
}
