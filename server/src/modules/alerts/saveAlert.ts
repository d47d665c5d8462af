import { randomUUIDv7 } from 'node:crypto';
import { Quantity } from '@farthing/core/money';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, invalid, notFound } from '../../kernel/problem.ts';
import type { Scope } from '../../kernel/scope.ts';
import { publicId } from '../../kernel/wire.ts';
import { findMetric } from '../metrics/index.ts';
import { findSubscription } from '../subscriptions/index.ts';
import { usageAlertCreated, usageAlertDeleted, usageAlertUpdated } from './alerts.events.ts';
import type { UsageAlertCreate, UsageAlertResponse, UsageAlertUpdate } from './alerts.schemas.ts';
import { type AlertRow, lockAlert } from './alerts.sql.ts';

export function presentAlert(row: AlertRow, { tenant }: Scope): z.output<typeof UsageAlertResponse> {
  return { ...row, public_id: publicId('ual', row.id), organization_id: tenant.organizationId, threshold_value: Quantity.restore(row.threshold_value) };
}

/** Sets an alert on a subscription that has not ended; it is looked at from the subscription's next event on. */
export async function createAlert(tx: Tx, body: z.output<typeof UsageAlertCreate>) {
  const { measure = 'units', billable_metric_id: metricId = null } = body;
  const subscription = await findSubscription(tx.db, body.subscription_id);
  if (subscription === undefined) throw invalid('subscription_id', 'not_found', 'There is no such subscription.');
  if (subscription.status === 'terminated') throw conflict('subscription_terminated', 'The subscription has ended.');
  if (metricId === null && measure === 'units') throw invalid('billable_metric_id', 'required', 'Units are those of a metric: name one.');
  if (metricId !== null && (await findMetric(tx.db, metricId)) === undefined)
    throw invalid('billable_metric_id', 'not_found', 'There is no such billable metric.');
  const { tenant, now } = tx.scope;
  const row = await tx.db
    .insertInto('usage_alerts')
    .values({
      tenant_id: tenant.id,
      id: randomUUIDv7(),
      subscription_id: subscription.id,
      billable_metric_id: metricId,
      measure,
      threshold_value: Quantity.toString(body.threshold_value),
      recurring: body.recurring ?? false,
      name: body.name ?? null,
      created_at: now,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const made = presentAlert(row, tx.scope);
  await tx.emit(usageAlertCreated, { id: row.id, data: made });
  return made;
}

async function take(tx: Tx, id: string): Promise<AlertRow> {
  const row = await lockAlert(tx.db, id);
  if (row === undefined) throw notFound('usage_alert');
  return row;
}

/** Changes what is given. Another value, or another way to recur, is watched for as if it had not been reached yet. */
export async function updateAlert(tx: Tx, id: string, { threshold_value: value, ...fields }: z.output<typeof UsageAlertUpdate>) {
  const before = await take(tx, id);
  const changes = { ...fields, ...(value === undefined ? {} : { threshold_value: Quantity.toString(value) }) };
  const other = value !== undefined && Quantity.compare(value, Quantity.restore(before.threshold_value)) !== 0;
  const anew = other || (fields.recurring !== undefined && fields.recurring !== before.recurring);
  const row = await tx.db
    .updateTable('usage_alerts')
    .set({ ...changes, generation: before.generation + (anew ? 1 : 0), updated_at: tx.scope.now })
    .where('id', '=', before.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const data = presentAlert(row, tx.scope);
  await tx.emit(usageAlertUpdated, { id: row.id, data, before: presentAlert(before, tx.scope) });
  return data;
}

/** Removes an alert; what triggered it is kept. */
export async function deleteAlert(tx: Tx, id: string): Promise<void> {
  const before = await take(tx, id);
  const { now } = tx.scope;
  await tx.db.updateTable('usage_alerts').set({ deleted_at: now, updated_at: now }).where('id', '=', before.id).execute();
  await tx.emit(usageAlertDeleted, { id: before.id, data: presentAlert(before, tx.scope) });
}
