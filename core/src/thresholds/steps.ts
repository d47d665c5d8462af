import { Amount, Quantity } from '../money/index.ts';

/** An amount of usage at which something is to happen in each period; a recurring one again for every further amount of usage. */
export interface UsageThreshold {
  readonly id: string;
  /** Minor units; of a recurring one more than 0. */
  readonly amount: Amount;
  readonly recurring: boolean;
}

/** The highest step of a threshold that usage has reached. */
export interface ReachedStep {
  readonly thresholdId: string;
  /** The usage at which it lies, in minor units. */
  readonly step: Amount;
}

/**
 * The highest step of each threshold that so much usage has reached, in the order given; usage at a step has reached it, no usage reaches
 * none. The steps of a recurring threshold lie at every further amount above the highest of those that are not: 10 once and 5 again and
 * again are 10, 15, 20 and so on.
 */
export function reachedSteps(thresholds: readonly UsageThreshold[], usage: Amount): ReachedStep[] {
  if (Amount.compare(usage, Amount.zero) <= 0) return [];
  const base = thresholds.filter(({ recurring }) => !recurring).reduce((highest, { amount }) => Amount.max(highest, amount), Amount.zero);
  return thresholds.flatMap(({ id: thresholdId, amount, recurring }) => {
    const from = recurring ? Amount.add(base, amount) : amount;
    if (Amount.compare(usage, from) < 0) return [];
    return [{ thresholdId, step: recurring ? Amount.of(usage - ((usage - base) % amount)) : amount }];
  });
}

/**
 * How many times a value has been reached: of a recurring one every multiple counts, of another one the first. `value` is more than 0.
 * A whole number.
 */
export function timesReached({ value, recurring }: { readonly value: Quantity; readonly recurring: boolean }, current: Quantity): Quantity {
  if (Quantity.compare(current, value) < 0) return Quantity.zero;
  if (!recurring) return Quantity.one;
  // A quotient has finitely many digits: one that was rounded up to a whole number is one too many.
  const times = Quantity.round(Quantity.divide(current, value), 'floor', 0);
  return Quantity.compare(Quantity.multiply(times, value), current) > 0 ? Quantity.subtract(times, Quantity.one) : times;
}
