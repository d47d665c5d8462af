import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { auditBooks, auditDatabase } from './books.ts';
import { randomFrom } from './randomFrom.ts';

const subscriptions = Number(process.env['FARTHING_TORTURE_SUBSCRIPTIONS'] ?? '100');
const customers = subscriptions / 2;
const kills = Number(process.env['FARTHING_TORTURE_KILLS'] ?? '25');
const seed = Number(process.env['FARTHING_TORTURE_SEED'] ?? '20260101');
const launcher = fileURLToPath(new URL('../../../bin/farthing.mjs', import.meta.url));

let app: TestApp | undefined;
let admin: pg.Client | undefined;
const workers = new Set<ChildProcess>();
afterEach(async () => {
  for (const worker of workers) killHard(worker);
  await admin?.end();
  admin = undefined;
  await app?.close();
});

async function must(method: string, path: string, body?: unknown) {
  const answer = await app?.sandbox(method, path, body);
  if (answer === undefined || answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer?.body)}`);
  return answer.body;
}

const zoneOf = (customer: number): string => (customer % 2 === 0 ? 'UTC' : 'Asia/Kolkata');

/** Every third customer has a plan paid ahead with tax as its second subscription, a grace period, a coupon and a wallet. */
const isRich = (customer: number): boolean => customer % 3 === 2;

/** Fifty customers with two subscriptions each from the middle of January, to a plan of a fee in arrears and usage, but for the second ones of the rich. */
async function prepare(): Promise<void> {
  await must('POST', '/v1/test_clock', { now: '2026-01-10T00:00:00Z' });
  const metric = await must('POST', '/v1/billable_metrics', { code: 'calls', name: 'Calls', aggregation_type: 'count' });
  const charges = [{ billable_metric_id: metric.id, charge_model: 'standard', properties: { amount: '0.333' } }];
  const plan = await must('POST', '/v1/plans', { code: 'p', name: 'P', interval: 'monthly', amount_cents: 999, currency: 'USD', charges });
  const ahead = await prepareAhead();
  for (let i = 0; i < customers; i++) {
    const grace = isRich(i) ? { invoice_grace_period: 3 } : {};
    const customer = await must('POST', '/v1/customers', { external_id: `c${i}`, name: `C${i}`, timezone: zoneOf(i), ...grace });
    if (isRich(i)) {
      await must('POST', '/v1/coupons/apply', { coupon_code: 'tenth', customer_id: customer.id });
      await must('POST', '/v1/wallets', { customer_id: customer.id, currency: 'USD', initial_granted_credits: 5000 });
    }
    for (const [s, planId] of [[2 * i, plan.id], [2 * i + 1, isRich(i) ? ahead.id : plan.id]])
      await must('POST', '/v1/subscriptions', { external_id: `s${s}`, customer_id: customer.id, plan_id: planId, started_at: '2026-01-10T00:00:00Z' });
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

/** A plan paid ahead with a tax of 19 %, and a tenth off three invoices. */
async function prepareAhead(): Promise<{ readonly id: string }> {
  const plan = await must('POST', '/v1/plans', { code: 'ahead', name: 'Ahead', interval: 'monthly', amount_cents: 1200, currency: 'USD', pay_in_advance: true });
  await must('POST', '/v1/taxes', { code: 'vat', name: 'VAT', rate: 19 });
  await must('POST', '/v1/taxes/apply', { tax_code: 'vat', taxable_type: 'plan', taxable_id: plan.id });
  await must('POST', '/v1/coupons', { code: 'tenth', name: 'Tenth', coupon_type: 'percentage', percentage_rate: '10', frequency: 'recurring', frequency_duration: 3 });
  return plan;
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

/** What the customers were billed and what their wallets paid of it, by the start of the period. */
async function outcome(adminUrl: string): Promise<unknown[]> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  const { rows } = await admin.query(
    `select to_char(billing_period_start at time zone 'utc', 'YYYY-MM-DD HH24:MI') as period, count(*)::int as invoices, sum(total_cents)::int as total,
      sum(prepaid_credit_amount_cents)::int as prepaid
     from invoices where status = 'paid' or status = 'finalized' group by 1 order by 1`,
  );
  await admin.end();
  return rows;
}

/** Of each period that opens: how many invoices, their totals, and what credits pay of them. */
type Billed = readonly [invoices: number, total: number, prepaid: number];

// Four boundaries for each customer, both subscriptions on one invoice. 22 of 31 days of 9.99 (7.0896… -> 709) and three calls at 0.333
// (0.999 -> 100) in January, then 999 a month, for each of the two.
const plain: readonly Billed[] = [[1, 2 * (709 + 100), 0], ...Array<Billed>(3).fill([1, 2 * 999, 0])];

// The start bills 22 of 31 days of 12.00 (8.5161… -> 852), less a tenth (85.2 -> 85) 767, 19 % of which are 145.73 -> 146: 913. The first
// of February has 709, 100 and 1200, 2009; the tenth of it is 201, of which 120 are the 1200's (floors of 70.93…, 10.00… and 120.05…, and one
// more for the first); 19 % of 1080 are 205.2 -> 205: 2013. March has 999 and 1200; the tenth of 2199 is 220, of which 120 are the 1200's: 2199 −
// 220 + 205 = 2184. Three invoices have had it then: 2199 and 19 % of 1200, 228, are 2427. The credits, 5000, pay 913 and 2013, and 2074 of 2184.
const rich: readonly Billed[] = [[2, 913 + 2013, 913 + 2013], [1, 2184, 2074], ...Array<Billed>(2).fill([1, 2427, 0])];

// In Kolkata (UTC+05:30) the 10th began at 18:30 UTC of the 9th and the subscriptions started on the 10th local: 22 days too.
const opens: Readonly<Record<string, readonly string[]>> = {
  UTC: ['2026-01-10 00:00', '2026-02-01 00:00', '2026-03-01 00:00', '2026-04-01 00:00'],
  'Asia/Kolkata': ['2026-01-09 18:30', '2026-01-31 18:30', '2026-02-28 18:30', '2026-03-31 18:30'],
};

function expected(boundaries: number): unknown[] {
  const sums = new Map<string, { invoices: number; total: number; prepaid: number }>();
  for (let i = 0; i < customers; i++) {
    (isRich(i) ? rich : plain).slice(0, boundaries).forEach(([invoices, total, prepaid], index) => {
      const period = opens[zoneOf(i)]?.[index] ?? '';
      const sum = sums.get(period) ?? { invoices: 0, total: 0, prepaid: 0 };
      sums.set(period, { invoices: sum.invoices + invoices, total: sum.total + total, prepaid: sum.prepaid + prepaid });
    });
  }
  return [...sums].map(([period, sum]) => ({ period, ...sum })).sort((a, b) => (a.period < b.period ? -1 : 1));
}

/** Past a number of boundaries and the grace period of the last one's invoices. */
const ends = { 3: '2026-04-05T00:00:00Z', 4: '2026-05-05T00:00:00Z' };

it(`bills every period exactly once though its worker is killed ${kills} times (seed ${seed})`, { timeout: 600_000 }, async () => {
  app = await startTestApp({ worker: false });
  await prepare();
  await must('POST', '/v1/test_clock/advance', { to: ends[4] });
  const random = randomFrom(seed);
  // One connection for all audits: what they ask is planned on it once.
  admin = new pg.Client({ connectionString: app.adminUrl });
  await admin.connect();
  let killed = 0;
  while (killed < kills && (await isAdvancing())) {
    const worker = await startWorkerProcess(app.adminUrl);
    await pause(random() * 150);
    killHard(worker);
    killed++;
    expect(await auditBooks(admin), `the books after kill ${killed}`).toEqual([]);
  }
  await startWorkerProcess(app.adminUrl);
  while (await isAdvancing()) await pause(100);
  expect(killed).toBe(kills);
  expect(await auditBooks(admin)).toEqual([]);
  expect(await outcome(app.adminUrl)).toEqual(expected(4));
});

// Nothing that happens at one boundary but not at those before: coupons and credits are used up by the third.
it('gives the same result with two workers on the same run', { timeout: 600_000 }, async () => {
  app = await startTestApp({ worker: false });
  await prepare();
  await must('POST', '/v1/test_clock/advance', { to: ends[3] });
  await Promise.all([startWorkerProcess(app.adminUrl), startWorkerProcess(app.adminUrl)]);
  while (await isAdvancing()) await pause(100);
  expect(await auditDatabase(app.adminUrl)).toEqual([]);
  expect(await outcome(app.adminUrl)).toEqual(expected(3));
});
