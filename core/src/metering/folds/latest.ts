import { Quantity } from '../../money/index.ts';
import { comparePlaces, type Fold, type Place } from '../fold.ts';
import type { JsonValue } from '../json.ts';
import { fieldsOf, readInstant, readInteger, readQuantity } from './stored.ts';

export interface LatestState {
  latest: (Place & { readonly value: Quantity }) | null;
}

/** latest: the value of the last event that has one, never below 0; recurring: the one carried in until there is a newer (P5, P7). */
export const latest: Fold<LatestState> = {
  empty: () => ({ latest: null }),
  add(state, event) {
    if (event.value !== null) {
      const { timestamp, receivedOrder, value } = event;
      state.latest = later(state.latest, { timestamp, receivedOrder, value });
    }
    return state;
  },
  merge(a, b) {
    a.latest = later(a.latest, b.latest);
    return a;
  },
  result(state, { carriedIn }) {
    const last = later(carriedIn?.latest ?? null, state.latest);
    return last === null ? Quantity.zero : Quantity.max(Quantity.zero, last.value);
  },
  encode({ latest: last }): JsonValue {
    if (last === null) return {};
    const { timestamp, receivedOrder, value } = last;
    return { at: timestamp.toString(), order: receivedOrder.toString(), value: Quantity.toString(value) };
  },
  decode(json) {
    const fields = fieldsOf('latest', json);
    if (Object.keys(fields).length === 0) return { latest: null };
    return {
      latest: {
        timestamp: readInstant('latest', fields['at']),
        receivedOrder: readInteger('latest', fields['order']),
        value: readQuantity('latest', fields['value']),
      },
    };
  },
};

function later(a: LatestState['latest'], b: LatestState['latest']): LatestState['latest'] {
  if (a === null || b === null) return a ?? b;
  return comparePlaces(a, b) < 0 ? b : a;
}
