import { sql } from 'kysely';
import type pg from 'pg';
import { type Db, kyselyOver } from '../../../kernel/db/kysely.ts';
import { transact } from '../../../kernel/db/transaction.ts';
import { ownBuckets, shareBuckets } from './bucketLock.sql.ts';
import { addToBuckets } from './buckets.sql.ts';
import {
  activateMeters,
  advanceMeter,
  type BuildingMeter,
  clearRetired,
  finishMeter,
  hasMetersToActivate,
  nextCustomers,
  nextHours,
  type Stretch,
  takeBuilding,
} from './meters.sql.ts';

/** Begins to follow with the meters that are new: from now on every range includes them, and what is rolled up now is left to the builder. */
export async function activateNewMeters(pool: pg.Pool): Promise<boolean> {
  return transact(pool, { tenantId: null }, async (client) => {
    const db = kyselyOver(client);
    if (!(await hasMetersToActivate(db))) return false;
    await ownBuckets(db);
    await activateMeters(db);
    return true;
  });
}

/**
 * Adds the next of the events that were rolled up before a meter began to follow, some `events` of them, and makes the meter ready after the
 * last. Events, cursor and readiness are one transaction; several workers build several meters. False: there is nothing to build.
 */
export async function buildNext(pool: pg.Pool, events: number): Promise<boolean> {
  return transact(pool, { tenantId: null }, async (client) => {
    const db = kyselyOver(client);
    await sql`set local statement_timeout = 0`.execute(db);
    await shareBuckets(db);
    const meter = await takeBuilding(db);
    if (meter === undefined) return false;
    const stretch = await nextStretch(db, meter, events);
    if (stretch === null) await finishMeter(db, meter);
    else await addStretch(db, meter, stretch);
    return true;
  });
}

/** Whole customers where they are small, hours of one where it is large. */
async function nextStretch(db: Db, meter: BuildingMeter, events: number): Promise<Stretch | null> {
  const { built_customer: customer, built_hour: hour } = meter;
  const within = customer === null || hour === null ? null : await nextHours(db, meter, { customer, hour, events });
  return within ?? (await nextCustomers(db, meter, events));
}

async function addStretch(db: Db, meter: BuildingMeter, { where, customer, hour }: Stretch): Promise<void> {
  const rolledUp = sql`
    select e.* from usage_events_all e
    where e.tenant_id = ${meter.tenant_id}::uuid and e.code = ${meter.code} and ${where}
      and e.xid < ${meter.base_frontier}::xid8
      and not exists (select from unnest(${meter.base_pending_from}::xid8[], ${meter.base_pending_to}::xid8[]) p (from_xid, to_xid)
        where e.xid >= p.from_xid and e.xid < p.to_xid)`;
  await addToBuckets(db, { events: rolledUp, meters: sql`select * from usage_meters where tenant_id = ${meter.tenant_id}::uuid and id = ${meter.id}` });
  await advanceMeter(db, meter, { customer, hour });
}

/** Removes some rows of a meter that nobody reads any more, and at last the meter; false where there is none. */
export async function clearRetiredMeter(pool: pg.Pool, rows: number): Promise<boolean> {
  return transact(pool, { tenantId: null }, async (client) => clearRetired(kyselyOver(client), rows, ownBuckets));
}
