import { type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import type { Tables } from '../../tables.ts';
import { type ArrivedUsage, arrivedEvents, isRunning, type StoredSince } from '../invoicing/index.ts';
import type { MetricRow } from '../metrics/index.ts';

export type AlertRow = Selectable<Tables['usage_alerts']>;
export type TriggerRow = Selectable<Tables['usage_alert_triggers']>;

const live = (db: ReadDb) => db.selectFrom('usage_alerts').selectAll().where('deleted_at', 'is', null);

export async function listAlerts(db: ReadDb, page: PageRequest & { readonly subscription_id?: string | undefined }) {
  const query = page.subscription_id === undefined ? live(db) : live(db).where('subscription_id', '=', page.subscription_id);
  return listRows(query, page, { sortable: { created_at: 'created_at', updated_at: 'updated_at', threshold_value: 'threshold_value' } });
}

export async function findAlert(db: ReadDb, id: string): Promise<AlertRow | undefined> {
  return live(db).where('id', '=', id).executeTakeFirst();
}

/** Takes a live alert for the rest of the transaction. */
export async function lockAlert(db: Db, id: string): Promise<AlertRow | undefined> {
  return db.selectFrom('usage_alerts').selectAll().where('id', '=', id).where('deleted_at', 'is', null).forUpdate().executeTakeFirst();
}

/** Takes the live alerts of a subscription for the rest of the transaction. */
export async function lockAlertsOf(db: Db, subscriptionId: string): Promise<readonly AlertRow[]> {
  return db.selectFrom('usage_alerts').selectAll().where('subscription_id', '=', subscriptionId).where('deleted_at', 'is', null).orderBy('id').forUpdate().execute();
}

/** A metric, also one that was deleted: what it measured goes on being watched. */
export async function metricById(db: ReadDb, id: string): Promise<MetricRow> {
  return db.selectFrom('billable_metrics').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

export async function listTriggers(db: ReadDb, alertId: string, page: PageRequest) {
  const query = db.selectFrom('usage_alert_triggers').selectAll().where('usage_alert_id', '=', alertId);
  return listRows(query, page, {
    sortable: { triggered_at: 'triggered_at' },
    defaultOrder: { field: 'triggered_at', direction: 'desc' },
    defaultLimit: 50,
  });
}

/** The highest step an alert was triggered by, as it stands now, in a period; without one, ever. */
export async function highestStep(db: ReadDb, { id, generation }: AlertRow, periodStart: Temporal.Instant | null): Promise<string | null> {
  const { rows } = await sql<{ step: string | null }>`select max(step)::text as step from usage_alert_triggers
    where usage_alert_id = ${id} and generation = ${generation} and period_start is not distinct from ${periodStart}::timestamptz`.execute(db);
  return rows[0]?.step ?? null;
}

/** Whether there is an alert on any subscription that has not ended. */
export async function hasAlerts(db: ReadDb): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select exists (
    select from usage_alerts a join subscriptions s on s.tenant_id = a.tenant_id and s.id = a.subscription_id
    where a.deleted_at is null and s.status <> 'terminated') as found`.execute(db);
  return rows[0]?.found ?? false;
}

/** The subscriptions that got usage an alert on them watches, with the time of the latest. */
export async function arrivedForAlerts(db: ReadDb, stored: StoredSince): Promise<readonly ArrivedUsage[]> {
  const isWatched = sql`exists (select from usage_alerts a left join billable_metrics m on m.tenant_id = a.tenant_id and m.id = a.billable_metric_id
    where a.tenant_id = s.tenant_id and a.subscription_id = s.id and a.deleted_at is null and (m.id is null or m.code = e.code))`;
  const { rows } = await sql<ArrivedUsage>`
    select s.id as subscription_id, max(i.at) as at
    ${arrivedEvents(stored, { where: sql`${isRunning} and ${isWatched}` })}
    group by s.id`.execute(db);
  return rows;
}
