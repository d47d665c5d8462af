import type { MetricDefinition } from '@farthing/core/metering';
import { z } from 'zod';
import { publicId } from '../../kernel/wire.ts';
import type { BillableMetricFilterResponse, BillableMetricResponse } from './metrics.schemas.ts';
import type { MetricFilterRow, MetricRow } from './metrics.sql.ts';

/** A metric as replies, events and webhooks show it. */
export function presentMetric(row: MetricRow): z.output<typeof BillableMetricResponse> {
  return { ...row, public_id: publicId('bm', row.id) };
}

const values = z.array(z.string());

/** A filter of a metric as replies, events and webhooks show it. */
export function presentFilter(row: MetricFilterRow): z.output<typeof BillableMetricFilterResponse> {
  return { ...row, public_id: publicId('bmf', row.id), values: values.parse(row.values) };
}

type DefiningColumns = Pick<
  MetricRow,
  'aggregation_type' | 'field_name' | 'expression' | 'recurring' | 'rounding_function' | 'rounding_precision'
>;

/** As much of a metric as measuring by it takes. */
export type MeasuringMetric = Pick<MetricRow, 'id' | 'code' | 'name'> & DefiningColumns;

/** What a metric measures, as core reads it. Without a precision it rounds to whole units. */
export function metricDefinitionOf(row: DefiningColumns): MetricDefinition {
  return {
    aggregationType: row.aggregation_type,
    fieldName: row.field_name,
    expression: row.expression,
    recurring: row.recurring,
    rounding: row.rounding_function === null ? null : { function: row.rounding_function, precision: row.rounding_precision ?? 0 },
  };
}
