import type { Fold } from './fold.ts';
import { type CountState, count } from './folds/count.ts';
import { type LatestState, latest } from './folds/latest.ts';
import { type MaxState, max } from './folds/max.ts';
import { type SumState, sum } from './folds/sum.ts';
import { type UniqueCountState, uniqueCount } from './folds/uniqueCount.ts';
import { type WeightedSumState, weightedSum } from './folds/weightedSum.ts';
import type { AggregationType, MetricDefinition } from './metric.ts';

/** The state of some fold. It belongs to the aggregation that made it and to no other; look inside only through that fold. */
export type FoldState = CountState | LatestState | MaxState | SumState | UniqueCountState | WeightedSumState;

// A custom metric is the sum of what its expression gave for each event.
const folds: Readonly<Record<AggregationType, Fold<FoldState>>> = {
  count,
  sum,
  max,
  unique_count: uniqueCount,
  weighted_sum: weightedSum,
  latest,
  custom: sum,
};

/** What the aggregation of a metric means. */
export function foldFor(metric: Pick<MetricDefinition, 'aggregationType'>): Fold<FoldState> {
  return folds[metric.aggregationType];
}
