import { randomUUIDv7 } from 'node:crypto';
import { metricProblems } from '@farthing/core/metering';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, type FieldError, invalidFields, notFound } from '../../kernel/problem.ts';
import { billableMetricCreated, billableMetricDeleted, billableMetricUpdated } from './metrics.events.ts';
import type { BillableMetricCreate, BillableMetricUpdate } from './metrics.schemas.ts';
import { findMetric, lockMetric, type MetricRow, plansUsing } from './metrics.sql.ts';
import { metricDefinitionOf, presentMetric } from './presentMetric.ts';

/** Refuses a metric that could not be measured, naming every field at fault. */
function check(row: MetricRow): void {
  const errors: FieldError[] = metricProblems(metricDefinitionOf(row)).map(({ path, message }) => ({
    path,
    code: message.startsWith('is required') ? 'required' : 'invalid',
    message: `${path} ${message}.`,
  }));
  if (row.rounding_function === null && row.rounding_precision !== null)
    errors.push({ path: 'rounding_precision', code: 'invalid', message: 'rounding_precision needs a rounding_function.' });
  if (errors.length > 0) throw invalidFields(errors);
}

/** Creates a metric. */
export async function createMetric(tx: Tx, body: z.output<typeof BillableMetricCreate>) {
  const { tenant, now } = tx.scope;
  const row: MetricRow = {
    description: null,
    field_name: null,
    recurring: false,
    rounding_function: null,
    rounding_precision: null,
    expression: null,
    ...body,
    tenant_id: tenant.id,
    id: randomUUIDv7(),
    created_at: now,
    updated_at: now,
    deleted_at: null,
  };
  check(row);
  await tx.lock(`billable metric code ${body.code}`);
  if (await isTaken(tx, body.code)) throw conflict('code_taken', `There is already a billable metric with the code ${body.code}.`);
  await tx.db.insertInto('billable_metrics').values(row).execute();
  const made = presentMetric(row);
  await tx.emit(billableMetricCreated, { id: row.id, data: made });
  return made;
}

async function isTaken(tx: Tx, code: string): Promise<boolean> {
  const other = await tx.db.selectFrom('billable_metrics').select('id').where('code', '=', code).where('deleted_at', 'is', null).executeTakeFirst();
  return other !== undefined;
}

async function lockedMetric(tx: Tx, reference: string): Promise<MetricRow> {
  const found = await findMetric(tx.db, reference);
  const row = found === undefined ? undefined : await lockMetric(tx.db, found.id);
  if (row === undefined) throw notFound('billable metric');
  return row;
}

/**
 * Changes what is given; an explicit null clears. A new field or expression counts for events from then on: what is stored
 * keeps the value it came in with.
 */
export async function updateMetric(tx: Tx, reference: string, body: z.output<typeof BillableMetricUpdate>) {
  const before = await lockedMetric(tx, reference);
  const after: MetricRow = { ...before, ...body, updated_at: tx.scope.now };
  check(after);
  if (before.recurring && !after.recurring) {
    const plans = await plansUsing(tx.db, before.id, { prorated: true });
    if (plans.length > 0)
      throw conflict('metric_in_use', `Prorated charges need a recurring metric; one of them is in the plan ${plans.join(', ')}.`);
  }
  await tx.db.updateTable('billable_metrics').set({ ...body, updated_at: after.updated_at }).where('id', '=', before.id).execute();
  const shown = presentMetric(after);
  await tx.emit(billableMetricUpdated, { id: before.id, data: shown, before: presentMetric(before) });
  return shown;
}

/** Hides a metric and frees its code; what was measured by it is kept. Refused while a live charge of a live plan uses it. */
export async function deleteMetric(tx: Tx, reference: string): Promise<void> {
  const row = await lockedMetric(tx, reference);
  const plans = await plansUsing(tx.db, row.id);
  if (plans.length > 0) throw conflict('metric_in_use', `Charges use this metric, in the plan ${plans.join(', ')}; remove them first.`);
  const deleted = { deleted_at: tx.scope.now, updated_at: tx.scope.now };
  await tx.db.updateTable('billable_metrics').set(deleted).where('id', '=', row.id).execute();
  await tx.emit(billableMetricDeleted, { id: row.id, data: presentMetric({ ...row, ...deleted }) });
}
