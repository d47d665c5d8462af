export { extract } from './extract.ts';
export { type ClosestName, closestName } from './closestName.ts';
export { compileExpression, ExpressionFailed } from './expression.ts';
export { BadFoldState, type Fold, type MeteredEvent } from './fold.ts';
export { type FoldState, foldFor } from './foldFor.ts';
export type { JsonValue } from './json.ts';
export {
  type AggregationType,
  aggregationTypes,
  type MetricDefinition,
  metricProblems,
  roundAggregate,
} from './metric.ts';
export { decimalOf, type EventProperties, type PropertyValue, propertyOf, textOf } from './properties.ts';
export {
  type BilledDays,
  carriedFrom,
  fullUnits,
  nothingCarriedIn,
  prorate,
  type ProratedUsage,
  proratedAggregations,
  weightedUnits,
} from './prorated.ts';
