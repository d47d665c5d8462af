import { EventEmitter } from 'node:events';
import { Logger as GraphileLogger, run, type Task, type TaskList, type WorkerEvents } from 'graphile-worker';
import pg from 'pg';
import type { Logger } from 'pino';
import { runBackground } from './background.ts';
import { stopwatch } from './clock.ts';
import { createLiveness } from './db/liveness.ts';
import { Scheduler } from './db/scheduler.ts';
import { dispatchTasks, jobMessage } from './dispatchEvents.ts';
import type { Envelope } from './envelope.ts';
import type { JobType } from './job.ts';
import type { Module } from './module.ts';

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

function jobTask(type: JobType, envelope: Envelope): Task {
  return async (raw, helpers) => {
    const { tenant_id: tenantId, payload } = jobMessage.parse(raw);
    await type.handle({ payload: type.payload.parse(payload), tenantId, attempt: helpers.job.attempts, envelope });
  };
}

const pollMilliseconds = 500;
const beatMilliseconds = 5000;

/** A wish to look for due work at once; one that comes while nobody waits is remembered. */
class Wake {
  #wanted = false;
  #resolve: (() => void) | null = null;

  readonly call = (): void => {
    this.#wanted = true;
    this.#resolve?.();
  };

  /** Resolves when somebody calls, at the latest after the time given. */
  async wait(milliseconds: number): Promise<void> {
    if (!this.#wanted) {
      await new Promise<void>((resolve) => {
        const timeout = setTimeout(resolve, milliseconds);
        this.#resolve = () => {
          clearTimeout(timeout);
          resolve();
        };
      });
    }
    this.#wanted = false;
    this.#resolve = null;
  }
}

/** Looks for due work until stopped; waits only when there was nothing to do. */
async function scheduleLoop(options: WorkerOptions, signal: AbortSignal, wake: Wake, beat: () => Promise<void>): Promise<void> {
  const { pool, envelope, modules, logger } = options;
  const timers = modules.flatMap((module) => module.timers ?? []);
  const scheduler = new Scheduler(pool, envelope, timers, (failure) => logger.error(failure, 'timer failed'));
  signal.addEventListener('abort', wake.call, { once: true });
  let sinceBeat: (() => number) | null = null;
  while (!signal.aborted) {
    if (sinceBeat === null || sinceBeat() > beatMilliseconds) {
      sinceBeat = stopwatch();
      await beat().catch((error: unknown) => logger.error({ err: error }, 'worker liveness lost'));
    }
    try {
      if ((await scheduler.runDue(signal)) > 0) continue;
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error }, 'scheduler round failed');
    }
    await wake.wait(pollMilliseconds);
  }
}

/** What the job runner says about itself; its errors would drag the whole connection into the log. */
function jobLogger(logger: Logger): GraphileLogger {
  return new GraphileLogger(() => (level, text, meta) => {
    const error: unknown = meta?.['error'];
    logger[level === 'warning' ? 'warn' : level]({ ...(error instanceof Error ? { error: error.message } : {}) }, text);
  });
}

/** The job runner's own pool would leave errors of its last connections to nobody, and those end the process. */
function createJobPool(adminUrl: string, concurrency: number, onLost: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({ connectionString: adminUrl, max: concurrency + 4, application_name: 'farthing jobs' });
  pool.on('connect', (client) => client.on('error', onLost));
  pool.on('error', () => {});
  return pool;
}

export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { adminUrl, envelope, modules, logger, concurrency = 4 } = options;
  const jobs = modules.flatMap((module) => module.jobs ?? []);
  const taskList: TaskList = {
    ...dispatchTasks(envelope, modules),
    ...Object.fromEntries(jobs.map((type) => [type.name, jobTask(type, envelope)])),
  };
  const abort = new AbortController();
  // Jobs are locked in the name of the runner's whole pool of workers.
  const workerIds: string[] = [];
  const events: WorkerEvents = new EventEmitter();
  events.on('pool:create', ({ workerPool }) => workerIds.push(workerPool.id));
  const jobPool = createJobPool(adminUrl, concurrency, (error) => {
    if (!abort.signal.aborted) logger.warn({ err: error }, 'a database connection was lost');
  });
  const runner = await run({
    events,
    pgPool: jobPool,
    taskList,
    concurrency,
    noHandleSignals: true,
    pollInterval: 1000,
    parsedCronItems: [],
    // With a delay, however short, stopping waits until the jobs done are written off; without one it does not.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    logger: jobLogger(logger),
  });
  const wake = new Wake();
  const liveness = createLiveness({ adminUrl, workerIds: () => workerIds, logger, onDueWork: wake.call });
  const loop = scheduleLoop(options, abort.signal, wake, liveness.beat);
  const background = runBackground(options);
  return {
    async stop() {
      abort.abort();
      await Promise.all([loop, background.stop()]);
      await runner.stop();
      await jobPool.end();
      await liveness.end();
    },
  };
}
