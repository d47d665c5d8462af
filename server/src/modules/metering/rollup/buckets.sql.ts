import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../kernel/db/kysely.ts';
import { eventHour, eventMicros } from '../instants.sql.ts';

/** What is rolled up: events, as rows of usage_events, by meters, as rows of usage_meters. */
export interface RollUp {
  readonly events: RawBuilder<unknown>;
  readonly meters: RawBuilder<unknown>;
}

/** The meters that follow the order of commits. What was rolled up before they began is the builder's to add. */
export const followingMeters = sql`select * from usage_meters where base_frontier is not null and state <> 'retired'`;

/** Whether an event, seen in this statement's snapshot, is in the buckets of the meters that follow. */
export const isRolledUp = sql`e.xid < (select frontier from usage_progress)
  and not exists (select from usage_ranges r where e.xid >= r.from_xid and e.xid < r.to_xid)`;

/** The day of UTC that an hour lies in. */
export const dayOf = (hour: RawBuilder<unknown>): RawBuilder<unknown> => sql`date_bin('1 day', ${hour}, 'epoch'::timestamptz)`;

/** As app.property_text says, which takes twice as long for the texts that most properties are. */
function textAt(place: number): RawBuilder<unknown> {
  const key = sql`m.dimensions[${sql.lit(place)}]`;
  return sql`case when jsonb_typeof(e.properties -> ${key}) = 'string' then e.properties ->> ${key} else app.property_text(e.properties -> ${key}) end`;
}

const textsOf = (count: number): RawBuilder<unknown> => sql`array[${sql.join(Array.from({ length: count }, (_, place) => textAt(place + 1)))}]`;

/** Most meters have few dimensions: spelled out, their texts cost a tenth of what a function takes. */
const dimensions = sql`case m.dimension_count when 0 then '{}'::text[] when 1 then ${textsOf(1)} when 2 then ${textsOf(2)}
  when 3 then ${textsOf(3)} when 4 then ${textsOf(4)} else app.property_texts(e.properties, m.dimensions) end`;

const place = sql`m.tenant_id, m.id as meter_id, e.external_customer_id, ${eventHour} as hour,
  coalesce(e.external_subscription_id, '') as external_subscription_id`;

/** What a meter does with each event is told beforehand, once for all of them. */
const joined = ({ events, meters }: RollUp): RawBuilder<unknown> => sql`
  (${events}) e join (
    select tenant_id, id, code, dimensions, cardinality(dimensions) as dimension_count, aggregation_type = 'unique_count' as is_unique,
      aggregation_type = 'count' as counts, aggregation_type in ('sum', 'custom', 'weighted_sum') as sums, aggregation_type = 'max' as tops,
      aggregation_type = 'weighted_sum' as weighs, aggregation_type = 'latest' as follows
    from (${meters}) m
  ) m on m.tenant_id = e.tenant_id and m.code = e.code`;

/** What these events make of every bucket they fall in: rows like those of usage_buckets. Amended ones count nowhere. */
function bucketRows(rollUp: RollUp): RawBuilder<unknown> {
  return sql`
    select tenant_id, meter_id, external_customer_id, hour, external_subscription_id, app.texts_key(dimensions) as dimensions_key, dimensions,
      events, taken, unread, total, largest, moment, last
    from (
      select ${place}, ${dimensions} as dimensions, count(*) as events,
        count(*) filter (where m.counts or e.value is not null) as taken,
        count(*) filter (where e.reason = 'unknown_metric') as unread,
        sum(e.value) filter (where m.sums) as total,
        max(e.value) filter (where m.tops) as largest,
        sum(e.value * ${eventMicros}) filter (where m.weighs) as moment,
        max(array[${eventMicros}::numeric, e.seq::numeric, e.value]) filter (where m.follows and e.value is not null) as last
      from ${joined(rollUp)}
      where not e.amended and not m.is_unique
      group by 1, 2, 3, 4, 5, 6
    ) grouped`;
}

/** The same for unique counts: rows like those of usage_unique_values. */
function uniqueRows(rollUp: RollUp): RawBuilder<unknown> {
  return sql`
    select tenant_id, meter_id, external_customer_id, hour, external_subscription_id, app.texts_key(dimensions) as dimensions_key,
      case when unique_value is null then '\\x'::bytea else substring(sha256(convert_to(unique_value, 'UTF8')) for 16) end as value_key,
      dimensions, unique_value, events, unread, last
    from (
      select ${place}, ${dimensions} as dimensions, e.unique_value, count(*) as events,
        count(*) filter (where e.reason = 'unknown_metric') as unread,
        max(array[${eventMicros}, e.seq, (e.operation = 'add')::int]) as last
      from ${joined(rollUp)}
      where not e.amended and m.is_unique
      group by 1, 2, 3, 4, 5, 6, 7
    ) grouped`;
}

/** A kind of roll-up: its tables, what tells their rows apart, and how rows of the same key add up. */
export interface Level {
  readonly hours: string;
  readonly days: string;
  /** Besides tenant, meter, customer and time. */
  readonly key: readonly string[];
  /** What every row of a key has. */
  readonly same: readonly string[];
  /** Column -> how those of several rows become one. */
  readonly merged: Readonly<Record<string, 'sum' | 'max'>>;
  readonly rows: (rollUp: RollUp) => RawBuilder<unknown>;
}

const buckets: Level = {
  hours: 'usage_buckets',
  days: 'usage_days',
  key: ['external_subscription_id', 'dimensions_key'],
  same: ['dimensions'],
  merged: { events: 'sum', taken: 'sum', unread: 'sum', total: 'sum', largest: 'max', moment: 'sum', last: 'max' },
  rows: bucketRows,
};

const uniqueValues: Level = {
  hours: 'usage_unique_values',
  days: 'usage_unique_days',
  key: [...buckets.key, 'value_key'],
  same: ['dimensions', 'unique_value'],
  merged: { events: 'sum', unread: 'sum', last: 'max' },
  rows: uniqueRows,
};

/** Both kinds: a meter has rows of one of them. */
const levels: readonly Level[] = [buckets, uniqueValues];

/** The kind that a meter of this aggregation has. */
export const levelOf = (aggregationType: string): Level => (aggregationType === 'unique_count' ? uniqueValues : buckets);

/** The tables of all of them. */
export const rollUpTables = levels.flatMap(({ hours, days }) => [{ table: hours, at: 'hour' }, { table: days, at: 'day' }]);

const refs = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)));
/** The columns that tell rows of hours, or of days, apart. */
export const keyOf = ({ key }: Level, at: string) => ['tenant_id', 'meter_id', 'external_customer_id', at, ...key];

/** Rows of hours as those of their days. */
export function dayRows(level: Level, hours: RawBuilder<unknown>): RawBuilder<unknown> {
  const same = [...level.key, ...level.same];
  const facts = Object.entries(level.merged).map(([name, how]) => sql`${sql.raw(how)}(${sql.ref(name)}) as ${sql.ref(name)}`);
  return sql`
    select tenant_id, meter_id, external_customer_id, ${dayOf(sql.ref('hour'))} as day, ${refs(same)}, ${sql.join(facts)}
    from (${hours}) of_hours
    group by 1, 2, 3, 4, ${refs(same)}`;
}

/** Adds rows to those of a table. They are taken in the order of their keys, so that workers wait for each other and do not deadlock. */
function addRows(level: Level, { at, rows }: { readonly at: 'hour' | 'day'; readonly rows: RawBuilder<unknown> }): RawBuilder<unknown> {
  const key = keyOf(level, at);
  const columns = [...key, ...level.same, ...Object.keys(level.merged)];
  const merge = Object.entries(level.merged).map(([name, how]) => {
    const [kept, added] = [sql.ref(`b.${name}`), sql.ref(`excluded.${name}`)];
    return sql`${sql.ref(name)} = ${how === 'max' ? sql`greatest(${kept}, ${added})` : sql`coalesce(${kept} + ${added}, ${kept}, ${added})`}`;
  });
  return sql`
    insert into ${sql.table(at === 'hour' ? level.hours : level.days)} as b (${refs(columns)})
    select ${refs(columns)} from (${rows}) added
    order by ${refs(key)}
    on conflict (${refs(key)}) do update set ${sql.join(merge)}`;
}

/**
 * Settings for the rest of a transaction that adds many events: as long as it takes; each event's meter found by its code and not by a
 * look at all of them, which the planner, who knows nothing of events that were just stored, takes to be few; room for the groups.
 */
export async function prepareToAdd(db: Db): Promise<void> {
  await sql`
    select set_config('statement_timeout', '0', true), set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true),
      set_config('work_mem', '64MB', true)`.execute(db);
}

/** Adds what the events make to their hours and to the days these are in. */
export async function addToBuckets(db: Db, rollUp: RollUp): Promise<void> {
  for (const level of levels)
    await sql`
      with made as materialized (${level.rows(rollUp)}),
      of_days as (${addRows(level, { at: 'day', rows: dayRows(level, sql`select * from made`) })})
      ${addRows(level, { at: 'hour', rows: sql`select * from made` })}`.execute(db);
}

/** Makes days anew of their hours, while nobody adds to either; `days`: rows `d` of tenant_id, customer, code and day. */
export async function remakeDays(db: Db, days: RawBuilder<unknown>): Promise<void> {
  const meters = sql`${days} join (${followingMeters}) m on m.tenant_id = d.tenant_id and m.code = d.code`;
  for (const level of levels) {
    await sql`
      delete from ${sql.table(level.days)} b using ${meters}
      where b.tenant_id = d.tenant_id and b.meter_id = m.id and b.external_customer_id = d.customer and b.day = d.day`.execute(db);
    const hours = sql`
      select b.* from ${meters} join ${sql.table(level.hours)} b on b.tenant_id = d.tenant_id and b.meter_id = m.id
        and b.external_customer_id = d.customer and b.hour >= d.day and b.hour < d.day + interval '24 hours'`;
    await addRows(level, { at: 'day', rows: dayRows(level, hours) }).execute(db);
  }
}

/** Adds events to the volumes, which count every stored event. */
export async function addToVolumes(db: Db, events: RawBuilder<unknown>): Promise<void> {
  await sql`
    insert into usage_volumes as v (tenant_id, hour, events)
    select e.tenant_id, ${eventHour}, count(*) from (${events}) e group by 1, 2 order by 1, 2
    on conflict (tenant_id, hour) do update set events = v.events + excluded.events`.execute(db);
}
