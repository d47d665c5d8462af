import { type StatusBeforeCancel, type SubscriptionAction, type SubscriptionRefusal, type SubscriptionStatus, transition } from '@farthing/core/subscriptions';
import { conflict } from '../../kernel/problem.ts';

const sentences: Readonly<Record<SubscriptionRefusal, string>> = {
  subscription_not_pending: 'The subscription has already started.',
  subscription_not_active: 'The subscription is not active.',
  subscription_not_paused: 'The subscription is not paused.',
  subscription_not_canceled: 'The subscription is not canceled.',
  subscription_already_canceled: 'The subscription is already canceled.',
  subscription_canceled: 'The subscription is canceled; take the cancellation back first.',
  subscription_terminated: 'The subscription has ended.',
};

/** The status after an action, by the state table; an action that the status does not allow is refused with 409. */
export function nextStatus(status: SubscriptionStatus, action: SubscriptionAction, before?: StatusBeforeCancel): SubscriptionStatus {
  const moved = transition(status, action, before);
  if (!moved.ok) throw conflict(moved.refusal, sentences[moved.refusal]);
  return moved.status;
}
