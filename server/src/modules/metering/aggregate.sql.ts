import { type AggregationType, foldFor, type JsonValue } from '@farthing/core/metering';
import { CompiledQuery, type RawBuilder, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { together } from '../../kernel/db/together.ts';
import { divideTime } from './divideTime.ts';
import type { AggregateRequest, PartialAggregate } from './eventStore.ts';
import { eventMicros } from './instants.sql.ts';
import { named } from './pricedTexts.sql.ts';
import { askAmongSeveral, askOne, type Columns, type Divided, type Form, parametersOf, requestsOf, severalRequests, textOfPiece, usageSources } from './usageSources.sql.ts';

type Counted = 'seq' | 'value';

interface Aggregation {
  /** The column an event must have to be taken (P7). */
  readonly counted: Counted;
  /** The columns of a bucket that are read, and what an event by itself has in their place. */
  readonly columns: Readonly<Record<string, RawBuilder<unknown>>>;
  /** The state of core's fold, in the form in which it is stored, of the pieces for which `of` holds. */
  readonly state: (of: RawBuilder<unknown>) => RawBuilder<unknown>;
}

const value = sql`e.value`;

const sum: Aggregation = {
  counted: 'value',
  columns: { total: value },
  state: (of) => sql`jsonb_build_object('sum', coalesce(sum(total) filter (where ${of}), 0)::text)`,
};

/** How what is not told by unique values is aggregated. */
export const aggregations: Readonly<Record<Exclude<AggregationType, 'unique_count'>, Aggregation>> = {
  count: {
    counted: 'seq',
    columns: {},
    state: (of) => sql`jsonb_build_object('count', coalesce(sum(taken) filter (where ${of}), 0)::text)`,
  },
  sum,
  custom: sum,
  max: {
    counted: 'value',
    columns: { largest: value },
    state: (of) => sql`jsonb_build_object('max', greatest(0, max(largest) filter (where ${of}))::text)`,
  },
  weighted_sum: {
    counted: 'value',
    columns: { total: value, moment: sql`e.value * ${eventMicros}` },
    state: (of) => sql`jsonb_build_object('level', coalesce(sum(total) filter (where ${of}), 0)::text,
      'moment', (coalesce(sum(moment) filter (where ${of}), 0) * 1000)::text)`,
  },
  latest: {
    counted: 'value',
    // The last place and what stood there: the greatest of (time, order of arrival, value), as texts.
    columns: { last: sql`case when e.value is not null then array[${eventMicros}::numeric, e.seq::numeric, e.value] end` },
    state: (of) => sql`to_jsonb((max(last) filter (where ${of}))::text[])`,
  },
};

interface StateRow {
  readonly texts: readonly (string | null)[];
  readonly events: bigint;
  readonly unread: boolean;
  readonly untold: boolean;
  readonly inside: JsonValue;
  readonly before: JsonValue;
}

const isUnread = sql`coalesce(e.reason = 'unknown_metric', false)`;

/**
 * One statement for a metric: its aggregate for each combination of the values by which it is priced, in the period and before it. Full
 * hours come from the buckets of a meter that has all the properties asked for; the hours that the ends of the period cut, those in whose
 * past something changed, what is not rolled up yet, and everything where no meter fits, come from the events. One statement sees one
 * state of them all, also in a transaction whose next statement would see another.
 */
export async function aggregateEvents(db: ReadDb, request: AggregateRequest): Promise<readonly PartialAggregate[]> {
  const rows = await readRows(db, request);
  return request.aggregationType === 'unique_count' ? uniquesOf(request, rows as readonly ValueRow[]) : statesOf(request, rows as readonly StateRow[]);
}

function statesOf(request: AggregateRequest, rows: readonly StateRow[]): PartialAggregate[] {
  const { aggregationType } = request;
  const fold = foldFor({ aggregationType });
  const decode = (stored: JsonValue) => fold.decode(aggregationType === 'latest' ? latestState(stored) : stored);
  return rows.map(({ texts, events, unread, untold, inside, before }) => ({
    texts: named(request.keys, texts),
    events,
    unread,
    untold,
    inside: decode(inside),
    before: decode(before),
  }));
}

/** What is read of buckets, events and expired events: `taken`, `unread` and the columns by their names. */
export function columnsOf({ counted, columns }: Aggregation): Pick<Columns, 'bucket' | 'event' | 'expired'> {
  const names = Object.keys(columns);
  return {
    bucket: sql.join([sql`b.taken`, sql`b.unread > 0 as unread`, ...names.map((name) => sql.ref(`b.${name}`))]),
    event: sql.join([sql`(${sql.ref(`e.${counted}`)} is not null)::int::bigint as taken`, sql`${isUnread} as unread`,
      ...Object.entries(columns).map(([name, column]) => sql`${column} as ${sql.ref(name)}`)]),
    expired: sql.join([counted === 'seq' ? sql`x.events` : sql`x.valued`, sql`false`, ...names.map((name) => sql.ref(`x.${name}`))]),
  };
}

/** The same where values are told apart: `unique_value`, `events`, `unread` and the `last` event about the value. */
export const uniqueColumns: Pick<Columns, 'bucket' | 'event' | 'expired'> = {
  bucket: sql`b.unique_value, b.events, b.unread > 0 as unread, b.last`,
  event: sql`e.unique_value, 1::bigint as events, ${isUnread} as unread, array[${eventMicros}, e.seq, (e.operation = 'add')::int] as last`,
  expired: sql`x.unique_value, x.events, false, x.last_change`,
};

const textColumns = ({ keys }: Form) => keys.map((_, place) => textOfPiece(place));
/** Put together where groups are made already, as telling arrays apart takes longer. */
const textsOf = (form: Form) => sql`array[${sql.join(textColumns(form))}]::text[]`;

function stateStatement(form: Form, aggregation: Aggregation): RawBuilder<unknown> {
  const { state } = aggregation;
  return answering(form, { hours: sql`usage_buckets`, days: sql`usage_days`, ...columnsOf(aggregation) }, sql`
    select ${textsOf(form)} as texts, coalesce(sum(taken) filter (where inside), 0)::bigint as events, bool_or(unread) as unread, bool_or(untold) as untold,
      ${state(sql`inside`)} as inside, ${state(sql`not inside`)} as before
    from piece
    ${form.keys.length === 0 ? sql`having count(*) > 0` : sql`group by ${sql.join(textColumns(form))}`}`);
}

function valueStatement(form: Form): RawBuilder<unknown> {
  return answering(form, { hours: sql`usage_unique_values`, days: sql`usage_unique_days`, ...uniqueColumns }, sql`
    select ${textsOf(form)} as texts, unique_value, coalesce(sum(events) filter (where inside and unique_value is not null), 0)::bigint as events,
      bool_or(unread) as unread, bool_or(untold) as untold, (max(last) filter (where inside))::text[] as inside, (max(last) filter (where not inside))::text[] as before
    from piece
    group by ${sql.join([...textColumns(form), sql`unique_value`])}`);
}

/** What the pieces make, and whether that is all; at least one row, without texts where there is no usage. */
const answering = (form: Form, columns: Columns, made: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  ${usageSources(form, columns)}
  select ${form.kinds === null ? sql`true` : sql`exists (select from meter)`} as whole, made.*
  from (select) one left join (${made}) made on true`;

type Row = StateRow | ValueRow;

/** A row about the request at `place`: whether these are all; without texts where there is no usage. */
type Answer = { readonly place: number; readonly whole: boolean } & (Row | { readonly texts: null });

const hasTexts = (answer: Answer): answer is Answer & Row => answer.texts !== null;

/**
 * Requests of one kind are answered by one statement, which names the sources that nearly all of them are answered from. Those of which
 * there is more are answered anew by one that names all.
 */
const readRows = together<AggregateRequest, readonly Row[], ReadDb>(async (db, requests) => {
  const answers = new Map<AggregateRequest, readonly Row[]>();
  for (const some of Map.groupBy(requests.map(divided), kindOf).values()) {
    const kinds = [...new Set(some.flatMap(({ stretches }) => stretches.map(({ kind }) => kind)))].sort();
    for (const named of [kinds, null]) {
      const left = some.filter(({ request }) => !answers.has(request));
      const rows = Map.groupBy(await run(db, left, named), ({ place }) => place);
      for (const [index, { request }] of left.entries()) {
        const found = rows.get(index + 1) ?? [];
        if (found.every(({ whole }) => whole)) answers.set(request, found.filter(hasTexts));
      }
    }
  }
  return requests.map((request) => answers.get(request) ?? []);
});

const divided = (request: AggregateRequest): Divided => ({ request, stretches: divideTime(request) });

const kindOf = ({ request: { aggregationType, keys } }: Divided): string => `${aggregationType} ${keys.map(({ values }) => values !== null)}`;

function statementFor({ request: { aggregationType, keys } }: Divided, isOne: boolean, kinds: Form['kinds']): RawBuilder<unknown> {
  const form = { keys, kinds, ask: isOne ? askOne(keys) : askAmongSeveral };
  const statement = aggregationType === 'unique_count' ? valueStatement(form) : stateStatement(form, aggregations[aggregationType]);
  if (isOne) return sql`select 1 as place, r.* from (${statement}) r`;
  return sql`select a.place, r.* from ${severalRequests(keys)} cross join lateral (${statement}) r`;
}

/** Built once for each kind of request: there are few, and building one takes longer than running it. */
const statements = new Map<string, string>();

async function run(db: ReadDb, requests: readonly Divided[], kinds: Form['kinds']): Promise<readonly Answer[]> {
  const [first] = requests;
  if (first === undefined) return [];
  const isOne = requests.length === 1;
  const key = `${isOne} ${kinds} ${kindOf(first)}`;
  const text = statements.get(key) ?? statementFor(first, isOne, kinds).compile(db).sql;
  statements.set(key, text);
  const { rows } = await db.getExecutor().executeQuery<Answer>(CompiledQuery.raw(text, isOne ? parametersOf(first) : [requestsOf(requests)]));
  return rows;
}

function latestState(stored: JsonValue): JsonValue {
  if (!Array.isArray(stored)) return {};
  const [at, order, last] = stored as readonly string[];
  return { at: instantText(at ?? ''), order: order ?? '', value: last ?? '' };
}

const instantText = (microseconds: string): string => Temporal.Instant.fromEpochNanoseconds(BigInt(microseconds) * 1000n).toString();

interface ValueRow {
  readonly texts: readonly (string | null)[];
  readonly events: bigint;
  readonly unread: boolean;
  readonly untold: boolean;
  readonly unique_value: string | null;
  /** (time, order of arrival, whether it was added) of the last event about the value. */
  readonly inside: readonly string[] | null;
  readonly before: readonly string[] | null;
}

/** The last event about each value; which of them are present is core's to say. */
function uniquesOf(request: AggregateRequest, rows: readonly ValueRow[]): PartialAggregate[] {
  const fold = foldFor({ aggregationType: 'unique_count' });
  const combinations = Map.groupBy(rows, ({ texts }) => JSON.stringify(texts));
  return [...combinations.values()].map((values) => ({
    texts: named(request.keys, values[0]?.texts ?? []),
    events: values.reduce((total, { events }) => total + events, 0n),
    unread: values.some(({ unread }) => unread),
    untold: values.some(({ untold }) => untold),
    inside: fold.decode(values.flatMap((row) => lastChange(row.unique_value, row.inside))),
    before: fold.decode(values.flatMap((row) => lastChange(row.unique_value, row.before))),
  }));
}

function lastChange(unique: string | null, last: readonly string[] | null): JsonValue[] {
  if (unique === null || last === null) return [];
  const [at, order, added] = last;
  return [[unique, instantText(at ?? ''), order ?? '', added === '1' ? 'add' : 'remove']];
}
