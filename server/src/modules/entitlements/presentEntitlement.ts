import { readValue } from '@farthing/core/entitlements';
import type { z } from 'zod';
import { invalid } from '../../kernel/problem.ts';
import { publicId } from '../../kernel/wire.ts';
import type { FeatureRow } from '../features/index.ts';
import type { SubscriptionRow } from '../subscriptions/index.ts';
import type { EntitlementResponse, SubscriptionEntitlementResponse } from './entitlements.schemas.ts';
import type { EntitlementRow, GrantedRow } from './entitlements.sql.ts';

/** What a plan grants, as replies, events and webhooks show it. */
export function presentEntitlement(row: EntitlementRow): z.output<typeof EntitlementResponse> {
  return { ...row, public_id: publicId('entl', row.id), source: 'plan' };
}

type Granted = NonNullable<GrantedRow>;

/** What a subscription is granted, in the form of what plans grant. */
export function presentGranted({ own_id: ownId, value, ...row }: Granted, planId: string): z.output<typeof EntitlementResponse> {
  return { ...row, public_id: publicId('entl', row.id), plan_id: planId, value: value ?? '', source: ownId === null ? 'plan' : 'subscription' };
}

/** What a subscription has of a feature, and why. */
export function presentOwn(row: Granted, subscription: Pick<SubscriptionRow, 'id' | 'external_id' | 'plan_id'>): z.output<typeof SubscriptionEntitlementResponse> {
  return {
    ...row,
    id: row.own_id,
    subscription_id: subscription.id,
    external_subscription_id: subscription.external_id,
    plan_id: subscription.plan_id,
    source: row.own_id === null ? 'plan' : 'subscription',
  };
}

/** A value in the one spelling of its feature's type. Throws 422. */
export function valueFor(type: FeatureRow['feature_type'], given: string): string {
  const read = readValue(type, given);
  if (!read.ok) throw invalid('value', 'invalid_value', read.message);
  return read.value;
}
