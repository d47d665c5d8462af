import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import { parseId } from '../../kernel/wire.ts';
import type { Tables } from '../../tables.ts';

export type PlanRow = Selectable<Tables['plans']>;
type MetricRow = Selectable<Tables['billable_metrics']>;

/** The live plan an identifier names: by id or prefixed id where it has that form, else by code. */
export async function findPlan(db: ReadDb, reference: string): Promise<PlanRow | undefined> {
  const live = db.selectFrom('plans').selectAll().where('deleted_at', 'is', null);
  const id = parseId('plan', reference);
  const byId = id === null ? undefined : await live.where('id', '=', id).executeTakeFirst();
  return byId ?? (await live.where('code', '=', reference).executeTakeFirst());
}

/** A plan by its id, deleted or not. */
export async function planById(db: ReadDb, id: string): Promise<PlanRow | undefined> {
  return db.selectFrom('plans').selectAll().where('id', '=', id).executeTakeFirst();
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
    where plan_id = ${planId} and status in ('pending', 'active', 'paused', 'canceled')) as used`.execute(db);
  return rows[0]?.used ?? false;
}
