import { type EventAction, event } from '../../kernel/event.ts';
import { BillingDue, SubscriptionResponse } from './subscriptions.schemas.ts';
import { SubscriptionFixedCharge } from './units.schemas.ts';

const declare = (name: string, action: EventAction, description: string) =>
  event({ name: `subscription.${name}`, subject: 'subscription', action, description, data: SubscriptionResponse });

export const subscriptionCreated = declare('created', 'created', 'A subscription was created; it is pending until it starts.');
export const subscriptionStarted = declare('started', 'status_changed', 'A subscription became active.');
export const subscriptionUpdated = declare('updated', 'updated', 'A subscription changed.');
export const subscriptionTrialEnded = declare('trial_ended', 'updated', 'The free trial of a subscription ended.');
export const subscriptionPlanChanged = declare('plan_changed', 'updated', 'The plan of a subscription changed; one agreed on for the end of the period changes then.');
export const subscriptionPaused = declare('paused', 'status_changed', 'A subscription was paused.');
export const subscriptionResumed = declare('resumed', 'status_changed', 'A paused subscription became active again.');
export const subscriptionCanceled = declare('canceled', 'status_changed', 'A subscription was canceled; it runs to the end of its period.');
export const subscriptionUncanceled = declare('uncanceled', 'status_changed', 'A cancellation was taken back.');
export const subscriptionTerminated = declare('terminated', 'status_changed', 'A subscription ended.');

export const subscriptionUnitsChanged = event({
  name: 'subscription.units_changed',
  subject: 'subscription',
  action: 'updated',
  description: 'A subscription has, or will have from its next period on, another number of units of a fixed charge.',
  data: SubscriptionFixedCharge,
});

export const subscriptionBillingDue = event({
  name: 'subscription.billing_due',
  subject: 'subscription',
  action: 'updated',
  description: 'Something fell due for a subscription that an invoice may have to be made of; it is made in the same transaction.',
  data: BillingDue,
  webhook: false,
});
