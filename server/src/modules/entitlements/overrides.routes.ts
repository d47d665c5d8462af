import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import {
  EntitlementResponse,
  SubscriptionEntitlementResponse,
  SubscriptionEntitlementUpdate,
  subscriptionFeatureParams,
  subscriptionParams,
} from './entitlements.schemas.ts';
import { listGranted } from './entitlements.sql.ts';
import { dropOverride, namedSubscription, overrideEntitlement, readOwn } from './overrideEntitlement.ts';
import { presentGranted } from './presentEntitlement.ts';

const tag = 'Entitlements';
const path = '/v1/subscriptions/{external_id}/entitlements';
const one = { path: `${path}/{feature_code}`, tag, params: subscriptionFeatureParams } as const;

/** What one subscription is granted, by its plan or by itself. */
export const overridesOperations: Operation[] = [
  query({
    id: 'listSubscriptionEntitlements', method: 'GET', path, tag: 'Subscriptions', summary: 'Get subscription entitlements',
    description: 'What its plan grants, with what it has by itself instead; without what was taken from it.',
    permission: 'subscriptions:read', params: subscriptionParams, query: listQuery({}), returns: { list: EntitlementResponse },
    handle: async ({ params, query: page, read: { db } }) => {
      const subscription = await namedSubscription(db, params.external_id);
      const { items, ...rest } = await listGranted(db, subscription, page);
      return { ...rest, items: items.map((row) => presentGranted(row, subscription.plan_id)) };
    },
  }),
  query({
    id: 'getSubscriptionEntitlement', method: 'GET', ...one, summary: 'Get what a subscription has of a feature',
    permission: 'subscriptions:read', returns: SubscriptionEntitlementResponse,
    handle: ({ params, read: { db } }) => readOwn(db, params),
  }),
  command({
    id: 'overrideSubscriptionEntitlement', method: 'PUT', ...one, summary: 'Give a subscription a value of its own',
    description: 'Instead of what its plan grants, on whatever plan it is; null takes the feature from it.',
    permission: 'subscriptions:write', body: SubscriptionEntitlementUpdate, returns: SubscriptionEntitlementResponse,
    problems: { subscription_terminated: 'the subscription has ended' },
    handle: ({ params, body, tx }) => overrideEntitlement(tx, params, body),
  }),
  command({
    id: 'dropSubscriptionEntitlement', method: 'DELETE', ...one, summary: 'Have the plan decide again',
    permission: 'subscriptions:write', returns: null,
    handle: ({ params, tx }) => dropOverride(tx, params),
  }),
];
