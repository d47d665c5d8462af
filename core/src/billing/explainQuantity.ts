import type { AggregationType } from '../metering/index.ts';
import { Quantity } from '../money/index.ts';
import type { ChargeFilter, Usage } from '../rating/index.ts';
import { type EventSelector, type ExplainNode, explainNode } from './explain.ts';
import type { ChargeDefinition, ChargeFacts, MeasuredLine, MetricFacts, UsageFacts } from './facts.ts';
import { conditionWords, groupWords } from './words.ts';

const aggregationWords: Readonly<Record<AggregationType, string>> = {
  count: 'number of events',
  sum: 'sum of the values',
  max: 'highest value',
  unique_count: 'number of different values present',
  weighted_sum: 'level weighted by the time it was held',
  latest: 'latest value',
  custom: 'sum of what the formula gives for each event',
};

/** How the units of a line came about, from its events to the number that is priced. It carries no money. */
export function explainQuantity(facts: UsageFacts, charge: ChargeFacts, line: MeasuredLine): ExplainNode {
  const { metric } = charge.definition;
  const { usage, filter, group } = line;
  const units = Quantity.toString(usage.fullUnits ?? usage.units);
  return explainNode('quantity', `${counted(units, 'unit')} from ${counted(String(usage.eventsCount), 'event')}`, {
    inputs: { units, events_count: usage.eventsCount.toString() },
    events: selectorOf(facts, charge.definition, line),
    children: [
      explainNode('metric', `The metric ${metric.name}: ${aggregationWords[metric.aggregationType]}`, {
        inputs: { metric_code: metric.code, aggregation_type: metric.aggregationType },
      }),
      ...(filter === null ? [] : [explainNode('filter', `Only events with ${conditionWords(filter)}`, {})]),
      ...(group === null ? [] : [explainNode('group', `Only the group ${groupWords(group)}`, {})]),
      ...derivationOf(metric, usage, line.collected?.unrounded ?? null),
    ],
  });
}

function counted(number: string, noun: string): string {
  return `${number} ${number === '1' ? noun : `${noun}s`}`;
}

/** From the aggregate over the weighting by days to the number that is priced, which the metric's rounding makes of it (P3, P5). */
function derivationOf(metric: MetricFacts, usage: Usage, unrounded: Quantity | null): ExplainNode[] {
  const { units, fullUnits } = usage;
  const weighted = unrounded ?? units;
  const aggregate = Quantity.toString(fullUnits ?? weighted);
  const nodes = [explainNode('aggregate', `Aggregated: ${aggregate}`, { inputs: { aggregate } })];
  if (fullUnits !== undefined) {
    const to = Quantity.toString(weighted);
    const label = `Weighted by the days they were there: ${to} of ${aggregate} units`;
    nodes.push(explainNode('proration', label, { inputs: { from: aggregate, to } }));
  }
  if (unrounded !== null && metric.rounding !== null) {
    const [from, to] = [Quantity.toString(unrounded), Quantity.toString(units)];
    const { function: rule, precision } = metric.rounding;
    const label = `Rounded (${rule}) at ${precision} decimal places: ${from} to ${to}`;
    nodes.push(explainNode('quantity_rounding', label, { inputs: { rule, precision: String(precision), from, to } }));
  }
  return nodes;
}

function selectorOf(facts: UsageFacts, definition: ChargeDefinition, line: MeasuredLine): EventSelector {
  const { period } = facts.usage;
  const others = definition.filters.filter((other) => comesFirst(other, line.filter, definition.filters));
  return {
    metricCode: definition.metric.code,
    externalCustomerId: facts.customer.externalId,
    externalSubscriptionId: facts.subscription.externalId,
    from: definition.metric.recurring ? null : period.start,
    to: period.end,
    conditions: line.filter?.conditions ?? [],
    except: others.map(({ conditions }) => conditions),
    group: line.group,
  };
}

/**
 * Whether an event that matches both is the other's: more keys win, then what was declared first; every filter beats the base (P4).
 * A filter without conditions takes nothing from anyone.
 */
function comesFirst(other: ChargeFilter, own: ChargeFilter | null, declared: readonly ChargeFilter[]): boolean {
  if (other.conditions.length === 0) return false;
  if (own === null) return true;
  const more = other.conditions.length - own.conditions.length;
  return more > 0 || (more === 0 && declared.indexOf(other) < declared.indexOf(own));
}
