import { type Selectable, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { ListReply, PageRequest } from '../../kernel/http/page.ts';
import type { Tables } from '../../tables.ts';
import type { EventFilters, HourVolume, StoredEvent } from './eventStore.ts';

export type UsageEventRow = Selectable<Tables['usage_events']> & Pick<StoredEvent, 'status'>;

/** What was known of an event at intake, in a word. */
export const status = sql<StoredEvent['status']>`case when reason is null then 'ingested' else 'unmatched' end`.as('status');

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
