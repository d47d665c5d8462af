import { randomUUIDv7 } from 'node:crypto';
import { Amount } from '@farthing/core/money';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, invalid, notFound } from '../../kernel/problem.ts';
import { publicId } from '../../kernel/wire.ts';
import { findPlan } from '../catalog/index.ts';
import { findSubscription, holdPlan, lockSubscription } from './subscriptions.sql.ts';
import { usageThresholdCreated, usageThresholdDeleted } from './thresholds.events.ts';
import type { UsageThresholdCreate, UsageThresholdResponse } from './thresholds.schemas.ts';
import { insertThreshold, lockThreshold, type ThresholdOwner, type ThresholdRow } from './thresholds.sql.ts';

type Body = z.output<typeof UsageThresholdCreate>;

export function presentThreshold(row: ThresholdRow): z.output<typeof UsageThresholdResponse> {
  return { ...row, public_id: publicId('uth', row.id), amount_cents: Amount.of(row.amount_cents) };
}

/** Gives a plan a threshold; the subscriptions to it that have none of their own are held to it from their next event on. */
export async function createPlanThreshold(tx: Tx, planReference: string, body: Body) {
  const found = await findPlan(tx.db, planReference);
  const plan = found === undefined ? undefined : await holdPlan(tx.db, found.id);
  if (plan === undefined) throw notFound('plan');
  return create(tx, { plan_id: plan.id, subscription_id: null }, plan.currency, body);
}

/** Gives a subscription a threshold of its own: those of its plan do not count for it any more. */
export async function createSubscriptionThreshold(tx: Tx, reference: string, body: Body) {
  const found = await findSubscription(tx.db, reference);
  if (found === undefined) throw notFound('subscription');
  const row = await lockSubscription(tx, found.id);
  if (row.status === 'terminated') throw conflict('subscription_terminated', 'The subscription has ended.');
  return create(tx, { plan_id: null, subscription_id: row.id }, row.plan_currency, body);
}

async function create(tx: Tx, owner: ThresholdOwner, currency: string, body: Body) {
  const { amount_cents: amount, recurring = false, threshold_display_name: name = null } = body;
  if (body.currency !== undefined && body.currency !== currency)
    throw invalid('currency', 'currency_mismatch', `The plan is priced in ${currency}; amounts are never converted.`);
  if (recurring && Amount.isZero(amount)) throw invalid('amount_cents', 'too_small', 'A recurring threshold must be more than 0.');
  const { tenant, now } = tx.scope;
  const row = await insertThreshold(tx.db, {
    tenant_id: tenant.id,
    id: randomUUIDv7(),
    ...owner,
    amount_cents: Amount.toBigInt(amount),
    currency,
    recurring,
    threshold_display_name: name,
    created_at: now,
    updated_at: now,
  });
  if (row === undefined) throw conflict('threshold_exists', 'There is a threshold of this amount already.');
  const made = presentThreshold(row);
  await tx.emit(usageThresholdCreated, { id: row.id, data: made });
  return made;
}

/** Removes a threshold; what was invoiced because of it stays. */
export async function deleteThreshold(tx: Tx, id: string): Promise<void> {
  const row = await lockThreshold(tx.db, id);
  if (row === undefined) throw notFound('usage_threshold');
  const { now } = tx.scope;
  await tx.db.updateTable('usage_thresholds').set({ deleted_at: now, updated_at: now }).where('id', '=', row.id).execute();
  await tx.emit(usageThresholdDeleted, { id: row.id, data: presentThreshold(row) });
}
