import { sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';

/** What is done, and what is not, of all that fell due for the subscriptions of a tenant. */
interface BillingProgressRow {
  readonly billed: number;
  readonly waiting: number;
  readonly failed: number;
  readonly oldest_due_at: Temporal.Instant | null;
}

/** Counts the subscriptions for which something fell due: those that are done, with what was due from `since` on, and those that are not, whenever it was due. */
export async function countDue(db: ReadDb, kind: string, since: Temporal.Instant, now: Temporal.Instant): Promise<BillingProgressRow> {
  const { rows } = await sql<BillingProgressRow>`
    with due as (select subject_id, due_at, failed_at from timers where tenant_id = (select app.tenant()) and kind = ${kind} and due_at <= ${now})
    select (select count(*)::int from subscriptions s where s.done_through_at >= ${since} and s.done_through_at <= ${now}
        and not exists (select from due d where d.subject_id = s.id)) as billed,
      count(*) filter (where failed_at is null)::int as waiting,
      count(*) filter (where failed_at is not null)::int as failed,
      min(due_at) filter (where failed_at is null) as oldest_due_at
    from due`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('A count answers a row.');
  return row;
}
