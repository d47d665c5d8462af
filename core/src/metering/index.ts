export { type Extracted, extract } from './extract.ts';
export { type CompiledExpression, compileExpression, ExpressionFailed } from './expression.ts';
export { BadFoldState, type Fold, type FoldContext, type MeteredEvent } from './fold.ts';
export { type FoldState, foldFor } from './foldFor.ts';
export type { JsonValue } from './json.ts';
export {
  type AggregateRounding,
  type AggregationType,
  aggregationTypes,
  type MetricDefinition,
  type MetricProblem,
  metricProblems,
  roundAggregate,
} from './metric.ts';
export { decimalOf, type EventProperties, type PropertyValue, propertyOf, textOf } from './properties.ts';
export {
  type BilledDays,
  type CarriedIn,
  carriedFrom,
  fullUnits,
  type LaidUnits,
  nothingCarriedIn,
  prorate,
  type ProratedUsage,
  proratedAggregations,
  weightedUnits,
} from './prorated.ts';
