/**
 * The stretches of time that invoices bill: of the plan's price (whole local days) and of usage (to the instant).
 * Days are reckoned as dates, so that neither an hour of a clock change nor a change of zone can make or lose one.
 */
import { Fraction } from '../money/index.ts';
import { type DatePeriod, localDate, localMidnight, Period } from '../time/index.ts';
import { endOf, type SubscriptionTerms, trialEndOf } from './terms.ts';

/** Part of a plan period that one fee bills. */
export interface FeeSpan {
  /** From the local midnight of the first billed day; to the boundary, or to the instant of an end before it (T1). */
  readonly service: Period;
  /** The full period of the plan in which it lies. */
  readonly full: Period;
  /** Billed days over the real days of the full period, not reduced: 17/31 (T3). */
  readonly days: Fraction;
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

export interface UsageDays {
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
 * (T3, T4). A subscription that ends in its trial, or before it starts, has none.
 */
function billedDaysOf(terms: SubscriptionTerms): BilledDays {
  const trialEnd = trialEndOf(terms);
  const end = endOf(terms);
  const first = localDate(trialEnd ?? terms.startedAt, terms.zone);
  if (end === null) return { first, end: null };
  const never = compareInstants(end, terms.startedAt) < 0 || (trialEnd !== null && compareInstants(end, trialEnd) <= 0);
  return { first, end: never ? first : dayAfter(end, terms.zone) };
}

/** What is due of the plan's price for one of its periods, or null when no day of it is. */
export function feeSpan(terms: SubscriptionTerms, period: DatePeriod): FeeSpan | null {
  const billed = billedDaysOf(terms);
  const first = laterDay(period.start, billed.first);
  const end = billed.end === null ? period.end : earlierDay(period.end, billed.end);
  if (compareDays(first, end) >= 0) return null;
  return {
    service: Period.of(boundaryAt(terms, first), closingOf(terms, period.end)),
    full: fullPeriod(terms, period),
    days: Fraction.of(first.until(end).days, daysOf(period)),
  };
}

/** The usage of one of the usage periods, or null when the subscription is not alive in it. */
export function usageSpan(terms: SubscriptionTerms, period: DatePeriod): UsageSpan | null {
  const { billedThrough, startedAt } = terms;
  const closedInside =
    billedThrough !== null &&
    compareDays(period.start, billedThrough.day) < 0 &&
    compareDays(billedThrough.day, period.end) < 0;
  const opening = closedInside ? billedThrough.at : boundaryAt(terms, period.start);
  const start = laterInstant(opening, startedAt);
  const end = closingOf(terms, period.end);
  if (compareInstants(start, end) >= 0) return null;
  const days: UsageDays = {
    firstDay: openDay(terms, start),
    lastDay: closingDay(terms, end),
    periodDays: daysOf(period),
    zone: terms.zone,
  };
  return { period: Period.of(start, end), full: fullPeriod(terms, period), days };
}

/** Whether an earlier invoice has billed everything up to the end of this period. */
export function isBilled(terms: SubscriptionTerms, period: DatePeriod): boolean {
  return terms.billedThrough !== null && compareDays(period.end, terms.billedThrough.day) <= 0;
}

/** The day reckoned from at an instant: its local date, or the day already opened where a change of zone has set the date back (T1). */
export function openDay(terms: SubscriptionTerms, at: Temporal.Instant): Temporal.PlainDate {
  const day = localDate(at, terms.zone);
  const { billedThrough } = terms;
  const behind = billedThrough !== null && compareInstants(billedThrough.at, at) <= 0;
  return behind ? laterDay(day, billedThrough.day) : day;
}

/** The last day touched before an instant, likewise: the day whose periods an end at that instant closes. */
export function closingDay(terms: SubscriptionTerms, at: Temporal.Instant): Temporal.PlainDate {
  const day = dayAfter(at, terms.zone).subtract({ days: 1 });
  const { billedThrough } = terms;
  const behind = billedThrough !== null && compareInstants(billedThrough.at, at) < 0;
  return behind ? laterDay(day, billedThrough.day) : day;
}

function daysOf(period: DatePeriod): number {
  return period.start.until(period.end).days;
}

function fullPeriod(terms: SubscriptionTerms, period: DatePeriod): Period {
  return Period.of(boundaryAt(terms, period.start), boundaryAt(terms, period.end));
}

/** When a local day opens: at its midnight, or after a change of zone where the day before it was closed (T1). */
function boundaryAt(terms: SubscriptionTerms, day: Temporal.PlainDate): Temporal.Instant {
  const { billedThrough, zone } = terms;
  return billedThrough?.day.equals(day) === true ? billedThrough.at : localMidnight(day, zone);
}

/** When a period that ends on this boundary closes: there, or at the end of the subscription before it (T1). */
function closingOf(terms: SubscriptionTerms, boundary: Temporal.PlainDate): Temporal.Instant {
  const at = boundaryAt(terms, boundary);
  const end = endOf(terms);
  return end !== null && compareInstants(end, at) < 0 ? end : at;
}

function laterDay(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return compareDays(a, b) < 0 ? b : a;
}

function earlierDay(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return compareDays(a, b) < 0 ? a : b;
}

function laterInstant(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return compareInstants(a, b) < 0 ? b : a;
}
