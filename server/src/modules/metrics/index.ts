import type { Module } from '../../kernel/module.ts';
import * as events from './metrics.events.ts';
import { metricsOperations } from './metrics.routes.ts';

export {
  billableMetricCreated,
  billableMetricDeleted,
  billableMetricFilterCreated,
  billableMetricFilterDeleted,
  billableMetricUpdated,
} from './metrics.events.ts';
export { findMetric, type MetricRow } from './metrics.sql.ts';
export { type MeasuringMetric, metricDefinitionOf } from './presentMetric.ts';

export const metrics: Module = {
  name: 'metrics',
  operations: metricsOperations,
  events: Object.values(events),
};
