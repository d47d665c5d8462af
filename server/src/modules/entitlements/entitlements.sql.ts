import { randomUUIDv7 } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { Tx } from '../../kernel/envelope.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import type { Tables } from '../../tables.ts';
import type { SubscriptionRow } from '../subscriptions/index.ts';

type Row = Selectable<Tables['entitlements']>;

/** What plans grant, with what each feature is. */
const entitlements = (db: ReadDb) =>
  db
    .selectFrom('entitlements as e')
    .innerJoin('features as f', (join) => join.onRef('f.tenant_id', '=', 'e.tenant_id').onRef('f.id', '=', 'e.feature_id'))
    .selectAll('e')
    .select(['f.code as feature_code', 'f.feature_type']);

export type EntitlementRow = Awaited<ReturnType<typeof entitlementsOfPlan>>[number];

export async function entitlementsOfPlan(db: ReadDb, planId: string) {
  return entitlements(db).where('e.plan_id', '=', planId).orderBy('e.created_at').orderBy('e.id').execute();
}

export interface EntitlementFilters {
  readonly plan_id?: string | undefined;
  readonly feature_id?: string | undefined;
}

export async function listEntitlements(db: ReadDb, page: PageRequest & EntitlementFilters) {
  let query = entitlements(db);
  if (page.plan_id !== undefined) query = query.where('e.plan_id', '=', page.plan_id);
  if (page.feature_id !== undefined) query = query.where('e.feature_id', '=', page.feature_id);
  return listRows(query, page, { sortable: { created_at: 'e.created_at', updated_at: 'e.updated_at', feature_code: 'f.code' }, idColumn: 'e.id' });
}

/** Takes what a plan grants for the rest of the transaction. */
export async function lockEntitlement(db: Db, id: string): Promise<EntitlementRow | undefined> {
  return entitlements(db).where('e.id', '=', id).forUpdate('e').executeTakeFirst();
}

/** Undefined where the plan grants the feature already. */
export async function insertEntitlement(db: Db, row: Row): Promise<Row | undefined> {
  return db.insertInto('entitlements').values(row).onConflict((conflict) => conflict.doNothing()).returningAll().executeTakeFirst();
}

/** Has a plan grant what another one grants and it does not; answers those it now has, in the order of the other plan. */
export async function copyRows(tx: Tx, from: readonly EntitlementRow[], targetPlanId: string): Promise<readonly EntitlementRow[]> {
  const ids = from.map(() => randomUUIDv7());
  const { rows } = await sql<Row>`insert into entitlements (tenant_id, id, plan_id, feature_id, value, created_at, updated_at)
    select app.tenant(), given.id, ${targetPlanId}, given.feature_id, given.value, ${tx.scope.now}, ${tx.scope.now}
    from unnest(${ids}::uuid[], ${from.map((row) => row.feature_id)}::uuid[], ${from.map(({ value }) => value)}::text[]) given (id, feature_id, value)
    on conflict do nothing returning *`.execute(tx.db);
  const made = new Map(rows.map((row) => [row.feature_id, row]));
  return from.flatMap(({ feature_id: featureId, feature_code, feature_type }) => {
    const row = made.get(featureId);
    return row === undefined ? [] : [{ ...row, feature_code, feature_type }];
  });
}

/** Each feature with the number of live plans that grant it. */
export async function countPlans(db: ReadDb): Promise<Record<string, number>> {
  const { rows } = await sql<{ id: string; plans: number }>`select f.id, count(p.id)::int as plans from features f
    left join entitlements e on e.tenant_id = f.tenant_id and e.feature_id = f.id
    left join plans p on p.tenant_id = e.tenant_id and p.id = e.plan_id and p.deleted_at is null
    group by f.tenant_id, f.id`.execute(db);
  return Object.fromEntries(rows.map(({ id, plans }) => [id, plans]));
}

type Subscription = Pick<SubscriptionRow, 'id' | 'plan_id'>;

/** Every feature, with what the subscription's plan grants of it and what the subscription has by itself. */
const granted = (db: ReadDb, { id, plan_id: planId }: Subscription) =>
  db
    .selectFrom('features as f')
    .leftJoin('entitlements as e', (join) =>
      join.onRef('e.tenant_id', '=', 'f.tenant_id').onRef('e.feature_id', '=', 'f.id').on('e.plan_id', '=', planId))
    .leftJoin('subscription_entitlements as o', (join) =>
      join.onRef('o.tenant_id', '=', 'f.tenant_id').onRef('o.feature_id', '=', 'f.id').on('o.subscription_id', '=', id))
    .select([
      'f.id as feature_id',
      'f.code as feature_code',
      'f.feature_type',
      'e.value as plan_value',
      'o.id as own_id',
      sql<string | null>`case when o.id is null then e.value else o.value end`.as('value'),
      sql<string>`coalesce(o.id, e.id)`.as('id'),
      sql<Temporal.Instant>`coalesce(o.created_at, e.created_at)`.as('created_at'),
      sql<Temporal.Instant>`coalesce(o.updated_at, e.updated_at)`.as('updated_at'),
    ]);

export type GrantedRow = Awaited<ReturnType<typeof grantedOf>>;

/** What a subscription has of one feature; undefined where there is no such feature. */
export async function grantedOf(db: ReadDb, subscription: Subscription, featureCode: string) {
  return granted(db, subscription).where('f.code', '=', featureCode).executeTakeFirst();
}

/** What a subscription is granted. */
export async function listGranted(db: ReadDb, subscription: Subscription, page: PageRequest) {
  const query = db.selectFrom(granted(db, subscription).as('g')).selectAll().where('value', 'is not', null);
  return listRows(query, page, { sortable: { created_at: 'created_at', updated_at: 'updated_at', feature_code: 'feature_code' } });
}
