import { command, type Operation } from '../../kernel/operation.ts';
import { cancelSubscription, uncancelSubscription } from './cancelSubscription.ts';
import { doInBulk } from './doInBulk.ts';
import { pauseSubscription } from './pauseSubscription.ts';
import { resumeSubscription } from './resumeSubscription.ts';
import {
  BulkSubscriptionRequest,
  BulkSubscriptionResponse,
  BulkTerminateRequest,
  cancellationQuery,
  SubscriptionResponse,
  SubscriptionResume,
  subscriptionParams,
} from './subscriptions.schemas.ts';
import { terminateSubscription } from './terminateSubscription.ts';

const tag = 'Subscriptions';
const path = '/v1/subscriptions';
const item = `${path}/{subscription_id}`;
const permission = 'subscriptions:write';
const final = { subscription_canceled: 'the subscription is canceled', subscription_terminated: 'the subscription has ended' };
const one = { tag, permission, params: subscriptionParams, returns: SubscriptionResponse } as const;
const each = 'Each by itself; the reply says for each whether it was done, and why not.';

export const lifeOperations: Operation[] = [
  command({
    ...one,
    id: 'pauseSubscription',
    method: 'POST',
    path: `${item}/pause`,
    summary: 'Pause a subscription',
    description: 'From tomorrow its price is not due, and what was paid ahead for those days is credited. Usage is recorded and billed as before.',
    problems: { ...final, subscription_not_active: 'it is not active' },
    handle: ({ params, tx }) => pauseSubscription(tx, params.subscription_id),
  }),
  command({
    ...one,
    id: 'resumeSubscription',
    method: 'POST',
    path: `${item}/resume`,
    summary: 'Resume a paused subscription',
    description: 'Its price is due from today; in advance the days left of the period are charged. Its periods stay where they were, unless a new one is to begin today.',
    body: SubscriptionResume.optional(),
    problems: { ...final, subscription_not_paused: 'it is not paused' },
    handle: ({ params, body, tx }) => resumeSubscription(tx, params.subscription_id, body),
  }),
  command({
    ...one,
    id: 'cancelSubscription',
    method: 'POST',
    path: `${item}/cancel`,
    summary: 'Cancel a subscription at the end of its period',
    description: 'It runs to the end of the open period of its plan, or of its trial. Until then the cancellation can be taken back. One that has not started ends when it was to start, and at once where it has no date.',
    query: cancellationQuery,
    problems: { subscription_already_canceled: 'it is canceled already', subscription_terminated: 'it has ended' },
    handle: ({ params, query: { on_termination_action: action }, tx }) => cancelSubscription(tx, params.subscription_id, action),
  }),
  command({
    ...one,
    id: 'uncancelSubscription',
    method: 'POST',
    path: `${item}/uncancel`,
    summary: 'Take a cancellation back',
    problems: { subscription_not_canceled: 'it is not canceled', subscription_terminated: 'it has ended' },
    handle: ({ params, tx }) => uncancelSubscription(tx, params.subscription_id),
  }),
  command({
    id: 'bulkPauseSubscriptions',
    method: 'POST',
    path: `${path}/bulk_pause`,
    tag,
    permission,
    summary: 'Pause several subscriptions',
    description: each,
    body: BulkSubscriptionRequest,
    returns: BulkSubscriptionResponse,
    handle: ({ body, tx }) => doInBulk(tx, body.subscription_ids, (reference) => pauseSubscription(tx, reference)),
  }),
  command({
    id: 'bulkResumeSubscriptions',
    method: 'POST',
    path: `${path}/bulk_resume`,
    tag,
    permission,
    summary: 'Resume several subscriptions',
    description: each,
    body: BulkSubscriptionRequest,
    returns: BulkSubscriptionResponse,
    handle: ({ body, tx }) => doInBulk(tx, body.subscription_ids, (reference) => resumeSubscription(tx, reference)),
  }),
  command({
    id: 'bulkTerminateSubscriptions',
    method: 'POST',
    path: `${path}/bulk_terminate`,
    tag,
    permission,
    summary: 'Terminate several subscriptions now',
    description: each,
    body: BulkTerminateRequest,
    returns: BulkSubscriptionResponse,
    handle: ({ body, tx }) =>
      doInBulk(tx, body.subscription_ids, (reference) => terminateSubscription(tx, reference, { action: body.on_termination_action })),
  }),
];
