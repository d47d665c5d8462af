import { type RawBuilder, sql } from 'kysely';
import type { AggregateRequest } from './eventStore.ts';
import { isSelected, textOfEvent, textsOf } from './pricedTexts.sql.ts';

/** Beyond so many events that are not rolled up, looking through them takes longer than reading the events of most customers. */
const mostNotRolledUp = 50_000;

/**
 * Whether roll-ups may be read: not where the frontier lies ahead of this cluster's transactions, as after a restore elsewhere, and not
 * while too much is not rolled up.
 */
export const isFollowed = sql`(
  select p.frontier <= pg_snapshot_xmax(pg_current_snapshot())
    and (select last_value from usage_events_seq) - p.seq + coalesce((select sum(events) from usage_ranges), 0) < ${sql.lit(mostNotRolledUp)}
  from usage_progress p)`;

/** The hour of UTC an event is dated in. */
export const eventHour = sql`date_bin('1 hour', e."timestamp", 'epoch'::timestamptz)`;

/** A stretch of time, half-open. */
interface Span {
  readonly from: Temporal.Instant | null;
  readonly to: Temporal.Instant;
}

/** How a stretch of time is read: hours that are full, and what is left of the others. */
interface Division {
  /** Of full hours; from null: since ever. */
  readonly full: Span;
  /** Within the full ones, the hour that `start` cuts, so that it is read from the events. */
  readonly mixed: Temporal.Instant | null;
  readonly edges: readonly Span[];
}

const floor = (instant: Temporal.Instant) => instant.round({ smallestUnit: 'hour', roundingMode: 'floor' });
const ceil = (instant: Temporal.Instant) => instant.round({ smallestUnit: 'hour', roundingMode: 'ceil' });
const isBefore = (a: Temporal.Instant, b: Temporal.Instant) => Temporal.Instant.compare(a, b) < 0;
const isNotEmpty = ({ from, to }: Span) => from === null || isBefore(from, to);

/** Divides the time from `start`, or with `carries` all time, to `end`. */
export function divide({ start, end, carries }: Pick<AggregateRequest, 'start' | 'end' | 'carries'>): Division {
  const last = floor(end);
  const tail = { from: last, to: end };
  if (carries) {
    const cut = floor(start);
    const mixed = isBefore(cut, start) && isBefore(cut, last) ? cut : null;
    const edges = mixed === null ? [tail] : [{ from: mixed, to: ceil(start) }, tail];
    return { full: { from: null, to: last }, mixed, edges: edges.filter(isNotEmpty) };
  }
  const first = ceil(start);
  if (!isBefore(first, last)) return { full: { from: last, to: last }, mixed: null, edges: [{ from: start, to: end }].filter(isNotEmpty) };
  return { full: { from: first, to: last }, mixed: null, edges: [{ from: start, to: first }, tail].filter(isNotEmpty) };
}

/** How one kind of aggregation reads buckets `b` and events `e`: the columns of both, in the same order. */
interface Columns {
  readonly table: RawBuilder<unknown>;
  readonly bucket: RawBuilder<unknown>;
  readonly event: RawBuilder<unknown>;
}

/**
 * Everything a request is about, as the common table expression `piece`: the texts, whether it is dated inside the period, and the columns
 * given. Each event is in exactly one piece: that of its bucket or its own.
 */
export function usageSources(request: AggregateRequest, { table, bucket, event }: Columns): RawBuilder<unknown> {
  const { externalCustomerId: customer, externalSubscriptionId: subscription, code, aggregationType, keys, start, end, carries } = request;
  const { full, mixed, edges } = divide(request);
  const positions = keys.map(({ key }, place) => sql`, array_position(dimensions, ${key}::text) as ${sql.ref(`place_${place}`)}`);
  const textOfBucket = (_: unknown, place: number) => sql`b.dimensions[(select ${sql.ref(`place_${place}`)} from meter)]`;
  const inFull = (hour: RawBuilder<unknown>, at: RawBuilder<unknown>): RawBuilder<unknown> => sql`
    ${full.from === null ? sql`` : sql`${at} >= ${full.from}::timestamptz and`} ${at} < ${full.to}::timestamptz
    ${mixed === null ? sql`` : sql`and ${hour} <> ${mixed}::timestamptz`}`;
  const isClean = (hour: RawBuilder<unknown>): RawBuilder<unknown> => sql`not exists (select from dirty where dirty.hour = ${hour})`;
  const hour = sql.ref('b.hour');
  const ofEvent = sql`${textsOf(keys, textOfEvent)} as texts, e."timestamp" >= ${start}::timestamptz as inside, ${event}`;
  return sql`
    with meter as materialized (
      select id ${sql.join(positions, sql``)} from usage_meters
      where code = ${code} and aggregation_type = ${aggregationType} and state = 'ready'
        and dimensions @> ${keys.map(({ key }) => key)}::text[] and ${isFollowed}
      order by cardinality(dimensions), id limit 1
    ),
    dirty as materialized (
      select hour from usage_dirty_hours
      where external_customer_id = ${customer} and code = ${code} and ${inFull(sql.ref('hour'), sql.ref('hour'))}
    ),
    span as materialized (
      select * from unnest(${edges.map(({ from }) => from)}::timestamptz[], ${edges.map(({ to }) => to)}::timestamptz[]) edge (starts, ends)
      where exists (select from meter)
      union all select hour, hour + interval '1 hour' from dirty where exists (select from meter)
      union all select ${carries ? sql`'-infinity'::timestamptz` : sql`${start}::timestamptz`}, ${end}::timestamptz where not exists (select from meter)
    ),
    piece as (
      select ${textsOf(keys, textOfBucket)} as texts, b.hour >= ${start}::timestamptz as inside, ${bucket}
      from ${table} b
      where b.meter_id = (select id from meter) and b.external_customer_id = ${customer} and ${inFull(hour, hour)}
        and b.external_subscription_id in ('', ${subscription}) and ${isClean(hour)}
      union all
      select ${ofEvent}
      from span cross join lateral (
        select * from usage_events e where ${isSelected(request)} and e."timestamp" >= starts and e."timestamp" < ends offset 0
      ) e
      union all
      select ${ofEvent}
      from app.usage_tail(${customer}, ${code}) e
      where (select id from meter) is not null and ${isSelected(request)} and ${inFull(eventHour, sql.ref('e.timestamp'))} and ${isClean(eventHour)}
    )`;
}
