import { randomUUIDv7 } from 'node:crypto';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, invalid, notFound } from '../../kernel/problem.ts';
import { publicId } from '../../kernel/wire.ts';
import { featureCreated, featureDeleted, featureUpdated } from './features.events.ts';
import type { FeatureCreate, FeatureResponse, FeatureUpdate } from './features.schemas.ts';
import { type FeatureRow, insertFeature, isGranted, lockFeature, metricToMeasure } from './features.sql.ts';

export function presentFeature(row: FeatureRow): z.output<typeof FeatureResponse> {
  return { ...row, public_id: publicId('feat', row.id) };
}

/** Throws 422 for a metric that is not there, or that measures what cannot be counted. */
async function checkMetric(tx: Tx, type: FeatureRow['feature_type'], id: string): Promise<string> {
  if (type !== 'quantity') throw invalid('billable_metric_id', 'not_countable', 'Only a feature of type quantity can be measured.');
  const metric = await metricToMeasure(tx.db, { id });
  if (metric === undefined) throw invalid('billable_metric_id', 'not_found', 'There is no such billable metric.');
  return metric;
}

/** Makes a feature. A quantity whose metric is not said is measured by the one that has its code, where there is one. */
export async function createFeature(tx: Tx, body: z.output<typeof FeatureCreate>) {
  const { billable_metric_id: given, feature_type: type, code } = body;
  const implied = type === 'quantity' && given === undefined ? ((await metricToMeasure(tx.db, { code })) ?? null) : null;
  const metric = given === undefined || given === null ? implied : await checkMetric(tx, type, given);
  const { tenant, now } = tx.scope;
  const row = await insertFeature(tx.db, {
    description: null,
    ...body,
    billable_metric_id: metric,
    tenant_id: tenant.id,
    id: randomUUIDv7(),
    created_at: now,
    updated_at: now,
  });
  if (row === undefined) throw conflict('code_taken', `There is already a feature with the code ${code}.`);
  const made = presentFeature(row);
  await tx.emit(featureCreated, { id: row.id, data: made });
  return made;
}

async function take(tx: Tx, code: string): Promise<FeatureRow> {
  const row = await lockFeature(tx.db, code);
  if (row === undefined) throw notFound('feature');
  return row;
}

/** Changes what is given. */
export async function updateFeature(tx: Tx, code: string, body: z.output<typeof FeatureUpdate>) {
  const before = await take(tx, code);
  const { billable_metric_id: metric } = body;
  if (metric !== undefined && metric !== null) await checkMetric(tx, before.feature_type, metric);
  const row = await tx.db
    .updateTable('features')
    .set({ ...body, updated_at: tx.scope.now })
    .where('id', '=', before.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const data = presentFeature(row);
  await tx.emit(featureUpdated, { id: row.id, data, before: presentFeature(before) });
  return data;
}

/** Removes a feature that nothing grants. Throws 409 `feature_in_use` for another one. */
export async function deleteFeature(tx: Tx, code: string): Promise<void> {
  const row = await take(tx, code);
  if (await isGranted(tx.db, row.id)) throw conflict('feature_in_use', 'Plans or subscriptions grant this feature; remove its entitlements first.');
  await tx.db.deleteFrom('features').where('id', '=', row.id).execute();
  await tx.emit(featureDeleted, { id: row.id, data: presentFeature(row) });
}
