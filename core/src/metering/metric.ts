import { Quantity, type Rounding } from '../money/index.ts';
import { compileExpression } from './expression.ts';

/** The aggregations a metric can have, in the order in which documents list them. */
export const aggregationTypes = [
  'count',
  'sum',
  'max',
  'unique_count',
  'weighted_sum',
  'latest',
  'custom',
] as const;

export type AggregationType = (typeof aggregationTypes)[number];

/** What a billable metric measures: how events become one quantity. */
export interface MetricDefinition {
  readonly aggregationType: AggregationType;
  /** The property that is aggregated; null for count and custom. */
  readonly fieldName: string | null;
  /** The formula of a custom metric, else null. */
  readonly expression: string | null;
  /** Whether a period starts from where the one before it ended (P5). */
  readonly recurring: boolean;
  readonly rounding: AggregateRounding | null;
}

/** How an aggregate is rounded before it is priced; `precision` counts decimal places and may be negative (P3). */
interface AggregateRounding {
  readonly function: Rounding;
  readonly precision: number;
}

/** A refusal: the field of the metric as the API names it, and a clause to show after that name. */
export interface MetricProblem {
  readonly path: string;
  readonly message: string;
}

const MAX_ROUNDING_PLACES = 15;

/** What is wrong with a metric before it is saved; empty when nothing is. A broken expression is reported with its position. */
export function metricProblems(metric: MetricDefinition): MetricProblem[] {
  const problems: MetricProblem[] = [];
  const refuse = (path: string, message: string): void => {
    problems.push({ path, message });
  };
  const { aggregationType, fieldName, expression, recurring, rounding } = metric;
  const needsField = aggregationType !== 'count' && aggregationType !== 'custom';
  if (needsField && (fieldName === null || fieldName === '')) {
    refuse('field_name', `is required for the aggregation ${aggregationType}`);
  }
  if (aggregationType === 'custom' && expression === null) refuse('expression', 'is required for the aggregation custom');
  if (aggregationType !== 'custom' && expression !== null) {
    refuse('expression', 'is for the aggregation custom only');
  }
  if (aggregationType === 'custom' && recurring) refuse('recurring', 'is not possible with the aggregation custom');
  if (expression !== null) {
    const compiled = compileExpression(expression);
    if (!compiled.ok) refuse('expression', `${compiled.message} (at character ${compiled.position + 1})`);
  }
  if (rounding !== null && !isPlace(rounding.precision)) {
    refuse('rounding_precision', `must be a whole number from -${MAX_ROUNDING_PLACES} to ${MAX_ROUNDING_PLACES}`);
  }
  return problems;
}

function isPlace(precision: number): boolean {
  return Number.isInteger(precision) && Math.abs(precision) <= MAX_ROUNDING_PLACES;
}

/** The aggregate as it is priced: rounded once, by the metric's own rule (P3). With proration, pass the weighted quantity. */
export function roundAggregate(units: Quantity, metric: Pick<MetricDefinition, 'rounding'>): Quantity {
  const { rounding } = metric;
  return rounding === null ? units : Quantity.round(units, rounding.function, rounding.precision);
}
