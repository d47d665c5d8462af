import { sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import type { Scope } from '../../kernel/scope.ts';

/** The transactions whose events one look takes: from the first on, up to but without the last. */
export interface StoredSince {
  readonly since: string;
  readonly until: string;
}

/** That a subscription got usage dated then. */
export interface ArrivedUsage {
  readonly subscription_id: string;
  readonly at: Temporal.Instant;
}

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
