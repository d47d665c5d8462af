import { type RawBuilder, sql } from 'kysely';
import { type Db, kyselyOver, type ReadDb } from '../../kernel/db/kysely.ts';
import { json } from '../../kernel/db/parameters.ts';
import { conflict, notFound, Problem } from '../../kernel/problem.ts';
import { retryTransient, transact } from '../../kernel/db/transaction.ts';
import type pg from 'pg';
import { markDirtyHours } from './dirtyHours.sql.ts';
import type { EventSelection } from './eventStore.ts';
import { eventHour, eventMicros } from './instants.sql.ts';
import { shareBuckets } from './rollup/bucketLock.sql.ts';
import { isRolledUp } from './rollup/buckets.sql.ts';

/** Said where the single events of a time would be needed that are not kept any more. */
export const eventsExpired = (): Problem =>
  conflict('events_expired', 'Events of this time were older than they are kept; what they came to is known by hours of UTC only.');

export const isEventsExpired = (error: unknown): boolean => error instanceof Problem && error.code === 'events_expired';

/** Why there is no event with this id. */
export async function missingEvent(db: ReadDb, id: string): Promise<Problem> {
  const expired = await expiredAmong(db, [id]);
  return expired.has(id) ? new Problem(404, 'event_expired', 'This event was older than events are kept; what it came to is kept, it is not.') : notFound('event');
}

/** Those of the ids whose events are not kept any more. */
export async function expiredAmong(db: ReadDb, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`select id from usage_expired_ids where id = any(${ids}::uuid[])`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

interface Stretch extends EventSelection {
  /** Null: since ever. */
  readonly from: Temporal.Instant | null;
  readonly end: Temporal.Instant;
}

/** Whether events of the hours that this time touches are not kept any more, so that they cannot be read one by one. */
export async function hasExpired(db: ReadDb, { externalCustomerId, externalSubscriptionId, code, from, end }: Stretch): Promise<boolean> {
  const since = from === null ? sql`` : sql`and hour > ${from}::timestamptz - interval '1 hour'`;
  const { rows } = await sql`
    select from usage_expired
    where external_customer_id = ${externalCustomerId} and code = ${code} and external_subscription_id in ('', ${externalSubscriptionId})
      and hour < ${end}::timestamptz ${since}
    limit 1`.execute(db);
  return rows.length > 0;
}

/** What is asked for, by name; since when it matters, and since when it is inside the period. */
type Ask = (name: 'customer' | 'subscription' | 'code' | 'since' | 'start' | 'until') => RawBuilder<unknown>;

/** What expired events made in the hours that the time asked for touches. */
export const expiredHours = (ask: Ask): RawBuilder<unknown> => sql`
  from usage_expired x
  where x.external_customer_id = ${ask('customer')} and x.code = ${ask('code')} and x.hour > ${ask('since')} - interval '1 hour' and x.hour < ${ask('until')}
    and x.external_subscription_id in ('', ${ask('subscription')})`;

/**
 * The same as pieces: the columns given, of `x`, and between them whether it cannot be told exactly. An hour that an end of the period cuts
 * cannot be told, nor one that was not kept apart by a property asked for.
 */
export const expiredPieces = (ask: Ask, head: RawBuilder<unknown>, keys: RawBuilder<unknown>, columns: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select ${head}, x.hour < ${ask('start')} and x.hour + interval '1 hour' > ${ask('start')} or x.hour + interval '1 hour' > ${ask('until')}
      or not x.texts ?& ${keys} as untold, ${columns}
  ${expiredHours(ask)}`;

/** Hours of UTC in which the events of a metric may go, of those that were stored before a transaction. */
export interface ExpiringSpan {
  readonly code: string;
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  readonly before: string;
}

/** Events of a customer that are not to be kept any more. */
export interface Expiring {
  readonly tenantId: string;
  readonly externalCustomerId: string;
  readonly spans: readonly ExpiringSpan[];
  /** By code, the properties by which usage was priced apart, beside those by which it is rolled up. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** At most so many go at once. */
  readonly most: number;
}

/** The events that go: not those whose values were never taken, and only what is rolled up, so that the volumes have counted it. */
const doomed = ({ tenantId, externalCustomerId: customer, spans, most }: Expiring): RawBuilder<unknown> => sql`
  select e.id from unnest(${spans.map(({ code }) => code)}::text[], ${spans.map(({ from }) => from)}::timestamptz[],
    ${spans.map(({ to }) => to)}::timestamptz[], ${spans.map(({ before }) => before)}::text[]) span (code, starts, ends, before)
  cross join lateral (
    select id from usage_events_all e
    where e.tenant_id = ${tenantId}::uuid and e.external_customer_id = ${customer} and e.code = span.code
      and e."timestamp" >= starts and e."timestamp" < ends and e.xid < before::xid8
      and e.reason is distinct from 'unknown_metric' and ${isRolledUp}
    limit ${most}
  ) e
  limit ${most}`;

/** What the events `gone` made, as rows of usage_expired. Amended ones counted nowhere. */
const sums = ({ tenantId, keys }: Expiring): RawBuilder<unknown> => sql`
  select tenant_id, external_customer_id, code, hour, external_subscription_id,
    substring(sha256(convert_to(texts::text, 'UTF8')) for 16) as texts_key,
    case when unique_value is null then '\\x'::bytea else substring(sha256(convert_to(unique_value, 'UTF8')) for 16) end as value_key,
    texts, unique_value, events, valued, total, largest, moment, last, last_change
  from (
    select e.tenant_id, e.external_customer_id, e.code, ${eventHour} as hour, coalesce(e.external_subscription_id, '') as external_subscription_id,
      (select coalesce(jsonb_object_agg(key, app.property_text(e.properties -> key)), '{}') from unnest(priced.keys) key) as texts,
      e.unique_value, count(*) as events, count(e.value) as valued, sum(e.value) as total, max(e.value) as largest, sum(e.value * ${eventMicros}) as moment,
      max(array[${eventMicros}::numeric, e.seq::numeric, e.value]) filter (where e.value is not null) as last,
      max(array[${eventMicros}, e.seq, (e.operation = 'add')::int]) filter (where e.unique_value is not null) as last_change
    from gone e
    join (
      select codes.code, array(
        select unnest(m.dimensions) from usage_meters m where m.tenant_id = ${tenantId}::uuid and m.code = codes.code
        union select jsonb_array_elements_text(${json(keys)}::jsonb -> codes.code)
        order by 1
      ) as keys
      from (select distinct code from gone) codes
    ) priced on priced.code = e.code
    where not e.amended
    group by 1, 2, 3, 4, 5, 6, 7
  ) made`;

interface GoneHour {
  readonly code: string;
  readonly hour: Temporal.Instant;
  readonly events: number;
}

async function expireSome(db: Db, expiring: Expiring): Promise<readonly GoneHour[]> {
  const { rows } = await sql<GoneHour>`
    with gone as (
      delete from usage_events_all where id in (${doomed(expiring)}) returning *
    ),
    kept_ids as (
      insert into usage_expired_ids (tenant_id, id) select tenant_id, id from gone
    ),
    kept_sums as (
      insert into usage_expired as x (tenant_id, external_customer_id, code, hour, external_subscription_id, texts_key, value_key,
        texts, unique_value, events, valued, total, largest, moment, last, last_change)
      ${sums(expiring)}
      on conflict (tenant_id, external_customer_id, code, hour, external_subscription_id, texts_key, value_key) do update set
        events = x.events + excluded.events, valued = x.valued + excluded.valued,
        total = coalesce(x.total + excluded.total, x.total, excluded.total), largest = greatest(x.largest, excluded.largest),
        moment = coalesce(x.moment + excluded.moment, x.moment, excluded.moment), last = greatest(x.last, excluded.last),
        last_change = greatest(x.last_change, excluded.last_change)
    )
    select e.code, ${eventHour} as hour, count(*)::int as events from gone e group by 1, 2 order by 1, 2`.execute(db);
  return rows;
}

/** A volume counts the events that are kept. */
async function lowerVolumes(db: Db, tenantId: string, hours: readonly GoneHour[]): Promise<void> {
  await sql`
    update usage_volumes v set events = v.events - gone.events
    from (
      select hour, sum(events) as events
      from unnest(${hours.map(({ hour }) => hour)}::timestamptz[], ${hours.map(({ events }) => events)}::bigint[]) gone (hour, events) group by hour
    ) gone
    where v.tenant_id = ${tenantId}::uuid and v.hour = gone.hour`.execute(db);
  await sql`
    delete from usage_volumes where tenant_id = ${tenantId}::uuid and events = 0 and hour = any(${hours.map(({ hour }) => hour)}::timestamptz[])`.execute(db);
}

/**
 * Deletes events and keeps, in the same transaction, what they came to and their ids; answers how many. What usage comes to does not
 * change: what the buckets had of them is now in `usage_expired`, and their hours are rolled up anew from what is left. The caller holds
 * the customer's billing lock, so that nobody who reads usage in several statements sees an event in both places, or in none. `pool`
 * acts as the meter's role.
 */
export async function expireEvents(pool: pg.Pool, expiring: Expiring): Promise<number> {
  const { tenantId, externalCustomerId, spans } = expiring;
  if (spans.length === 0) return 0;
  return retryTransient(() => transact(pool, { tenantId: null }, async (client) => {
    const db = kyselyOver(client);
    await shareBuckets(db);
    const hours = await expireSome(db, expiring);
    if (hours.length === 0) return 0;
    await lowerVolumes(db, tenantId, hours);
    await markDirtyHours(db, tenantId, hours.map(({ code, hour }) => ({ externalCustomerId, code, at: hour })));
    return hours.reduce((total, { events }) => total + events, 0);
  }));
}
