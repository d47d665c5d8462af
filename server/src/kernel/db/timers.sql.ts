import { sql } from 'kysely';
import { systemNow } from '../clock.ts';
import type { Db } from './kysely.ts';
import { together } from './together.ts';

interface Alarm {
  readonly tenantId: string;
  readonly kind: string;
  readonly subjectId: string;
}

/** Sets, or moves, a subject's timer of a kind. */
export const setTimer = together<Alarm & { readonly dueAt: Temporal.Instant }>(async (db, timers) => {
  const last = [...new Map(timers.map((timer) => [`${timer.tenantId} ${timer.kind} ${timer.subjectId}`, timer])).values()];
  await sql`insert into timers (tenant_id, kind, subject_id, due_at)
    select * from unnest(${last.map(({ tenantId }) => tenantId)}::uuid[], ${last.map(({ kind }) => kind)}::text[],
      ${last.map(({ subjectId }) => subjectId)}::uuid[], ${last.map(({ dueAt }) => dueAt)}::timestamptz[])
    on conflict (tenant_id, kind, subject_id) do update
    set due_at = excluded.due_at, attempts = 0, retry_at = null, failed_at = null, last_error = null`.execute(db);
  return timers.map(() => undefined);
});

export const removeTimer = together<Alarm>(async (db, timers) => {
  await sql`delete from timers where (tenant_id, kind, subject_id) in (select * from unnest(${timers.map(({ tenantId }) => tenantId)}::uuid[],
    ${timers.map(({ kind }) => kind)}::text[], ${timers.map(({ subjectId }) => subjectId)}::uuid[]))`.execute(db);
  return timers.map(() => undefined);
});

/** Whether a subject's timer of a kind is still to run; one that runs at this moment is, until its transaction is committed, and one that failed for good is not. */
export const hasTimer = together<Alarm, boolean>(async (db, timers) => {
  const { rows } = await sql<{ place: number }>`select t.place::int from unnest(${timers.map(({ tenantId }) => tenantId)}::uuid[],
    ${timers.map(({ kind }) => kind)}::text[], ${timers.map(({ subjectId }) => subjectId)}::uuid[]) with ordinality as t (tenant_id, kind, subject_id, place)
    where exists (select from timers where (timers.tenant_id, timers.kind, timers.subject_id) = (t.tenant_id, t.kind, t.subject_id) and timers.failed_at is null)`.execute(db);
  const places = new Set(rows.map(({ place }) => place - 1));
  return timers.map((_, place) => places.has(place));
});

export interface DueTimer {
  readonly kind: string;
  readonly subject_id: string;
  readonly due_at: Temporal.Instant;
  readonly attempts: number;
}

/**
 * Takes the earliest due timer of a tenant out of the queue, and others of its kind that are due at the same instant: at most `most` in all. The
 * transaction that runs them either commits all or leaves them as they were.
 */
export async function takeTimers(db: Db, { tenantId, until, most }: { tenantId: string; until: Temporal.Instant; most: number }): Promise<readonly DueTimer[]> {
  const isOpen = sql`w.tenant_id = ${tenantId} and w.failed_at is null and (w.retry_at is null or w.retry_at <= ${systemNow()})`;
  const { rows } = await sql<DueTimer>`
    with earliest as materialized (
      select w.kind, w.due_at from timers w where ${isOpen} and w.due_at <= ${until}
      order by w.due_at, w.kind, w.subject_id limit 1 for update skip locked),
    taken as materialized (
      select w.kind, w.subject_id from earliest join timers w on w.kind = earliest.kind and w.due_at = earliest.due_at and ${isOpen}
      order by w.subject_id limit ${most} for update of w skip locked)
    delete from timers using taken
    where timers.tenant_id = ${tenantId} and timers.kind = taken.kind and timers.subject_id = taken.subject_id
    returning timers.kind, timers.subject_id, timers.due_at, timers.attempts`.execute(db);
  return rows.toSorted((a, b) => (a.subject_id < b.subject_id ? -1 : 1));
}
