import { sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import type { Scope } from '../../kernel/scope.ts';

/**
 * What was stored since the last look, up to the oldest transaction still under way; `since` is null before the first. Where another
 * database cluster numbered the transactions of the last look, as after a restore elsewhere, looking begins anew.
 */
export async function storedSince(db: ReadDb): Promise<{ readonly since: string | null; readonly until: string }> {
  const { rows } = await sql<{ until: string; since: string | null }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as until, (
      select seen_xid::text from in_advance_progress where cluster = app.cluster() and seen_xid <= pg_snapshot_xmax(pg_current_snapshot())) as since`.execute(db);
  const [progress] = rows;
  if (progress === undefined) throw new Error('A select without a table answers a row.');
  return progress;
}

export async function writeProgress(db: Db, { tenant }: Scope, until: string): Promise<void> {
  await sql`insert into in_advance_progress (tenant_id, seen_xid) values (${tenant.id}, ${until}::xid8)
    on conflict (tenant_id) do update set seen_xid = excluded.seen_xid, cluster = excluded.cluster
    where in_advance_progress.seen_xid < excluded.seen_xid or in_advance_progress.cluster <> excluded.cluster`.execute(db);
}

/** Where the first look begins: what was stored before is seen with the next event of its subscription, or at the period's end. */
export async function beginProgress(db: Db, { tenant }: Scope): Promise<void> {
  await sql`insert into in_advance_progress (tenant_id, seen_xid) values (${tenant.id}, pg_snapshot_xmin(pg_current_snapshot()))
    on conflict do nothing`.execute(db);
}

/** Usage of a subscription that a follower could not take so far. */
export interface UnfollowedUsage {
  readonly follower: string;
  readonly subscription_id: string;
  /** The first transaction of the look that failed; the very first where another cluster numbered it. */
  readonly since: string;
  readonly attempts: number;
  /** Real time. */
  readonly retry_at: Temporal.Instant;
}

export async function readUnfollowed(db: ReadDb): Promise<readonly UnfollowedUsage[]> {
  const { rows } = await sql<UnfollowedUsage>`
    select follower, subscription_id, attempts, retry_at, case when cluster = app.cluster() then since_xid::text else '0' end as since
    from unfollowed_usage order by retry_at`.execute(db);
  return rows;
}

interface Failure extends UnfollowedUsage {
  readonly message: string;
}

/** Keeps, once more, that usage could not be taken; where its look began stays. */
export async function keepUnfollowed(db: Db, { tenant, now }: Scope, { follower, subscription_id: id, since, attempts, retry_at: retryAt, message }: Failure): Promise<void> {
  await sql`insert into unfollowed_usage (tenant_id, follower, subscription_id, since_xid, attempts, retry_at, last_error, created_at)
    values (${tenant.id}, ${follower}, ${id}, ${since}::xid8, ${attempts}, ${retryAt}, ${message}, ${now})
    on conflict (tenant_id, follower, subscription_id) do update
    set attempts = excluded.attempts, retry_at = excluded.retry_at, last_error = excluded.last_error`.execute(db);
}

export async function dropUnfollowed(db: Db, { follower, subscription_id: id }: Pick<UnfollowedUsage, 'follower' | 'subscription_id'>): Promise<void> {
  await sql`delete from unfollowed_usage where follower = ${follower} and subscription_id = ${id}`.execute(db);
}
