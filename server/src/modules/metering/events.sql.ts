import { type Selectable, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { Tables } from '../../tables.ts';
import type { HourVolume, StoredEvent } from './eventStore.ts';
import { divideTime } from './divideTime.ts';
import { eventHour } from './instants.sql.ts';
import { isFollowed } from './usageSources.sql.ts';

export type UsageEventRow = Selectable<Tables['usage_events']> & Pick<StoredEvent, 'status'>;

/** What was known of an event at intake, in a word. */
export const status = sql<StoredEvent['status']>`case when reason is null then 'ingested' else 'unmatched' end`.as('status');

export async function eventById(db: ReadDb, id: string): Promise<UsageEventRow | undefined> {
  return db.selectFrom('usage_events').selectAll().select(status).where('id', '=', id).executeTakeFirst();
}

/**
 * Events per hour of UTC, by their timestamp: full hours as they were counted when the events were rolled up, with those that are not yet;
 * the hours that `from` and `to` cut from the events themselves.
 */
export async function volumeByHour(db: ReadDb, from: Temporal.Instant, to: Temporal.Instant): Promise<HourVolume[]> {
  const stretches = divideTime({ start: from, end: to, carries: false });
  const edges = stretches.filter(({ kind }) => kind === 'events');
  const full = stretches.filter(({ kind }) => kind !== 'events');
  const ends = [full.at(0)?.from ?? to, full.at(-1)?.to ?? to] as const;
  const inFull = (at: string) => sql`${sql.ref(at)} >= ${ends[0]}::timestamptz and ${sql.ref(at)} < ${ends[1]}::timestamptz`;
  const { rows } = await sql<HourVolume>`
    with followed as materialized (select ${isFollowed} as so),
    span as materialized (
      select * from unnest(${edges.map((edge) => edge.from)}::timestamptz[], ${edges.map((edge) => edge.to)}::timestamptz[]) edge (starts, ends)
      union all select ${ends[0]}::timestamptz, ${ends[1]}::timestamptz where not (select so from followed)
    )
    select hour, sum(events)::int as events
    from (
      select hour, events from usage_volumes where (select so from followed) and ${inFull('hour')}
      union all
      select ${eventHour}, 1 from app.usage_tail(null, null) e where (select so from followed) and ${inFull('e.timestamp')}
      union all
      select ${eventHour}, 1
      from span cross join lateral (select "timestamp" from usage_events where "timestamp" >= starts and "timestamp" < ends offset 0) e
    ) counted
    group by hour`.execute(db);
  return rows;
}
