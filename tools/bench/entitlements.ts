import { Connection } from './connection.ts';
import { customerName, workload } from './events.ts';
import { latencyOf } from './latency.ts';
import { comparePairs } from './pairs.ts';
import { describeCommit, describeLine, describeMachine, type Line, readOptions, say, sayJson } from './report.ts';
import { counted, type Installation, Rig } from './rig.ts';
import { finishRollups } from './rollupLag.ts';
import { call } from './tenant.ts';

// What asking whether a customer may use a feature costs, beside reading one row through the same server:
// `npm run bench:entitlements [-- --json] [--quick]`. What is measured, and how, is in docs/performance.md.

const names = ['check_switch', 'check_quota'] as const;
const options = readOptions(names);
const wanted = (name: (typeof names)[number]) => options.only.length === 0 || options.only.includes(name);
const events = options.quick ? 20_000 : 1_000_000;
const requests = options.quick ? 300 : 1000;
const customer = customerName(0);

/** A switch, a quota that the benchmarks' metric measures, and something that is one row: their paths. */
async function makeFeatures({ api, tenant }: Installation): Promise<Record<'row' | 'switch' | 'quota', string>> {
  const make = (path: string, body: unknown) => call(api.base, tenant.liveKey, 'POST', path, body);
  for (const [code, feature_type, value] of [['sso', 'boolean', 'true'], [workload.metric, 'quantity', '1000000000000']]) {
    await make('/v1/features', { code, name: code, feature_type });
    await make('/v1/entitlements', { plan_id: 'bench', feature_id: code, value });
  }
  const { id } = await call(api.base, tenant.liveKey, 'GET', `/v1/subscriptions/${customer}`);
  const alert = await make('/v1/usage_alerts', { subscription_id: id, measure: 'amount', threshold_value: 1 });
  const check = `/v1/entitlements/check?customer_id=${customer}&feature_code=`;
  return { row: `/v1/usage_alerts/${alert['id']}`, switch: `${check}sso`, quota: `${check}${workload.metric}` };
}

/** The customer's events of the open month, rolled up as they would be by now. */
async function fill(rig: Rig, main: Installation): Promise<void> {
  const now = Temporal.Now.zonedDateTimeISO('UTC');
  const seconds = Math.max(1, Math.floor(now.since(now.with({ day: 1 }).startOfDay()).total('seconds')) - 1);
  const range = { customers: 1, end: now.toInstant().toString(), seconds };
  await counted(main, () => rig.copy(main, { streams: 2, until: { rows: events }, range }), ({ rows }) => rows);
  const worker = await rig.part('worker', main.adminUrl);
  await finishRollups(main);
  await worker.stop();
  await main.admin.query('vacuum (freeze, analyze)');
}

/** One client that asks again and again over one connection; milliseconds of the middle one. */
async function p50({ api, tenant }: Installation, path: string): Promise<number> {
  const bytes = Buffer.from([`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${api.port}`, `Authorization: Bearer ${tenant.liveKey}`, '', ''].join('\r\n'));
  const milliseconds: number[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let sentAt = 0;
  const send = () => {
    sentAt = performance.now();
    connection.send(bytes);
  };
  const connection = new Connection(api.port, (status, _head, body) => {
    milliseconds.push(performance.now() - sentAt);
    if (status !== 200) reject(new Error(`Answered ${status}: ${body.toString('utf8', 0, 300)}`));
    else if (milliseconds.length === requests) resolve();
    else send();
  }, reject);
  send();
  await promise.finally(() => connection.close());
  return latencyOf(milliseconds).p50;
}

/** The answer is right, or its speed is worth nothing. */
async function checkAnswers({ api, tenant, admin }: Installation, paths: Record<'switch' | 'quota', string>): Promise<void> {
  const ask = (path: string) => call(api.base, tenant.liveKey, 'GET', path);
  const { rows } = await admin.query<{ sum: string }>('select sum(value)::text as sum from usage_events_all where external_customer_id = $1', [customer]);
  const [on, quota] = [await ask(paths.switch), await ask(paths.quota)];
  if (on['has_access'] !== true || quota['has_access'] !== true) throw new Error(`No access: ${JSON.stringify([on, quota])}`);
  if (quota['current_usage'] !== rows[0]?.sum) throw new Error(`The check says ${quota['current_usage']} were used, the events add up to ${rows[0]?.sum}.`);
}

say(`${describeMachine()}, commit ${describeCommit()}${options.quick ? ', quick' : ''}`);
const rig = await Rig.start(options.quick ? 20 : 200);
try {
  const main = await rig.install('bench');
  const paths = await makeFeatures(main);
  await fill(rig, main);
  await checkAnswers(main, paths);
  const lines: Line[] = [];
  for (const [name, path, what] of [
    ['check_switch', paths.switch, 'a check of a switch ÷ a row by its primary key, one client, p50'],
    ['check_quota', paths.quota, `a check of a quota with ${events.toLocaleString('en')} events in the open month ÷ the same`],
  ] as const) {
    if (!wanted(name)) continue;
    const comparison = { limit: () => p50(main, paths.row), product: () => p50(main, path) };
    lines.push({ name, what, unit: 'ms', goal: '≤ 3', compared: await comparePairs(comparison, { pairs: 7, mostForeign: options.mostForeign, roots: rig.roots }) });
  }
  for (const line of lines) for (const text of describeLine(line)) say(text);
  if (options.json) sayJson(lines, names);
} finally {
  await rig.stop();
}
