import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import { type Db, kyselyOver } from '../../../kernel/db/kysely.ts';
import { transact } from '../../../kernel/db/transaction.ts';
import { ownBuckets } from './bucketLock.sql.ts';
import { addToBuckets, dayOf, followingMeters, isRolledUp, remakeDays } from './buckets.sql.ts';

interface DirtyHour {
  readonly tenant_id: string;
  readonly external_customer_id: string;
  readonly code: string;
  readonly hour: Temporal.Instant;
}

/** Clears the oldest marks and answers them; those whose transaction is not over, and those of a code that is being built, wait. */
async function takeMarks(db: Db, most: number): Promise<readonly DirtyHour[]> {
  const { rows } = await sql<DirtyHour>`
    with taken as (
      select d.tenant_id, d.external_customer_id, d.code, d.hour
      from usage_dirty_hours d
      where not exists (select from usage_meters m where m.tenant_id = d.tenant_id and m.code = d.code and m.state = 'building')
      order by d.marked_at
      limit ${most}
      for update of d skip locked
    )
    delete from usage_dirty_hours d using taken t
    where d.tenant_id = t.tenant_id and d.external_customer_id = t.external_customer_id and d.code = t.code and d.hour = t.hour
    returning d.tenant_id, d.external_customer_id, d.code, d.hour`.execute(db);
  return rows;
}

function hoursOf(marks: readonly DirtyHour[]): RawBuilder<unknown> {
  return sql`unnest(
    ${marks.map(({ tenant_id: tenantId }) => tenantId)}::uuid[], ${marks.map(({ external_customer_id: customer }) => customer)}::text[],
    ${marks.map(({ code }) => code)}::text[], ${marks.map(({ hour }) => hour)}::timestamptz[]) h (tenant_id, customer, code, hour)`;
}

async function clearHours(db: Db, hours: RawBuilder<unknown>): Promise<void> {
  for (const table of ['usage_buckets', 'usage_unique_values'])
    await sql`
      delete from ${sql.table(table)} b using ${hours} join (${followingMeters}) m on m.tenant_id = h.tenant_id and m.code = h.code
      where b.tenant_id = h.tenant_id and b.meter_id = m.id and b.external_customer_id = h.customer and b.hour = h.hour`.execute(db);
}

/**
 * Makes some of the dirty hours anew from what is stored, and answers how many. Meanwhile nobody adds to buckets, so what is rolled up is
 * the same at the first statement and at the last; what is not will be added by its range. The days of these hours are added up anew.
 */
export async function recomputeHours(pool: pg.Pool, most: number): Promise<number> {
  return transact(pool, { tenantId: null }, async (client) => {
    const db = kyselyOver(client);
    const { rows } = await sql`select from usage_dirty_hours limit 1`.execute(db);
    if (rows.length === 0) return 0;
    await sql`set local statement_timeout = 0`.execute(db);
    await ownBuckets(db);
    const marks = await takeMarks(db, most);
    if (marks.length === 0) return 0;
    const hours = hoursOf(marks);
    await clearHours(db, hours);
    const events = sql`
      select e.* from ${hours} cross join lateral (
        select * from usage_events_all e
        where e.tenant_id = h.tenant_id and e.external_customer_id = h.customer and e.code = h.code
          and e."timestamp" >= h.hour and e."timestamp" < h.hour + interval '1 hour' and ${isRolledUp}
        offset 0
      ) e`;
    await addToBuckets(db, { events, meters: followingMeters });
    await remakeDays(db, sql`(select distinct tenant_id, customer, code, ${dayOf(sql.ref('hour'))} as day from ${hours}) d`);
    return marks.length;
  });
}
