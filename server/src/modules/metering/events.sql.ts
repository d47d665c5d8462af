import { type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import { json } from '../../kernel/db/parameters.ts';
import type { ListReply, PageRequest } from '../../kernel/http/page.ts';
import type { Scope } from '../../kernel/scope.ts';
import type { Tables } from '../../tables.ts';
import type { EventFilters, HourVolume, NewEvent, StoredEvent } from './eventStore.ts';

export type UsageEventRow = Selectable<Tables['usage_events']> & Pick<StoredEvent, 'status'>;

/** What was known of an event at intake, in a word. */
export const status = sql<StoredEvent['status']>`case when reason is null then 'ingested' else 'unmatched' end`.as('status');

/**
 * Stores the events whose transaction ids are new and answers their rows. Rows are inserted in the order of their ids, so that two
 * batches with the same events wait for each other instead of deadlocking, and numbered in the order given.
 */
export async function insertEvents(db: Db, { tenant, now }: Scope, events: readonly NewEvent[]): Promise<UsageEventRow[]> {
  const column = <T>(value: (event: NewEvent) => T): T[] => events.map(value);
  const { rows } = await sql<UsageEventRow>`
    with sent as materialized (
      select nextval('usage_events_seq') as seq, given.*
      from (
        select *
        from unnest(
          ${column(({ id }) => id)}::uuid[],
          ${column(({ contentHash }) => contentHash)}::bytea[],
          ${column(({ transactionId }) => transactionId)}::text[],
          ${column(({ externalCustomerId }) => externalCustomerId)}::text[],
          ${column(({ externalSubscriptionId }) => externalSubscriptionId)}::text[],
          ${column(({ code }) => code)}::text[],
          ${column(({ timestamp }) => timestamp)}::timestamptz[],
          ${column(({ properties }) => json(properties))}::jsonb[],
          ${column(({ value }) => value)}::numeric[],
          ${column(({ uniqueValue }) => uniqueValue)}::text[],
          ${column(({ operation }) => operation)}::text[],
          ${column(({ reason }) => reason)}::text[]
        ) with ordinality as e (id, content_hash, transaction_id, external_customer_id, external_subscription_id,
          code, "timestamp", properties, value, unique_value, operation, reason, place)
        order by place
      ) given
    )
    insert into usage_events (tenant_id, id, seq, content_hash, transaction_id, external_customer_id,
      external_subscription_id, code, "timestamp", properties, value, unique_value, operation, reason, received_at)
    select ${tenant.id}::uuid, id, seq, content_hash, transaction_id, external_customer_id,
      external_subscription_id, code, "timestamp", properties, value, unique_value, operation,
      reason, ${now}::timestamptz
    from sent
    order by id
    on conflict (id) do nothing
    returning *, ${status}`.execute(db);
  return rows;
}

/** The stored events with these keys. Run after `insertEvents` it sees those of calls that were ahead of this one. */
export async function eventsByKey(db: ReadDb, ids: readonly string[]): Promise<UsageEventRow[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('usage_events')
    .selectAll()
    .select(status)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute();
}

export async function eventById(db: ReadDb, id: string): Promise<UsageEventRow | undefined> {
  return db.selectFrom('usage_events').selectAll().select(status).where('id', '=', id).executeTakeFirst();
}

export async function listEvents(db: ReadDb, page: PageRequest & EventFilters): Promise<ListReply<UsageEventRow>> {
  let query = db.selectFrom('usage_events').selectAll().select(status);
  for (const column of ['external_customer_id', 'external_subscription_id', 'code'] as const) {
    const value = page[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  if (page.status !== undefined) query = query.where('reason', page.status === 'ingested' ? 'is' : 'is not', null);
  if (page.from_timestamp !== undefined) query = query.where('timestamp', '>=', page.from_timestamp);
  if (page.to_timestamp !== undefined) query = query.where('timestamp', '<', page.to_timestamp);
  return listRows(query, page, {
    sortable: { timestamp: 'timestamp', created_at: 'received_at' },
    defaultOrder: { field: 'timestamp', direction: 'desc' },
  });
}

/** Events per hour of UTC, by their timestamp. */
export async function volumeByHour(db: ReadDb, from: Temporal.Instant, to: Temporal.Instant): Promise<HourVolume[]> {
  const { rows } = await sql<HourVolume>`
    select date_trunc('hour', "timestamp", 'UTC') as hour, count(*)::int as events
    from usage_events
    where "timestamp" >= ${from}::timestamptz and "timestamp" < ${to}::timestamptz
    group by 1`.execute(db);
  return rows;
}
