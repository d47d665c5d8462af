import type { z } from 'zod';
import type { ChargeInput } from './catalog.schemas.ts';
import type { ChargeMetric, StoredFilter } from './catalog.sql.ts';

/** Records what is wrong with a field of a charge; the path begins below the charge. */
export type Refuse = (path: string, code: string, message: string) => void;

type FilterInput = NonNullable<z.output<typeof ChargeInput>['filters']>[number];
type Conditions = StoredFilter['conditions'];

/**
 * The conditions of a filter, whichever form they were given in: a list, or one by itself. Each names a filter of the metric and values
 * it allows, and no filter twice.
 */
export function readConditions(filter: FilterInput, metric: ChargeMetric, path: string, refuse: Refuse): Conditions {
  const { billable_metric_filter_id: id, values = [], conditions } = filter;
  if (conditions !== undefined) {
    if (id !== undefined || filter.values !== undefined)
      refuse(`${path}.conditions`, 'contradiction', 'Give either conditions or billable_metric_filter_id with values.');
    const read = conditions.flatMap((given, index) =>
      readCondition(given.billable_metric_filter_id, given.values ?? [], metric, `${path}.conditions.${index}`, refuse),
    );
    read.forEach(({ key }, index) => {
      if (read.findIndex((other) => other.key === key) !== index)
        refuse(`${path}.conditions`, 'duplicate', `Two conditions are on ${key}; give its values in one.`);
    });
    return read;
  }
  if (id === undefined) {
    refuse(`${path}.billable_metric_filter_id`, 'required', 'A filter needs billable_metric_filter_id or conditions.');
    return [];
  }
  return readCondition(id, values, metric, path, refuse);
}

function readCondition(id: string, values: readonly string[], metric: ChargeMetric, path: string, refuse: Refuse): Conditions {
  const filter = metric.filters.find((candidate) => candidate.id === id);
  if (filter === undefined) {
    refuse(`${path}.billable_metric_filter_id`, 'not_found', `The metric ${metric.code} has no such filter.`);
    return [];
  }
  values.forEach((value, index) => {
    if (filter.values.length > 0 && !filter.values.includes(value))
      refuse(`${path}.values.${index}`, 'not_allowed', `${filter.key} can be: ${shown(filter.values)}.`);
    else if (values.indexOf(value) !== index) refuse(`${path}.values.${index}`, 'duplicate', `${value} is named twice.`);
  });
  return [{ billable_metric_filter_id: id, key: filter.key, values: [...values] }];
}

const most = 20;

function shown(values: readonly string[]): string {
  return values.length <= most ? values.join(', ') : `${values.slice(0, most).join(', ')}, … (${values.length} values)`;
}
