import type { AggregationType, JsonValue } from '@farthing/core/metering';
import { type RawBuilder, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';

export interface SeriesRequest {
  readonly code: string;
  readonly aggregationType: AggregationType;
  readonly window: 'hour' | 'day' | 'month';
  readonly zone: string;
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
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

const micros = sql`(extract(epoch from "timestamp") * 1000000)::bigint`;

interface Aggregation {
  /** What an event must have to be taken (P7). */
  readonly taken: RawBuilder<unknown>;
  readonly state: RawBuilder<unknown>;
}

const sum: Aggregation = { taken: sql`value is not null`, state: sql`jsonb_build_object('sum', sum(value)::text)` };

const aggregations: Readonly<Record<Exclude<AggregationType, 'unique_count' | 'latest'>, Aggregation>> = {
  count: { taken: sql`true`, state: sql`jsonb_build_object('count', count(*)::text)` },
  sum,
  custom: sum,
  max: { taken: sum.taken, state: sql`jsonb_build_object('max', greatest(0, max(value))::text)` },
  weighted_sum: {
    taken: sum.taken,
    state: sql`jsonb_build_object('level', sum(value)::text, 'moment', sum(value * ${micros} * 1000)::text)`,
  },
};

/** The last value of a window is, as what is counted there, its sum; so is how many values are present at its end. */
function lastIn(request: SeriesRequest, mostRows: number): RawBuilder<WindowRow> {
  const isLatest = request.aggregationType === 'latest';
  const taken = isLatest ? sql`value is not null` : sql`unique_value is not null`;
  const about = isLatest ? sql`` : sql`, unique_value`;
  const worth = isLatest ? sql`greatest(0, value)` : sql`(operation = 'add')::int`;
  return sql<WindowRow>`
    select start, texts, sum(events)::int as events, jsonb_build_object('sum', sum(worth)::text) as state
    from (
      select distinct on (start, texts ${about}) start, texts, ${worth} as worth, count(*) over (partition by start, texts ${about}) as events
      from (${events(request, taken)}) event
      order by start, texts ${about}, "timestamp" desc, seq desc
    ) last
    group by start, texts
    limit ${mostRows}`;
}

function events(request: SeriesRequest, taken: RawBuilder<unknown>): RawBuilder<unknown> {
  const text = (key: string) => sql`app.property_text(properties -> ${key}::text)`;
  const { externalCustomerId: customer, externalSubscriptionId: subscription, filters } = request;
  const conditions = [
    ...(customer === null ? [] : [sql`and external_customer_id = ${customer}`]),
    ...(subscription === null ? [] : [sql`and (external_subscription_id is null or external_subscription_id = ${subscription})`]),
    ...filters.map(({ key, values }) => sql`and ${text(key)} = any(${values}::text[])`),
  ];
  return sql`
    select date_trunc(${request.window}, "timestamp", ${request.zone}) as start, array[${sql.join(request.groupBy.map(text))}]::text[] as texts,
      "timestamp", seq, value, unique_value, operation
    from usage_events
    where not amended and code = ${request.code} and "timestamp" >= ${request.from}::timestamptz and "timestamp" < ${request.to}::timestamptz
      and ${taken} ${sql.join(conditions, sql` `)}`;
}

/** One statement for the whole chart; windows without events are left out. At most `mostRows`. */
export async function aggregateWindows(db: ReadDb, request: SeriesRequest, mostRows: number): Promise<readonly WindowRow[]> {
  const { aggregationType } = request;
  if (aggregationType === 'unique_count' || aggregationType === 'latest') return (await lastIn(request, mostRows).execute(db)).rows;
  const { taken, state } = aggregations[aggregationType];
  const { rows } = await sql<WindowRow>`
    select start, texts, count(*)::int as events, ${state} as state
    from (${events(request, taken)}) event
    group by start, texts
    limit ${mostRows}`.execute(db);
  return rows;
}

/** The keys by which the events of a metric may be told apart. */
export async function declaredKeys(db: ReadDb, metricId: string): Promise<readonly string[]> {
  const rows = await db.selectFrom('billable_metric_filters').select('key').where('billable_metric_id', '=', metricId).execute();
  return rows.map(({ key }) => key);
}
