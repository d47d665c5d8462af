import type { ProratedUsage } from '../metering/index.ts';
import { Precise, type Quantity, type Rate } from '../money/index.ts';

/** What a charge model prices: the usage of one charge, filter and group in one period. */
export interface Usage {
  /** The aggregate, rounded by the metric's rule (P3); with proration the weighted one (P5). */
  readonly units: Quantity;
  readonly eventsCount: bigint;
  /** The amount of each event in order of time; given when the model's `needsEvents` says so. */
  readonly events?: readonly { readonly amount: Quantity }[];
  /** For the dynamic model: Σ price × quantity in minor units. */
  readonly dynamic?: { readonly amount: Precise };
  /** The unweighted units of a prorated charge (P5): they choose the tier of a volume price. */
  readonly fullUnits?: Quantity;
  /** The units of a prorated charge in order of time, which graduated prices lay on their tiers (P5). */
  readonly prorated?: ProratedUsage;
}

/** One line of the explanation of an amount, in plain words; what does not apply to it is null. */
export interface Step {
  readonly label: string;
  readonly units: Quantity | null;
  /** Major units. */
  readonly unitPrice: Rate | null;
  /** Major units, contained in `amount` once. */
  readonly flat: Rate | null;
  readonly percent: Rate | null;
  /** Minor units, not rounded. */
  readonly amount: Precise;
}

/** An amount in minor units, not rounded (M3), and how it came about: the amounts of the steps sum to it exactly. */
export interface Priced {
  readonly amount: Precise;
  readonly steps: readonly Step[];
}

/** A step; give only what applies to it. */
export function step(label: string, amount: Precise, details: Partial<Omit<Step, 'label' | 'amount'>> = {}): Step {
  return { label, units: null, unitPrice: null, flat: null, percent: null, ...details, amount };
}

/** The amount that steps make, never below 0 (P5, P7): where they sum to less, one more step makes up for it. */
export function pricedBy(steps: readonly Step[]): Priced {
  const sum = Precise.sum(steps.map(({ amount }) => amount));
  if (!Precise.isNegative(sum)) return { amount: sum, steps };
  return { amount: Precise.zero, steps: [...steps, step('never below zero', Precise.negate(sum))] };
}

/** A negative quantity is shown as it is and costs 0, flat amounts included (P7). */
export function negativeUsage(units: Quantity): Priced {
  return { amount: Precise.zero, steps: [step('a negative quantity costs nothing', Precise.zero, { units })] };
}
