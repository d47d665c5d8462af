import { type RawBuilder, sql } from 'kysely';
import { json } from '../../kernel/db/parameters.ts';
import type { Stretch } from './divideTime.ts';
import type { AggregateRequest, PricedKey } from './eventStore.ts';
import { expiredHours, expiredPieces } from './expired.sql.ts';
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

/** A request, and how its time is divided. */
export interface Divided {
  readonly request: AggregateRequest;
  readonly stretches: readonly Stretch[];
}

/** What a request asks for, one parameter each, in the order of `parameters`. */
export function parametersOf({ request, stretches }: Divided): unknown[] {
  const { externalCustomerId, externalSubscriptionId, code, aggregationType, keys, start, end, carries } = request;
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

/** How a statement names what a request asks for. */
type Ask = (name: string) => RawBuilder<unknown>;

/** Of one request, each in a select of its own: no plan for certain values can look better than the one for all, which is made once. */
export function askOne(keys: readonly PricedKey[]): Ask {
  const places = new Map(parameters(keys).map(([name, type], place) => [name, `(select $${place + 1}::${type})`]));
  return (name) => sql.raw(places.get(name) ?? '');
}

/** Of one of several requests, which are rows of `a`. */
export const askAmongSeveral: Ask = (name) => sql.ref(`a.${name}`);

/** The rows of several requests of one kind, as `a` with their `place` from 1 on; `requestsOf` is the parameter. */
export const severalRequests = (keys: readonly PricedKey[]): RawBuilder<unknown> => sql`
  (
    select q.place::int as place, r.* from jsonb_array_elements($1::jsonb) with ordinality as q (request, place)
    cross join lateral jsonb_to_record(q.request) as r (${sql.raw(parameters(keys).map(([name, type]) => `${name} ${type}`).join(', '))})
  ) a`;

/** Several requests of one kind as one parameter. */
export function requestsOf(requests: readonly Divided[]): string {
  return json(requests.map((divided) => {
    const values = parametersOf(divided);
    return Object.fromEntries(parameters(divided.request.keys).map(([name], place) => [name, values[place]]));
  }));
}

/** What a statement is written for. */
export interface Form {
  readonly keys: readonly PricedKey[];
  readonly ask: Ask;
  /** The kinds of stretches there are, where a statement is to read these and the tail, and only look whether there is more; null: to read all. */
  readonly kinds: readonly Stretch['kind'][] | null;
}

/** What comes first of every piece: the texts by which rows are priced apart, a column each, and whether the row dated `at` is inside the period. */
function headOf({ keys, ask }: Form, textOf: (place: number) => RawBuilder<unknown>, at: RawBuilder<unknown>): RawBuilder<unknown> {
  const texts = keys.map(({ values }, place) => {
    const text = textOf(place);
    const told = values === null ? text : toldApart(text, sql`${ask(`values_${place}`)}::text[]`, ask(`other_${place}`));
    return sql`${told} as ${textOfPiece(place)}`;
  });
  return sql.join([...texts, sql`${at} >= ${ask('start')} as inside`]);
}

/** One of the texts of a piece. */
export const textOfPiece = (place: number): RawBuilder<unknown> => sql.ref(`text_${place}`);

const keysOf = ({ keys, ask }: Form) => sql`array[${sql.join(keys.map((_, place) => ask(`key_${place}`)))}]::text[]`;
const givenBy = ({ ask }: Form) => sql`unnest(${ask('kinds')}, ${ask('starts')}, ${ask('ends')}) s (kind, starts, ends)`;

/** The meter that has the keys asked for; with `kinds` none where there is more to read than these and the tail. */
function meterOf(form: Form): RawBuilder<unknown> {
  const { keys, ask, kinds } = form;
  const places = keys.map((_, place) => sql`, array_position(dimensions, ${ask(`key_${place}`)}) as ${sql.ref(`place_${place}`)}`);
  const isAll = sql`not exists (
      select from usage_dirty_hours
      where external_customer_id = ${ask('customer')} and code = ${ask('code')} and hour > ${ask('since')} - interval '1 hour' and hour < ${ask('until')}
    ) and not exists (select ${expiredHours(ask)})`;
  return sql`
    select id ${sql.join(places, sql``)} from usage_meters
    where code = ${ask('code')} and aggregation_type = ${ask('aggregation')} and state = 'ready' and dimensions @> ${keysOf(form)}
      and ${isFollowed} and ${kinds === null ? sql`true` : isAll}
    order by cardinality(dimensions), id limit 1`;
}

/** Days or hours of the stretches `s` from the roll-ups. */
function rolledUp(form: Form, kind: 'days' | 'hours', { [kind]: table, bucket }: Columns, from: RawBuilder<unknown>): RawBuilder<unknown> {
  const at = sql.ref(kind === 'days' ? 'day' : 'hour');
  const textOf = (place: number) => sql`b.dimensions[(select ${sql.ref(`place_${place}`)} from meter)]`;
  return sql`
    select ${headOf(form, textOf, sql`b.at`)}, false as untold, ${bucket}
    from ${from} cross join lateral (
      select *, ${at} as at from ${table}
      where meter_id = (select id from meter) and external_customer_id = ${form.ask('customer')} and ${at} >= s.starts and ${at} < s.ends
        and external_subscription_id in ('', ${form.ask('subscription')})
      offset 0
    ) b
    where s.kind = ${sql.lit(kind)} ${form.kinds === null ? sql`and not exists (select from dirty d where d.${at} = b.at)` : sql``}`;
}

const countedBy = ({ ask }: Form) => sql`not e.amended and (e.external_subscription_id is null or e.external_subscription_id = ${ask('subscription')})`;

const eventHead = (form: Form) => headOf(form, (place) => sql`app.property_text(e.properties -> ${form.ask(`key_${place}`)})`, sql`e."timestamp"`);

/** The events of the stretches `s` that are read one by one. */
const single = (form: Form, { event }: Columns, from: RawBuilder<unknown>) => sql`
  select ${eventHead(form)}, false as untold, ${event}
  from ${from} cross join lateral (
    select * from usage_events e
    where ${countedBy(form)} and e.external_customer_id = ${form.ask('customer')} and e.code = ${form.ask('code')}
      and e."timestamp" >= s.starts and e."timestamp" < s.ends
    offset 0
  ) e
  where s.kind = 'events' ${form.kinds === null ? sql`` : sql`and exists (select from meter)`}`;

/** The events dated in days and hours that the roll-ups do not have yet. */
const tail = (form: Form, { event }: Columns) => sql`
  select ${eventHead(form)}, false as untold, ${event}
  from app.usage_tail(${form.ask('customer')}, ${form.ask('code')}) e
  where exists (select from meter) and ${countedBy(form)}
    and exists (select from ${givenBy(form)} where s.kind <> 'events' and e."timestamp" >= s.starts and e."timestamp" < s.ends)
    ${form.kinds === null ? sql`and not exists (select from dirty d where d.hour = ${eventHour})` : sql``}`;

/**
 * Everything a request is about, as the common table expression `piece`: the texts (`textOfPiece`), whether it is dated inside the period,
 * whether that cannot be told, and the columns given. Each event is in exactly one piece: that of its day, of its hour, its own, or where it is not kept any more that of the expired
 * ones of its hour. Statements of one form depend on nothing of the request; everything else are parameters (`parametersOf`).
 *
 * Setting up a source takes longer than finding that nothing is in it. So with `kinds` only what nearly every request is answered from is
 * there; where there is more to read, or no meter, there is no `meter` either, and the answer counts for nothing.
 */
export function usageSources(form: Form, columns: Columns): RawBuilder<unknown> {
  const { ask, kinds } = form;
  const meter = sql`meter as materialized (${meterOf(form)})`;
  const given = givenBy(form);
  if (kinds !== null) {
    const read = { days: () => rolledUp(form, 'days', columns, given), hours: () => rolledUp(form, 'hours', columns, given), events: () => single(form, columns, given) };
    return sql`with ${meter}, piece as (${sql.join([...kinds.map((kind) => read[kind]()), tail(form, columns)], sql` union all `)})`;
  }
  const stretch = sql`stretch s`;
  return sql`
    with ${meter},
    given as materialized (select * from ${given} where exists (select from meter)),
    dirty as materialized (
      select s.kind, d.hour, date_bin('1 day', d.hour, 'epoch'::timestamptz) as day
      from given s join usage_dirty_hours d on d.hour >= s.starts and d.hour < s.ends
      where s.kind <> 'events' and d.external_customer_id = ${ask('customer')} and d.code = ${ask('code')}
    ),
    stretch as materialized (
      select * from given
      union all select distinct 'hours', day, day + interval '24 hours' from dirty where kind = 'days'
      union all select 'events', hour, hour + interval '1 hour' from dirty
      union all select 'events', ${ask('since')}, ${ask('until')} where not exists (select from meter)
    ),
    piece as (
      ${rolledUp(form, 'days', columns, stretch)}
      union all
      ${rolledUp(form, 'hours', columns, stretch)}
      union all
      ${single(form, columns, stretch)}
      union all
      ${tail(form, columns)}
      union all
      ${expiredPieces(ask, headOf(form, (place) => sql`x.texts ->> ${ask(`key_${place}`)}`, sql`x.hour`), keysOf(form), columns.expired)}
    )`;
}
