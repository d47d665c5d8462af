import pg from 'pg';
import type { Logger } from 'pino';

/** The advisory locks that say "this worker lives" share this first half; the second is the worker's name. */
const lockClass = 7_310_527;
/** Whoever makes work fall due at once says so here, so that nobody has to wait for the scheduler's next round. */
export const dueWorkChannel = 'due_work';

interface LivenessOptions {
  readonly adminUrl: string;
  readonly workerIds: () => readonly string[];
  readonly logger: Logger;
  /** Called when work may have fallen due, and after the connection was lost, as a call may have been missed then. */
  readonly onDueWork: () => void;
}

export interface Liveness {
  /** Says that the workers live and frees the jobs of those that do not. Reconnects; rejects while it cannot. */
  beat(): Promise<void>;
  end(): Promise<void>;
}

interface Session {
  readonly client: pg.Client;
  readonly held: Set<string>;
}

async function hold({ client, held }: Session, workerIds: readonly string[]): Promise<void> {
  for (const id of workerIds) {
    if (held.has(id)) continue;
    // A session of ours that was cut off may hold it still; the next beat tries again.
    const { rows } = await client.query<{ free: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as free', [lockClass, id]);
    if (rows[0]?.free === true) held.add(id);
  }
}

async function freeJobsOfTheDead({ client }: Session, ours: readonly string[], logger: Logger): Promise<void> {
  const { rows } = await client.query<{ locked_by: string }>(
    `select distinct locked_by from graphile_worker._private_jobs
     where locked_by is not null and locked_at < now() - interval '15 seconds'`,
  );
  for (const { locked_by: id } of rows) {
    if (ours.includes(id)) continue;
    const { rows: tried } = await client.query<{ free: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as free', [lockClass, id]);
    if (tried[0]?.free !== true) continue;
    await client.query('select graphile_worker.force_unlock_workers(array[$1])', [id]);
    await client.query('select pg_advisory_unlock($1, hashtext($2))', [lockClass, id]);
    logger.warn({ worker: id }, 'freed the jobs of a worker that is gone');
  }
}

/**
 * Jobs locked by a worker that was killed would wait hours for their lock to time out. Each worker therefore holds a
 * session lock named after itself; the session dies with it, and the others free its jobs within seconds.
 */
export function createLiveness({ adminUrl, workerIds, logger, onDueWork }: LivenessOptions): Liveness {
  let session: Session | null = null;
  const connect = async (): Promise<Session> => {
    const client = new pg.Client({ connectionString: adminUrl, application_name: 'farthing worker', connectionTimeoutMillis: 15_000 });
    const made: Session = { client, held: new Set() };
    client.on('error', (error) => {
      if (session === made) session = null;
      logger.warn({ err: error }, 'worker liveness connection lost');
    });
    client.on('notification', onDueWork);
    await client.connect();
    await client.query(`listen ${dueWorkChannel}`);
    onDueWork();
    return made;
  };
  return {
    async beat() {
      session ??= await connect();
      await hold(session, workerIds());
      await freeJobsOfTheDead(session, workerIds(), logger);
    },
    async end() {
      await session?.client.end();
    },
  };
}
