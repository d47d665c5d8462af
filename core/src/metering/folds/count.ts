import { Quantity } from '../../money/index.ts';
import type { Fold } from '../fold.ts';
import { fieldsOf, readInteger } from './stored.ts';

export interface CountState {
  count: bigint;
}

/** count: how many events; recurring: with those before the period. */
export const count: Fold<CountState> = {
  empty: () => ({ count: 0n }),
  add(state) {
    state.count += 1n;
    return state;
  },
  remove(state) {
    state.count -= 1n;
    return state;
  },
  merge(a, b) {
    a.count += b.count;
    return a;
  },
  result: (state, { carriedIn }) => Quantity.fromInteger(state.count + (carriedIn?.count ?? 0n)),
  encode: (state) => ({ count: state.count.toString() }),
  decode: (json) => ({ count: readInteger('count', fieldsOf('count', json)['count']) }),
};
