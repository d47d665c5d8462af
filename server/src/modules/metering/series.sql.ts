import type { AggregationType, JsonValue } from '@farthing/core/metering';
import { type RawBuilder, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { aggregations, columnsOf, uniqueColumns } from './aggregate.sql.ts';
import { eventsExpired } from './expired.sql.ts';
import { eventHour } from './instants.sql.ts';
import { type Columns, isFollowed } from './usageSources.sql.ts';

export interface SeriesRequest {
  readonly code: string;
  readonly aggregationType: AggregationType;
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  /** Where windows begin, and where the last one ends. */
  readonly boundaries: readonly Temporal.Instant[];
  readonly groupBy: readonly string[];
  readonly filters: readonly { readonly key: string; readonly values: readonly string[] }[];
  readonly externalCustomerId: string | null;
  readonly externalSubscriptionId: string | null;
}

/** The aggregate of the events of one window that have the same values of the keys: the state of core's fold, as it is stored. */
export interface WindowRow {
  readonly start: Temporal.Instant;
  readonly texts: readonly (string | null)[];
  readonly events: number;
  readonly state: JsonValue;
}

interface UntoldRow extends WindowRow {
  readonly untold: boolean;
}

/** The last value of a window is, as what is counted there, its sum; so is how many values are present at its end. */
const lastValue = sql`jsonb_build_object('sum', greatest(0, (max(last))[3])::text)`;

interface Sources {
  readonly table: RawBuilder<unknown>;
  readonly columns: Pick<Columns, 'bucket' | 'event' | 'expired'>;
}

/** An instant within each hour of UTC that a window does not hold whole. */
function cutHours(windows: readonly Temporal.Instant[]): Temporal.Instant[] {
  return windows.map((at) => at.round({ smallestUnit: 'hour', roundingMode: 'floor' })).filter((hour, place) => !hour.equals(windows[place] as Temporal.Instant));
}

/**
 * Everything a chart is about, as the common table expression `piece`: the start of the window, the texts, whether that cannot be told
 * exactly, and the columns given. As where usage is read (`usageSources`), full hours that lie within a window come from the buckets of a
 * ready meter that has all the keys, and the rest from the events; here of one customer or of all.
 */
function windowSources(request: SeriesRequest, { table, columns }: Sources): RawBuilder<unknown> {
  const { code, from, to, groupBy, filters, externalCustomerId: customer, externalSubscriptionId: subscription } = request;
  const keys = [...new Set([...groupBy, ...filters.map(({ key }) => key)])];
  const cut = sql`${cutHours(request.boundaries)}::timestamptz[]`;
  const boundaries = sql`${request.boundaries}::timestamptz[]`;
  // By the boundaries themselves: where clocks are set back at midnight, PostgreSQL begins the day an hour later than Temporal.
  const startOf = (at: RawBuilder<unknown>) => sql`(${boundaries})[width_bucket(${at}, ${boundaries})] as start`;
  const part = (textOf: (key: string) => RawBuilder<unknown>) => ({
    texts: sql`array[${sql.join(groupBy.map(textOf))}]::text[] as texts`,
    passes: filters.map(({ key, values }) => sql`and ${textOf(key)} = any(${values}::text[])`),
  });
  const whose = (of: string, none: RawBuilder<unknown>) => sql.join([
    ...(customer === null ? [] : [sql`and ${sql.ref(`${of}.external_customer_id`)} = ${customer}`]),
    ...(subscription === null ? [] : [sql`and (${none} or ${sql.ref(`${of}.external_subscription_id`)} = ${subscription})`]),
  ], sql` `);
  const ofBucket = part((key) => sql`b.dimensions[(select ${sql.ref(`place_${keys.indexOf(key)}`)} from meter)]`);
  const ofEvent = part((key) => sql`app.property_text(e.properties -> ${key}::text)`);
  const ofExpired = part((key) => sql`x.texts ->> ${key}::text`);
  const isWithin = (at: RawBuilder<unknown>) => sql`${at} >= ${from}::timestamptz and ${at} < ${to}::timestamptz`;
  const isClean = (hour: RawBuilder<unknown>, of: string) => sql`${hour} <> all(${cut})
    and not exists (select from dirty d where d.hour = ${hour} and d.external_customer_id = ${sql.ref(`${of}.external_customer_id`)})`;
  const event = sql`select ${startOf(sql`e."timestamp"`)}, ${ofEvent.texts}, false as untold, ${columns.event}`;
  const counts = sql`not e.amended and e.code = ${code} and ${isWithin(sql`e."timestamp"`)} ${whose('e', sql`e.external_subscription_id is null`)}`;
  return sql`
    with meter as materialized (
      select id ${sql.join(keys.map((key, place) => sql`, array_position(dimensions, ${key}::text) as ${sql.ref(`place_${place}`)}`), sql``)} from usage_meters
      where code = ${code} and aggregation_type = ${request.aggregationType} and state = 'ready' and dimensions @> ${keys}::text[] and ${isFollowed}
      order by cardinality(dimensions), id limit 1
    ),
    dirty as materialized (
      select external_customer_id, hour from usage_dirty_hours d where code = ${code} and ${isWithin(sql`hour`)} ${customer === null ? sql`` : sql`and external_customer_id = ${customer}`}
    ),
    span as materialized (
      select null::text as customer, hour as starts, hour + interval '1 hour' as ends from unnest(${cut}) hour where exists (select from meter)
      union all select external_customer_id, hour, hour + interval '1 hour' from dirty where exists (select from meter) and hour <> all(${cut})
      union all select null, ${from}::timestamptz, ${to}::timestamptz where not exists (select from meter)
    ),
    piece as (
      select ${startOf(sql`b.hour`)}, ${ofBucket.texts}, false as untold, ${columns.bucket}
      from ${table} b
      where b.meter_id = (select id from meter) and ${isWithin(sql`b.hour`)} and ${isClean(sql`b.hour`, 'b')}
        ${whose('b', sql`b.external_subscription_id = ''`)} ${sql.join(ofBucket.passes, sql` `)}
      union all
      ${event}
      from span cross join lateral (
        select * from usage_events e where ${counts} and e."timestamp" >= starts and e."timestamp" < ends and (span.customer is null or e.external_customer_id = span.customer) offset 0
      ) e
      where true ${sql.join(ofEvent.passes, sql` `)}
      union all
      ${event}
      from app.usage_tail(${customer}, ${customer === null ? null : code}) e
      where (select id from meter) is not null and ${counts} and ${isClean(eventHour, 'e')} ${sql.join(ofEvent.passes, sql` `)}
      union all
      select ${startOf(sql`x.hour`)}, ${ofExpired.texts}, x.hour = any(${cut}) or not x.texts ?& ${keys}::text[], ${columns.expired}
      from usage_expired x
      where x.code = ${code} and x.hour > ${from}::timestamptz - interval '1 hour' and x.hour < ${to}::timestamptz
        ${whose('x', sql`x.external_subscription_id = ''`)} ${sql.join(ofExpired.passes, sql` `)}
    )`;
}

/**
 * One statement for the whole chart; windows in which nothing was taken are left out. At most `mostRows`. Throws 409 `events_expired` where
 * hours of events that are not kept any more would have to be divided, or told apart by a key they were not.
 */
export async function aggregateWindows(db: ReadDb, request: SeriesRequest, mostRows: number): Promise<readonly WindowRow[]> {
  const { aggregationType } = request;
  const { rows } = aggregationType === 'unique_count'
    ? await sql<UntoldRow>`
      ${windowSources(request, { table: sql`usage_unique_values`, columns: uniqueColumns })}
      select start, texts, sum(events)::int as events, bool_or(untold) as untold, jsonb_build_object('sum', sum(worth)::text) as state
      from (
        select start, texts, sum(events) as events, bool_or(untold) as untold, (max(last))[3] as worth
        from piece where unique_value is not null group by start, texts, unique_value
      ) about
      group by start, texts
      limit ${mostRows}`.execute(db)
    : await sql<UntoldRow>`
      ${windowSources(request, { table: sql`usage_buckets`, columns: columnsOf(aggregations[aggregationType]) })}
      select start, texts, sum(taken)::int as events, bool_or(untold) as untold,
        ${aggregationType === 'latest' ? lastValue : aggregations[aggregationType].state(sql`true`)} as state
      from piece
      group by start, texts
      having sum(taken) > 0
      limit ${mostRows}`.execute(db);
  if (rows.some(({ untold }) => untold)) throw eventsExpired();
  return rows;
}

/** The keys by which the events of a metric may be told apart. */
export async function declaredKeys(db: ReadDb, metricId: string): Promise<readonly string[]> {
  const rows = await db.selectFrom('billable_metric_filters').select('key').where('billable_metric_id', '=', metricId).execute();
  return rows.map(({ key }) => key);
}
