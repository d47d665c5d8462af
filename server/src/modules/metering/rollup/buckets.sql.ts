import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../kernel/db/kysely.ts';

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

/** The hour of UTC an event is dated in. */
export const hourOf = sql`date_bin('1 hour', e."timestamp", 'epoch'::timestamptz)`;

/** Microseconds since the epoch, which is all a timestamptz holds: exact, and comparable beside other numbers. */
const micros = sql`(extract(epoch from e."timestamp") * 1000000)::bigint`;

const textAt = (place: number): RawBuilder<unknown> => sql`app.property_text(e.properties -> m.dimensions[${sql.lit(place)}])`;
const textsOf = (count: number): RawBuilder<unknown> => sql`array[${sql.join(Array.from({ length: count }, (_, place) => textAt(place + 1)))}]`;

/** Most meters have few dimensions: spelled out, their texts cost a tenth of what a function takes. */
const dimensions = sql`case cardinality(m.dimensions) when 0 then '{}'::text[] when 1 then ${textsOf(1)} when 2 then ${textsOf(2)}
  when 3 then ${textsOf(3)} when 4 then ${textsOf(4)} else app.property_texts(e.properties, m.dimensions) end`;

const place = sql`m.tenant_id, m.id as meter_id, e.external_customer_id, ${hourOf} as hour,
  coalesce(e.external_subscription_id, '') as external_subscription_id`;

const joined = ({ events, meters }: RollUp): RawBuilder<unknown> =>
  sql`(${events}) e join (${meters}) m on m.tenant_id = e.tenant_id and m.code = e.code`;

/** What these events make of every bucket they fall in: rows like those of usage_buckets. Amended ones count nowhere. */
export function bucketRows(rollUp: RollUp): RawBuilder<unknown> {
  return sql`
    select tenant_id, meter_id, external_customer_id, hour, external_subscription_id, app.texts_key(dimensions) as dimensions_key, dimensions,
      events, taken, unread, total, largest, moment, last
    from (
      select ${place}, ${dimensions} as dimensions, count(*) as events,
        count(*) filter (where m.aggregation_type = 'count' or e.value is not null) as taken,
        count(*) filter (where e.reason = 'unknown_metric') as unread,
        sum(e.value) filter (where m.aggregation_type in ('sum', 'custom', 'weighted_sum')) as total,
        max(e.value) filter (where m.aggregation_type = 'max') as largest,
        sum(e.value * ${micros}) filter (where m.aggregation_type = 'weighted_sum') as moment,
        max(array[${micros}::numeric, e.seq::numeric, e.value]) filter (where m.aggregation_type = 'latest' and e.value is not null) as last
      from ${joined(rollUp)}
      where not e.amended and m.aggregation_type <> 'unique_count'
      group by 1, 2, 3, 4, 5, 6
    ) grouped`;
}

/** The same for unique counts: rows like those of usage_unique_values. */
export function uniqueRows(rollUp: RollUp): RawBuilder<unknown> {
  return sql`
    select tenant_id, meter_id, external_customer_id, hour, external_subscription_id, app.texts_key(dimensions) as dimensions_key,
      case when unique_value is null then '\\x'::bytea else substring(sha256(convert_to(unique_value, 'UTF8')) for 16) end as value_key,
      dimensions, unique_value, events, unread, last
    from (
      select ${place}, ${dimensions} as dimensions, e.unique_value, count(*) as events,
        count(*) filter (where e.reason = 'unknown_metric') as unread,
        max(array[${micros}, e.seq, (e.operation = 'add')::int]) as last
      from ${joined(rollUp)}
      where not e.amended and m.aggregation_type = 'unique_count'
      group by 1, 2, 3, 4, 5, 6, 7
    ) grouped`;
}

/** Adds what the events make to the buckets. Rows are taken in the order of their keys, so that workers wait for each other and do not deadlock. */
export async function addToBuckets(db: Db, rollUp: RollUp): Promise<void> {
  await sql`
    insert into usage_buckets as b (tenant_id, meter_id, external_customer_id, hour, external_subscription_id, dimensions_key, dimensions,
      events, taken, unread, total, largest, moment, last)
    ${bucketRows(rollUp)}
    order by tenant_id, meter_id, external_customer_id, hour, external_subscription_id, dimensions_key
    on conflict (tenant_id, meter_id, external_customer_id, hour, external_subscription_id, dimensions_key) do update set
      events = b.events + excluded.events, taken = b.taken + excluded.taken, unread = b.unread + excluded.unread,
      total = coalesce(b.total + excluded.total, b.total, excluded.total), largest = greatest(b.largest, excluded.largest),
      moment = coalesce(b.moment + excluded.moment, b.moment, excluded.moment), last = greatest(b.last, excluded.last)`.execute(db);
  await sql`
    insert into usage_unique_values as b (tenant_id, meter_id, external_customer_id, hour, external_subscription_id, dimensions_key, value_key,
      dimensions, unique_value, events, unread, last)
    ${uniqueRows(rollUp)}
    order by tenant_id, meter_id, external_customer_id, hour, external_subscription_id, dimensions_key, value_key
    on conflict (tenant_id, meter_id, external_customer_id, hour, external_subscription_id, dimensions_key, value_key) do update set
      events = b.events + excluded.events, unread = b.unread + excluded.unread, last = greatest(b.last, excluded.last)`.execute(db);
}

/** Adds events to the volumes, which count every stored event. */
export async function addToVolumes(db: Db, events: RawBuilder<unknown>): Promise<void> {
  await sql`
    insert into usage_volumes as v (tenant_id, hour, events)
    select e.tenant_id, ${hourOf}, count(*) from (${events}) e group by 1, 2 order by 1, 2
    on conflict (tenant_id, hour) do update set events = v.events + excluded.events`.execute(db);
}
