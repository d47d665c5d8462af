import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { auditBooks } from './books.ts';
import { randomFrom } from './randomFrom.ts';

const subscriptions = Number(process.env['FARTHING_TORTURE_SUBSCRIPTIONS'] ?? '100');
const customers = subscriptions / 2;
const kills = Number(process.env['FARTHING_TORTURE_KILLS'] ?? '25');
const seed = Number(process.env['FARTHING_TORTURE_SEED'] ?? '20260101');
const launcher = fileURLToPath(new URL('../../../bin/farthing.mjs', import.meta.url));

let app: TestApp | undefined;
const workers = new Set<ChildProcess>();
afterEach(async () => {
  for (const worker of workers) killHard(worker);
  await app?.close();
});

async function must(method: string, path: string, body?: unknown) {
  const answer = await app?.sandbox(method, path, body);
  if (answer === undefined || answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer?.body)}`);
  return answer.body;
}

/** Fifty customers with two subscriptions each to one plan of a fee in arrears and usage, from the middle of January. */
async function prepare(): Promise<void> {
  await must('POST', '/v1/test_clock', { now: '2026-01-10T00:00:00Z' });
  const metric = await must('POST', '/v1/billable_metrics', { code: 'calls', name: 'Calls', aggregation_type: 'count' });
  const charges = [{ billable_metric_id: metric.id, charge_model: 'standard', properties: { amount: '0.333' } }];
  const plan = await must('POST', '/v1/plans', { code: 'p', name: 'P', interval: 'monthly', amount_cents: 999, currency: 'USD', charges });
  for (let i = 0; i < customers; i++) {
    const customer = await must('POST', '/v1/customers', { external_id: `c${i}`, name: `C${i}`, timezone: i % 2 === 0 ? 'UTC' : 'Asia/Kolkata' });
    for (const s of [2 * i, 2 * i + 1])
      await must('POST', '/v1/subscriptions', { external_id: `s${s}`, customer_id: customer.id, plan_id: plan.id, started_at: '2026-01-10T00:00:00Z' });
  }
  for (let round = 1; round <= 3; round++) {
    const events = Array.from({ length: subscriptions }, (_, i) => ({
      transaction_id: `t${round}-${i}`,
      external_customer_id: `c${Math.floor(i / 2)}`,
      external_subscription_id: `s${i}`,
      code: 'calls',
      timestamp: `2026-01-10T1${round}:00:00Z`,
    }));
    await must('POST', '/v1/events/batch', { events });
  }
}

/** A worker of its own process, as an operator would run it; ready when this returns. */
async function startWorkerProcess(adminUrl: string): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [launcher, 'worker'], {
    env: { ...process.env, DATABASE_URL: adminUrl, FARTHING_LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'pipe', 'ignore'],
    // A process group of its own, so that nothing of it survives a kill.
    detached: true,
  });
  workers.add(worker);
  let said = '';
  await new Promise<void>((resolve, reject) => {
    worker.stdout?.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes('worker ready')) resolve();
    });
    worker.on('exit', () => reject(new Error(`The worker ended before it was ready: ${said}`)));
  });
  return worker;
}

/** The launcher and the program it started: nothing of the process gets a chance to tidy up. */
function killHard(worker: ChildProcess): void {
  workers.delete(worker);
  try {
    if (worker.pid !== undefined) process.kill(-worker.pid, 'SIGKILL');
  } catch {
    // It had ended by itself.
  }
}

async function isAdvancing(): Promise<boolean> {
  const { status, errors } = await must('GET', '/v1/test_clock');
  expect(errors).toEqual([]);
  return status === 'advancing';
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function outcome(adminUrl: string) {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  const breaches = await auditBooks(admin);
  const { rows } = await admin.query(
    `select to_char(billing_period_start at time zone 'utc', 'YYYY-MM-DD HH24:MI') as period, count(*)::int as invoices, sum(total_cents)::int as total
     from invoices where status = 'paid' or status = 'finalized' group by 1 order by 1`,
  );
  await admin.end();
  return { breaches, rows };
}

// Five boundaries for each customer, both subscriptions on one invoice. Each: 22 of 31 days of 9.99 (7.0896… -> 709) and three calls at 0.333 (0.999 -> 100) in January, then 999 a
// month. In Kolkata (UTC+05:30) the 10th began at 18:30 UTC of the 9th and the subscription started on the 10th local: 22 days too.
function expected(): unknown[] {
  const half = customers / 2;
  const months = (zone: [string, string, string, string, string]) =>
    zone.map((period, index) => ({ period, invoices: half, total: half * 2 * (index === 0 ? 709 + 100 : 999) }));
  return [
    ...months(['2026-01-09 18:30', '2026-01-31 18:30', '2026-02-28 18:30', '2026-03-31 18:30', '2026-04-30 18:30']),
    ...months(['2026-01-10 00:00', '2026-02-01 00:00', '2026-03-01 00:00', '2026-04-01 00:00', '2026-05-01 00:00']),
  ].sort((a, b) => (a.period < b.period ? -1 : 1));
}

it(`bills every period exactly once though its worker is killed ${kills} times (seed ${seed})`, { timeout: 600_000 }, async () => {
  app = await startTestApp({ worker: false });
  await prepare();
  await must('POST', '/v1/test_clock/advance', { to: '2026-06-01T00:00:00Z' });
  const random = randomFrom(seed);
  let killed = 0;
  while (killed < kills && (await isAdvancing())) {
    const worker = await startWorkerProcess(app.adminUrl);
    await pause(random() * 150);
    killHard(worker);
    killed++;
  }
  await startWorkerProcess(app.adminUrl);
  while (await isAdvancing()) await pause(100);
  expect(killed).toBe(kills);
  expect(await outcome(app.adminUrl)).toEqual({ breaches: [], rows: expected() });
});

it('gives the same result with two workers on the same run', { timeout: 600_000 }, async () => {
  app = await startTestApp({ worker: false });
  await prepare();
  await must('POST', '/v1/test_clock/advance', { to: '2026-06-01T00:00:00Z' });
  await Promise.all([startWorkerProcess(app.adminUrl), startWorkerProcess(app.adminUrl)]);
  while (await isAdvancing()) await pause(100);
  expect(await outcome(app.adminUrl)).toEqual({ breaches: [], rows: expected() });
});
