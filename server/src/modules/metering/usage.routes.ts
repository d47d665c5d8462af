import { type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { findSubscription } from '../subscriptions/index.ts';
import { estimateFees, type FeeOfNext } from './estimateFees.ts';
import { EstimateFeesRequest, EstimateFeesResponse } from './metering.schemas.ts';
import { presentProjection, presentSubscriptionUsage, presentUsage } from './presentUsage.ts';
import { readSeries } from './readSeries.ts';
import { readCurrent, readPast, subscriptionOf } from './readUsage.ts';
import { seriesQuery, UsageSeriesResponse } from './series.schemas.ts';
import { readTrend } from './readTrend.ts';
import {
  CustomerCurrentUsage,
  CustomerProjectedUsage,
  customerParams,
  pastUsageQuery,
  SubscriptionCurrentUsage,
  subscriptionParams,
  UsageTrendResponse,
  usageQuery,
  usageTrendQuery,
} from './usage.schemas.ts';

const tag = 'Usage';
const problems = { events_expired: 'it would take events that are not kept any more, one by one or by parts of an hour' };

export const usageOperations = (feeOfNext: FeeOfNext): Operation[] => [
  query({
    id: 'getCustomerCurrentUsage', method: 'GET', path: '/v1/customers/{external_id}/current_usage', tag,
    summary: 'Usage of the current period',
    description: 'Every charge of the plan, priced as the invoice would be, with what was used so far: one line for each filter and group.',
    permission: 'customers:read', params: customerParams, query: usageQuery, returns: CustomerCurrentUsage,
    handle: async ({ params, query: named, read }) =>
      presentUsage(await readCurrent(read, await subscriptionOf(read, params.external_id, named))),
  }),
  query({
    id: 'getCustomerProjectedUsage', method: 'GET', path: '/v1/customers/{external_id}/projected_usage', tag,
    summary: 'Usage at the end of the current period',
    description: 'If usage goes on as it did: units are projected in a straight line first and priced then.',
    permission: 'customers:read', params: customerParams, query: usageQuery, returns: CustomerProjectedUsage,
    handle: async ({ params, query: named, read }) =>
      presentProjection(await readCurrent(read, await subscriptionOf(read, params.external_id, named)), read.scope.now),
  }),
  query({
    id: 'getCustomerPastUsage', method: 'GET', path: '/v1/customers/{external_id}/past_usage', tag, problems,
    summary: 'Usage of past periods',
    description: 'Periods that have closed, newest first; also those of a subscription that has ended.',
    permission: 'customers:read', params: customerParams, query: pastUsageQuery, returns: CustomerCurrentUsage.array(),
    handle: async ({ params, query: { periods_count: count = 1, ...named }, read }) => {
      const periods = await readPast(read, await subscriptionOf(read, params.external_id, named), count);
      return periods.map(presentUsage);
    },
  }),
  query({
    id: 'getSubscriptionCurrentUsage', method: 'GET', path: '/v1/subscriptions/{subscription_id}/current_usage', tag,
    summary: 'Amount of the usage of the current period',
    permission: 'subscriptions:read', params: subscriptionParams, returns: SubscriptionCurrentUsage,
    handle: async ({ params, read }) => {
      const row = await findSubscription(read.db, params.subscription_id);
      if (row === undefined) throw notFound('subscription');
      return presentSubscriptionUsage(await readCurrent(read, row));
    },
  }),
  query({
    id: 'getUsageTrend', method: 'GET', path: '/v1/subscriptions/{subscription_id}/usage_trend', tag: 'Subscriptions', summary: 'Get the usage of a subscription day by day',
    description: 'The units of each metric of its plan, measured on each day of the customer by itself and added up. Default: the last 30 days.',
    problems, permission: 'subscriptions:read', params: subscriptionParams, query: usageTrendQuery, returns: UsageTrendResponse,
    handle: async ({ params, query: asked, read }) => {
      const row = await findSubscription(read.db, params.subscription_id);
      if (row === undefined) throw notFound('subscription');
      return readTrend(read, row, asked);
    },
  }),
  query({
    id: 'estimateEventFees', method: 'POST', path: '/v1/events/estimate_fees', tag: 'Events', summary: 'What one more event would cost',
    description: 'The usage of the subscription’s current period with the event less that without it; of a charge that is paid in advance the fee that it would get. Nothing is stored.',
    permission: 'events:read', body: EstimateFeesRequest, returns: EstimateFeesResponse,
    handle: ({ body, read }) => estimateFees(read, body, feeOfNext),
  }),
  query({
    id: 'getUsageSeries', method: 'GET', path: '/v1/usage', tag, problems, summary: 'Usage by hour, day or month, for charts',
    description: 'Each window is measured as a period of its own: nothing is carried in. Grouped and filtered by the keys the metric declares; at most 10,000 points. Events stored before their metric was known are counted, but have no value.',
    permission: 'events:read', query: seriesQuery, returns: UsageSeriesResponse,
    handle: ({ query: asked, read }) => readSeries(read, asked),
  }),
];
