import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import type { Logger } from 'pino';
import { Counter } from 'prom-client';
import { type Db, kyselyOver } from '../../../kernel/db/kysely.ts';
import { transact } from '../../../kernel/db/transaction.ts';
import { metrics } from '../../../kernel/metrics.ts';
import { markDirtyHours } from '../dirtyHours.sql.ts';
import { eventHour } from '../instants.sql.ts';
import { ownBuckets } from './bucketLock.sql.ts';
import { addToVolumes, dayOf, dayRows, isRolledUp, keyOf, levelOf, rollUpTables } from './buckets.sql.ts';

/** Hours of UTC, half-open. */
interface Window {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
}

interface CheckedMeter {
  readonly tenant_id: string;
  readonly id: bigint;
  readonly code: string;
  readonly aggregation_type: string;
}

/** An hour whose buckets are not what its events make. */
interface WrongHour {
  readonly tenant_id: string;
  readonly external_customer_id: string;
  readonly code: string;
  readonly hour: Temporal.Instant;
}

const within = (column: RawBuilder<unknown>, { from, to }: Window) => sql`${column} >= ${from}::timestamptz and ${column} < ${to}::timestamptz`;

const rolledUp = (meter: Pick<CheckedMeter, 'tenant_id'>, window: Window): RawBuilder<unknown> => sql`
  select e.* from usage_events_all e where e.tenant_id = ${meter.tenant_id}::uuid and ${within(sql.ref('e.timestamp'), window)} and ${isRolledUp}`;

const dayHours = 24;
// An instant rounds to divisors of a day only, of which 24 hours is one.
const wholeDay = { smallestUnit: 'hour', roundingIncrement: dayHours } as const;

/** The days that lie wholly in a window. */
const daysWithin = ({ from, to }: Window): Window => ({
  from: from.round({ ...wholeDay, roundingMode: 'ceil' }),
  to: to.round({ ...wholeDay, roundingMode: 'floor' }),
});

/**
 * Compares, in one statement and so at one moment, what is kept with what the events make; a wrong day is told by its first hour. Dirty
 * hours are to be made anew anyway.
 */
async function wrongHours(db: Db, meter: CheckedMeter, window: Window): Promise<readonly WrongHour[]> {
  const level = levelOf(meter.aggregation_type);
  const facts = [...level.same, ...Object.keys(level.merged)];
  const events = sql`select * from (${rolledUp(meter, window)}) e where e.code = ${meter.code}`;
  const meters = sql`select * from usage_meters where tenant_id = ${meter.tenant_id}::uuid and id = ${meter.id} and state = 'ready'`;
  const row = (of: string) => sql`(${sql.join(facts.map((fact) => sql.ref(`${of}.${fact}`)))})`;
  const wrong = ({ rows, at, span, within: compared }: { rows: RawBuilder<unknown>; at: 'hour' | 'day'; span: string; within: Window }) => sql`
    select at.external_customer_id, at.${sql.ref(at)} as hour
    from (select * from (${rows}) rows where ${within(sql.ref(at), compared)}) made
    full join (
      select * from ${sql.table(at === 'hour' ? level.hours : level.days)}
      where tenant_id = ${meter.tenant_id}::uuid and meter_id = ${meter.id} and ${within(sql.ref(at), compared)}
    ) kept using (${sql.join(keyOf(level, at).map((column) => sql.ref(column)))}) as at
    where ${row('made')} is distinct from ${row('kept')}
      and not exists (select from usage_dirty_hours d where d.tenant_id = ${meter.tenant_id}::uuid and d.external_customer_id = at.external_customer_id
        and d.code = ${meter.code} and d.hour >= at.${sql.ref(at)} and d.hour < at.${sql.ref(at)} + ${sql.lit(span)}::interval)`;
  const { rows } = await sql<WrongHour>`
    with made_hours as materialized (${level.rows({ events, meters })})
    select ${meter.tenant_id}::uuid as tenant_id, ${meter.code}::text as code, external_customer_id, hour from (
      ${wrong({ rows: sql`select * from made_hours`, at: 'hour', span: '1 hour', within: window })}
      union
      ${wrong({ rows: dayRows(level, sql`select * from made_hours`), at: 'day', span: '24 hours', within: daysWithin(window) })}
    ) wrong`.execute(db);
  return rows;
}

/** The hours of a tenant whose volume is not the number of its events. */
async function wrongVolumes(db: Db, tenantId: string, window: Window): Promise<number> {
  const { rows } = await sql`
    select from (select ${eventHour} as hour, count(*) as events from (${rolledUp({ tenant_id: tenantId }, window)}) e group by 1) made
    full join (select hour, events from usage_volumes where tenant_id = ${tenantId}::uuid and ${within(sql.ref('hour'), window)}) kept using (hour)
    where made.events is distinct from kept.events`.execute(db);
  return rows.length;
}

/** Answers how many hours of a tenant have a wrong volume; with `repair`, counts them anew while nobody adds to them. */
async function checkVolumes(pool: pg.Pool, tenantId: string, window: Window, repair: boolean): Promise<number> {
  return transact(pool, { tenantId: null }, async (client) => {
    const db = kyselyOver(client);
    await sql`set local statement_timeout = 0`.execute(db);
    const wrong = await wrongVolumes(db, tenantId, window);
    if (wrong === 0 || !repair) return wrong;
    await ownBuckets(db);
    await sql`delete from usage_volumes where tenant_id = ${tenantId}::uuid and ${within(sql.ref('hour'), window)}`.execute(db);
    await addToVolumes(db, rolledUp({ tenant_id: tenantId }, window));
    return wrong;
  });
}

/** What a check found. */
export interface UsageCheck {
  readonly meters: number;
  readonly wrong: readonly WrongHour[];
  readonly wrongVolumes: number;
}

async function checkMeter(pool: pg.Pool, meter: CheckedMeter, window: Window, repair: boolean): Promise<readonly WrongHour[]> {
  return transact(pool, { tenantId: null }, async (client) => {
    const db = kyselyOver(client);
    await sql`set local statement_timeout = 0`.execute(db);
    const wrong = await wrongHours(db, meter, window);
    const changed = wrong.map(({ external_customer_id: externalCustomerId, code, hour }) => ({ externalCustomerId, code, at: hour }));
    if (repair) await markDirtyHours(db, meter.tenant_id, changed);
    return wrong;
  });
}

/** Everything stored, in days of UTC: a statement looks at one of them. */
async function daysOf(pool: pg.Pool, tenantId: string): Promise<readonly Window[]> {
  const kept = ({ table, at }: (typeof rollUpTables)[number]) => sql`union select ${dayOf(sql.ref(at))} from ${sql.table(table)} where tenant_id = ${tenantId}::uuid`;
  const { rows } = await transact(pool, { tenantId: null }, (client) =>
    sql<{ day: Temporal.Instant }>`
      select distinct date_bin('1 day', "timestamp", 'epoch'::timestamptz) as day from usage_events_all where tenant_id = ${tenantId}::uuid
      ${sql.join(rollUpTables.map(kept), sql` `)}
      union select date_bin('1 day', hour, 'epoch'::timestamptz) from usage_volumes where tenant_id = ${tenantId}::uuid
      order by 1`.execute(kyselyOver(client)));
  return rows.map(({ day }) => ({ from: day, to: day.add({ hours: dayHours }) }));
}

/** Compares every bucket of every tenant with the events; with `repair`, has the wrong hours made anew. May run at any time. */
export async function checkAllUsage(pool: pg.Pool, repair: boolean): Promise<UsageCheck> {
  const { rows: tenants } = await pool.query<{ id: string }>('select id from tenants order by id');
  const wrong: WrongHour[] = [];
  let [checked, volumes] = [0, 0];
  for (const { id } of tenants) {
    const { rows: meters } = await pool.query<CheckedMeter>(
      `select tenant_id, id, code, aggregation_type from usage_meters where tenant_id = $1 and state = 'ready' order by id`,
      [id],
    );
    checked += meters.length;
    for (const day of await daysOf(pool, id)) {
      for (const meter of meters) wrong.push(...(await checkMeter(pool, meter, day, repair)));
      volumes += await checkVolumes(pool, id, day, repair);
    }
  }
  return { meters: checked, wrong, wrongVolumes: volumes };
}

const wrongHoursFound = new Counter({
  name: 'farthing_usage_wrong_hours_total',
  help: 'Hours whose roll-ups were not what their events make, found and repaired by the nightly check. Any is a fault of the program.',
  registers: [metrics],
});

const recentDays = 2;
/** Of those before, so many days with events are compared at a time, so that each comes round. */
const olderDays = 5;

interface DueMeter extends CheckedMeter {
  readonly hour: Temporal.Instant;
  readonly compared_to: Temporal.Instant | null;
}

/** The next day with events of a meter; undefined where there is none before `to`. */
async function nextDay(pool: pg.Pool, meter: CheckedMeter, from: Temporal.Instant | null, to: Temporal.Instant): Promise<Window | undefined> {
  const { rows } = await transact(pool, { tenantId: null, readOnly: true }, (client) =>
    sql<{ day: Temporal.Instant | null }>`
      select date_bin('1 day', min("timestamp"), 'epoch'::timestamptz) as day from usage_events_all
      where tenant_id = ${meter.tenant_id}::uuid and code = ${meter.code} and "timestamp" >= coalesce(${from}::timestamptz, '-infinity') and "timestamp" < ${to}`
      .execute(kyselyOver(client)));
  const day = rows[0]?.day ?? null;
  return day === null ? undefined : { from: day, to: day.add({ hours: dayHours }) };
}

/** The windows of one night: the last days, and the next few of the older ones, from the first again after the last. */
async function windowsOf(pool: pg.Pool, meter: DueMeter): Promise<{ readonly windows: readonly Window[]; readonly comparedTo: Temporal.Instant | null }> {
  const today = meter.hour.round({ ...wholeDay, roundingMode: 'floor' });
  const recent = { from: today.subtract({ hours: dayHours * recentDays }), to: meter.hour };
  const windows = [recent];
  let comparedTo = meter.compared_to;
  while (windows.length <= olderDays) {
    const day = await nextDay(pool, meter, comparedTo, recent.from);
    comparedTo = day?.to ?? null;
    if (day === undefined) break;
    windows.push(day);
  }
  return { windows, comparedTo };
}

/** The meter that was not checked for a day, or the longest, as of now; undefined: none is due. */
async function takeDue(pool: pg.Pool): Promise<DueMeter | undefined> {
  const { rows } = await pool.query<DueMeter>(
    `update usage_meters set checked_at = now()
     where (tenant_id, id) = (select tenant_id, id from usage_meters
       where state = 'ready' and (checked_at is null or checked_at < now() - interval '1 day') order by checked_at nulls first limit 1 for update skip locked)
     returning tenant_id, id, code, aggregation_type, compared_to, date_bin('1 hour', now(), 'epoch'::timestamptz) as hour`,
  );
  return rows[0];
}

/** A meter that is being checked, the windows that are left, and what was found wrong so far. */
interface Night {
  readonly meter: DueMeter;
  readonly windows: Window[];
  readonly comparedTo: Temporal.Instant | null;
  hours: number;
  volumes: number;
}

async function beginNight(pool: pg.Pool): Promise<Night | null> {
  const meter = await takeDue(pool);
  if (meter === undefined) return null;
  const { windows, comparedTo } = await windowsOf(pool, meter);
  return { meter, windows: [...windows], comparedTo, hours: 0, volumes: 0 };
}

async function endNight(pool: pg.Pool, { meter, comparedTo, hours, volumes }: Night, logger: Logger): Promise<void> {
  await pool.query('update usage_meters set compared_to = $3 where tenant_id = $1 and id = $2', [meter.tenant_id, meter.id, comparedTo?.toString() ?? null]);
  if (hours + volumes === 0) return;
  wrongHoursFound.inc(hours + volumes);
  logger.error({ tenant: meter.tenant_id, code: meter.code, hours, volumes }, 'roll-ups were not what the events make; they are made anew');
}

/**
 * The nightly check: compares each meter that was not checked for a day over today and the two days before, and over a few days of those before
 * them, and repairs. A window at each call, as a day of many events takes seconds, for which neither roll-ups nor the end of a process should wait long.
 * False: none is due.
 */
export function nightlyCheck(pool: pg.Pool, logger: Logger): () => Promise<boolean> {
  let night: Night | null = null;
  return async () => {
    night ??= await beginNight(pool);
    if (night === null) return false;
    const { meter, windows } = night;
    const window = windows.shift();
    if (window !== undefined) {
      night.hours += (await checkMeter(pool, meter, window, true)).length;
      night.volumes += await checkVolumes(pool, meter.tenant_id, window, true);
    }
    if (windows.length > 0) return true;
    await endNight(pool, night, logger);
    night = null;
    return true;
  };
}
