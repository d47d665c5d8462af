import { Quantity } from '../../money/index.ts';
import type { Fold } from '../fold.ts';
import { fieldsOf, readQuantity } from './stored.ts';

export interface SumState {
  sum: Quantity;
}

/** sum, and custom, whose events carry the value of the expression: Σ value; recurring: on top of the running total (P5). */
export const sum: Fold<SumState> = {
  empty: () => ({ sum: Quantity.zero }),
  add(state, event) {
    if (event.value !== null) state.sum = Quantity.add(state.sum, event.value);
    return state;
  },
  remove(state, event) {
    if (event.value !== null) state.sum = Quantity.subtract(state.sum, event.value);
    return state;
  },
  merge(a, b) {
    a.sum = Quantity.add(a.sum, b.sum);
    return a;
  },
  result: (state, { carriedIn }) => Quantity.add(state.sum, carriedIn?.sum ?? Quantity.zero),
  encode: (state) => ({ sum: Quantity.toString(state.sum) }),
  decode: (json) => ({ sum: readQuantity('sum', fieldsOf('sum', json)['sum']) }),
};
