import { aggregationTypes } from '@farthing/core/metering';
import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import {
  BillableMetricCreate,
  BillableMetricFilterCreate,
  BillableMetricFilterResponse,
  BillableMetricResponse,
  BillableMetricStats,
  BillableMetricUpdate,
  filterParams,
  metricCodeParams,
  metricParams,
} from './metrics.schemas.ts';
import { countMetrics, findMetric, listFilters, listMetrics } from './metrics.sql.ts';
import { presentFilter, presentMetric } from './presentMetric.ts';
import { createFilter, deleteFilter } from './saveFilter.ts';
import { createMetric, deleteMetric, updateMetric } from './saveMetric.ts';

const tag = 'Billable Metrics';
const path = '/v1/billable_metrics';
const read = 'billable_metrics:read';
const write = 'billable_metrics:write';

const metricOperations: Operation[] = [
  query({
    id: 'listBillableMetrics',
    method: 'GET',
    path,
    tag,
    summary: 'List billable metrics',
    permission: read,
    query: listQuery({}),
    returns: { list: BillableMetricResponse },
    handle: async ({ query: page, read: { db } }) => {
      const found = await listMetrics(db, page);
      return { ...found, items: found.items.map(presentMetric) };
    },
  }),
  command({
    id: 'createBillableMetric',
    method: 'POST',
    path,
    tag,
    summary: 'Create a billable metric',
    permission: write,
    status: 201,
    body: BillableMetricCreate,
    returns: BillableMetricResponse,
    problems: { code_taken: 'another billable metric has this code' },
    handle: ({ body, tx }) => createMetric(tx, body),
  }),
  query({
    id: 'getBillableMetricStats',
    method: 'GET',
    path: `${path}/stats`,
    tag,
    summary: 'Count billable metrics by aggregation',
    permission: read,
    returns: BillableMetricStats,
    handle: async ({ read: { db } }) => {
      const counted = await countMetrics(db);
      const byType = new Map(counted.map(({ aggregation_type: type, metrics }) => [type, metrics]));
      return {
        total: counted.reduce((total, { metrics }) => total + metrics, 0),
        by_aggregation_type: Object.fromEntries(aggregationTypes.map((type) => [type, byType.get(type) ?? 0])),
      };
    },
  }),
  query({
    id: 'getBillableMetric',
    method: 'GET',
    path: `${path}/{metric_id}`,
    tag,
    summary: 'Get a billable metric',
    description: 'By id, prefixed id (`bm_…`) or `code`.',
    permission: read,
    params: metricParams,
    returns: BillableMetricResponse,
    handle: async ({ params, read: { db } }) => {
      const row = await findMetric(db, params.metric_id);
      if (row === undefined) throw notFound('billable metric');
      return presentMetric(row);
    },
  }),
  command({
    id: 'updateBillableMetric',
    method: 'PUT',
    path: `${path}/{metric_id}`,
    tag,
    summary: 'Update a billable metric',
    description:
      'Partial: what is absent stays, an explicit null clears. A new `field_name` or `expression` counts for events received from then on; stored events keep the value they came in with.',
    permission: write,
    params: metricParams,
    body: BillableMetricUpdate,
    returns: BillableMetricResponse,
    problems: { metric_in_use: 'prorated charges need the metric to stay recurring' },
    handle: ({ params, body, tx }) => updateMetric(tx, params.metric_id, body),
  }),
  command({
    id: 'deleteBillableMetric',
    method: 'DELETE',
    path: `${path}/{metric_id}`,
    tag,
    summary: 'Delete a billable metric',
    description: 'Hides the metric; what was measured and billed by it is kept.',
    permission: write,
    params: metricParams,
    returns: null,
    problems: { metric_in_use: 'a charge of a plan uses it' },
    handle: ({ params, tx }) => deleteMetric(tx, params.metric_id),
  }),
];

const filterOperations: Operation[] = [
  query({
    id: 'listBillableMetricFilters',
    method: 'GET',
    path: `${path}/{code}/filters`,
    tag,
    summary: 'List the filters of a billable metric',
    permission: read,
    params: metricCodeParams,
    query: listQuery({}),
    returns: { list: BillableMetricFilterResponse },
    handle: async ({ params, query: page, read: { db } }) => {
      const metric = await findMetric(db, params.code);
      if (metric === undefined) throw notFound('billable metric');
      const found = await listFilters(db, metric.id, page);
      return { ...found, items: found.items.map(presentFilter) };
    },
  }),
  command({
    id: 'createBillableMetricFilter',
    method: 'POST',
    path: `${path}/{code}/filters`,
    tag,
    summary: 'Add a filter to a billable metric',
    description: 'Charges may then price events apart by this property.',
    permission: write,
    status: 201,
    params: metricCodeParams,
    body: BillableMetricFilterCreate,
    returns: BillableMetricFilterResponse,
    problems: { key_taken: 'the metric already has a filter with this key' },
    handle: ({ params, body, tx }) => createFilter(tx, params.code, body),
  }),
  command({
    id: 'deleteBillableMetricFilter',
    method: 'DELETE',
    path: `${path}/{code}/filters/{filter_id}`,
    tag,
    summary: 'Delete a filter of a billable metric',
    permission: write,
    params: filterParams,
    returns: null,
    problems: { filter_in_use: 'a charge filter names it' },
    handle: ({ params, tx }) => deleteFilter(tx, params.code, params.filter_id),
  }),
];

export const metricsOperations: Operation[] = [...metricOperations, ...filterOperations];
