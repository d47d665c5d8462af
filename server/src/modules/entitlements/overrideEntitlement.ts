import { randomUUIDv7 } from 'node:crypto';
import type { z } from 'zod';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, notFound } from '../../kernel/problem.ts';
import { findSubscription, type SubscriptionRow } from '../subscriptions/index.ts';
import {
  subscriptionEntitlementCreated,
  subscriptionEntitlementDeleted,
  subscriptionEntitlementUpdated,
} from './entitlements.events.ts';
import type { SubscriptionEntitlementUpdate, subscriptionFeatureParams } from './entitlements.schemas.ts';
import { type GrantedRow, grantedOf } from './entitlements.sql.ts';
import { presentOwn, valueFor } from './presentEntitlement.ts';

type Params = z.output<typeof subscriptionFeatureParams>;

/** The subscription an identifier names. Throws 404. */
export async function namedSubscription(db: ReadDb, reference: string): Promise<SubscriptionRow> {
  const row = await findSubscription(db, reference);
  if (row === undefined) throw notFound('subscription');
  return row;
}

async function granted(db: ReadDb, subscription: SubscriptionRow, featureCode: string): Promise<NonNullable<GrantedRow>> {
  const row = await grantedOf(db, subscription, featureCode);
  if (row === undefined) throw notFound('feature');
  return row;
}

/** What a subscription has of a feature, and what its plan grants. Throws 404 for either. */
export async function readOwn(db: ReadDb, { external_id: reference, feature_code: code }: Params) {
  const subscription = await namedSubscription(db, reference);
  return presentOwn(await granted(db, subscription, code), subscription);
}

/** Of one subscription and one feature, changes wait for each other. */
async function take(tx: Tx, { external_id: reference, feature_code: code }: Params) {
  const subscription = await namedSubscription(tx.db, reference);
  await tx.lock(`entitlements of ${subscription.id}`);
  return { subscription, before: await granted(tx.db, subscription, code) };
}

/** Gives a subscription a value of its own, or takes the feature from it (null); it stays through changes of plan. Throws 409 once it has ended. */
export async function overrideEntitlement(tx: Tx, params: Params, { value: given }: z.output<typeof SubscriptionEntitlementUpdate>) {
  const { subscription, before } = await take(tx, params);
  if (subscription.status === 'terminated') throw conflict('subscription_terminated', 'The subscription has ended.');
  const value = given === null ? null : valueFor(before.feature_type, given);
  const { tenant, now } = tx.scope;
  const after = { ...before, own_id: before.own_id ?? randomUUIDv7(), value };
  await tx.db
    .insertInto('subscription_entitlements')
    .values({ tenant_id: tenant.id, id: after.own_id, subscription_id: subscription.id, feature_id: before.feature_id, value, created_at: now, updated_at: now })
    .onConflict((kept) => kept.columns(['tenant_id', 'subscription_id', 'feature_id']).doUpdateSet({ value, updated_at: now }))
    .execute();
  const data = presentOwn(after, subscription);
  if (before.own_id === null) await tx.emit(subscriptionEntitlementCreated, { id: after.own_id, data });
  else await tx.emit(subscriptionEntitlementUpdated, { id: after.own_id, data, before: presentOwn(before, subscription) });
  return data;
}

/** Has the plan decide again. Throws 404 where it does already. */
export async function dropOverride(tx: Tx, params: Params): Promise<void> {
  const { subscription, before } = await take(tx, params);
  if (before.own_id === null) throw notFound('entitlement of the subscription itself');
  await tx.db.deleteFrom('subscription_entitlements').where('id', '=', before.own_id).execute();
  await tx.emit(subscriptionEntitlementDeleted, { id: before.own_id, data: presentOwn(before, subscription) });
}
