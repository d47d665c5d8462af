import { event } from '../../kernel/event.ts';
import { BillableMetricFilterResponse, BillableMetricResponse } from './metrics.schemas.ts';

const metric = (action: 'created' | 'updated' | 'deleted', description: string) =>
  event({ name: `billable_metric.${action}`, subject: 'billable_metric', action, description, data: BillableMetricResponse });

const filter = (action: 'created' | 'deleted', description: string) =>
  event({
    name: `billable_metric_filter.${action}`,
    subject: 'billable_metric_filter',
    action,
    description,
    data: BillableMetricFilterResponse,
  });

export const billableMetricCreated = metric('created', 'A billable metric was created.');
export const billableMetricUpdated = metric('updated', 'A billable metric changed.');
export const billableMetricDeleted = metric('deleted', 'A billable metric was deleted; what was measured by it is kept.');
export const billableMetricFilterCreated = filter('created', 'A filter was added to a billable metric.');
export const billableMetricFilterDeleted = filter('deleted', 'A filter of a billable metric was deleted.');
