import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import { together } from '../../kernel/db/together.ts';
import { insertOf } from '../../kernel/db/writes.ts';
import type { Tables } from '../../tables.ts';

export type EndpointRow = Selectable<Tables['webhook_endpoints']>;
export type WebhookRow = Selectable<Tables['webhooks']>;
export type AttemptRow = Selectable<Tables['webhook_attempts']>;

const endpoints = (db: ReadDb) => db.selectFrom('webhook_endpoints').selectAll().where('deleted_at', 'is', null);

export async function listEndpoints(db: ReadDb, page: PageRequest) {
  return listRows(endpoints(db), page, { sortable: { created_at: 'created_at', updated_at: 'updated_at' } });
}

export async function findEndpoint(db: ReadDb, id: string): Promise<EndpointRow | undefined> {
  return endpoints(db).where('id', '=', id).executeTakeFirst();
}

export async function countEndpoints(db: ReadDb): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from webhook_endpoints where deleted_at is null`.execute(db);
  return rows[0]?.count ?? 0;
}

/** The endpoint, deleted ones too, taken for the rest of the transaction. Messages can still be added to it meanwhile. */
export async function lockEndpoint(db: Db, id: string): Promise<EndpointRow | undefined> {
  return db.selectFrom('webhook_endpoints').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
}

export async function insertEndpoint(db: Db, row: Insertable<Tables['webhook_endpoints']>): Promise<EndpointRow> {
  return db.insertInto('webhook_endpoints').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function changeEndpoint(db: Db, id: string, change: Updateable<Tables['webhook_endpoints']>): Promise<EndpointRow> {
  return db.updateTable('webhook_endpoints').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

/** Takes the endpoint's turn until the given instant, and forgets the secret before once it signs no more. */
export async function takeTurn(db: Db, id: string, now: Temporal.Instant, until: Temporal.Instant): Promise<EndpointRow> {
  const { rows } = await sql<EndpointRow>`update webhook_endpoints set delivering_until = ${until},
      previous_secret = case when previous_secret_expires_at > ${now} then previous_secret end,
      previous_secret_expires_at = case when previous_secret_expires_at > ${now} then previous_secret_expires_at end
    where id = ${id} returning *`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('The endpoint was taken before its turn.');
  return row;
}

/** The endpoints that want an event of this type. */
export const listeningEndpoints = together<string, readonly { id: string }[], ReadDb>(async (db, eventTypes) => {
  const rows = await endpoints(db).clearSelect().select(['id', 'event_types']).where('status', '=', 'active').orderBy('id').execute();
  return eventTypes.map((type) => rows.filter(({ event_types: wanted }) => wanted === null || wanted.includes(type)));
});

/** Adds messages; those that exist already, per event and endpoint, are left as they are and not answered. */
export const addWebhooks = together<readonly (Insertable<Tables['webhooks']> & { readonly event_id: string })[], readonly { webhook_endpoint_id: string }[]>(async (db, lists) => {
  const { rows } = await sql<{ event_id: string; webhook_endpoint_id: string }>`${insertOf('webhooks', lists.flat())}
    on conflict (tenant_id, event_id, webhook_endpoint_id) do nothing returning event_id, webhook_endpoint_id`.execute(db);
  const byEvent = Map.groupBy(rows, ({ event_id: id }) => id);
  return lists.map(([first]) => byEvent.get(first?.event_id ?? '') ?? []);
});

/** The messages to this endpoint whose attempt is due, the longest overdue first. */
export async function dueWebhooks(db: Db, endpointId: string, now: Temporal.Instant, limit: number): Promise<{ id: string; payload: string }[]> {
  return db
    .selectFrom('webhooks')
    .select(['id', 'payload'])
    .where('webhook_endpoint_id', '=', endpointId)
    .where('status', '=', 'pending')
    .where('next_attempt_at', '<=', now)
    .orderBy('next_attempt_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** When the next attempt to this endpoint is due; null when nothing waits. */
export async function nextDue(db: Db, endpointId: string): Promise<Temporal.Instant | null> {
  const row = await db
    .selectFrom('webhooks')
    .select('next_attempt_at')
    .where('webhook_endpoint_id', '=', endpointId)
    .where('status', '=', 'pending')
    .orderBy('next_attempt_at')
    .limit(1)
    .executeTakeFirst();
  return row?.next_attempt_at ?? null;
}

/** Gives up whatever waits for this endpoint. */
export async function failWaiting(db: Db, endpointId: string, now: Temporal.Instant): Promise<void> {
  await db
    .updateTable('webhooks')
    .set({ status: 'failed', next_attempt_at: null, updated_at: now })
    .where('webhook_endpoint_id', '=', endpointId)
    .where('status', '=', 'pending')
    .execute();
}

export async function findWebhook(db: ReadDb, id: string): Promise<WebhookRow | undefined> {
  return db.selectFrom('webhooks').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function lockWebhook(db: Db, id: string): Promise<WebhookRow> {
  return db.selectFrom('webhooks').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirstOrThrow();
}

export async function changeWebhook(db: Db, id: string, change: Updateable<Tables['webhooks']>): Promise<WebhookRow> {
  return db.updateTable('webhooks').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

export async function addAttempt(db: Db, row: Insertable<Tables['webhook_attempts']>): Promise<void> {
  await db.insertInto('webhook_attempts').values(row).execute();
}

interface WebhookFilters {
  readonly webhook_type?: string | undefined;
  readonly status?: 'pending' | 'succeeded' | 'failed' | undefined;
  readonly webhook_endpoint_id?: string | undefined;
}

export async function listWebhooks(db: ReadDb, page: PageRequest & WebhookFilters) {
  let query = db.selectFrom('webhooks').selectAll();
  if (page.webhook_type !== undefined) query = query.where('webhook_type', '=', page.webhook_type);
  if (page.status !== undefined) query = query.where('status', '=', page.status);
  if (page.webhook_endpoint_id !== undefined) query = query.where('webhook_endpoint_id', '=', page.webhook_endpoint_id);
  return listRows(query, page, { sortable: { created_at: 'created_at', updated_at: 'updated_at' } });
}

export async function listAttempts(db: ReadDb, webhookId: string, page: PageRequest) {
  return listRows(db.selectFrom('webhook_attempts').selectAll().where('webhook_id', '=', webhookId), page, {
    sortable: { attempt_number: 'attempt_number', attempted_at: 'attempted_at' },
    defaultOrder: { field: 'attempt_number', direction: 'asc' },
  });
}

export interface DeliveryCounts {
  readonly endpoint_id: string;
  readonly total: number;
  readonly pending: number;
  readonly succeeded: number;
  readonly failed: number;
}

export async function countDeliveries(db: ReadDb): Promise<DeliveryCounts[]> {
  const { rows } = await sql<DeliveryCounts>`select e.id as endpoint_id, count(w.status)::int as total,
      count(*) filter (where w.status = 'pending')::int as pending,
      count(*) filter (where w.status = 'succeeded')::int as succeeded,
      count(*) filter (where w.status = 'failed')::int as failed
    from webhook_endpoints e left join webhooks w on w.tenant_id = e.tenant_id and w.webhook_endpoint_id = e.id
    where e.deleted_at is null group by e.id, e.created_at order by e.created_at, e.id`.execute(db);
  return rows;
}
