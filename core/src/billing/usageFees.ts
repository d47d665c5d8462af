import { Quantity, Rate } from '../money/index.ts';
import { encodeProperties, type Priced, rateCharge, type Step } from '../rating/index.ts';
import { type FeeDraft, feeOf } from './draft.ts';
import { type ExplainNode, explainNode } from './explain.ts';
import { explainQuantity } from './explainQuantity.ts';
import type { ChargeFacts, MeasuredLine, UsageFacts } from './facts.ts';
import { lineWords } from './words.ts';

/** Every charge of the plan with its usage so far, priced as the invoice would; lines without usage included. */
export function usageFees(facts: UsageFacts): FeeDraft[] {
  return facts.charges.flatMap((charge) => chargeFees(facts, charge)).map((fee) => ({ ...fee, subscriptionId: facts.subscription.id }));
}

/**
 * The fees of one charge: of each filter and of the base, and of each group of these (P4). Throws RangeError for usage of a filter the
 * charge does not have or given twice, MissingUsage for usage without what its model prices.
 */
export function chargeFees(facts: UsageFacts, charge: ChargeFacts): FeeDraft[] {
  const lines = rateCharge(charge.definition, charge.usage, facts.subscription.terms.currency);
  return lines.map((line) => chargeFee(facts, charge, line));
}

function chargeFee(facts: UsageFacts, charge: ChargeFacts, line: MeasuredLine): FeeDraft {
  const { id, code, metric } = charge.definition;
  const { model } = line.properties;
  const { units, fullUnits, eventsCount } = line.usage;
  const { period } = facts.usage;
  return feeOf({
    type: 'charge',
    kind: 'regular',
    description: lineWords(line),
    chargeId: id,
    planCode: charge.definition.planCode,
    filterId: line.filter?.id ?? null,
    groupedBy: line.group,
    metricCode: metric.code,
    units: fullUnits ?? units,
    eventsCount,
    precise: line.priced.amount,
    from: period.start,
    to: period.end,
    properties: encodeProperties(model, line.properties),
    price: explainPrice(model, line.priced),
    quantity: explainQuantity(facts, charge, line),
    inputs: { charge: code, from: period.start.toString(), to: period.end.toString() },
  });
}

/** The steps that a price is made of. */
export function explainPrice(model: string, priced: Priced): ExplainNode {
  return explainNode('price', `Priced by the charge model ${model}`, {
    inputs: { charge_model: model },
    amount: priced.amount,
    children: priced.steps.map(explainStep),
  });
}

function explainStep(step: Step): ExplainNode {
  const { units, unitPrice, flat, percent } = step;
  return explainNode('step', step.label, {
    inputs: {
      ...(units === null ? {} : { units: Quantity.toString(units) }),
      ...(unitPrice === null ? {} : { unit_price: Rate.toString(unitPrice) }),
      ...(flat === null ? {} : { flat_amount: Rate.toString(flat) }),
      ...(percent === null ? {} : { percent: Rate.toString(percent) }),
    },
    amount: step.amount,
  });
}
