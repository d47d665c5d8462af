import { sql } from 'kysely';
import type { Db } from './kysely.ts';

export interface Job {
  readonly name: string;
  /** JSON. */
  readonly message: string;
  readonly runAt: Temporal.Instant | null;
  readonly key: string | null;
  readonly maxAttempts: number | null;
}

/** Each key once: of those with the same one the last, as if it had replaced the others. */
function replaced(jobs: readonly Job[]): readonly Job[] {
  const last = new Map(jobs.flatMap((job) => (job.key === null ? [] : [[job.key, job] as const])));
  return jobs.filter((job) => job.key === null || last.get(job.key) === job);
}

/** Enqueues the jobs of a transaction, by one statement however many they are. */
export async function enqueueJobs(db: Db, asked: readonly Job[]): Promise<void> {
  const jobs = replaced(asked);
  if (jobs.length === 0) return;
  const names = jobs.map(({ name }) => name);
  const messages = jobs.map(({ message }) => message);
  const runAts = jobs.map(({ runAt }) => runAt);
  const keys = jobs.map(({ key }) => key);
  const mostAttempts = jobs.map(({ maxAttempts }) => maxAttempts);
  await sql`select app.enqueue(${names}::text[], ${messages}::text[], ${runAts}::timestamptz[], ${keys}::text[], ${mostAttempts}::int[])`.execute(db);
}
