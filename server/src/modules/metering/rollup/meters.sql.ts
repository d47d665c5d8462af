import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../../kernel/db/kysely.ts';
import type { Tables } from '../../../tables.ts';
import { rollUpTables } from './buckets.sql.ts';

type Meter = Selectable<Tables['usage_meters']>;
export type BuildingMeter = Pick<
  Meter,
  'tenant_id' | 'id' | 'code' | 'aggregation_type' | 'built_customer' | 'built_hour' | 'base_frontier' | 'base_pending_from' | 'base_pending_to'
>;

/** One row per code and aggregation that is metered: of every metric of the tenant that is live or still priced. */
const wanted = sql`
  with metered as (
    select m.tenant_id, m.id, m.code, m.aggregation_type
    from billable_metrics m
    where m.deleted_at is null
      or exists (select from charges c where c.tenant_id = m.tenant_id and c.billable_metric_id = m.id and c.deleted_at is null)
  ),
  keys as (
    select m.id, f.key from metered m join billable_metric_filters f on f.tenant_id = m.tenant_id and f.billable_metric_id = m.id
    union
    select m.id, asked.key
    from metered m
    join charges c on c.tenant_id = m.tenant_id and c.billable_metric_id = m.id and c.deleted_at is null
    left join charge_filters f on f.tenant_id = c.tenant_id and f.charge_id = c.id and f.deleted_at is null
    cross join lateral (
      select jsonb_array_elements_text(coalesce(nullif(c.properties -> 'pricing_group_keys', 'null'), '[]'))
      union select jsonb_array_elements_text(coalesce(nullif(f.properties -> 'pricing_group_keys', 'null'), '[]'))
      union select condition ->> 'key' from jsonb_array_elements(f.conditions) condition
    ) asked (key)
  ),
  wanted as (
    select m.tenant_id, m.code, m.aggregation_type,
      coalesce(array_agg(distinct k.key order by k.key) filter (where k.key is not null), '{}') as dimensions
    from metered m left join keys k on k.id = m.id
    group by 1, 2, 3
  )`;

/**
 * Has the meters that the tenant of the transaction needs: one per code and aggregation, whose dimensions are the keys of the metric's
 * filters and all that live charges on it filter and group by. Other dimensions are another meter, to be built, and the one before stays
 * until then; what was being built and is not wanted any more is given up. Answers whether anything changed. The caller keeps others from
 * doing the same at the same time.
 */
export async function planMeters(db: Db, now: Temporal.Instant): Promise<boolean> {
  const given = await sql`
    ${wanted}
    update usage_meters u set state = 'retired'
    where u.state = 'building' and not exists (select from wanted w
        where w.code = u.code and w.aggregation_type = u.aggregation_type and w.dimensions = u.dimensions)
      or u.state = 'ready' and not exists (select from wanted w where w.code = u.code and w.aggregation_type = u.aggregation_type)`.execute(db);
  const made = await sql`
    ${wanted}
    insert into usage_meters (tenant_id, code, aggregation_type, dimensions, created_at)
    select tenant_id, code, aggregation_type, dimensions, ${now}::timestamptz
    from wanted w
    where not exists (
      select from usage_meters u
      where u.code = w.code and u.aggregation_type = w.aggregation_type and u.dimensions = w.dimensions and u.state <> 'retired')`.execute(db);
  return (given.numAffectedRows ?? 0n) + (made.numAffectedRows ?? 0n) > 0n;
}

/** The tenant's meters; of one code, in the order in which they were made. */
export async function listMeters(db: ReadDb) {
  return db
    .selectFrom('usage_meters')
    .select(['id', 'code', 'aggregation_type', 'dimensions', 'state', 'built_customer', 'checked_at', 'created_at'])
    .orderBy('code')
    .orderBy('id')
    .execute();
}

export async function hasMetersToActivate(db: Db): Promise<boolean> {
  const { rows } = await sql`select from usage_meters where state = 'building' and base_frontier is null limit 1`.execute(db);
  return rows.length > 0;
}

/** To be called while nobody adds to buckets: what is rolled up at this moment is each new meter's base. */
export async function activateMeters(db: Db): Promise<void> {
  await sql`
    update usage_meters set base_frontier = (select frontier from usage_progress),
      base_pending_from = array(select from_xid from usage_ranges order by id), base_pending_to = array(select to_xid from usage_ranges order by id)
    where state = 'building' and base_frontier is null`.execute(db);
}

/** The oldest meter that is being built and not by another worker just now. */
export async function takeBuilding(db: Db): Promise<BuildingMeter | undefined> {
  const { rows } = await sql<BuildingMeter>`
    select tenant_id, id, code, aggregation_type, built_customer, built_hour, base_frontier, base_pending_from::text[], base_pending_to::text[]
    from usage_meters where state = 'building' and base_frontier is not null
    order by id limit 1 for update skip locked`.execute(db);
  return rows[0];
}

/** Which of the tenant's events come next, and where the builder stands after them; hour null: the customer is done. */
export interface Stretch {
  readonly where: RawBuilder<unknown>;
  readonly customer: string;
  readonly hour: Temporal.Instant | null;
}

const soleHour = { hours: 1 };

/** The next hours of a large customer, from `hour` on; null where there are no more. */
export async function nextHours(
  db: Db,
  meter: BuildingMeter,
  { customer, hour, events }: { readonly customer: string; readonly hour: Temporal.Instant; readonly events: number },
): Promise<Stretch | null> {
  const ahead = sql`select date_bin('1 hour', "timestamp", 'epoch'::timestamptz) as hour from usage_events_all
    where tenant_id = ${meter.tenant_id}::uuid and external_customer_id = ${customer} and code = ${meter.code}
      and "timestamp" >= ${hour}::timestamptz order by "timestamp"`;
  const { rows } = await sql<{ first: Temporal.Instant | null; bound: Temporal.Instant | null }>`
    select (${ahead} limit 1) as first, (${ahead} offset ${events}::bigint limit 1) as bound`.execute(db);
  const { first = null, bound = null } = rows[0] ?? {};
  if (first === null) return null;
  const isCustomer = sql`e.external_customer_id = ${customer} and e."timestamp" >= ${hour}::timestamptz`;
  if (bound === null) return { where: isCustomer, customer, hour: null };
  // An hour is not divided, however many events are in it.
  const until = Temporal.Instant.compare(first, bound) < 0 ? bound : first.add(soleHour);
  return { where: sql`${isCustomer} and e."timestamp" < ${until}::timestamptz`, customer, hour: until };
}

const beginning = Temporal.Instant.from('0001-01-01T00:00:00Z');

/** The next customers after those that are built; of a large one, only that it comes next. Null: all are built. */
export async function nextCustomers(db: Db, meter: BuildingMeter, events: number): Promise<Stretch | null> {
  const after = meter.built_customer === null ? sql`` : sql`and external_customer_id > ${meter.built_customer}`;
  const customers = sql`select external_customer_id from usage_events_all where tenant_id = ${meter.tenant_id}::uuid ${after}`;
  const ahead = sql`${customers} order by external_customer_id`;
  // Each is the first of an order: a maximum of what may or may not have a bound would read all events of the tenant.
  const { rows } = await sql<{ first: string | null; bound: string | null; last: string | null }>`
    with edges as materialized (select (${ahead} limit 1) as first, (${ahead} offset ${events}::bigint limit 1) as bound)
    select first, bound, case
      when bound is null then (${ahead} desc limit 1)
      when first < bound then (${customers} and external_customer_id < bound order by external_customer_id desc limit 1)
    end as last
    from edges`.execute(db);
  const { first = null, bound = null, last = null } = rows[0] ?? {};
  if (first === null) return null;
  if (first === bound) return { where: sql`false`, customer: first, hour: beginning };
  if (last === null) throw new Error('There are customers, but there is no last one.');
  const from = meter.built_customer === null ? sql`` : sql`e.external_customer_id > ${meter.built_customer} and`;
  return { where: sql`${from} e.external_customer_id <= ${last}`, customer: last, hour: null };
}

export async function advanceMeter(db: Db, meter: BuildingMeter, { customer, hour }: Pick<Stretch, 'customer' | 'hour'>): Promise<void> {
  await sql`
    update usage_meters set built_customer = ${customer}, built_hour = ${hour}::timestamptz
    where tenant_id = ${meter.tenant_id}::uuid and id = ${meter.id}`.execute(db);
}

/** From this transaction's commit on it is read; those it takes the place of are not. */
export async function finishMeter(db: Db, { tenant_id: tenantId, id, code, aggregation_type: type }: BuildingMeter): Promise<void> {
  await sql`update usage_meters set state = 'ready' where tenant_id = ${tenantId}::uuid and id = ${id}`.execute(db);
  await sql`
    update usage_meters set state = 'retired'
    where tenant_id = ${tenantId}::uuid and code = ${code} and aggregation_type = ${type} and id <> ${id} and state = 'ready'`.execute(db);
}

/** Removes up to `most` rows of a retired meter, then the meter; `own` keeps those away who began to add while it was not retired yet. */
export async function clearRetired(db: Db, most: number, own: (db: Db) => Promise<void>): Promise<boolean> {
  const { rows } = await sql<Pick<Meter, 'tenant_id' | 'id'>>`select tenant_id, id from usage_meters where state = 'retired' order by id limit 1`.execute(db);
  const [meter] = rows;
  if (meter === undefined) return false;
  await own(db);
  for (const { table } of rollUpTables) {
    const { numAffectedRows } = await sql`
      delete from ${sql.table(table)} where ctid = any(array(
        select ctid from ${sql.table(table)} where tenant_id = ${meter.tenant_id}::uuid and meter_id = ${meter.id} limit ${most}))`.execute(db);
    if ((numAffectedRows ?? 0n) > 0n) return true;
  }
  await sql`delete from usage_meters where tenant_id = ${meter.tenant_id}::uuid and id = ${meter.id} and state = 'retired'`.execute(db);
  return true;
}
