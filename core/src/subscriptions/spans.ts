/**
 * The stretches of time that invoices bill: of the plan's price (whole local days) and of usage (to the instant).
 * Days are reckoned as dates, so that neither an hour of a clock change nor a change of zone can make or lose one.
 */
import { Fraction } from '../money/index.ts';
import { type DatePeriod, localDate, localMidnight, Period } from '../time/index.ts';
import { endOf, firstFeeDayOf, type Pause, startDayOf, type SubscriptionTerms, trialEndOf } from './terms.ts';

/** Part of a plan period that one fee bills. */
export interface FeeSpan {
  /** From the local midnight of the first billed day; to the boundary, or to the instant of an end before it (T1). */
  readonly service: Period;
  /** The full period of the plan in which it lies. */
  readonly full: Period;
  /** Billed days over the real days of the full period, not reduced: 17/31 (T3). */
  readonly days: Fraction;
  /** From the first billed day up to, and not with, the day after the last; paused days in between are among them. */
  readonly dates: DatePeriod;
}

/** A stretch of usage. */
export interface UsageSpan {
  /** The events that count: from the instant of the start or the boundary, to the boundary or the instant of the end (T1). */
  readonly period: Period;
  /** The full period in which it lies. */
  readonly full: Period;
  /** The local days it touches, the first and the last included, and the real days of the full period (T3, P5). */
  readonly days: UsageDays;
}

interface UsageDays {
  readonly firstDay: Temporal.PlainDate;
  readonly lastDay: Temporal.PlainDate;
  readonly periodDays: number;
  readonly zone: string;
}

/** Local days billed: from `first`, up to but not including `end`; null while no end is known. */
interface BilledDays {
  readonly first: Temporal.PlainDate;
  readonly end: Temporal.PlainDate | null;
}

const compareDays = Temporal.PlainDate.compare;
const compareInstants = Temporal.Instant.compare;

/** The first local day that does not begin before the instant: an end exactly at midnight touches nothing of the day after it (T3). */
export function dayAfter(at: Temporal.Instant, zone: string): Temporal.PlainDate {
  const day = localDate(at, zone);
  return localMidnight(day, zone).equals(at) ? day : day.add({ days: 1 });
}

/**
 * The days on which the plan's price is due: from the day of the start, or with a trial the day it ends, through the day of the end
 * (T3, T4); between two changes of plan only those from one to the other. A subscription that ends in its trial, or before it starts,
 * has none.
 */
function billedDaysOf(terms: SubscriptionTerms): BilledDays {
  const trialEnd = trialEndOf(terms);
  const end = endOf(terms);
  const first = laterDay(firstFeeDayOf(terms), terms.opened?.day ?? firstFeeDayOf(terms));
  const closed = terms.closed?.day ?? null;
  if (end === null) return { first, end: closed };
  const never = compareInstants(end, terms.startedAt) < 0 || (trialEnd !== null && compareInstants(end, trialEnd) <= 0);
  const ended = never ? first : dayAfter(end, terms.zone);
  return { first, end: closed === null ? ended : earlierDay(ended, closed) };
}

/**
 * What is due of the plan's price for one of its periods, or null when no day of it is. In arrears that is every day the subscription
 * was not paused. In advance it is the days up to the next pause: the days after it are charged when it is resumed (T3b), and a pause that is not
 * over has no end here (`pausesSeenAt`).
 */
export function feeSpan(terms: SubscriptionTerms, period: DatePeriod, from = period.start): FeeSpan | null {
  const billed = billedDaysOf(terms);
  const first = laterDay(laterDay(period.start, from), billed.first);
  const end = billed.end === null ? period.end : earlierDay(period.end, billed.end);
  const stretches = unpaused(terms.pauses, { start: first, end });
  const [opening, closing] = [stretches.at(0), stretches.at(-1)];
  if (opening === undefined || closing === undefined) return null;
  return {
    service: Period.of(boundaryAt(terms, opening.start), closingOf(terms, closing.end)),
    full: fullPeriod(terms, period),
    days: Fraction.of(
      stretches.reduce((days, stretch) => days + daysOf(stretch), 0),
      daysOf(period),
    ),
    dates: { start: opening.start, end: closing.end },
  };
}

/** What of a fee's days lies from one day up to, and not on, another; null where none of them is billed. */
export function partOf(terms: SubscriptionTerms, span: FeeSpan, { start, end }: DatePeriod): FeeSpan | null {
  const stretches = unpaused(terms.pauses, { start: laterDay(span.dates.start, start), end: earlierDay(span.dates.end, end) });
  const [opening, closing] = [stretches.at(0), stretches.at(-1)];
  if (opening === undefined || closing === undefined) return null;
  const dates = { start: opening.start, end: closing.end };
  const opens = dates.start.equals(span.dates.start) ? span.service.start : boundaryAt(terms, dates.start);
  const closes = dates.end.equals(span.dates.end) ? span.service.end : boundaryAt(terms, dates.end);
  const days = stretches.reduce((sum, stretch) => sum + daysOf(stretch), 0);
  return { service: Period.of(opens, closes), full: span.full, days: Fraction.of(days, span.days.denominator), dates };
}

/** The days of a stretch that no pause takes out, as stretches without a gap. */
export function unpaused(pauses: readonly Pause[], days: DatePeriod): readonly DatePeriod[] {
  const cut = (stretches: readonly DatePeriod[], { from, until }: Pause): readonly DatePeriod[] =>
    stretches.flatMap(({ start, end }) => [
      { start, end: earlierDay(end, from) },
      { start: until === null ? end : laterDay(start, laterDay(until.day, from)), end },
    ]).filter(isNotEmpty);
  return pauses.reduce(cut, [days].filter(isNotEmpty));
}

const isNotEmpty = ({ start, end }: DatePeriod): boolean => compareDays(start, end) < 0;

/**
 * The pauses as the invoice of an instant takes them. One that is over by then counts if it took any day; one that is not, or begins
 * later, ends what is paid in advance, whenever it is over: the days after it are on the invoice of the resumption.
 */
export function pausesSeenAt(pauses: readonly Pause[], isOver: (resumedAt: Temporal.Instant) => boolean): readonly Pause[] {
  return pauses.flatMap(({ from, until }): Pause[] => {
    if (until === null || !isOver(until.at)) return [{ from, until: null }];
    return compareDays(from, until.day) < 0 ? [{ from, until }] : [];
  });
}

/** The usage of one of the usage periods, or null when the subscription is not alive, or not on this plan, in it. */
export function usageSpan(terms: SubscriptionTerms, period: DatePeriod): UsageSpan | null {
  const { billedThrough } = terms;
  const closedInside =
    billedThrough !== null &&
    compareDays(period.start, billedThrough.day) < 0 &&
    compareDays(billedThrough.day, period.end) < 0;
  const opening = closedInside ? billedThrough.at : boundaryAt(terms, period.start);
  const alive = alivePart(terms, opening, period.end);
  if (alive === null) return null;
  const days: UsageDays = {
    firstDay: openDay(terms, alive.start),
    lastDay: lastUsageDay(terms, alive.end),
    periodDays: daysOf(period),
    zone: terms.zone,
  };
  return { period: alive, full: fullPeriod(terms, period), days };
}

/** The last day that a stretch of usage touches; the day of a change belongs to the new plan (T3). */
function lastUsageDay(terms: SubscriptionTerms, end: Temporal.Instant): Temporal.PlainDate {
  const changes = terms.closed?.at.equals(end) === true;
  return changes ? localDate(end, terms.zone).subtract({ days: 1 }) : closingDay(terms, end);
}

/** The part of a plan period in which the subscription is alive, or null when it is not. */
export function lifeIn(terms: SubscriptionTerms, period: DatePeriod): Period | null {
  return alivePart(terms, boundaryAt(terms, period.start), period.end);
}

/** Whether an earlier invoice has billed everything up to the end of this period. */
export function isBilled(terms: SubscriptionTerms, period: DatePeriod): boolean {
  return terms.billedThrough !== null && compareDays(period.end, terms.billedThrough.day) <= 0;
}

/** The day reckoned from at an instant: its local date, or the day already opened where a change of zone has set the date back (T1). */
export function openDay(terms: SubscriptionTerms, at: Temporal.Instant): Temporal.PlainDate {
  return openedDays(terms, (opening) => compareInstants(opening, at) <= 0).reduce(laterDay, localDate(at, terms.zone));
}

/** The last day touched before an instant, likewise: the day whose periods an end at that instant closes. */
export function closingDay(terms: SubscriptionTerms, at: Temporal.Instant): Temporal.PlainDate {
  const day = dayAfter(at, terms.zone).subtract({ days: 1 });
  return openedDays(terms, (opening) => compareInstants(opening, at) < 0).reduce(laterDay, day);
}

/** The dates known to have begun, whatever the present zone shows: of the start, and where the last billed period closed. */
function openedDays(terms: SubscriptionTerms, hasOpened: (at: Temporal.Instant) => boolean): Temporal.PlainDate[] {
  const { billedThrough } = terms;
  const opened = [{ at: terms.startedAt, day: startDayOf(terms) }, ...(billedThrough === null ? [] : [billedThrough])];
  return opened.filter(({ at }) => hasOpened(at)).map(({ day }) => day);
}

function daysOf(period: DatePeriod): number {
  return period.start.until(period.end).days;
}

function fullPeriod(terms: SubscriptionTerms, period: DatePeriod): Period {
  return Period.of(boundaryAt(terms, period.start), boundaryAt(terms, period.end));
}

/**
 * When a local day opens: at its midnight, or after a change of zone where the day before it was closed, and no later than the start
 * that fell on it (T1).
 */
function boundaryAt(terms: SubscriptionTerms, day: Temporal.PlainDate): Temporal.Instant {
  const { billedThrough, startedAt, zone } = terms;
  if (billedThrough?.day.equals(day) === true) return billedThrough.at;
  const midnight = localMidnight(day, zone);
  const isAfterStart = compareInstants(startedAt, midnight) < 0 && startDayOf(terms).equals(day);
  return isAfterStart ? startedAt : midnight;
}

/** When a period that ends on this boundary closes: there, or at the end of the subscription before it (T1). */
function closingOf(terms: SubscriptionTerms, boundary: Temporal.PlainDate): Temporal.Instant {
  const at = boundaryAt(terms, boundary);
  const end = endOf(terms);
  return end !== null && compareInstants(end, at) < 0 ? end : at;
}

function alivePart(terms: SubscriptionTerms, opening: Temporal.Instant, boundary: Temporal.PlainDate): Period | null {
  const { startedAt, opened, closed } = terms;
  const start = [startedAt, ...(opened === null ? [] : [opened.at])].reduce(later, opening);
  const closing = closingOf(terms, boundary);
  const end = closed !== null && compareInstants(closed.at, closing) < 0 ? closed.at : closing;
  return compareInstants(start, end) < 0 ? Period.of(start, end) : null;
}

const later = (a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant => (compareInstants(a, b) < 0 ? b : a);

function laterDay(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return compareDays(a, b) < 0 ? b : a;
}

function earlierDay(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return compareDays(a, b) < 0 ? a : b;
}
