/**
 * The life of a subscription as a table: every status, every action, and the status that follows or the reason why it does not.
 * Nothing else decides a change of status; a use case asks `transition` and carries out what it answers.
 */

/** The statuses of a subscription. `canceled` still has access until its end, where it becomes `terminated`. */
export const subscriptionStatuses = ['pending', 'active', 'paused', 'canceled', 'terminated'] as const;
export type SubscriptionStatus = (typeof subscriptionStatuses)[number];

/** What can be asked of a subscription. `terminate` is also what happens when its end is reached. */
export const subscriptionActions = [
  'activate',
  'pause',
  'resume',
  'cancel',
  'uncancel',
  'terminate',
  'update',
  'change_plan',
] as const;
export type SubscriptionAction = (typeof subscriptionActions)[number];

/** Why an action is refused: a code of the API (409), which says what the subscription is or is not. */
export type SubscriptionRefusal =
  | 'subscription_not_pending'
  | 'subscription_not_active'
  | 'subscription_not_paused'
  | 'subscription_not_canceled'
  | 'subscription_already_canceled'
  | 'subscription_canceled'
  | 'subscription_terminated';

export type Transition =
  | { readonly ok: true; readonly status: SubscriptionStatus }
  | { readonly ok: false; readonly refusal: SubscriptionRefusal };

/** What a canceled subscription was, and is again when the cancellation is taken back. */
export type StatusBeforeCancel = 'pending' | 'active' | 'paused';

type Cell = SubscriptionStatus | SubscriptionRefusal | 'status_before_cancel';

const table: Readonly<Record<SubscriptionStatus, Readonly<Record<SubscriptionAction, Cell>>>> = {
  pending: {
    activate: 'active',
    pause: 'subscription_not_active',
    resume: 'subscription_not_paused',
    cancel: 'canceled',
    uncancel: 'subscription_not_canceled',
    terminate: 'terminated',
    update: 'pending',
    change_plan: 'pending',
  },
  active: {
    activate: 'subscription_not_pending',
    pause: 'paused',
    resume: 'subscription_not_paused',
    cancel: 'canceled',
    uncancel: 'subscription_not_canceled',
    terminate: 'terminated',
    update: 'active',
    change_plan: 'active',
  },
  // What a plan change costs is counted in days of a running period, and a pause has none: resume first.
  paused: {
    activate: 'subscription_not_pending',
    pause: 'subscription_not_active',
    resume: 'active',
    cancel: 'canceled',
    uncancel: 'subscription_not_canceled',
    terminate: 'terminated',
    update: 'paused',
    change_plan: 'subscription_not_active',
  },
  // Until its end it runs and is billed; only taking the cancellation back reopens the other actions.
  canceled: {
    activate: 'subscription_canceled',
    pause: 'subscription_canceled',
    resume: 'subscription_canceled',
    cancel: 'subscription_already_canceled',
    uncancel: 'status_before_cancel',
    terminate: 'terminated',
    update: 'canceled',
    change_plan: 'subscription_canceled',
  },
  terminated: {
    activate: 'subscription_terminated',
    pause: 'subscription_terminated',
    resume: 'subscription_terminated',
    cancel: 'subscription_terminated',
    uncancel: 'subscription_terminated',
    terminate: 'subscription_terminated',
    update: 'subscription_terminated',
    change_plan: 'subscription_terminated',
  },
};

/**
 * The status that follows when `action` is asked of a subscription in `status`, or why it is refused.
 * `before` is read by `uncancel` alone: what the subscription was when it was canceled (pending when it has not started, paused when
 * it was paused, else active).
 */
export function transition(
  status: SubscriptionStatus,
  action: SubscriptionAction,
  before: StatusBeforeCancel = 'active',
): Transition {
  const cell = table[status][action];
  if (cell === 'status_before_cancel') return { ok: true, status: before };
  return isStatus(cell) ? { ok: true, status: cell } : { ok: false, refusal: cell };
}

function isStatus(cell: SubscriptionStatus | SubscriptionRefusal): cell is SubscriptionStatus {
  return subscriptionStatuses.some((status) => status === cell);
}
