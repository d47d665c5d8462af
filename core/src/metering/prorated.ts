/**
 * Proration of recurring usage (P5): a unit weighs its local days ÷ the days of the full period. What is carried in weighs from the
 * first day, a sum's event from its day, a unique value every day on which it was present at any moment.
 *
 * The result is the list of units in order of time with the days each of them weighs, not yet a number: graduated prices lay the
 * full units on their tiers in that order and price the weighted ones there.
 */
import { Fraction, Quantity } from '../money/index.ts';
import { localDate, localMidnight } from '../time/index.ts';
import { comparePlaces, type MeteredEvent } from './fold.ts';
import type { FoldState } from './foldFor.ts';
import { presentValues } from './folds/uniqueCount.ts';
import type { AggregationType } from './metric.ts';

/** The local days a part of a period bills (T3), and what they are divided by. */
export interface BilledDays {
  readonly firstDay: Temporal.PlainDate;
  /** Included. Before `firstDay` when the part bills no day at all. */
  readonly lastDay: Temporal.PlainDate;
  /** Local days of the full period, at least 1. */
  readonly periodDays: number;
  readonly zone: string;
}

/** Units that came (or, negative, went) at one moment, and how many of the billed days they weigh. */
interface LaidUnits {
  readonly units: Quantity;
  readonly days: number;
}

export interface ProratedUsage {
  /** In order of time; what was carried in comes first. */
  readonly entries: readonly LaidUnits[];
  readonly periodDays: number;
}

/** What a prorated metric had at the start of the part: the running total, or the values present. */
export interface CarriedIn {
  readonly units: Quantity;
  readonly values: readonly string[];
}

/** What the state of a recurring, prorated metric hands to the next period or part (P5). */
export function carriedFrom(state: FoldState): CarriedIn {
  if ('values' in state) {
    const values = presentValues(state);
    return { units: Quantity.fromInteger(values.length), values };
  }
  if ('sum' in state) return { units: state.sum, values: [] };
  if ('count' in state) return { units: Quantity.fromInteger(state.count), values: [] };
  throw new RangeError('not the state of an aggregation that can be prorated');
}

/** Nothing: a metric that is not recurring, or its first period. */
export const nothingCarriedIn: CarriedIn = { units: Quantity.zero, values: [] };

/** The aggregations that can be prorated (P5). */
export const proratedAggregations: readonly AggregationType[] = ['count', 'sum', 'unique_count'];

/**
 * The units of a prorated charge in order of time. `events` are those of the part, in any order; those without the metric's field
 * are skipped. Throws RangeError for an aggregation that cannot be prorated.
 */
export function prorate(
  aggregationType: AggregationType,
  events: readonly MeteredEvent[],
  carriedIn: CarriedIn,
  days: BilledDays,
): ProratedUsage {
  const inOrder = events.toSorted(comparePlaces);
  switch (aggregationType) {
    case 'count':
      return changesOf(inOrder, () => Quantity.one, carriedIn.units, days);
    case 'sum':
      return changesOf(inOrder, (event) => event.value, carriedIn.units, days);
    case 'unique_count':
      return presenceOf(inOrder, carriedIn.values, days);
    default:
      throw new RangeError(`${aggregationType} cannot be prorated`);
  }
}

/** The full units: the running total at the end (M3: what a document shows). */
export function fullUnits(usage: ProratedUsage): Quantity {
  return usage.entries.reduce((total, { units }) => Quantity.add(total, units), Quantity.zero);
}

/** Σ units × days ÷ days of the period: exact products, one quotient (M3). Round it by the metric's rule before pricing (P3). */
export function weightedUnits(usage: ProratedUsage): Quantity {
  const unitDays = usage.entries.reduce(
    (total, { units, days }) => Quantity.add(total, Quantity.multiply(units, Quantity.fromInteger(days))),
    Quantity.zero,
  );
  return Quantity.scale(unitDays, Fraction.of(1, usage.periodDays));
}

function changesOf(
  events: readonly MeteredEvent[],
  unitsOf: (event: MeteredEvent) => Quantity | null,
  carriedIn: Quantity,
  days: BilledDays,
): ProratedUsage {
  const entries: LaidUnits[] = [];
  if (!Quantity.isZero(carriedIn)) entries.push({ units: carriedIn, days: daysFrom(days.firstDay, days) });
  for (const event of events) {
    const units = unitsOf(event);
    if (units === null) continue;
    entries.push({ units, days: daysFrom(localDate(event.timestamp, days.zone), days) });
  }
  return { entries, periodDays: days.periodDays };
}

/** One value as it comes and goes. */
interface Presence {
  /** When it came and the first day it weighs since, while it is present; null while it is not. */
  since: { readonly instant: Temporal.Instant; readonly day: Temporal.PlainDate } | null;
  /** The first day that no earlier presence has counted. */
  freeDay: Temporal.PlainDate;
}

/**
 * An addition lays one unit from its day on, a removal takes it back from the day after it; a value that returns on a day already
 * counted weighs from the next one. So the days of a value are those it was present on, each once, and the running total is at
 * every moment the number of values present.
 */
function presenceOf(
  events: readonly MeteredEvent[],
  carriedIn: readonly string[],
  days: BilledDays,
): ProratedUsage {
  const entries: LaidUnits[] = [];
  const known = new Map<string, Presence>();
  for (const value of new Set(carriedIn)) {
    const since = { instant: localMidnight(days.firstDay, days.zone), day: days.firstDay };
    known.set(value, { since, freeDay: days.firstDay });
    entries.push({ units: Quantity.one, days: daysFrom(days.firstDay, days) });
  }
  for (const { uniqueValue, operation, timestamp } of events) {
    if (uniqueValue === null) continue;
    const presence = known.get(uniqueValue) ?? { since: null, freeDay: days.firstDay };
    known.set(uniqueValue, presence);
    if (presence.since === null && operation === 'add') {
      const day = later(presence.freeDay, localDate(timestamp, days.zone));
      presence.since = { instant: timestamp, day };
      entries.push({ units: Quantity.one, days: daysFrom(day, days) });
    } else if (presence.since !== null && operation === 'remove') {
      const day = firstDayWithout(presence.since, timestamp, days.zone);
      if (!timestamp.equals(presence.since.instant)) presence.freeDay = day;
      presence.since = null;
      entries.push({ units: MINUS_ONE, days: daysFrom(day, days) });
    }
  }
  return { entries, periodDays: days.periodDays };
}

const MINUS_ONE = Quantity.negate(Quantity.one);

/**
 * The day from which a removal takes back. A value that goes at exactly local midnight was not present on the day that begins there,
 * one that goes at the instant it came was not present at all (T1, T3).
 */
function firstDayWithout(
  since: { readonly instant: Temporal.Instant; readonly day: Temporal.PlainDate },
  removedAt: Temporal.Instant,
  zone: string,
): Temporal.PlainDate {
  if (removedAt.equals(since.instant)) return since.day;
  const day = localDate(removedAt, zone);
  const opensDay = localMidnight(day, zone).equals(removedAt);
  return later(since.day, opensDay ? day : day.add({ days: 1 }));
}

function later(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(a, b) < 0 ? b : a;
}

/** Billed days from `day` to the last one, never below 0. */
function daysFrom(day: Temporal.PlainDate, { firstDay, lastDay }: BilledDays): number {
  return Math.max(0, later(day, firstDay).until(lastDay, { largestUnit: 'days' }).days + 1);
}
