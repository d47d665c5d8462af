import { event } from '../../kernel/event.ts';
import { EntitlementResponse, SubscriptionEntitlementResponse } from './entitlements.schemas.ts';

const ofPlan = (action: 'created' | 'updated' | 'deleted', description: string) =>
  event({ name: `entitlement.${action}`, subject: 'entitlement', action, description, data: EntitlementResponse });

export const entitlementCreated = ofPlan('created', 'A plan grants a feature.');
export const entitlementUpdated = ofPlan('updated', 'A plan grants another value of a feature.');
export const entitlementDeleted = ofPlan('deleted', 'A plan does not grant a feature any more.');

const ofSubscription = (action: 'created' | 'updated' | 'deleted', description: string) =>
  event({ name: `subscription_entitlement.${action}`, subject: 'subscription_entitlement', action, description, data: SubscriptionEntitlementResponse });

export const subscriptionEntitlementCreated = ofSubscription('created', 'A subscription has a value of a feature by itself, or the feature was taken from it.');
export const subscriptionEntitlementUpdated = ofSubscription('updated', 'What a subscription has of a feature by itself changed.');
export const subscriptionEntitlementDeleted = ofSubscription('deleted', 'A subscription has of a feature what its plan grants again.');
