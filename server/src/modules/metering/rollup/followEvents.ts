import { sql } from 'kysely';
import type pg from 'pg';
import { kyselyOver } from '../../../kernel/db/kysely.ts';
import { retryTransient, transact } from '../../../kernel/db/transaction.ts';
import { shareBuckets } from './bucketLock.sql.ts';
import { addToBuckets, addToVolumes, followingMeters, prepareToAdd } from './buckets.sql.ts';
import { type Claim, claimNext, type Range, release, takeOver } from './ranges.sql.ts';

/** Claims a stretch of the commit order for a worker: one that was left lying, else the next. Undefined: there is nothing to do. */
export async function claimRange(pool: pg.Pool, claim: Claim): Promise<Range | undefined> {
  return transact(pool, { tenantId: null }, async (client) => {
    const db = kyselyOver(client);
    return (await takeOver(db, claim)) ?? (await claimNext(db, claim));
  });
}

/** The range is another's now: nothing was added. */
class FencedOff extends Error {}

/**
 * Adds the events of a range to the buckets and gives it up as done, all in one transaction: either the buckets have it and it is gone, or
 * neither. False where another worker has taken it over. Additions commute, so ranges may be finished in any order.
 */
export async function rollUpRange(pool: pg.Pool, range: Range): Promise<boolean> {
  const work = () =>
    transact(pool, { tenantId: null }, async (client) => {
      const db = kyselyOver(client);
      await prepareToAdd(db);
      await shareBuckets(db);
      // First, so that two workers with the same range meet here and not after the work.
      if (!(await release(db, range))) throw new FencedOff();
      const events = sql`select * from usage_events_all where xid >= ${range.from}::xid8 and xid < ${range.to}::xid8`;
      await addToBuckets(db, { events, meters: followingMeters });
      await addToVolumes(db, events);
    });
  try {
    await retryTransient(work);
    return true;
  } catch (error) {
    if (error instanceof FencedOff) return false;
    throw error;
  }
}
