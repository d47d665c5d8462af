import { EventEmitter } from 'node:events';
import { Logger as GraphileLogger, run, type Task, type TaskList, type WorkerEvents } from 'graphile-worker';
import pg from 'pg';
import type { Logger } from 'pino';
import { z } from 'zod';
import { Scheduler } from './db/scheduler.ts';
import type { Envelope, Read } from './envelope.ts';
import type { OccurredEvent, Reaction } from './event.ts';
import type { JobType } from './job.ts';
import type { Module } from './module.ts';

const message = z.object({ tenant_id: z.string(), payload: z.unknown() });
const dispatchPayload = z.object({ event_ids: z.array(z.string()).max(100_000) });
const reactPayload = z.object({ reaction: z.string(), event_ids: z.array(z.string()).max(100_000) });

export interface WorkerOptions {
  /** Connects as the owner: job tables are not the application's. */
  readonly adminUrl: string;
  readonly pool: pg.Pool;
  readonly envelope: Envelope;
  readonly modules: readonly Module[];
  readonly logger: Logger;
  readonly concurrency?: number;
}

/** Job runner and scheduler of one process. Several may run side by side, on one machine or many. */
export interface Worker {
  stop(): Promise<void>;
}

async function readEvents({ db, scope }: Read, ids: readonly string[]): Promise<OccurredEvent[]> {
  const rows = await db
    .selectFrom('domain_events')
    .select(['id', 'type', 'subject_type', 'subject_id', 'data', 'occurred_at'])
    .where('tenant_id', '=', scope.tenant.id)
    .where('id', 'in', ids)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    type: row.type,
    subjectType: row.subject_type,
    subjectId: row.subject_id,
    data: row.data,
    occurredAt: row.occurred_at,
  }));
}

function wants(reaction: Reaction, published: ReadonlySet<string>, type: string): boolean {
  return reaction.to === 'every_webhook_event' ? published.has(type) : reaction.to.name === type;
}

/** Hands a committed transaction's events to whoever reacts; a reaction that fails is retried alone. */
function dispatchTasks({ envelope, modules }: WorkerOptions): TaskList {
  const reactions = modules.flatMap((module) => module.reactions ?? []).filter(({ inline }) => inline !== true);
  const published = new Set(modules.flatMap((module) => module.events ?? []).filter(({ webhook }) => webhook).map(({ name }) => name));

  const react = async (tenantId: string, reaction: Reaction, events: readonly OccurredEvent[]) => {
    const scope = await envelope.scopeOf(tenantId);
    for (const occurred of events)
      await envelope.command({ ...scope, now: occurred.occurredAt }, (tx) => reaction.handle(tx, occurred), 'a reaction may have nothing to do');
  };

  const dispatch: Task = async (raw, helpers) => {
    const { tenant_id: tenantId, payload } = message.parse(raw);
    const { event_ids: ids } = dispatchPayload.parse(payload);
    const events = await envelope.read(await envelope.scopeOf(tenantId), (read) => readEvents(read, ids));
    for (const reaction of reactions) {
      const matching = events.filter(({ type }) => wants(reaction, published, type));
      if (matching.length === 0) continue;
      try {
        await react(tenantId, reaction, matching);
      } catch (error) {
        helpers.logger.error(`reaction ${reaction.name} failed, retrying it alone: ${String(error)}`);
        await helpers.addJob('react', { tenant_id: tenantId, payload: { reaction: reaction.name, event_ids: matching.map(({ id }) => id) } });
      }
    }
  };

  const retry: Task = async (raw) => {
    const { tenant_id: tenantId, payload } = message.parse(raw);
    const { reaction: name, event_ids: ids } = reactPayload.parse(payload);
    const reaction = reactions.find((candidate) => candidate.name === name);
    if (reaction === undefined) throw new Error(`No module has the reaction ${name}.`);
    await react(tenantId, reaction, await envelope.read(await envelope.scopeOf(tenantId), (read) => readEvents(read, ids)));
  };
  return { dispatch, react: retry };
}

function jobTask(type: JobType, envelope: Envelope): Task {
  return async (raw, helpers) => {
    const { tenant_id: tenantId, payload } = message.parse(raw);
    await type.handle({ payload: type.payload.parse(payload), tenantId, attempt: helpers.job.attempts, envelope });
  };
}

/**
 * Jobs locked by a worker that was killed would wait hours for their lock to time out. Each worker therefore holds a
 * session lock named after itself; the session dies with it, and the others free its jobs within seconds.
 */
async function keepAlive(adminUrl: string, workerIds: () => readonly string[], logger: Logger) {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'farthing worker' });
  client.on('error', (error) => logger.warn({ err: error }, 'worker liveness connection lost'));
  await client.connect();
  const held = new Set<string>();
  const beat = async () => {
    for (const id of workerIds()) {
      if (held.has(id)) continue;
      await client.query('select pg_advisory_lock(7310527, hashtext($1))', [id]);
      held.add(id);
    }
    const { rows } = await client.query<{ locked_by: string }>(
      `select distinct locked_by from graphile_worker._private_jobs
       where locked_by is not null and locked_at < now() - interval '15 seconds'`,
    );
    for (const { locked_by: id } of rows) {
      if (held.has(id)) continue;
      const { rows: tried } = await client.query<{ free: boolean }>('select pg_try_advisory_lock(7310527, hashtext($1)) as free', [id]);
      if (tried[0]?.free !== true) continue;
      await client.query('select graphile_worker.force_unlock_workers(array[$1])', [id]);
      await client.query('select pg_advisory_unlock(7310527, hashtext($1))', [id]);
      logger.warn({ worker: id }, 'freed the jobs of a worker that is gone');
    }
  };
  return { beat, end: () => client.end() };
}

const pollMilliseconds = 500;
const beatEvery = 10;

/** Polls for due work until stopped; waits only when there was nothing to do. */
async function scheduleLoop(options: WorkerOptions, signal: AbortSignal, beat: () => Promise<void>): Promise<void> {
  const { pool, envelope, modules, logger } = options;
  const timers = modules.flatMap((module) => module.timers ?? []);
  const scheduler = new Scheduler(pool, envelope, timers, (failure) => logger.error(failure, 'timer failed'));
  for (let round = 0; !signal.aborted; round++) {
    try {
      if (round % beatEvery === 0) await beat();
      if ((await scheduler.runDue(signal)) > 0) continue;
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error }, 'scheduler round failed');
    }
    await new Promise<void>((resolve) => {
      const timeout = setTimeout(resolve, pollMilliseconds);
      signal.addEventListener('abort', () => { clearTimeout(timeout); resolve(); }, { once: true });
    });
  }
}

export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { adminUrl, envelope, modules, logger, concurrency = 4 } = options;
  const jobs = modules.flatMap((module) => module.jobs ?? []);
  const taskList: TaskList = {
    ...dispatchTasks(options),
    ...Object.fromEntries(jobs.map((type) => [type.name, jobTask(type, envelope)])),
  };
  const abort = new AbortController();
  const workerIds = new Set<string>();
  const events: WorkerEvents = new EventEmitter();
  events.on('worker:create', ({ worker }) => workerIds.add(worker.workerId));
  const runner = await run({
    events,
    connectionString: adminUrl,
    taskList,
    concurrency,
    noHandleSignals: true,
    pollInterval: 1000,
    parsedCronItems: [],
    logger: new GraphileLogger(() => (level, text, meta) => logger[level === 'warning' ? 'warn' : level]({ job: meta }, text)),
  });
  const liveness = await keepAlive(adminUrl, () => [...workerIds], logger);
  const loop = scheduleLoop(options, abort.signal, liveness.beat);
  return {
    async stop() {
      abort.abort();
      await loop;
      await runner.stop();
      await liveness.end();
    },
  };
}
