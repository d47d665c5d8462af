import type { Quantity } from '../money/index.ts';
import type { Period } from '../time/index.ts';
import type { JsonValue } from './json.ts';

/** One stored event as an aggregation sees it. */
export interface MeteredEvent {
  readonly id: string;
  readonly timestamp: Temporal.Instant;
  /** Grows with the order of arrival; of equal timestamps the one received last is the later (P7). */
  readonly receivedOrder: bigint;
  /** The number in the metric's field, or the value of its expression; null when the event does not have it. */
  readonly value: Quantity | null;
  /** What unique_count tells apart; null when the event does not have it. */
  readonly uniqueValue: string | null;
  readonly operation: 'add' | 'remove';
}

/** Where in time a result is taken. */
interface FoldContext<S> {
  /** The time the aggregate covers; a weighted sum holds its level until `period.end`. */
  readonly period: Period;
  /** What a weighted sum divides by, when `period` is a part of a longer one; `period` itself when absent (P7). */
  readonly fullPeriod?: Period;
  /** The state of everything before `period`, for recurring metrics; absent for the others (P5). */
  readonly carriedIn?: S;
}

/**
 * An aggregation as a mergeable fold: `merge(fold(A), fold(B))` equals `fold(A ∪ B)` whatever the split and the order of arrival,
 * so that hours add up to any period. Each event is added once; duplicates are the caller's to keep out (E1).
 */
export interface Fold<S> {
  empty(): S;
  /** May change `state` and return it. Events without the metric's field leave it as it is (P7). */
  add(state: S, event: MeteredEvent): S;
  /** Takes an event out again: the state is what it was without it. Only of aggregations whose state says enough for that. May change `state`. */
  remove?(state: S, event: MeteredEvent): S;
  /** May change `a` and return it; never changes `b`. */
  merge(a: S, b: S): S;
  /** The aggregate before rounding. Changes nothing. */
  result(state: S, context: FoldContext<S>): Quantity;
  /** Equal states have equal JSON, so stored and recomputed ones can be compared as text. */
  encode(state: S): JsonValue;
  /** Reads what `encode` wrote. Throws BadFoldState for anything else. */
  decode(json: JsonValue): S;
}

/** Stored JSON that is not the state of the fold that reads it. */
export class BadFoldState extends Error {
  constructor(kind: string) {
    super(`not the stored state of a ${kind}`);
    this.name = 'BadFoldState';
  }
}

/** A place in the order of events: by timestamp, then by arrival. */
export interface Place {
  readonly timestamp: Temporal.Instant;
  readonly receivedOrder: bigint;
}

/** -1 when `a` comes before `b`, 1 when after, 0 for the same place (P7). */
export function comparePlaces(a: Place, b: Place): number {
  const byTime = Temporal.Instant.compare(a.timestamp, b.timestamp);
  if (byTime !== 0) return byTime;
  return a.receivedOrder < b.receivedOrder ? -1 : a.receivedOrder > b.receivedOrder ? 1 : 0;
}
