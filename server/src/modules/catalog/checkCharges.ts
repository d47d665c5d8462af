import { type AggregationType, proratedAggregations } from '@farthing/core/metering';
import { type ChargeModelName, type ChargeProperties, chargeModels, encodeProperties, overlayProperties, parseProperties } from '@farthing/core/rating';
import type { z } from 'zod';
import type { FieldError } from '../../kernel/problem.ts';
import type { ChargeInput } from './catalog.schemas.ts';
import type { ChargeMetric, StoredFilter } from './catalog.sql.ts';
import { type Refuse, readConditions } from './readConditions.ts';

export type NewCharge = z.output<typeof ChargeInput>;

type MetricUse = Pick<ChargeMetric, 'aggregation_type' | 'recurring'>;

/** A charge whose own contents are in order, in the form in which it is stored. */
export interface CheckedCharge {
  readonly input: NewCharge;
  readonly metric: ChargeMetric;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly filters: readonly Omit<StoredFilter, 'id'>[];
}

/** Checks every charge against its metric and its model, and collects what is wrong with the dotted path of each field. */
export function checkCharges(
  inputs: readonly NewCharge[],
  metrics: ReadonlyMap<string, ChargeMetric>,
): { readonly charges: readonly CheckedCharge[]; readonly errors: readonly FieldError[] } {
  const errors: FieldError[] = [];
  const charges = inputs.flatMap((input, index) => {
    const refuse: Refuse = (path, code, message) => errors.push({ path: `charges.${index}.${path}`, code, message });
    const metric = metrics.get(input.billable_metric_id);
    if (metric === undefined) refuse('billable_metric_id', 'not_found', 'There is no such billable metric.');
    return metric === undefined ? [] : [checkCharge(input, metric, refuse)];
  });
  return { charges, errors };
}

function checkCharge(input: NewCharge, metric: ChargeMetric, refuse: Refuse): CheckedCharge {
  if (input.pay_in_advance === true) checkInAdvance(input, metric, refuse);
  const model = input.charge_model;
  if (input.prorated === true) checkProrated(model, metric, refuse);
  if (model === 'dynamic') checkAddsUp(metric, (why) => refuse('charge_model', 'metric_mismatch', `The charge model dynamic prices each event, but ${why}.`));

  const base = parse(model, input.properties ?? {}, 'properties', refuse);
  if (base === null) return { input, metric, properties: {}, filters: [] };
  checkEvents(base, metric, 'properties', refuse);
  const properties = encodeProperties(model, base);
  return { input, metric, properties, filters: checkFilters(input, metric, properties, refuse) };
}

/** In advance each event pays for itself (P6): what costs by the time that passes after it cannot be paid then. */
function checkInAdvance({ prorated }: NewCharge, metric: ChargeMetric, refuse: Refuse): void {
  if (prorated === true) refuse('pay_in_advance', 'prorated', 'A prorated charge costs by the days that follow; it cannot be paid in advance.');
  if (metric.aggregation_type === 'weighted_sum')
    refuse('pay_in_advance', 'metric_mismatch', 'A weighted_sum costs by the time for which a level is held; it cannot be paid in advance.');
}

/** Proration weighs units by the days they were there (P5): there must be units that stay, and a price for units. */
function checkProrated(model: ChargeModelName, metric: ChargeMetric, refuse: Refuse): void {
  if (!metric.recurring || !proratedAggregations.includes(metric.aggregation_type))
    refuse('prorated', 'metric_mismatch', `Only charges on recurring metrics of the aggregations ${proratedAggregations.join(', ')} can be prorated.`);
  if (model === 'percentage' || model === 'dynamic')
    refuse('prorated', 'model_mismatch', `The charge model ${model} prices events, not units that stay; it cannot be prorated.`);
}

const addingUp: readonly AggregationType[] = ['count', 'sum', 'custom'];

/** Refuses metrics whose quantity is not the sum of what the period's own events bring. */
function checkAddsUp(metric: MetricUse, refuse: (why: string) => void): void {
  if (!addingUp.includes(metric.aggregation_type)) refuse(`the metric’s aggregation ${metric.aggregation_type} does not add them up`);
  else if (metric.recurring) refuse('a recurring metric carries in units of earlier periods');
}

/** Free events and bounds per event need a quantity that the events of the period make up. */
export function checkEvents(properties: ChargeProperties, metric: MetricUse, path: string, refuse: Refuse): void {
  if (properties.model !== 'percentage' || !chargeModels.percentage.needsEvents(properties)) return;
  checkAddsUp(metric, (why) => refuse(path, 'metric_mismatch', `Free units and amounts per transaction price each event, but ${why}.`));
}

/** Reads properties, or says what is wrong with them; null where anything is. */
export function parse(model: ChargeModelName, raw: unknown, path: string, refuse: Refuse): ChargeProperties | null {
  const parsed = parseProperties(model, raw);
  if (parsed.ok) return parsed.value;
  for (const issue of parsed.issues) {
    const at = issue.path === '' ? path : `${path}.${issue.path}`;
    refuse(at, 'invalid', `${at} ${issue.message}.`);
  }
  return null;
}

function checkFilters(
  { charge_model: model, filters = [] }: NewCharge,
  metric: ChargeMetric,
  base: Readonly<Record<string, unknown>>,
  refuse: Refuse,
): Omit<StoredFilter, 'id'>[] {
  const seen = new Set<string>();
  return filters.map((filter, index) => {
    const path = `filters.${index}`;
    const conditions = readConditions(filter, metric, path, refuse);
    const key = conditionsKey(conditions);
    if (conditions.length > 0 && seen.has(key)) refuse(path, 'duplicate', 'Another filter of this charge has the same conditions.');
    seen.add(key);
    const own = filter.properties ?? {};
    const complete = parse(model, overlayProperties(model, base, own), `${path}.properties`, refuse);
    if (complete !== null) checkEvents(complete, metric, `${path}.properties`, refuse);
    const properties = complete === null ? {} : ownProperties(model, own, encodeProperties(model, complete));
    return { conditions, properties, invoice_display_name: filter.invoice_display_name ?? null };
  });
}

/** A text that is equal for filters that match the same events. */
export function conditionsKey(conditions: StoredFilter['conditions']): string {
  const texts = conditions.map(({ billable_metric_filter_id: id, values }) => JSON.stringify([id, values.toSorted()]));
  return texts.toSorted().join();
}

/** Of the complete properties those the filter gave itself, in the stored notation; null where it says that there is none. */
function ownProperties(
  model: ChargeModelName,
  own: Readonly<Record<string, unknown>>,
  complete: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const stored: Record<string, unknown> = {};
  for (const key of Object.keys(own)) {
    const names = chargeModels[model].synonyms.find((synonyms) => synonyms.includes(key)) ?? [key];
    const name = names.find((candidate) => Object.hasOwn(complete, candidate));
    stored[name ?? key] = name === undefined ? null : complete[name];
  }
  return stored;
}
