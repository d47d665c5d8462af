import { randomUUIDv7 } from 'node:crypto';
import type { z } from 'zod';
import { json } from '../../kernel/db/parameters.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, notFound } from '../../kernel/problem.ts';
import { parseId } from '../../kernel/wire.ts';
import { billableMetricFilterCreated, billableMetricFilterDeleted } from './metrics.events.ts';
import type { BillableMetricFilterCreate } from './metrics.schemas.ts';
import { findFilter, findMetric, lockMetric, plansFilteringBy } from './metrics.sql.ts';
import { presentFilter } from './presentMetric.ts';

async function lockedMetricId(tx: Tx, reference: string): Promise<string> {
  const found = await findMetric(tx.db, reference);
  const row = found === undefined ? undefined : await lockMetric(tx.db, found.id);
  if (row === undefined) throw notFound('billable metric');
  return row.id;
}

/** Adds a filter to a metric; a metric has one per key. */
export async function createFilter(tx: Tx, reference: string, { key, values = [] }: z.output<typeof BillableMetricFilterCreate>) {
  const { tenant, now } = tx.scope;
  const metricId = await lockedMetricId(tx, reference);
  if ((await findFilter(tx.db, metricId, { key })) !== undefined)
    throw conflict('key_taken', `This metric already has a filter with the key ${key}.`);
  const row = { tenant_id: tenant.id, id: randomUUIDv7(), billable_metric_id: metricId, key, created_at: now, updated_at: now };
  await tx.db.insertInto('billable_metric_filters').values({ ...row, values: json(values) }).execute();
  const made = presentFilter({ ...row, values });
  await tx.emit(billableMetricFilterCreated, { id: row.id, data: made });
  return made;
}

/** Deletes a filter. Refused while a live charge filter names it. */
export async function deleteFilter(tx: Tx, reference: string, filterReference: string): Promise<void> {
  const metricId = await lockedMetricId(tx, reference);
  const id = parseId('bmf', filterReference);
  const row = id === null ? undefined : await findFilter(tx.db, metricId, { id });
  if (row === undefined) throw notFound('filter of this metric');
  const plans = await plansFilteringBy(tx.db, metricId, row.id);
  if (plans.length > 0) throw conflict('filter_in_use', `Charges filter by it, in the plan ${plans.join(', ')}; remove them first.`);
  await tx.db.deleteFrom('billable_metric_filters').where('id', '=', row.id).execute();
  await tx.emit(billableMetricFilterDeleted, { id: row.id, data: presentFilter(row) });
}
