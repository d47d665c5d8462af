import { type Insertable, type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import { json } from '../../kernel/db/parameters.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import { parseId } from '../../kernel/wire.ts';
import type { Tables } from '../../tables.ts';
import { type PlanOverrides, readOverrides } from './overrides.schemas.ts';

export type PlanRow = Selectable<Tables['plans']>;
type MetricRow = Selectable<Tables['billable_metrics']>;

/** The live plan an identifier names: by id or prefixed id where it has that form, else by code. */
export async function findPlan(db: ReadDb, reference: string): Promise<PlanRow | undefined> {
  const live = db.selectFrom('plans').selectAll().where('deleted_at', 'is', null);
  const id = parseId('plan', reference);
  const byId = id === null ? undefined : await live.where('id', '=', id).executeTakeFirst();
  return byId ?? (await live.where('code', '=', reference).executeTakeFirst());
}

/** Plans by their ids, deleted or not. */
export async function plansById(db: ReadDb, ids: readonly string[]): Promise<readonly PlanRow[]> {
  return db.selectFrom('plans').selectAll().where(sql<boolean>`id = any(${ids}::uuid[])`).execute();
}

/** Reads a live plan again for the rest of the transaction, after subscriptions that are just being made; undefined when it is gone. */
export async function lockPlan(db: Db, id: string): Promise<PlanRow | undefined> {
  return db.selectFrom('plans').selectAll().where('id', '=', id).where('deleted_at', 'is', null).forUpdate().executeTakeFirst();
}

export async function listPlans(db: ReadDb, page: PageRequest) {
  return listRows(db.selectFrom('plans').selectAll().where('deleted_at', 'is', null), page, {
    sortable: { created_at: 'created_at', updated_at: 'updated_at', code: 'code', name: 'name', amount_cents: 'amount_cents' },
  });
}

const filtersJson = z.array(
  z.object({
    id: z.string(),
    conditions: z.array(z.object({ billable_metric_filter_id: z.string(), key: z.string(), values: z.array(z.string()) })),
    properties: z.record(z.string(), z.unknown()),
    invoice_display_name: z.string().nullable(),
  }),
);

/** A filter as it is stored: `properties` has only what differs from the charge's. */
export type StoredFilter = z.output<typeof filtersJson>[number];

/** A charge with its metric. */
export interface ChargeRow
  extends Omit<Selectable<Tables['charges']>, 'properties'>,
    Pick<MetricRow, 'aggregation_type' | 'field_name' | 'expression' | 'recurring' | 'rounding_function' | 'rounding_precision'> {
  readonly metric_code: string;
  readonly metric_name: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** In the order of their declaration. */
  readonly filters: readonly StoredFilter[];
}

const record = z.record(z.string(), z.unknown());

/** The live charges of these plans, each with its filters and its metric, in one statement; in order of position within a plan. */
export async function chargesOf(db: ReadDb, planIds: readonly string[]): Promise<readonly ChargeRow[]> {
  if (planIds.length === 0) return [];
  const rows = await db
    .selectFrom('charges as c')
    .innerJoin('billable_metrics as m', (join) => join.onRef('m.tenant_id', '=', 'c.tenant_id').onRef('m.id', '=', 'c.billable_metric_id'))
    .selectAll('c')
    .select([
      'm.code as metric_code',
      'm.name as metric_name',
      'm.aggregation_type',
      'm.field_name',
      'm.expression',
      'm.recurring',
      'm.rounding_function',
      'm.rounding_precision',
      sql<unknown>`(select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'conditions', f.conditions, 'properties', f.properties,
        'invoice_display_name', f.invoice_display_name) order by f.position), '[]')
        from charge_filters f where f.tenant_id = c.tenant_id and f.charge_id = c.id and f.deleted_at is null)`.as('filters'),
    ])
    .where(sql<boolean>`c.plan_id = any(${planIds}::uuid[])`)
    .where('c.deleted_at', 'is', null)
    .orderBy('c.plan_id')
    .orderBy('c.position')
    .execute();
  return rows.map((row) => ({
    ...row,
    properties: record.parse(row.properties),
    filters: filtersJson.parse(row.filters),
  }));
}

/** Whether a subscription that has not ended has this plan, or is about to. */
export async function isSubscribed(db: ReadDb, planId: string): Promise<boolean> {
  const { rows } = await sql<{ used: boolean }>`select exists (select from subscriptions
    where (plan_id = ${planId} or pending_plan_id = ${planId}) and status in ('pending', 'active', 'paused', 'canceled')) as used`.execute(db);
  return rows[0]?.used ?? false;
}

/** What subscriptions that have not ended have instead of this plan's, each set once. */
export async function overridesOn(db: ReadDb, planId: string): Promise<readonly PlanOverrides[]> {
  const { rows } = await sql<{ overrides: unknown }>`
    select overrides from subscriptions where plan_id = ${planId} and overrides is not null and status <> 'terminated'
    union
    select pending_overrides from subscriptions where pending_plan_id = ${planId} and pending_overrides is not null and status <> 'terminated'`.execute(db);
  return rows.flatMap((row) => readOverrides(row.overrides) ?? []);
}

const texts = z.array(z.string());

/** What a charge needs to know of its metric. */
export interface ChargeMetric extends Pick<MetricRow, 'id' | 'code' | 'aggregation_type' | 'recurring'> {
  readonly filters: readonly { readonly id: string; readonly key: string; readonly values: readonly string[] }[];
}

/**
 * Live metrics by id, with their filters. Their rows are held for the rest of the transaction: a charge on a metric and the deletion of that
 * metric, or of a filter of it, wait for each other.
 */
export async function metricsToCharge(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, ChargeMetric>> {
  if (ids.length === 0) return new Map();
  const metrics = await db
    .selectFrom('billable_metrics')
    .select(['id', 'code', 'aggregation_type', 'recurring'])
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .forShare()
    .execute();
  const filters = await db
    .selectFrom('billable_metric_filters')
    .select(['id', 'billable_metric_id', 'key', 'values'])
    .where(sql<boolean>`billable_metric_id = any(${ids}::uuid[])`)
    .execute();
  const byMetric = Map.groupBy(filters, ({ billable_metric_id: id }) => id);
  return new Map(
    metrics.map((metric) => [
      metric.id,
      { ...metric, filters: (byMetric.get(metric.id) ?? []).map((filter) => ({ ...filter, values: texts.parse(filter.values) })) },
    ]),
  );
}

export async function removeCharges(db: Db, ids: readonly string[], now: Temporal.Instant): Promise<void> {
  if (ids.length === 0) return;
  await db.updateTable('charges').set({ deleted_at: now, updated_at: now }).where(sql<boolean>`id = any(${ids}::uuid[])`).execute();
}

export async function removeFilters(db: Db, ids: readonly string[], now: Temporal.Instant): Promise<void> {
  if (ids.length === 0) return;
  await db.updateTable('charge_filters').set({ deleted_at: now, updated_at: now }).where(sql<boolean>`id = any(${ids}::uuid[])`).execute();
}

/** Gives the codes of these charges up; no other charge can have an id as its code at that moment. */
export async function freeCodes(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.updateTable('charges').set({ code: sql<string>`id::text` }).where(sql<boolean>`id = any(${ids}::uuid[])`).execute();
}

/** Inserts charges, and changes those that are there already. */
export async function writeCharges(db: Db, rows: readonly Insertable<Tables['charges']>[]): Promise<void> {
  if (rows.length === 0) return;
  await db
    .insertInto('charges')
    .values([...rows])
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'id']).doUpdateSet((set) => ({
        code: set.ref('excluded.code'),
        position: set.ref('excluded.position'),
        charge_model: set.ref('excluded.charge_model'),
        properties: set.ref('excluded.properties'),
        pay_in_advance: set.ref('excluded.pay_in_advance'),
        invoiceable: set.ref('excluded.invoiceable'),
        prorated: set.ref('excluded.prorated'),
        min_amount_cents: set.ref('excluded.min_amount_cents'),
        invoice_display_name: set.ref('excluded.invoice_display_name'),
        updated_at: set.ref('excluded.updated_at'),
      })),
    )
    .execute();
}

interface FilterColumns extends StoredFilter {
  readonly charge_id: string;
  readonly position: number;
}

/** Inserts filters, and changes those that are there already; as one document, for a plan may have more than a statement has parameters. */
export async function writeFilters(db: Db, { tenantId, now }: { tenantId: string; now: Temporal.Instant }, rows: readonly FilterColumns[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`insert into charge_filters
      (tenant_id, id, charge_id, position, conditions, properties, invoice_display_name, created_at, updated_at)
    select ${tenantId}, r.id, r.charge_id, r.position, r.conditions, r.properties, r.invoice_display_name, ${now}, ${now}
    from jsonb_to_recordset(${json(rows)}::jsonb)
      as r(id uuid, charge_id uuid, position integer, conditions jsonb, properties jsonb, invoice_display_name text)
    on conflict (tenant_id, id) do update set position = excluded.position, conditions = excluded.conditions,
      properties = excluded.properties, invoice_display_name = excluded.invoice_display_name, updated_at = excluded.updated_at`.execute(db);
}

/** The id of the live metric an identifier names: an id, its prefixed form, or a code. */
export async function findMetricId(db: ReadDb, reference: string): Promise<string | undefined> {
  const live = db.selectFrom('billable_metrics').select('id').where('deleted_at', 'is', null);
  const id = parseId('bm', reference);
  const byId = id === null ? undefined : await live.where('id', '=', id).executeTakeFirst();
  return (byId ?? (await live.where('code', '=', reference).executeTakeFirst()))?.id;
}

/** Live plans that have a live charge on a metric. */
export async function listPlansWithMetric(db: ReadDb, metricId: string, page: PageRequest) {
  const using = db
    .selectFrom('plans as p')
    .select(['p.id', 'p.name', 'p.code', 'p.interval'])
    .where('p.deleted_at', 'is', null)
    .where(sql<boolean>`exists (select from charges c where c.tenant_id = p.tenant_id and c.plan_id = p.id
      and c.billable_metric_id = ${metricId} and c.deleted_at is null)`);
  return listRows(using, page, { sortable: { created_at: 'p.created_at', code: 'p.code', name: 'p.name' }, idColumn: 'p.id' });
}

/** How many live plans have a live charge on each live metric. */
export async function countPlansPerMetric(db: ReadDb): Promise<Record<string, number>> {
  const { rows } = await sql<{ id: string; plans: number }>`
    select m.id, count(distinct p.id)::int as plans
    from billable_metrics m
    left join charges c on c.tenant_id = m.tenant_id and c.billable_metric_id = m.id and c.deleted_at is null
    left join plans p on p.tenant_id = c.tenant_id and p.id = c.plan_id and p.deleted_at is null
    where m.deleted_at is null
    group by m.id`.execute(db);
  return Object.fromEntries(rows.map(({ id, plans }) => [id, plans]));
}
