import { type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import { parseId } from '../../kernel/wire.ts';
import type { Tables } from '../../tables.ts';

export type MetricRow = Selectable<Tables['billable_metrics']>;
export type MetricFilterRow = Selectable<Tables['billable_metric_filters']>;

/** The live metric an identifier names: by id or prefixed id where it has that form, else by code. */
export async function findMetric(db: ReadDb, reference: string): Promise<MetricRow | undefined> {
  const live = db.selectFrom('billable_metrics').selectAll().where('deleted_at', 'is', null);
  const id = parseId('bm', reference);
  const byId = id === null ? undefined : await live.where('id', '=', id).executeTakeFirst();
  return byId ?? (await live.where('code', '=', reference).executeTakeFirst());
}

/** Reads a metric again for the rest of the transaction, after plans that were just being saved with it; undefined when it is gone. */
export async function lockMetric(db: Db, id: string): Promise<MetricRow | undefined> {
  return db.selectFrom('billable_metrics').selectAll().where('id', '=', id).where('deleted_at', 'is', null).forUpdate().executeTakeFirst();
}

export async function listMetrics(db: ReadDb, page: PageRequest) {
  return listRows(db.selectFrom('billable_metrics').selectAll().where('deleted_at', 'is', null), page, {
    sortable: { created_at: 'created_at', updated_at: 'updated_at', code: 'code', name: 'name', aggregation_type: 'aggregation_type' },
  });
}

export async function countMetrics(db: ReadDb): Promise<readonly { aggregation_type: MetricRow['aggregation_type']; metrics: number }[]> {
  return db
    .selectFrom('billable_metrics')
    .select(['aggregation_type', sql<number>`count(*)::int`.as('metrics')])
    .where('deleted_at', 'is', null)
    .groupBy('aggregation_type')
    .execute();
}

/** Codes of live plans whose live charges use the metric; only the prorated ones where asked for. */
export async function plansUsing(db: ReadDb, metricId: string, only: { prorated?: boolean } = {}): Promise<readonly string[]> {
  const { rows } = await sql<{ code: string }>`
    select distinct p.code from charges c join plans p on p.tenant_id = c.tenant_id and p.id = c.plan_id
    where c.billable_metric_id = ${metricId} and c.deleted_at is null and p.deleted_at is null
      and (c.prorated or not ${only.prorated ?? false}::boolean)
    order by p.code limit 5`.execute(db);
  return rows.map(({ code }) => code);
}

export async function listFilters(db: ReadDb, metricId: string, page: PageRequest) {
  return listRows(db.selectFrom('billable_metric_filters').selectAll().where('billable_metric_id', '=', metricId), page, {
    sortable: { created_at: 'created_at', key: 'key' },
  });
}

export async function findFilter(
  db: ReadDb,
  metricId: string,
  by: { readonly id: string } | { readonly key: string },
): Promise<MetricFilterRow | undefined> {
  const [column, value] = 'id' in by ? (['id', by.id] as const) : (['key', by.key] as const);
  return db
    .selectFrom('billable_metric_filters')
    .selectAll()
    .where('billable_metric_id', '=', metricId)
    .where(column, '=', value)
    .executeTakeFirst();
}

/** Codes of live plans in which a live charge filter names this filter. */
export async function plansFilteringBy(db: ReadDb, metricId: string, filterId: string): Promise<readonly string[]> {
  const named = JSON.stringify([{ billable_metric_filter_id: filterId }]);
  const { rows } = await sql<{ code: string }>`
    select distinct p.code
    from charges c
    join plans p on p.tenant_id = c.tenant_id and p.id = c.plan_id
    join charge_filters f on f.tenant_id = c.tenant_id and f.charge_id = c.id
    where c.billable_metric_id = ${metricId} and c.deleted_at is null and p.deleted_at is null and f.deleted_at is null
      and f.conditions @> ${named}::jsonb
    order by p.code limit 5`.execute(db);
  return rows.map(({ code }) => code);
}
