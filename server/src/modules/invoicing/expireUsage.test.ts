import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applicationRole, createPool, meterRole } from '../../kernel/db/pool.ts';
import { Envelope } from '../../kernel/envelope.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type UsageSetup, usageSetup } from '../../testing/usage.ts';
import { checkAllUsage } from '../metering/index.ts';
import { expireUsage } from './expireUsage.ts';

let app: TestApp;
let setup: UsageSetup;
let admin: pg.Pool;
let meter: pg.Pool;
let application: pg.Pool;
let envelope: Envelope;
let tenantId: string;
beforeAll(async () => {
  app = await startTestApp();
  setup = usageSetup(app);
  const onError = () => {};
  admin = createPool(app.adminUrl, { max: 2, onError });
  meter = createPool(app.adminUrl, { max: 2, role: meterRole, onError });
  application = createPool(app.adminUrl, { max: 2, role: applicationRole, onError });
  envelope = new Envelope({ pool: application, reactions: [] });
  tenantId = (await admin.query<{ id: string }>(`select id from tenants where environment = 'sandbox'`)).rows[0]?.id ?? '';
  await must('POST', '/v1/test_clock', { now: '2026-01-01T00:00:00Z' });
  await must('PUT', '/v1/organizations/current', { event_retention_days: 30 });
});
afterAll(async () => {
  for (const pool of [admin, meter, application]) await pool.end();
  await app.close();
});

async function must(method: string, path: string, body?: unknown) {
  const answer = await app.sandbox(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Advances the clock once every transaction that stored an event is over, and known to be: others of the cluster may be older. */
async function advance(to: string): Promise<void> {
  const over = 'select coalesce(max(xid) < pg_snapshot_xmin(pg_current_snapshot()), true) as over from usage_events_all';
  while ((await admin.query<{ over: boolean }>(over)).rows[0]?.over !== true);
  await app.advance(to);
}

/** Dates of the events kept of a customer, by code; what was just stored goes only once it is rolled up. */
async function keptOf(customer: string): Promise<Record<string, string[]>> {
  for (;;) {
    const { rows } = await admin.query<{ behind: boolean }>('select exists (select from usage_events_all, usage_progress where xid >= frontier) or exists (select from usage_ranges) as behind');
    if (rows[0]?.behind === false) break;
  }
  await expireUsage(meter, envelope, tenantId);
  const { rows } = await admin.query<{ code: string; at: string }>(
    `select code, to_char("timestamp", 'MM-DD HH24:MI') as at from usage_events where external_customer_id = $1 order by 1, 2`, [customer]);
  return Object.fromEntries([...Map.groupBy(rows, ({ code }) => code)].map(([code, of]) => [code, of.map(({ at }) => at)]));
}

const pastOf = async (name: string, count: number) =>
  (await must('GET', `/v1/customers/${name}/past_usage?external_subscription_id=${name}&periods_count=${count}`)).map((period: { charges: unknown }) => period.charges);

const problem = async (method: string, path: string, body?: unknown) => {
  const answer = await app.sandbox(method, path, body);
  return [answer.status, answer.body.code];
};

it('deletes what is billed for good and older than it is to be kept, and usage, bills and repeats stay as they were', async () => {
  const kinds = { calls: 'count', tokens: 'sum', disk: 'latest', users: 'unique_count', level: 'weighted_sum', peak: 'max' };
  for (const [code, type] of Object.entries(kinds)) await setup.metric(code, { aggregation_type: type, ...(type === 'count' ? {} : { field_name: 'v' }) });
  await setup.metric('seats', { aggregation_type: 'sum', field_name: 'v', recurring: true });
  await setup.metric('orders', { aggregation_type: 'sum', field_name: 'v' });
  const priced = (metric: string, more = {}) => ({ metric, properties: { amount: '1' }, ...more });
  await setup.subscribe('ada', [
    ...Object.keys(kinds).filter((code) => code !== 'tokens').map((code) => priced(code)),
    priced('tokens', { properties: { amount: '1', pricing_group_keys: ['team'] }, filters: [{ on: { region: ['eu'] }, properties: { amount: '2' } }] }),
    priced('seats'),
    // The first two orders of a month are free: that takes every single one.
    { metric: 'orders', model: 'percentage', properties: { rate: '10', free_units_per_events: 2 } },
  ]);
  await advance('2026-01-21T00:00:00Z');
  const january = ['2026-01-03T10:15:00Z', '2026-01-03T10:45:00Z', '2026-01-20T23:59:59.999999Z'];
  const teams = [{ v: 5, team: 'red', region: 'eu' }, { v: 7, team: 'blue' }, { v: 11, team: 'red', region: 'us' }];
  for (const code of [...Object.keys(kinds), 'seats', 'orders']) await setup.send('ada', code, january.map((at, place) => [at, teams[place] ?? {}] as const));
  const first = (await must('GET', '/v1/events?external_customer_id=ada&code=calls&limit=1'))[0];
  await advance('2026-02-10T00:00:00Z');
  await setup.send('ada', 'calls', [['2026-02-10T00:00:00Z'], ['2026-02-09T12:00:00Z']]);
  const before = await pastOf('ada', 1);
  const fee = (await must('GET', `/v1/fees?limit=1000`)).find(({ metric_code: code }: { metric_code: string }) => code === 'calls');

  // On 10 February, days before 11 January are over 30 days ago.
  expect(await keptOf('ada')).toMatchObject({ calls: ['01-20 23:59', '02-09 12:00', '02-10 00:00'], seats: ['01-03 10:15', '01-03 10:45', '01-20 23:59'] });
  expect(await pastOf('ada', 1)).toEqual(before);
  await advance('2026-03-05T00:00:00Z');
  // All of January now, but recurring seats and orders; of February only what is over 30 days ago, which is nothing.
  const kept = await keptOf('ada');
  expect(kept).toEqual({ calls: ['02-09 12:00', '02-10 00:00'], orders: kept['seats'], seats: ['01-03 10:15', '01-03 10:45', '01-20 23:59'] });
  expect((await pastOf('ada', 2))[1]).toEqual(before[0]);
  expect(await checkAllUsage(meter, false)).toMatchObject({ wrong: [], wrongVolumes: 0 });

  // Whoever asks for the events is told; the repeat of one is one, with whatever content, at every door.
  expect(await problem('GET', `/v1/events/${first.id}`)).toEqual([404, 'event_expired']);
  expect(await problem('POST', `/v1/events/${first.id}/amend`, { kind: 'cancel' })).toEqual([404, 'event_expired']);
  expect(await problem('GET', `/v1/fees/${fee.id}/events`)).toEqual([409, 'events_expired']);
  const again = { transaction_id: first.transaction_id, external_customer_id: 'ada', code: 'calls', timestamp: first.timestamp };
  expect((await must('POST', '/v1/events', again)).id).toBe(first.id);
  const batch = { events: [again, { ...again, transaction_id: 'new', timestamp: '2026-03-04T00:00:00Z' }] };
  for (const path of ['/v1/events/batch', '/v1/events/batch?atomic=true'])
    expect((await must('POST', path, batch)).results.map(({ status, code }: Record<string, unknown>) => [status, code])).toEqual([
      ['duplicate', 'event_expired'], [path.includes('atomic') ? 'duplicate' : 'ingested', null]]);
  const live = (await must('GET', '/v1/events?external_customer_id=ada&code=calls&limit=1'))[0];
  const amendment = { kind: 'replace', event: { transaction_id: first.transaction_id, properties: {} } };
  expect(await problem('POST', `/v1/events/${live.id}/amend`, amendment)).toEqual([409, 'transaction_id_conflict']);
  const backfill = await must('POST', '/v1/backfills', { from_timestamp: '2026-01-01T00:00:00Z', to_timestamp: '2026-02-01T00:00:00Z' });
  const late = { ...again, transaction_id: 'late', timestamp: '2026-01-03T10:50:00Z' };
  expect((await must('POST', `/v1/backfills/${backfill.id}/events`, { events: [again, late] })).results.map(({ status }: { status: string }) => status)).toEqual(['duplicate', 'ingested']);
  expect(await must('POST', `/v1/backfills/${backfill.id}/close`)).toMatchObject({ stored_count: 1, duplicates_count: 0, conflicts_count: 0 });

  // The late call of January is added to what is left of it: 3 become 4, and the next invoice bills that one.
  await advance('2026-04-01T00:00:00Z');
  const invoices = await must('GET', '/v1/invoices?order_by=created_at:desc&limit=1');
  const lateFees = (await must('GET', `/v1/invoices/${invoices[0].id}`)).fees.filter(({ kind }: { kind: string }) => kind === 'late_usage');
  expect(lateFees).toMatchObject([{ metric_code: 'calls', units: '1', amount_cents: 100 }]);
  // Once billed it goes the way of the others.
  expect((await keptOf('ada'))['calls']).toEqual(['03-04 00:00']);
  expect((await pastOf('ada', 3))[2].find((charge: { billable_metric?: unknown }) => JSON.stringify(charge).includes('calls'))).toMatchObject({ units: '4' });
});

it('keeps what some period still has to bill, what an end of a period cuts, and what another cluster has looked at', async () => {
  await setup.metric('pages', { aggregation_type: 'count' });
  const pages = [{ metric: 'pages', properties: { amount: '1' } }];
  const subscription = { started_at: '2026-04-01T00:00:00Z' };
  await setup.subscribe('bill', pages, { subscription });
  await setup.subscribe('kim', pages, { subscription: { started_at: '2026-03-31T18:30:00Z' }, customer: { timezone: 'Asia/Kolkata' } });
  await setup.subscribe('draft', pages, { subscription, customer: { invoice_grace_period: 90 } });
  await setup.subscribe('void', pages, { subscription });
  await setup.subscribe('moved', pages, { subscription });
  await setup.subscribe('two', pages, { subscription });
  const metric = (await must('GET', '/v1/billable_metrics')).find(({ code }: { code: string }) => code === 'pages');
  const { id: yearly } = await must('POST', '/v1/plans', {
    code: 'yearly', name: 'Yearly', interval: 'yearly', amount_cents: 0, charges: [{ billable_metric_id: metric.id, charge_model: 'standard', properties: { amount: '1' } }],
  });
  await must('POST', '/v1/subscriptions', { external_id: 'two-yearly', customer_id: 'two', plan_id: yearly, started_at: '2026-04-10T12:00:00Z', billing_time: 'anniversary' });
  await advance('2026-04-30T18:20:00Z');
  // In Kolkata April ends at 18:30 UTC of the 30th: what came in that hour stays. The second subscription of "two" began on 10 April.
  const dates = ['2026-04-09T10:00:00Z', '2026-04-20T18:45:00Z', '2026-04-30T17:59:00Z', '2026-04-30T18:15:00Z'];
  const everybody = ['bill', 'kim', 'draft', 'void', 'moved', 'two'];
  for (const name of everybody) await setup.send(name, 'pages', dates.map((at) => [at]));
  await advance('2026-06-10T00:00:00Z');
  const invoice = (await must('GET', `/v1/invoices?customer_id=${(await must('GET', '/v1/customers/void')).id}&order_by=created_at:asc`))[0];
  await must('POST', `/v1/invoices/${invoice.id}/void`, {});
  await admin.query(`update late_usage_checks c set cluster = 1 from subscriptions s where s.id = c.subscription_id and s.external_id = 'moved'`);
  const before = await Promise.all(everybody.map((name) => pastOf(name, 2)));
  const kept = [];
  for (const name of everybody) kept.push([name, (await keptOf(name))['pages'] ?? []]);
  const all = ['04-09 10:00', '04-20 18:45', '04-30 17:59', '04-30 18:15'];
  expect(kept).toEqual([['bill', []], ['kim', ['04-30 18:15']], ['draft', all], ['void', all], ['moved', all], ['two', all.slice(1)]]);
  expect(await Promise.all(everybody.map((name) => pastOf(name, 2)))).toEqual(before);
  // A local day that begins at 18:30 UTC cannot be told from the one before by what is left of that hour.
  expect(await problem('GET', '/v1/subscriptions/kim/usage_trend?start_date=2026-04-20&end_date=2026-04-20')).toEqual([409, 'events_expired']);
  expect((await must('GET', '/v1/subscriptions/bill/usage_trend?start_date=2026-04-20&end_date=2026-04-20')).data_points).toMatchObject([{ value: '1', events_count: 1 }]);
});

it('finds late usage, and what is billed in advance, after a restore into a cluster that numbers transactions anew', async () => {
  await setup.metric('clicks', { aggregation_type: 'count' });
  await setup.metric('texts', { aggregation_type: 'count' });
  await setup.subscribe('moving', [{ metric: 'clicks', properties: { amount: '1' } }, { metric: 'texts', properties: { amount: '2' }, more: { pay_in_advance: true } }], { subscription: { started_at: '2026-06-10T00:00:00Z' } });
  await advance('2026-07-02T00:00:00Z');
  // In the cluster it comes from there had been far more transactions.
  for (const table of ['late_usage_checks', 'in_advance_progress']) await admin.query(`update ${table} set seen_xid = '5500000000', cluster = 1`);
  const followed = () => admin.query<{ followed: boolean }>('select cluster = app.cluster() as followed from in_advance_progress where tenant_id = $1', [tenantId]);
  while ((await followed()).rows[0]?.followed !== true);
  await setup.send('moving', 'clicks', [['2026-06-20T12:00:00Z']]);
  await setup.send('moving', 'texts', [['2026-07-01T12:00:00Z']]);
  const { id } = await must('GET', '/v1/customers/moving');
  const feesOf = async (kind: string) => {
    const fees = [];
    for (const { id: invoice } of await must('GET', `/v1/invoices?customer_id=${id}`)) fees.push(...(await must('GET', `/v1/invoices/${invoice}`)).fees);
    return fees.filter((fee) => fee.kind === kind);
  };
  for (;;) if ((await feesOf('in_advance')).length > 0) break;
  expect(await feesOf('in_advance')).toMatchObject([{ metric_code: 'texts', units: '1', amount_cents: 200 }]);
  await advance('2026-08-01T00:00:00Z');
  expect(await feesOf('late_usage')).toMatchObject([{ metric_code: 'clicks', units: '1', amount_cents: 100, from_datetime: '2026-06-10T00:00:00Z' }]);
});
