import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { systemNow } from './clock.ts';
import { transact } from './db/transaction.ts';
import type { Module } from './module.ts';

/** Everything /metrics shows. Modules register their own counters here. */
export const metrics = new Registry();

const requests = new Counter({
  name: 'farthing_http_requests_total',
  help: 'Requests answered, by operation and status.',
  labelNames: ['operation', 'status'],
  registers: [metrics],
});

const durations = new Histogram({
  name: 'farthing_http_request_seconds',
  help: 'Time to answer a request, by operation.',
  labelNames: ['operation'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [metrics],
});

/** Counts and times every request of a server. */
export function watchRequests(server: FastifyInstance): void {
  server.addHook('onResponse', async (request, reply) => {
    const operation = request.routeOptions.config.operation ?? 'other';
    requests.inc({ operation, status: reply.statusCode });
    durations.observe({ operation }, reply.elapsedTime / 1000);
  });
}

const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [metrics] });
const dueLag = gauge('farthing_due_work_lag_seconds', 'How long the oldest due timer has been waiting; 0 when none is.');
const dueParked = gauge('farthing_due_work_parked', 'Timers set aside after their last failed attempt.');
const jobsWaiting = new Gauge({ name: 'farthing_jobs_waiting', help: 'Jobs that are not done, by task.', labelNames: ['task'], registers: [metrics] });
const jobsFailing = gauge('farthing_jobs_failing', 'Jobs that failed at least once and are retried.');

const webhookTask = 'webhooks.deliver';
const webhookBacklog = gauge('farthing_webhook_backlog', 'Webhook endpoints with messages to send or to send again.');

interface DueWork {
  readonly oldest: Temporal.Instant | null;
  readonly parked: number;
}

/** How far due work is behind, over all tenants that live in real time. */
async function readDueWork(pool: pg.Pool): Promise<{ lagSeconds: number; parked: number }> {
  return transact(pool, { tenantId: null, readOnly: true }, async (client) => {
    await client.query(`set local app.scheduler = 'on'`);
    const { rows } = await client.query<DueWork>(
      `select min(timers.due_at) filter (where failed_at is null and due_at <= now()) as oldest,
         count(*) filter (where failed_at is not null)::int as parked
       from timers join tenants on tenants.id = timers.tenant_id
       where tenants.clock_now is null and (timers.due_at <= now() or timers.failed_at is not null)`,
    );
    const { oldest = null, parked = 0 } = rows[0] ?? {};
    return { lagSeconds: oldest === null ? 0 : Math.max(0, systemNow().since(oldest).total('seconds')), parked };
  });
}

/** Waiting and failing jobs, by task. */
async function readJobs(pool: pg.Pool): Promise<readonly { task: string; waiting: number; failing: number }[]> {
  const { rows } = await pool.query<{ task: string; waiting: number; failing: number }>(
    `select task_identifier as task, count(*)::int as waiting, count(*) filter (where attempts > 0 and last_error is not null)::int as failing
     from graphile_worker.jobs group by task_identifier`,
  );
  return rows;
}

/** Reads the figures of the database whenever /metrics is asked for. */
export function watchDatabase(pool: pg.Pool, modules: readonly Module[]): void {
  collectDefaultMetrics({ register: metrics });
  const scrape = metrics.metrics.bind(metrics);
  metrics.metrics = async () => {
    const [due, jobs] = await Promise.all([readDueWork(pool), readJobs(pool), ...modules.map((module) => module.observe?.(pool))]);
    dueLag.set(due.lagSeconds);
    dueParked.set(due.parked);
    jobsWaiting.reset();
    for (const { task, waiting } of jobs) jobsWaiting.set({ task }, waiting);
    jobsFailing.set(jobs.reduce((sum, { failing }) => sum + failing, 0));
    webhookBacklog.set(jobs.find(({ task }) => task === webhookTask)?.waiting ?? 0);
    return scrape();
  };
}
