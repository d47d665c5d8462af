import { Quantity } from '../../money/index.ts';
import type { Fold } from '../fold.ts';
import { fieldsOf, readQuantity } from './stored.ts';

export interface MaxState {
  /** Zero without events: the result is never below it (P7), so smaller values need not be kept. */
  max: Quantity;
}

/** max: the largest value, never below 0; recurring: not below what was carried in. */
export const max: Fold<MaxState> = {
  empty: () => ({ max: Quantity.zero }),
  add(state, event) {
    if (event.value !== null) state.max = Quantity.max(state.max, event.value);
    return state;
  },
  merge(a, b) {
    a.max = Quantity.max(a.max, b.max);
    return a;
  },
  result: (state, { carriedIn }) => (carriedIn === undefined ? state.max : Quantity.max(state.max, carriedIn.max)),
  encode: (state) => ({ max: Quantity.toString(state.max) }),
  decode: (json) => ({ max: readQuantity('max', fieldsOf('max', json)['max']) }),
};
