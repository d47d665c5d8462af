import { applicationRole, createPool } from '../../server/src/kernel/db/pool.ts';
import { latencyOf } from './latency.ts';
import { type Compared, comparePairs } from './pairs.ts';
import { describeCommit, describeLine, describeMachine, type Line, readOptions, say, sayJson } from './report.ts';
import { counted, type Installation, Rig } from './rig.ts';
import { finishRollups } from './rollupLag.ts';
import { call } from './tenant.ts';
import { january, openUsage, type UsageReader } from './usageReader.ts';

// What reading a month's usage costs, and whether it grows with the number of events:
// `npm run bench:usage [-- --json] [--quick]`. What is measured, and how, is in docs/performance.md.

const names = ['usage_1m', 'usage_10m_over_1m'] as const;
const options = readOptions(names);
const wanted = (name: (typeof names)[number]) => options.only.length === 0 || options.only.includes(name);
const [few, many] = options.quick ? [100_000, 1_000_000] : [1_000_000, 10_000_000];

/** Customer 0 gets the few, customer 1 the many, each dated all over January. */
async function fill(rig: Rig, main: Installation): Promise<void> {
  for (const [place, rows] of [few, many].entries()) {
    const range = { customers: 1, from: place, end: january.lastInstant, seconds: january.seconds };
    await counted(main, () => rig.copy(main, { streams: 2, until: { rows }, range }), (copied) => copied.rows);
  }
  const worker = await rig.part('worker', main.adminUrl);
  await finishRollups(main);
  await worker.stop();
  // What a raw scan needs at the least: every column it reads in one index, and pages known to be visible to all.
  await main.admin.query('create index bench_covering on usage_events_all (tenant_id, external_customer_id, code, "timestamp") include (value)');
  await main.admin.query('vacuum (freeze, analyze)');
  await main.admin.query('checkpoint');
}

/** Milliseconds of the middle one of so many calls. */
async function p50(calls: number, work: () => Promise<unknown>): Promise<number> {
  const milliseconds: number[] = [];
  for (let made = 0; made < calls; made++) {
    const began = performance.now();
    await work();
    milliseconds.push(performance.now() - began);
  }
  return latencyOf(milliseconds).p50;
}

/** The sum of the customer's events, from the covering index alone; checked once to be what the plan does. */
async function rawScan(main: Installation): Promise<(customer: number) => Promise<string>> {
  const text = `select sum(value)::text as sum from usage_events_all
    where tenant_id = $1 and external_customer_id = $2 and code = $3 and "timestamp" >= $4 and "timestamp" < $5`;
  const values = (customer: number) => [main.tenant.tenantId, `customer-000${customer}`, 'tokens', january.start, january.end];
  await main.admin.query('set max_parallel_workers_per_gather = 0; set enable_seqscan = off; set enable_bitmapscan = off');
  const { rows } = await main.admin.query<{ 'QUERY PLAN': string }>({ text: `explain (analyze, costs off) ${text}`, values: values(0) });
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  if (!plan.includes('Index Only Scan using bench_covering') || !plan.includes('Heap Fetches: 0')) throw new Error(`Not a covering scan:\n${plan}`);
  return async (customer) => (await main.admin.query<{ sum: string }>({ name: 'raw scan', text, values: values(customer) })).rows[0]?.sum ?? '0';
}

/** Both read the same of both customers, and it is what the events add up to. */
async function checkSums(usage: UsageReader, raw: (customer: number) => Promise<string>): Promise<void> {
  for (const customer of [0, 1]) {
    const [read, summed] = [await usage.units(customer), await raw(customer)];
    if (read !== summed) throw new Error(`The usage of customer ${customer} is ${read}, its events add up to ${summed}.`);
  }
}

const plan = { pairs: 7, mostForeign: options.mostForeign };

async function measure(rig: Rig, main: Installation): Promise<Line[]> {
  const pool = createPool(main.adminUrl, { max: 1, role: applicationRole, onError: () => {} });
  try {
    const usage = await openUsage(pool, main.tenant.tenantId);
    const raw = await rawScan(main);
    await checkSums(usage, raw);
    const compare = (limit: () => Promise<number>, product: () => Promise<number>): Promise<Compared> =>
      comparePairs({ limit, product }, { ...plan, roots: rig.roots });
    const reads = options.quick ? 100 : 300;
    const read = (customer: number) => () => p50(reads, () => usage.units(customer));
    const lines: Line[] = [];
    if (wanted('usage_1m')) {
      const compared = await compare(() => p50(5, () => raw(0)), read(0));
      const path = '/v1/customers/customer-0000/past_usage?periods_count=12';
      const whole = await p50(20, () => call(main.api.base, main.tenant.liveKey, 'GET', path));
      const notes = [`1/${Math.round(1 / compared.ratio)}; twelve months of it over HTTP: p50 ${whole.toFixed(1)} ms`];
      lines.push({ name: 'usage_1m', what: `a month's usage of ${few.toLocaleString('en')} events ÷ a covering scan of them`, unit: 'ms', goal: '≤ 0.005', compared, notes });
    }
    if (wanted('usage_10m_over_1m')) {
      const compared = await compare(read(0), read(1));
      const what = `a month's usage of ${many.toLocaleString('en')} events ÷ of ${few.toLocaleString('en')}`;
      lines.push({ name: 'usage_10m_over_1m', what, unit: 'ms', goal: '≤ 1.2', compared });
    }
    return lines;
  } finally {
    await pool.end();
  }
}

say(`${describeMachine()}, commit ${describeCommit()}${options.quick ? ', quick' : ''}`);
const began = performance.now();
const rig = await Rig.start(2);
try {
  const main = await rig.install('bench');
  await fill(rig, main);
  say(`${(few + many).toLocaleString('en')} events stored and rolled up after ${Math.round((performance.now() - began) / 1000)} s`);
  const lines = await measure(rig, main);
  for (const line of lines) for (const text of describeLine(line)) say(text);
  if (options.json) sayJson(lines, names);
} finally {
  await rig.stop();
}
