import { type Currency, Precise } from '../money/index.ts';
import type { ChargeModelName, PropertiesOf } from './models/index.ts';
import { priceUsage } from './priceUsage.ts';
import { type Priced, step, type Usage } from './usage.ts';

/** A fee for one more event, and the high-water mark to keep for the next one. */
export interface InAdvanceFee {
  readonly fee: Priced;
  readonly mark: Precise;
}

/**
 * The fee of an event on a charge that is paid in advance (P6): the cost of the period's usage with the event, less the highest
 * cost billed so far for the same charge, filter, group and period. Never negative: usage that falls, or a volume price that drops,
 * is billed again only above the mark. Before its first event such a charge costs 0 and `mark` is zero, so the first one also pays the
 * first tier's flat amount. `usage` includes the event. Throws MissingUsage.
 */
export function priceInAdvance<M extends ChargeModelName>(
  model: M,
  properties: PropertiesOf[M],
  usage: Usage,
  currency: Currency,
  mark: Precise,
): InAdvanceFee {
  if (usage.eventsCount === 0n) return { fee: { amount: Precise.zero, steps: [] }, mark };
  const cost = priceUsage(model, properties, usage, currency);
  const amount = aboveMark(cost.amount, mark);
  const steps = [...cost.steps];
  if (!Precise.isZero(mark)) steps.push(step('already billed in this period', Precise.negate(mark)));
  const short = Precise.subtract(mark, cost.amount);
  if (Precise.compare(short, Precise.zero) > 0) steps.push(step('never below zero', short));
  return { fee: { amount, steps }, mark: Precise.max(mark, cost.amount) };
}

/** What a cost is above the mark, never negative (P6). */
export function aboveMark(cost: Precise, mark: Precise): Precise {
  return Precise.max(Precise.zero, Precise.subtract(cost, mark));
}
