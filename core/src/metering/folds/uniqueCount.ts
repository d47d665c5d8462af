import { Quantity } from '../../money/index.ts';
import { BadFoldState, comparePlaces, type Fold, type Place } from '../fold.ts';
import type { JsonValue } from '../json.ts';
import { readInstant, readInteger } from './stored.ts';

/** The last thing that happened to a value. A removal is kept too: an addition dated before it may still arrive. */
interface LastChange extends Place {
  readonly present: boolean;
}

export interface UniqueCountState {
  readonly values: Map<string, LastChange>;
}

/**
 * unique_count: the values present at the end (P7). A value is present when the last event about it is an addition; a removal
 * without an addition leaves it absent, which is how it is ignored.
 */
export const uniqueCount: Fold<UniqueCountState> = {
  empty: () => ({ values: new Map() }),
  add(state, event) {
    if (event.uniqueValue !== null) {
      const { timestamp, receivedOrder, operation } = event;
      note(state, event.uniqueValue, { timestamp, receivedOrder, present: operation === 'add' });
    }
    return state;
  },
  merge(a, b) {
    for (const [value, change] of b.values) note(a, value, change);
    return a;
  },
  result(state, { carriedIn }) {
    let present = 0;
    for (const [value, change] of state.values) {
      const before = carriedIn?.values.get(value);
      const last = before !== undefined && comparePlaces(before, change) > 0 ? before : change;
      if (last.present) present += 1;
    }
    for (const [value, change] of carriedIn?.values ?? []) {
      if (change.present && !state.values.has(value)) present += 1;
    }
    return Quantity.fromInteger(present);
  },
  encode: (state) =>
    [...state.values]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([value, { timestamp, receivedOrder, present }]) => [
        value,
        timestamp.toString(),
        receivedOrder.toString(),
        present ? 'add' : 'remove',
      ]),
  decode(json) {
    if (!Array.isArray(json)) throw new BadFoldState('unique_count');
    return { values: new Map(json.map(readEntry)) };
  },
};

/** The values present in a state: what the next period starts with (P5). */
export function presentValues(state: UniqueCountState): string[] {
  return [...state.values].filter(([, change]) => change.present).map(([value]) => value);
}

function note(state: UniqueCountState, value: string, change: LastChange): void {
  const known = state.values.get(value);
  if (known === undefined || comparePlaces(known, change) < 0) state.values.set(value, change);
}

function readEntry(entry: JsonValue): [string, LastChange] {
  if (!Array.isArray(entry)) throw new BadFoldState('unique_count');
  const [value, at, order, operation] = entry as readonly JsonValue[];
  if (typeof value !== 'string' || (operation !== 'add' && operation !== 'remove')) {
    throw new BadFoldState('unique_count');
  }
  const timestamp = readInstant('unique_count', at);
  const receivedOrder = readInteger('unique_count', order);
  return [value, { timestamp, receivedOrder, present: operation === 'add' }];
}
