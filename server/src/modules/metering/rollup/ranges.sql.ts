import { sql } from 'kysely';
import type { Db } from '../../../kernel/db/kysely.ts';

/** A stretch of the commit order that a worker has claimed: transactions from the first up to, not including, the last. */
export interface Range {
  readonly id: bigint;
  readonly from: string;
  readonly to: string;
  readonly fence: bigint;
  /** Whether there was more to claim than it holds. */
  readonly full: boolean;
}

export interface Claim {
  /** Who claims: for people who look at the table. */
  readonly worker: string;
  /** How long nobody else may take the range over, by the database's clock. */
  readonly leaseSeconds: number;
  /** About as many events are claimed at once; several times as many while far more than that wait. */
  readonly events: number;
}

const leased = (seconds: number) => sql`clock_timestamp() + ${seconds}::float8 * interval '1 second'`;
const range = (full: boolean) => sql`id, from_xid as "from", to_xid as "to", fence, ${full}::boolean as "full"`;

/** Takes over a range whose worker let its lease expire. One that is being rolled up at this moment is locked, and left alone. */
export async function takeOver(db: Db, { worker, leaseSeconds }: Claim): Promise<Range | undefined> {
  const { rows } = await sql<Range>`
    update usage_ranges set worker = ${worker}, fence = fence + 1, leased_until = ${leased(leaseSeconds)}
    where id = (select id from usage_ranges where leased_until <= clock_timestamp() order by id limit 1 for update skip locked)
    returning ${range(true)}`.execute(db);
  return rows[0];
}

interface Ahead {
  /** The first transaction from the frontier on that stored events and is over; null where there is none. */
  readonly first: string | null;
  /** The transaction in which the events wanted are reached; null where there are fewer. */
  readonly bound: string | null;
  readonly bound_seq: bigint | null;
  /** Every transaction before this one is over. */
  readonly safe: string;
  readonly last_seq: bigint;
  readonly waiting: bigint;
}

/**
 * Claims the next stretch: from the frontier to a transaction before which all are over, so that no event can still appear in it. Two
 * statements: the second must not see less than whoever moved the frontier while the first one waited.
 */
export async function claimNext(db: Db, claim: Claim): Promise<Range | undefined> {
  if (!(await isAnythingAhead(db))) return undefined;
  const { rows } = await sql<{ frontier: string; seq: bigint; waiting: bigint }>`
    select frontier, seq, (select last_value from usage_events_seq) - seq as waiting from usage_progress for update`.execute(db);
  const [progress] = rows;
  if (progress === undefined) throw new Error('The row of usage_progress is gone.');
  const { frontier, waiting } = progress;
  const most = waiting > claim.events * manyClaims ? claim.events * claimsAtOnce : claim.events;
  const firstAhead = sql`select xid from usage_events_all where xid >= ${frontier}::xid8 and xid < (select safe from snapshot) order by xid`;
  const { rows: found } = await sql<Ahead>`
    with snapshot as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as safe),
    first as materialized (${firstAhead} limit 1),
    bound as materialized (${firstAhead} offset ${most}::bigint limit 1)
    select safe, (select xid from first) as first, (select xid from bound) as bound,
      (select seq from usage_events_all where xid = (select xid from bound) limit 1) as bound_seq,
      (select last_value from usage_events_seq) as last_seq, (select count(*) from usage_ranges) as waiting
    from snapshot`.execute(db);
  const [ahead] = found;
  if (ahead === undefined) return undefined;
  if (ahead.first === null) {
    if (ahead.waiting === 0n && ahead.last_seq - progress.seq > mostSeqsAstray) await moveFrontier(db, frontier, ahead.last_seq);
    return undefined;
  }
  const to = ahead.bound === null ? ahead.safe : String(max(BigInt(ahead.bound), BigInt(ahead.first) + 1n));
  const seq = ahead.bound_seq ?? ahead.last_seq;
  await moveFrontier(db, to, seq);
  const { rows: claimed } = await sql<Range>`
    insert into usage_ranges (from_xid, to_xid, events, worker, leased_until)
    values (${frontier}::xid8, ${to}::xid8, greatest(0, ${seq}::bigint - ${progress.seq}::bigint), ${claim.worker}, ${leased(claim.leaseSeconds)})
    returning ${range(ahead.bound !== null)}`.execute(db);
  return claimed[0];
}

/** So many claims behind, usage is read from the events anyway, and the more of them are taken together the fewer buckets each touches. */
const manyClaims = 10;
const claimsAtOnce = 5;

/** Looks without a lock, so that waiting for events writes nothing; and at the last event alone, as a plan for "any beyond the frontier" reads all of them where there is none. */
async function isAnythingAhead(db: Db): Promise<boolean> {
  const { rows } = await sql<{ ahead: boolean }>`
    select coalesce((select max(xid) from usage_events_all) >= frontier, false) or (select last_value from usage_events_seq) - seq > ${mostSeqsAstray} as ahead
    from usage_progress`.execute(db);
  return rows[0]?.ahead === true;
}

/** Repeats use up numbers without an event: readers, who tell by them how far the roll-ups are behind, must not be misled for long. */
const mostSeqsAstray = 1000n;

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

async function moveFrontier(db: Db, frontier: string, seq: bigint): Promise<void> {
  await sql`update usage_progress set frontier = ${frontier}::xid8, seq = ${seq}::bigint`.execute(db);
}

/** Gives the range up as done; false where another has taken it over meanwhile. */
export async function release(db: Db, { id, fence }: Range): Promise<boolean> {
  const { numAffectedRows } = await sql`delete from usage_ranges where id = ${id} and fence = ${fence}`.execute(db);
  return numAffectedRows === 1n;
}
