import { Fraction, Quantity } from '../../money/index.ts';
import type { Period } from '../../time/index.ts';
import type { Fold } from '../fold.ts';
import { fieldsOf, readQuantity } from './stored.ts';

/** A change v at time t holds until the end, so it adds v × (end − t): all that is needed are Σ v and Σ v × t. */
export interface WeightedSumState {
  /** Σ v: the level after all changes. */
  level: Quantity;
  /** Σ v × t, t in nanoseconds since the epoch. */
  moment: Quantity;
}

/**
 * weighted_sum: values are changes of a level that starts at 0 (recurring: at the level carried in); the aggregate is
 * Σ level × time held ÷ length of the full period (P7). The products are exact, and the quotient stays open until it is priced and
 * posted (M3).
 */
export const weightedSum: Fold<WeightedSumState> = {
  empty: () => ({ level: Quantity.zero, moment: Quantity.zero }),
  add(state, { value, timestamp }) {
    if (value === null) return state;
    const at = Quantity.fromInteger(timestamp.epochNanoseconds);
    state.level = Quantity.add(state.level, value);
    state.moment = Quantity.add(state.moment, Quantity.multiply(value, at));
    return state;
  },
  merge(a, b) {
    a.level = Quantity.add(a.level, b.level);
    a.moment = Quantity.add(a.moment, b.moment);
    return a;
  },
  result(state, { period, fullPeriod = period, carriedIn }) {
    const end = Quantity.fromInteger(period.end.epochNanoseconds);
    const changes = Quantity.subtract(Quantity.multiply(state.level, end), state.moment);
    const carried = Quantity.multiply(carriedIn?.level ?? Quantity.zero, Quantity.fromInteger(lengthOf(period)));
    const divisor = lengthOf(fullPeriod);
    return divisor === 0n ? Quantity.zero : Quantity.scale(Quantity.add(changes, carried), Fraction.of(1, divisor));
  },
  encode: (state) => ({ level: Quantity.toString(state.level), moment: Quantity.toString(state.moment) }),
  decode(json) {
    const fields = fieldsOf('weighted_sum', json);
    return {
      level: readQuantity('weighted_sum', fields['level']),
      moment: readQuantity('weighted_sum', fields['moment']),
    };
  },
};

/** In nanoseconds. */
function lengthOf(period: Period): bigint {
  return period.end.epochNanoseconds - period.start.epochNanoseconds;
}
