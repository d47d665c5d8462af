import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { findPlan } from '../catalog/index.ts';
import { createPlanThreshold, createSubscriptionThreshold, deleteThreshold, presentThreshold } from './saveThreshold.ts';
import { subscriptionParams } from './subscriptions.schemas.ts';
import { findSubscription } from './subscriptions.sql.ts';
import { thresholdParams, thresholdPlanParams, UsageThresholdCreate, UsageThresholdResponse } from './thresholds.schemas.ts';
import { listThresholds } from './thresholds.sql.ts';

const tag = 'Thresholds';
const ofPlan = { path: '/v1/plans/{plan_code}/usage_thresholds', tag, params: thresholdPlanParams } as const;
const ofSubscription = { path: '/v1/subscriptions/{subscription_id}/usage_thresholds', tag, params: subscriptionParams } as const;
const creating = { status: 201, body: UsageThresholdCreate, returns: UsageThresholdResponse } as const;
const exists = { threshold_exists: 'there is one of this amount' };

export const thresholdsOperations: Operation[] = [
  query({
    id: 'listPlanUsageThresholds',
    method: 'GET',
    ...ofPlan,
    summary: 'List plan usage thresholds',
    permission: 'plans:read',
    query: listQuery({}),
    returns: { list: UsageThresholdResponse },
    handle: async ({ params, query: page, read: { db } }) => {
      const plan = await findPlan(db, params.plan_code);
      if (plan === undefined) throw notFound('plan');
      const found = await listThresholds(db, { plan_id: plan.id, subscription_id: null }, page);
      return { ...found, items: found.items.map(presentThreshold) };
    },
  }),
  command({
    id: 'createPlanUsageThreshold',
    method: 'POST',
    ...ofPlan,
    ...creating,
    summary: 'Create plan usage threshold',
    description: 'When the usage of a period comes to this amount, what was used so far is invoiced at once; the invoice of the period credits it. Crossed once in each period.',
    permission: 'plans:write',
    problems: exists,
    handle: ({ params, body, tx }) => createPlanThreshold(tx, params.plan_code, body),
  }),
  query({
    id: 'listSubscriptionUsageThresholds',
    method: 'GET',
    ...ofSubscription,
    summary: 'List subscription usage thresholds',
    description: 'Its own. A subscription without any is held to those of its plan.',
    permission: 'subscriptions:read',
    query: listQuery({}),
    returns: { list: UsageThresholdResponse },
    handle: async ({ params, query: page, read: { db } }) => {
      const row = await findSubscription(db, params.subscription_id);
      if (row === undefined) throw notFound('subscription');
      const found = await listThresholds(db, { plan_id: null, subscription_id: row.id }, page);
      return { ...found, items: found.items.map(presentThreshold) };
    },
  }),
  command({
    id: 'createSubscriptionUsageThreshold',
    method: 'POST',
    ...ofSubscription,
    ...creating,
    summary: 'Create subscription usage threshold',
    description: 'A subscription that has thresholds of its own is held to them instead of those of its plan.',
    permission: 'subscriptions:write',
    problems: { ...exists, subscription_terminated: 'the subscription has ended' },
    handle: ({ params, body, tx }) => createSubscriptionThreshold(tx, params.subscription_id, body),
  }),
  command({
    id: 'deleteUsageThreshold',
    method: 'DELETE',
    path: '/v1/usage_thresholds/{threshold_id}',
    tag,
    params: thresholdParams,
    summary: 'Delete usage threshold',
    permission: 'plans:write',
    returns: null,
    handle: ({ params, tx }) => deleteThreshold(tx, params.threshold_id),
  }),
];
