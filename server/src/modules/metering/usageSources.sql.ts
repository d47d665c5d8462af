import { type RawBuilder, sql } from 'kysely';
import { json } from '../../kernel/db/parameters.ts';
import { divideTime } from './divideTime.ts';
import type { AggregateRequest, PricedKey } from './eventStore.ts';
import { expiredPieces } from './expired.sql.ts';
import { eventHour } from './instants.sql.ts';
import { toldApart, unlike } from './pricedTexts.sql.ts';

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

/** How one kind of aggregation reads its roll-ups `b` and events `e`: the columns of both, in the same order. */
export interface Columns {
  readonly hours: RawBuilder<unknown>;
  readonly days: RawBuilder<unknown>;
  readonly bucket: RawBuilder<unknown>;
  readonly event: RawBuilder<unknown>;
  /** Of rows `x` of usage_expired. */
  readonly expired: RawBuilder<unknown>;
}

/** What a request asks for, one parameter each, in the order in which `asked` names them. */
export function parametersOf(request: AggregateRequest): unknown[] {
  const { externalCustomerId, externalSubscriptionId, code, aggregationType, keys, start, end, carries } = request;
  const stretches = divideTime(request);
  return [
    externalCustomerId, externalSubscriptionId, code, aggregationType, start, carries ? '-infinity' : start, end,
    stretches.map(({ kind }) => kind), stretches.map(({ from }) => from ?? '-infinity'), stretches.map(({ to }) => to),
    ...keys.flatMap(({ key, values }) => (values === null ? [key] : [key, values, unlike(values)])),
  ];
}

type Parameter = readonly [name: string, type: string];

const fixedParameters: readonly Parameter[] = [
  ['customer', 'text'], ['subscription', 'text'], ['code', 'text'], ['aggregation', 'text'], ['start', 'timestamptz'], ['since', 'timestamptz'], ['until', 'timestamptz'],
  ['kinds', 'text[]'], ['starts', 'timestamptz[]'], ['ends', 'timestamptz[]'],
];

const parameters = (keys: readonly PricedKey[]): readonly Parameter[] => [
  ...fixedParameters,
  ...keys.flatMap(({ values }, place): Parameter[] => [
    [`key_${place}`, 'text'], ...(values === null ? [] : [[`values_${place}`, 'text[]'], [`other_${place}`, 'text']] satisfies Parameter[]),
  ]),
];

/** Only through here do parameters get into the statement: no plan for certain values can look better than the one for all, which is made once. */
export function askedOf(keys: readonly PricedKey[]): RawBuilder<unknown> {
  return sql`select ${sql.raw(parameters(keys).map(([name, type], place) => `$${place + 1}::${type} as ${name}`).join(', '))}`;
}

/** The same of one of several requests that are rows of `q`, as `requestsOf` writes them. */
export function askedAmongSeveral(keys: readonly PricedKey[]): RawBuilder<unknown> {
  return sql`select * from jsonb_to_record(q.request) as r (${sql.raw(parameters(keys).map(([name, type]) => `${name} ${type}`).join(', '))})`;
}

/** Several requests of one kind as one parameter. */
export function requestsOf(requests: readonly AggregateRequest[]): string {
  return json(requests.map((request) => {
    const values = parametersOf(request);
    return Object.fromEntries(parameters(request.keys).map(([name], place) => [name, values[place]]));
  }));
}

const ref = (name: string, place: number) => sql.ref(`${name}_${place}`);

/** The texts by which rows are priced apart, as one array. */
function textsBy(keys: readonly PricedKey[], textOf: (place: number) => RawBuilder<unknown>): RawBuilder<unknown> {
  const texts = keys.map(({ values }, place) => (values === null ? textOf(place) : toldApart(textOf(place), ref('a.values', place), ref('a.other', place))));
  return sql`array[${sql.join(texts)}]::text[]`;
}

/**
 * Everything a request is about, as the common table expression `piece`: the texts, whether it is dated inside the period, and the columns
 * given; `asked` selects the request. Each event is in exactly one piece: that of its day, of its hour, its own, or where it is not kept any
 * more that of the expired ones of its hour. The statement depends on nothing of the request but
 * on which keys name their values; everything else are its parameters (`parametersOf`).
 */
export function usageSources(keys: readonly PricedKey[], { hours, days, bucket, event, expired }: Columns, asked = askedOf(keys)): RawBuilder<unknown> {
  const places = keys.map((_, place) => sql`, array_position(m.dimensions, a.${ref('key', place)}) as ${ref('place', place)}`);
  const keysAsked = sql`array[${sql.join(keys.map((_, place) => ref('a.key', place)))}]::text[]`;
  const texts = textsBy(keys, (place) => sql`b.dimensions[m.${ref('place', place)}]`);
  const rolledUp = (table: RawBuilder<unknown>, at: RawBuilder<unknown>, kind: string) => sql`
    select ${texts} as texts, b.at >= a.start as inside, false as untold, ${bucket}
    from asked a cross join meter m cross join stretch s cross join lateral (
      select *, ${at} as at from ${table}
      where meter_id = m.id and external_customer_id = a.customer and ${at} >= s.starts and ${at} < s.ends
        and external_subscription_id in ('', a.subscription)
      offset 0
    ) b
    where s.kind = ${sql.lit(kind)} and not exists (select from dirty d where d.${at} = b.at)`;
  const ofEvent = sql`${textsBy(keys, (place) => sql`app.property_text(e.properties -> a.${ref('key', place)})`)} as texts, e."timestamp" >= a.start as inside, false as untold, ${event}`;
  const counts = sql`not e.amended and (e.external_subscription_id is null or e.external_subscription_id = a.subscription)`;
  return sql`
    with asked as materialized (${asked}),
    meter as materialized (
      select m.id ${sql.join(places, sql``)} from asked a join usage_meters m on m.code = a.code and m.aggregation_type = a.aggregation
      where m.state = 'ready' and m.dimensions @> ${keysAsked} and ${isFollowed}
      order by cardinality(m.dimensions), m.id limit 1
    ),
    given as materialized (select s.* from asked a, unnest(a.kinds, a.starts, a.ends) s (kind, starts, ends) where exists (select from meter)),
    dirty as materialized (
      select s.kind, d.hour, date_bin('1 day', d.hour, 'epoch'::timestamptz) as day
      from asked a cross join given s join usage_dirty_hours d on d.hour >= s.starts and d.hour < s.ends
      where s.kind <> 'events' and d.external_customer_id = a.customer and d.code = a.code
    ),
    stretch as materialized (
      select * from given
      union all select distinct 'hours', day, day + interval '24 hours' from dirty where kind = 'days'
      union all select 'events', hour, hour + interval '1 hour' from dirty
      union all select 'events', since, until from asked where not exists (select from meter)
    ),
    piece as (
      ${rolledUp(days, sql.ref('day'), 'days')}
      union all
      ${rolledUp(hours, sql.ref('hour'), 'hours')}
      union all
      select ${ofEvent}
      from asked a cross join stretch s cross join lateral (
        select * from usage_events e
        where ${counts} and e.external_customer_id = a.customer and e.code = a.code and e."timestamp" >= s.starts and e."timestamp" < s.ends
        offset 0
      ) e
      where s.kind = 'events'
      union all
      select ${ofEvent}
      from asked a cross join app.usage_tail((select customer from asked), (select code from asked)) e
      where exists (select from meter) and ${counts}
        and exists (select from given s where s.kind <> 'events' and e."timestamp" >= s.starts and e."timestamp" < s.ends)
        and not exists (select from dirty d where d.hour = ${eventHour})
      union all
      ${expiredPieces(textsBy(keys, (place) => sql`x.texts ->> a.${ref('key', place)}`), keysAsked, expired)}
    )`;
}
