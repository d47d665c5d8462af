import { randomUUIDv7 } from 'node:crypto';
import type { z } from 'zod';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, invalid, notFound } from '../../kernel/problem.ts';
import { findPlan, type PlanRow } from '../catalog/index.ts';
import { findFeature } from '../features/index.ts';
import { entitlementCreated, entitlementDeleted, entitlementUpdated } from './entitlements.events.ts';
import type { EntitlementCopyRequest, EntitlementCreate, EntitlementUpdate } from './entitlements.schemas.ts';
import { copyRows, type EntitlementRow, entitlementsOfPlan, insertEntitlement, lockEntitlement } from './entitlements.sql.ts';
import { presentEntitlement, valueFor } from './presentEntitlement.ts';

async function planOf(db: ReadDb, path: string, reference: string): Promise<PlanRow> {
  const plan = await findPlan(db, reference);
  if (plan === undefined) throw invalid(path, 'not_found', 'There is no such plan.');
  return plan;
}

/** Has a plan grant a feature: from now on everybody on the plan has it. */
export async function createEntitlement(tx: Tx, body: z.output<typeof EntitlementCreate>) {
  const plan = await planOf(tx.db, 'plan_id', body.plan_id);
  const feature = await findFeature(tx.db, body.feature_id);
  if (feature === undefined) throw invalid('feature_id', 'not_found', 'There is no such feature.');
  const value = valueFor(feature.feature_type, body.value);
  const { tenant, now } = tx.scope;
  const row = await insertEntitlement(tx.db, {
    tenant_id: tenant.id,
    id: randomUUIDv7(),
    plan_id: plan.id,
    feature_id: feature.id,
    value,
    created_at: now,
    updated_at: now,
  });
  if (row === undefined) throw conflict('already_entitled', 'The plan grants this feature already: change its value.');
  const made = presentEntitlement({ ...row, feature_code: feature.code, feature_type: feature.feature_type });
  await tx.emit(entitlementCreated, { id: row.id, data: made });
  return made;
}

async function take(tx: Tx, id: string): Promise<EntitlementRow> {
  const row = await lockEntitlement(tx.db, id);
  if (row === undefined) throw notFound('entitlement');
  return row;
}

/** Changes the value, for everybody on the plan at once. */
export async function updateEntitlement(tx: Tx, id: string, { value: given }: z.output<typeof EntitlementUpdate>) {
  const before = await take(tx, id);
  const value = given === undefined ? before.value : valueFor(before.feature_type, given);
  const after = { ...before, value, updated_at: tx.scope.now };
  await tx.db.updateTable('entitlements').set({ value, updated_at: after.updated_at }).where('id', '=', id).execute();
  const data = presentEntitlement(after);
  await tx.emit(entitlementUpdated, { id, data, before: presentEntitlement(before) });
  return data;
}

/** Has the plan not grant the feature any more; a subscription that has it by itself keeps it. */
export async function deleteEntitlement(tx: Tx, id: string): Promise<void> {
  const row = await take(tx, id);
  await tx.db.deleteFrom('entitlements').where('id', '=', id).execute();
  await tx.emit(entitlementDeleted, { id, data: presentEntitlement(row) });
}

/** Has a plan grant what another one grants, but for the features that it grants already; answers what is new. */
export async function copyEntitlements(tx: Tx, body: z.output<typeof EntitlementCopyRequest>) {
  const source = await planOf(tx.db, 'source_plan_id', body.source_plan_id);
  const target = await planOf(tx.db, 'target_plan_id', body.target_plan_id);
  if (source.id === target.id) throw invalid('target_plan_id', 'same_plan', 'A plan cannot be copied to itself.');
  const rows = await copyRows(tx, await entitlementsOfPlan(tx.db, source.id), target.id);
  const made = rows.map(presentEntitlement);
  for (const data of made) await tx.emit(entitlementCreated, { id: data.id, data });
  return made;
}
