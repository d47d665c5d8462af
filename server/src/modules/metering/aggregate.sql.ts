import { type AggregationType, type EventProperties, foldFor, type JsonValue, type MeteredEvent } from '@farthing/core/metering';
import { Quantity } from '@farthing/core/money';
import { type RawBuilder, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { AggregateRequest, EventSelection, PartialAggregate, PricedKey, ScannedEvent, ScanRequest } from './eventStore.ts';

/** Events without a subscription reference count for every subscription of the customer (E4). */
const selected = ({ externalCustomerId, externalSubscriptionId, code }: EventSelection): RawBuilder<unknown> => sql`
  not amended and external_customer_id = ${externalCustomerId} and code = ${code}
  and (external_subscription_id is null or external_subscription_id = ${externalSubscriptionId})`;

/** Microseconds since the epoch, which is all a timestamptz holds: exact, and comparable beside other numbers. */
const micros = sql`(extract(epoch from "timestamp") * 1000000)::bigint`;

/** The texts by which events are priced apart, as one array. Values that no price asks for are told as one. */
function textsOf(keys: readonly PricedKey[]): RawBuilder<unknown> {
  const texts = keys.map(({ key, values }) => {
    const text = sql`app.property_text(properties -> ${key}::text)`;
    if (values === null) return text;
    return sql`case when ${text} = any(${values}::text[]) then ${text} when ${text} is not null then ${unlike(values)}::text end`;
  });
  return sql`array[${sql.join(texts)}]::text[]`;
}

function unlike(values: readonly string[]): string {
  let other = 'other';
  while (values.includes(other)) other += '_';
  return other;
}

function named(keys: readonly PricedKey[], texts: readonly (string | null)[]): Record<string, string | null> {
  return Object.fromEntries(keys.map(({ key }, index) => [key, texts[index] ?? null]));
}

type Counted = 'seq' | 'value' | 'unique_value';

interface Aggregation {
  /** The column an event must have to be taken (P7). */
  readonly counted: Counted;
  /** The state of core's fold, in the form in which it is stored, of the events for which `of` holds. */
  readonly state: (of: RawBuilder<unknown>) => RawBuilder<unknown>;
}

const sumOf = (of: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`jsonb_build_object('sum', coalesce(sum(value) filter (where ${of}), 0)::text)`;

/** The last place and what stood there: the greatest of (time, order of arrival, value), as texts. */
const lastOf = (of: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`to_jsonb((max(array[micros::numeric, seq::numeric, value]) filter (where ${of} and value is not null))::text[])`;

const aggregations: Readonly<Record<Exclude<AggregationType, 'unique_count'>, Aggregation>> = {
  count: {
    counted: 'seq',
    state: (of) => sql`jsonb_build_object('count', (count(*) filter (where ${of}))::text)`,
  },
  sum: { counted: 'value', state: sumOf },
  custom: { counted: 'value', state: sumOf },
  max: {
    counted: 'value',
    state: (of) => sql`jsonb_build_object('max', greatest(0, max(value) filter (where ${of}))::text)`,
  },
  weighted_sum: {
    counted: 'value',
    state: (of) => sql`jsonb_build_object('level', coalesce(sum(value) filter (where ${of}), 0)::text,
      'moment', coalesce(sum(value * micros * 1000) filter (where ${of}), 0)::text)`,
  },
  latest: { counted: 'value', state: lastOf },
};

interface StateRow {
  readonly texts: readonly (string | null)[];
  readonly events: bigint;
  readonly unread: boolean;
  readonly inside: JsonValue;
  readonly before: JsonValue;
}

/** What is read of each event, within the time asked for. */
function source(request: AggregateRequest): RawBuilder<unknown> {
  const { start, end, carries } = request;
  const from = carries ? sql`` : sql`and "timestamp" >= ${start}::timestamptz`;
  return sql`select ${textsOf(request.keys)} as texts, "timestamp" >= ${start}::timestamptz as inside, ${micros} as micros,
      seq, value, unique_value, operation, coalesce(reason = 'unknown_metric', false) as unread
    from usage_events
    where ${selected(request)} and "timestamp" < ${end}::timestamptz ${from}`;
}

/** One statement for a metric: its aggregate for each combination of the values by which it is priced, in the period and before it. */
export async function aggregateEvents(db: ReadDb, request: AggregateRequest): Promise<PartialAggregate[]> {
  const { aggregationType } = request;
  if (aggregationType === 'unique_count') return aggregateUniques(db, request);
  const { counted, state } = aggregations[aggregationType];
  const { rows } = await sql<StateRow>`
    select texts, count(${sql.ref(counted)}) filter (where inside) as events, bool_or(unread) as unread,
      ${state(sql`inside`)} as inside, ${state(sql`not inside`)} as before
    from (${source(request)}) event
    group by texts`.execute(db);
  const fold = foldFor({ aggregationType });
  const decode = (stored: JsonValue) => fold.decode(aggregationType === 'latest' ? latestState(stored) : stored);
  return rows.map(({ texts, events, unread, inside, before }) => ({
    texts: named(request.keys, texts),
    events,
    unread,
    inside: decode(inside),
    before: decode(before),
  }));
}

function latestState(stored: JsonValue): JsonValue {
  if (!Array.isArray(stored)) return {};
  const [at, order, value] = stored as readonly string[];
  return { at: instantText(at ?? ''), order: order ?? '', value: value ?? '' };
}

const instantOf = (microseconds: bigint): Temporal.Instant => Temporal.Instant.fromEpochNanoseconds(microseconds * 1000n);
const instantText = (microseconds: string): string => instantOf(BigInt(microseconds)).toString();

interface ValueRow {
  readonly texts: readonly (string | null)[];
  readonly events: bigint;
  readonly unread: boolean;
  readonly unique_value: string | null;
  /** (time, order of arrival, whether it was added) of the last event about the value. */
  readonly inside: readonly string[] | null;
  readonly before: readonly string[] | null;
}

/** The last event about each value; which of them are present is core's to say. */
async function aggregateUniques(db: ReadDb, request: AggregateRequest): Promise<PartialAggregate[]> {
  const last = (of: RawBuilder<unknown>) => sql`(max(array[micros, seq, (operation = 'add')::int]) filter (where ${of}))::text[]`;
  const { rows } = await sql<ValueRow>`
    select texts, unique_value, count(unique_value) filter (where inside) as events, bool_or(unread) as unread,
      ${last(sql`inside`)} as inside, ${last(sql`not inside`)} as before
    from (${source(request)}) event
    group by texts, unique_value`.execute(db);
  const fold = foldFor({ aggregationType: 'unique_count' });
  const combinations = Map.groupBy(rows, ({ texts }) => JSON.stringify(texts));
  return [...combinations.values()].map((values) => ({
    texts: named(request.keys, values[0]?.texts ?? []),
    events: values.reduce((sum, { events }) => sum + events, 0n),
    unread: values.some(({ unread }) => unread),
    inside: fold.decode(values.flatMap((row) => lastChange(row.unique_value, row.inside))),
    before: fold.decode(values.flatMap((row) => lastChange(row.unique_value, row.before))),
  }));
}

function lastChange(value: string | null, last: readonly string[] | null): JsonValue[] {
  if (value === null || last === null) return [];
  const [at, order, added] = last;
  return [[value, instantText(at ?? ''), order ?? '', added === '1' ? 'add' : 'remove']];
}

interface EventRow {
  readonly id: string;
  readonly seq: bigint;
  readonly timestamp: Temporal.Instant;
  readonly texts: readonly (string | null)[];
  readonly value: string | null;
  readonly unique_value: string | null;
  readonly operation: MeteredEvent['operation'];
  readonly properties: EventProperties | null;
  readonly unread: boolean;
}

const pageSize = 5000;

/** The events themselves, by keyset pages: what is held at one time does not grow with how many there are. */
export async function* scanEvents(db: ReadDb, request: ScanRequest): AsyncGenerator<readonly ScannedEvent[]> {
  const { from, end, keys } = request;
  let after: { timestamp: Temporal.Instant; seq: bigint } | null = null;
  for (;;) {
    const start: RawBuilder<unknown> = from === null ? sql`` : sql`and "timestamp" >= ${from}::timestamptz`;
    const next: RawBuilder<unknown> =
      after === null ? sql`` : sql`and ("timestamp", seq) > (${after.timestamp}::timestamptz, ${after.seq}::bigint)`;
    const wanted = request.properties ? sql`properties` : sql`case when reason = 'unknown_metric' then properties end as properties`;
    const page = await sql<EventRow>`
      select id, seq, "timestamp", ${textsOf(keys)} as texts, value, unique_value, operation, ${wanted},
        coalesce(reason = 'unknown_metric', false) as unread
      from usage_events
      where ${selected(request)} and "timestamp" < ${end}::timestamptz ${start} ${next}
      order by "timestamp", seq
      limit ${pageSize}`.execute(db);
    yield page.rows.map((row) => scanned(keys, row));
    const last: EventRow | undefined = page.rows.at(-1);
    if (last === undefined || page.rows.length < pageSize) return;
    after = last;
  }
}

function scanned(keys: readonly PricedKey[], row: EventRow): ScannedEvent {
  return {
    event: {
      id: row.id,
      timestamp: row.timestamp,
      receivedOrder: row.seq,
      value: row.value === null ? null : Quantity.restore(row.value),
      uniqueValue: row.unique_value,
      operation: row.operation,
    },
    texts: named(keys, row.texts),
    properties: row.properties,
    unread: row.unread,
  };
}
