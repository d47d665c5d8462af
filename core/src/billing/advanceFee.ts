import { type Precise, Quantity } from '../money/index.ts';
import { encodeProperties, priceInAdvance } from '../rating/index.ts';
import { type FeeDraft, feeOf } from './draft.ts';
import { explainQuantity } from './explainQuantity.ts';
import type { ChargeFacts, MeasuredUsage, UsageFacts } from './facts.ts';
import { explainPrice } from './usageFees.ts';
import { lineWords } from './words.ts';

/** One event of a charge that is paid in advance, and the usage of its filter and group in its period with it. */
export interface AdvanceEvent {
  readonly usage: MeasuredUsage;
  /** The units before it came. */
  readonly unitsBefore: Quantity;
  /** The highest cost billed so far for the filter and group in this period. */
  readonly mark: Precise;
}

/**
 * The fee of one event (P6): what its filter's and group's usage costs with it above the highest cost billed so far, never negative,
 * rounded on its own. `facts.usage` is the period that holds the event. Throws RangeError for a filter that the charge does not have.
 */
export function advanceFee(facts: UsageFacts, charge: ChargeFacts, { usage: measured, unitsBefore, mark }: AdvanceEvent): FeeDraft {
  const { definition } = charge;
  const { filterId, group, usage } = measured;
  const filter = filterId === null ? null : (definition.filters.find(({ id }) => id === filterId) ?? null);
  if (filter === null && filterId !== null) throw new RangeError(`usage of a filter the charge does not have: ${filterId}`);
  const properties = filter?.properties ?? definition.properties;
  const { model } = properties;
  const { fee: priced } = priceInAdvance(model, properties, usage, facts.subscription.terms.currency, mark);
  const displayName = filter?.invoiceDisplayName ?? definition.displayName;
  const line = { filter, group, usage, collected: measured, displayName, properties, priced };
  const { start, end } = facts.usage.period;
  const fee = feeOf({
    type: 'charge',
    kind: 'in_advance',
    description: lineWords(line),
    chargeId: definition.id,
    planCode: definition.planCode,
    filterId,
    groupedBy: group,
    metricCode: definition.metric.code,
    units: Quantity.subtract(usage.units, unitsBefore),
    eventsCount: 1n,
    precise: priced.amount,
    from: start,
    to: end,
    properties: encodeProperties(model, properties),
    price: explainPrice(model, priced),
    quantity: explainQuantity(facts, charge, line),
    inputs: { charge: definition.code, from: start.toString(), to: end.toString() },
  });
  return { ...fee, subscriptionId: facts.subscription.id };
}
