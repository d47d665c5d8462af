import { sql } from 'kysely';
import { together } from './together.ts';

interface Job {
  readonly name: string;
  /** JSON. */
  readonly message: string;
  readonly runAt: Temporal.Instant | null;
  readonly key: string | null;
  readonly maxAttempts: number | null;
}

/** Enqueues a job, in the order in which they were asked for. */
export const enqueueJob = together<Job>(async (db, jobs) => {
  await sql`select app.enqueue(job.name, job.message::json, job.run_at, job.key, job.max_attempts)
    from unnest(${jobs.map(({ name }) => name)}::text[], ${jobs.map(({ message }) => message)}::text[], ${jobs.map(({ runAt }) => runAt)}::timestamptz[],
      ${jobs.map(({ key }) => key)}::text[], ${jobs.map(({ maxAttempts }) => maxAttempts)}::int[]) as job (name, message, run_at, key, max_attempts)`.execute(db);
  return jobs.map(() => undefined);
});
