import { sql } from 'kysely';
import type { Db } from '../../../kernel/db/kysely.ts';

const key = 7_310_529;

/** Whoever adds to buckets holds this for the rest of the transaction: several may. */
export async function shareBuckets(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${key}::bigint)`.execute(db);
}

/** Waits until nobody adds to buckets, and keeps everybody from it for the rest of the transaction. */
export async function ownBuckets(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(${key}::bigint)`.execute(db);
}
