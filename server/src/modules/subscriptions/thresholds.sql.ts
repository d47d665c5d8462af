import { type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import { rowsBy } from '../../kernel/db/together.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import type { Tables } from '../../tables.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';

export type ThresholdRow = Selectable<Tables['usage_thresholds']>;

/** Whose thresholds: a plan's or one subscription's. */
export type ThresholdOwner = Pick<ThresholdRow, 'plan_id' | 'subscription_id'>;

const live = (db: ReadDb, { plan_id: plan, subscription_id: subscription }: ThresholdOwner) =>
  db
    .selectFrom('usage_thresholds')
    .selectAll()
    .where('deleted_at', 'is', null)
    .where(plan === null ? 'subscription_id' : 'plan_id', '=', plan ?? subscription);

export async function listThresholds(db: ReadDb, owner: ThresholdOwner, page: PageRequest) {
  return listRows(live(db, owner), page, { sortable: { created_at: 'created_at', amount_cents: 'amount_cents' } });
}

const lowestFirst = (column: 'plan_id' | 'subscription_id') =>
  rowsBy(
    async (db: ReadDb, ids) =>
      db
        .selectFrom('usage_thresholds')
        .selectAll()
        .where('deleted_at', 'is', null)
        .where(sql<boolean>`${sql.ref(column)} = any(${ids}::uuid[])`)
        .orderBy('amount_cents')
        .orderBy('id')
        .execute(),
    (row) => row[column],
  );

const ofSubscription = lowestFirst('subscription_id');
const ofPlan = lowestFirst('plan_id');

/** The thresholds that a subscription is held to, lowest first: its own where it has any, else those of its plan. */
export async function thresholdsOf(db: ReadDb, { id, plan_id: planId }: Pick<SubscriptionRow, 'id' | 'plan_id'>): Promise<readonly ThresholdRow[]> {
  const own = await ofSubscription(db, id);
  return own.length > 0 ? own : ofPlan(db, planId);
}

/** Whether any subscription that has not ended may be held to a threshold. */
export async function hasThresholds(db: ReadDb): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select exists (
    select from usage_thresholds h join subscriptions s on s.tenant_id = h.tenant_id and (s.id = h.subscription_id or s.plan_id = h.plan_id)
    where h.deleted_at is null and s.status <> 'terminated') as found`.execute(db);
  return rows[0]?.found ?? false;
}

/** Undefined where there is one of the same amount and kind. */
export async function insertThreshold(db: Db, row: Omit<ThresholdRow, 'deleted_at'>): Promise<ThresholdRow | undefined> {
  return db.insertInto('usage_thresholds').values(row).onConflict((conflict) => conflict.doNothing()).returningAll().executeTakeFirst();
}

/** Takes a live threshold for the rest of the transaction. */
export async function lockThreshold(db: Db, id: string): Promise<ThresholdRow | undefined> {
  return db.selectFrom('usage_thresholds').selectAll().where('id', '=', id).where('deleted_at', 'is', null).forUpdate().executeTakeFirst();
}
