import { listQuery } from '../../kernel/http/page.ts';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { activateSubscription } from './activateSubscription.ts';
import { createSubscription } from './createSubscription.ts';
import { findNextBillingDate } from './findNextBillingDate.ts';
import { presentSubscription } from './presentSubscription.ts';
import { countDue } from './progress.sql.ts';
import { subscriptionDue } from './subscriptions.jobs.ts';
import {
  BillingProgressResponse,
  NextBillingDateResponse,
  PlanSubscriptionCounts,
  progressQuery,
  SubscriptionCreate,
  SubscriptionResponse,
  SubscriptionUpdate,
  subscriptionFilters,
  subscriptionParams,
  terminationQuery,
} from './subscriptions.schemas.ts';
import { countByPlan, findSubscription, listSubscriptions, type SubscriptionRow } from './subscriptions.sql.ts';
import { lifeOperations } from './life.routes.ts';
import { terminateSubscription } from './terminateSubscription.ts';
import { unitsOperations } from './units.routes.ts';
import { updateSubscription } from './updateSubscription.ts';

const tag = 'Subscriptions';
const path = '/v1/subscriptions';
const item = `${path}/{subscription_id}`;
const terminated = { subscription_terminated: 'the subscription has ended' };

async function found(db: ReadDb, reference: string): Promise<SubscriptionRow> {
  const row = await findSubscription(db, reference);
  if (row === undefined) throw notFound('subscription');
  return row;
}

const queries: Operation[] = [
  query({
    id: 'countSubscriptionsPerPlan',
    method: 'GET',
    path: '/v1/plans/subscription_counts',
    tag: 'Plans',
    summary: 'Count subscriptions per plan',
    permission: 'subscriptions:read',
    returns: PlanSubscriptionCounts,
    handle: ({ read }) => countByPlan(read.db),
  }),
  query({
    id: 'listSubscriptions',
    method: 'GET',
    path,
    tag,
    summary: 'List subscriptions',
    permission: 'subscriptions:read',
    query: listQuery(subscriptionFilters),
    returns: { list: SubscriptionResponse },
    handle: async ({ query: page, read: { db, scope } }) => {
      const { items, ...rest } = await listSubscriptions(db, page);
      return { ...rest, items: items.map((row) => presentSubscription(row, scope.now)) };
    },
  }),
  query({
    id: 'getBillingProgress',
    method: 'GET',
    path: `${path}/billing_progress`,
    tag,
    summary: 'Get the progress of billing',
    description: 'At a month’s end many subscriptions fall due at once: how many of them are billed by now, and how many wait.',
    permission: 'subscriptions:read',
    query: progressQuery,
    returns: BillingProgressResponse,
    handle: async ({ query: { since: given }, read: { db, scope } }) => {
      const since = given ?? scope.now.subtract({ hours: 24 });
      return { as_of: scope.now, since, ...(await countDue(db, subscriptionDue.kind, since, scope.now)) };
    },
  }),
  query({
    id: 'getSubscription',
    method: 'GET',
    path: item,
    tag,
    summary: 'Get a subscription',
    permission: 'subscriptions:read',
    params: subscriptionParams,
    returns: SubscriptionResponse,
    handle: async ({ params, read: { db, scope } }) => presentSubscription(await found(db, params.subscription_id), scope.now),
  }),
  query({
    id: 'getNextBillingDate',
    method: 'GET',
    path: `${item}/next_billing_date`,
    tag,
    summary: 'Get the next billing date of a subscription',
    permission: 'subscriptions:read',
    params: subscriptionParams,
    returns: NextBillingDateResponse,
    problems: {
      ...terminated,
      subscription_not_started: 'it waits to be activated by hand',
      nothing_to_bill: 'it ends without another invoice',
    },
    handle: async ({ params, read: { db, scope } }) => findNextBillingDate(await found(db, params.subscription_id), scope.now),
  }),
];

const commands: Operation[] = [
  command({
    id: 'createSubscription',
    method: 'POST',
    path,
    tag,
    summary: 'Create a subscription',
    description:
      'With a `started_at` that has come it is active at once, else pending until that date, or without one until it is activated. A start in the past is billed from the period that is open now.',
    permission: 'subscriptions:write',
    status: 201,
    body: SubscriptionCreate,
    returns: SubscriptionResponse,
    problems: { external_id_taken: 'another subscription has, or had, this external_id' },
    handle: ({ body, tx }) => createSubscription(tx, body),
  }),
  command({
    id: 'updateSubscription',
    method: 'PUT',
    path: item,
    tag,
    summary: 'Update a subscription',
    description: 'Partial: what is absent stays, an explicit null clears.',
    permission: 'subscriptions:write',
    params: subscriptionParams,
    body: SubscriptionUpdate,
    returns: SubscriptionResponse,
    problems: terminated,
    handle: ({ params, body, tx }) => updateSubscription(tx, params.subscription_id, body),
  }),
  command({
    id: 'terminateSubscription',
    method: 'DELETE',
    path: item,
    tag,
    summary: 'Terminate a subscription',
    description: 'Ends it now, or as of a moment before that is not billed yet, and makes its last invoice.',
    permission: 'subscriptions:write',
    params: subscriptionParams,
    query: terminationQuery,
    returns: null,
    problems: terminated,
    handle: ({ params, query: { on_termination_action: action, ended_at: endedAt }, tx }) =>
      terminateSubscription(tx, params.subscription_id, { action, endedAt }),
  }),
  command({
    id: 'activateSubscription',
    method: 'POST',
    path: `${item}/activate`,
    tag,
    summary: 'Activate a pending subscription',
    description: 'It starts now, whatever date it was to start on.',
    permission: 'subscriptions:write',
    params: subscriptionParams,
    returns: SubscriptionResponse,
    problems: { ...terminated, subscription_not_pending: 'it has already started' },
    handle: ({ params, tx }) => activateSubscription(tx, params.subscription_id),
  }),
];

export const subscriptionsOperations: Operation[] = [...queries, ...commands, ...lifeOperations, ...unitsOperations];
