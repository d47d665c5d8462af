import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { startTestApp, type TestApp } from '../../testing/app.ts';

// The sandbox stands at 10 February 2026, 12:00 UTC.
let app: TestApp;
let metricId: string;
beforeAll(async () => {
  app = await startTestApp();
  await app.sandbox('POST', '/v1/test_clock', { now: '2026-02-10T12:00:00Z' });
  metricId = (await app.sandbox('POST', '/v1/billable_metrics', { code: 'calls', name: 'Calls', aggregation_type: 'count' })).body.id;
  const charges = [{ billable_metric_id: metricId, charge_model: 'standard', properties: { amount: '1' } }];
  await app.sandbox('POST', '/v1/customers', { name: 'Acme', external_id: 'acme', currency: 'EUR' });
  await app.sandbox('POST', '/v1/plans', { code: 'pro', name: 'Pro', interval: 'monthly', amount_cents: 0, currency: 'EUR', charges });
  await app.sandbox('POST', '/v1/subscriptions', { external_id: 'acme-pro', customer_id: 'acme', plan_id: 'pro', started_at: '2026-02-01T00:00:00Z' });
});
afterAll(() => app.close());

const add = (body: object, owner = 'plans/pro') => app.sandbox('POST', `/v1/${owner}/usage_thresholds`, body);

interface Billed {
  readonly invoice_type: string;
  readonly total_cents: number;
}

describe('usage thresholds', () => {
  it('are refused in another currency, recurring at nothing, and twice', async () => {
    const made = await add({ amount_cents: 100_000, threshold_display_name: 'Much' });
    expect([made.status, made.body.currency, made.body.recurring, made.body.plan_id !== null, made.body.subscription_id]).toEqual([201, 'EUR', false, true, null]);
    const again = await add({ amount_cents: 100_000 });
    expect([again.status, again.body.code]).toEqual([409, 'threshold_exists']);
    const dollars = await add({ amount_cents: 1, currency: 'USD' });
    expect([dollars.status, dollars.body.errors[0].code]).toEqual([422, 'currency_mismatch']);
    const nothing = await add({ amount_cents: 0, recurring: true });
    expect([nothing.status, nothing.body.errors[0].path]).toEqual([422, 'amount_cents']);
    expect((await app.sandbox('DELETE', `/v1/usage_thresholds/${made.body.public_id}`)).status).toBe(204);
    expect((await app.sandbox('DELETE', `/v1/usage_thresholds/${made.body.id}`)).status).toBe(404);
    expect((await app.sandbox('GET', '/v1/plans/pro/usage_thresholds')).body).toEqual([]);
    const free = await add({ amount_cents: 100_000 });
    expect(free.status).toBe(201);
  });

  it('bill all that came, once, however many events come together', async () => {
    expect((await add({ amount_cents: 500, recurring: true }, 'subscriptions/acme-pro')).status).toBe(201);
    const send = (n: number) =>
      app.sandbox('POST', '/v1/events', { transaction_id: `call-${n}`, external_customer_id: 'acme', code: 'calls', timestamp: '2026-02-10T11:00:00Z' });
    const sent = await Promise.all(Array.from({ length: 40 }, (_, n) => send(n)));
    for (const { status } of sent) expect(status).toBe(201);
    // 40 calls at 1.00 are exactly the eighth step of 5.00: whatever was noticed before, the last look bills up to 40.00.
    const sum = (of: readonly Billed[]) => of.reduce((total, { total_cents: cents }) => total + cents, 0);
    const billed = await app.until<Billed[]>(async () => {
      const { body: invoices } = await app.sandbox('GET', '/v1/invoices');
      return sum(invoices) < 4000 ? undefined : invoices;
    });
    expect(sum(billed)).toBe(4000);
    expect(new Set(billed.map(({ invoice_type: type }) => type))).toEqual(new Set(['progressive_billing']));
    const { body } = await app.sandbox('GET', '/v1/subscriptions/acme-pro/current_usage');
    expect(body.current_usage_amount_cents).toBe(4000);
  });
});

it('one subscription that cannot be billed holds back no other, is kept in sight, and is billed once it can be', async () => {
  const admin = new pg.Client({ connectionString: app.adminUrl });
  await admin.connect();
  const subscribe = async (name: string) => {
    await app.sandbox('POST', '/v1/customers', { name, external_id: name, currency: 'EUR' });
    const made = await app.sandbox('POST', '/v1/subscriptions', { external_id: name, customer_id: name, plan_id: 'pro', started_at: '2026-02-01T00:00:00Z' });
    await add({ amount_cents: 300 }, `subscriptions/${name}`);
    return made.body;
  };
  const call = (name: string, n: number) =>
    app.sandbox('POST', '/v1/events', { transaction_id: `${name}-${n}`, external_customer_id: name, code: 'calls', timestamp: '2026-02-10T11:00:00Z' });
  const totals = async (customer: { customer_id: string }) => {
    const { body } = await app.sandbox('GET', `/v1/invoices?customer_id=${customer.customer_id}`);
    return body.map(({ total_cents: total }: Billed) => total);
  };
  const until = (isSo: () => Promise<boolean>) => app.until(async () => ((await isSo()) ? true : undefined));
  const [broken, whole] = [await subscribe('broken'), await subscribe('whole')];
  await admin.query(`alter table usage_threshold_crossings add constraint broken check (subscription_id <> '${broken.id}')`);
  for (const n of [1, 2, 3]) for (const name of ['broken', 'whole']) await call(name, n);
  await until(async () => (await totals(whole)).length > 0);
  // 3 calls at 1.00, at the threshold of 3.00.
  expect(await totals(whole)).toEqual([300]);
  const waiting = async () => (await admin.query('select follower, subscription_id, last_error from unfollowed_usage')).rows;
  await until(async () => (await waiting()).length > 0);
  expect(await waiting()).toEqual([{ follower: 'thresholds', subscription_id: broken.id, last_error: expect.stringContaining('violates check constraint "broken"') }]);
  // What comes meanwhile waits with it.
  await call('broken', 4);
  await admin.query('alter table usage_threshold_crossings drop constraint broken');
  await admin.query('update unfollowed_usage set retry_at = now()');
  await until(async () => (await totals(broken)).length > 0);
  expect(await totals(broken)).toEqual([400]);
  await until(async () => (await waiting()).length === 0);
  await admin.end();
});
