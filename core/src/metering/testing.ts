/** For the tests of this folder: events written on one line. */
import { Quantity } from '../money/index.ts';
import { Period } from '../time/index.ts';
import { type AggregationType, type Fold, type FoldState, foldFor, type MeteredEvent } from './index.ts';

export interface TestEvent {
  readonly at: string;
  readonly order?: number;
  readonly value?: string | null;
  readonly unique?: string | null;
  readonly remove?: boolean;
}

export function eventOf({ at, order = 0, value = null, unique = null, remove = false }: TestEvent): MeteredEvent {
  return {
    id: `${at} ${order}`,
    timestamp: Temporal.Instant.from(at),
    receivedOrder: BigInt(order),
    value: value === null ? null : Quantity.parse(value),
    uniqueValue: unique,
    operation: remove ? 'remove' : 'add',
  };
}

function instant(text: string): Temporal.Instant {
  return Temporal.Instant.from(text);
}

export function period(start: string, end: string): Period {
  return Period.of(instant(start), instant(end));
}

export function folded(fold: Fold<FoldState>, events: readonly MeteredEvent[]): FoldState {
  return events.reduce((state, event) => fold.add(state, event), fold.empty());
}

export interface Around {
  readonly period?: Period;
  readonly fullPeriod?: Period;
  readonly before?: readonly TestEvent[];
}

/** The aggregate of events, as text; `before` are those that were carried in. */
export function aggregate(type: AggregationType, events: readonly TestEvent[], around: Around = {}): string {
  const fold = foldFor({ aggregationType: type });
  const { before, fullPeriod, period: span = period('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z') } = around;
  return Quantity.toString(
    fold.result(folded(fold, events.map(eventOf)), {
      period: span,
      ...(fullPeriod === undefined ? {} : { fullPeriod }),
      ...(before === undefined ? {} : { carriedIn: folded(fold, before.map(eventOf)) }),
    }),
  );
}
