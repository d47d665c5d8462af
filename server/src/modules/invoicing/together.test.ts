import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Call, startTestApp, type TestApp } from '../../testing/app.ts';
import { noonZone } from '../../testing/noonZone.ts';
import { textOf } from './pdf/testing.ts';

let app: TestApp;
let database: pg.Client;
beforeAll(async () => {
  app = await startTestApp();
  database = new pg.Client({ connectionString: app.adminUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await app.close();
});

async function must(call: Call, method: string, path: string, body?: object) {
  const answer = await call(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Lets time pass; answers what could not be done on the way. */
async function advance(call: Call, to: string): Promise<{ readonly message: string }[]> {
  await must(call, 'POST', '/v1/test_clock/advance', { to });
  for (;;) {
    const { status, errors } = await must(call, 'GET', '/v1/test_clock');
    if (status === 'ready') return errors;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A customer with a subscription to each of these plans, at so much a month, from 1 January 2026. */
async function subscribed(plans: Readonly<Record<string, number>>): Promise<Call> {
  const { sandbox: call } = await app.otherOrganization();
  await must(call, 'POST', '/v1/test_clock', { now: '2026-01-01T00:00:00Z' });
  await must(call, 'POST', '/v1/customers', { external_id: 'c', name: 'C' });
  const metric = await must(call, 'POST', '/v1/billable_metrics', { code: 'calls', name: 'Calls', aggregation_type: 'count' });
  for (const [code, amount] of Object.entries(plans)) {
    const charges = [{ billable_metric_id: metric.id, charge_model: 'standard', properties: { amount: '0.10' } }];
    await must(call, 'POST', '/v1/plans', { code, name: code, interval: 'monthly', amount_cents: amount, currency: 'USD', charges });
    await must(call, 'POST', '/v1/subscriptions', { external_id: code, customer_id: 'c', plan_id: code, started_at: '2026-01-01T00:00:00Z' });
  }
  return call;
}

/** The total of each invoice, and on how many subscriptions it is. */
async function invoices(call: Call): Promise<string[]> {
  const found: { total_cents: number; subscriptions: unknown[] }[] = await must(call, 'GET', '/v1/invoices?order_by=created_at:asc');
  return found.map(({ total_cents: total, subscriptions }) => `${total} of ${subscriptions.length}`);
}

it('bills none where one cannot be billed, and the others once that one is set apart', async () => {
  const call = await subscribed({ good: 1000, better: 2000, broken: 4000 });
  const { charges } = await must(call, 'GET', '/v1/plans/broken');
  await database.query(`update charges set properties = '{"amount": "not a price"}' where id = $1`, [charges[0].id]);
  // Each timer rings by itself, and each fails because of the same one.
  const errors = await advance(call, '2026-02-01T00:00:00Z');
  expect(errors.map(({ message }) => message.startsWith('The subscription broken cannot be billed: '))).toEqual([true, true, true]);
  expect(await invoices(call)).toEqual([]);

  const apart = await must(call, 'PUT', '/v1/subscriptions/broken', { invoice_separately: true });
  expect(apart.invoice_separately).toBe(true);
  // A change does first what is due, for both of those that are left.
  await must(call, 'PUT', '/v1/subscriptions/good', { on_termination_action: 'skip' });
  expect(await invoices(call)).toEqual(['3000 of 2']);
  // All three timers were given up. The one that was billed with the other has its next boundary like it, only the broken one still waits for somebody.
  const { rows } = await database.query(
    `select s.external_id as name, t.due_at at time zone 'UTC' = '2026-03-01' as next, t.failed_at is not null as parked
     from timers t join subscriptions s on s.id = t.subject_id where s.tenant_id = (select tenant_id from subscriptions where id = $1) order by 1`,
    [apart.id],
  );
  expect(rows).toEqual([
    { name: 'better', next: true, parked: false },
    { name: 'broken', next: false, parked: true },
    { name: 'good', next: true, parked: false },
  ]);

  await database.query(`update charges set properties = '{"amount": "0.10"}' where id = $1`, [charges[0].id]);
  await must(call, 'PUT', '/v1/subscriptions/broken', { on_termination_action: 'skip' });
  expect(await invoices(call)).toEqual(['3000 of 2', '4000 of 1']);
  // From then on they have timers again, and the one that was set apart its own invoices.
  await advance(call, '2026-03-01T00:00:00Z');
  expect((await invoices(call)).slice(2).toSorted()).toEqual(['3000 of 2', '4000 of 1']);
});

it('prints the lines of each subscription under its name', async () => {
  const call = await subscribed({ good: 1000, better: 2000 });
  expect(await advance(call, '2026-02-01T00:00:00Z')).toEqual([]);
  const [invoice] = await must(call, 'GET', '/v1/invoices');
  const { body } = await call('GET', `/v1/invoices/${invoice.id}/pdf_preview`);
  // The heading, and the plan that is called like it.
  const lines = textOf(body).filter((text) => text === 'good' || text === 'better');
  expect(lines).toEqual(['good', 'good', 'better', 'better']);
});

it('bills a boundary once, whoever comes to it first', async () => {
  const idle = await startTestApp({ worker: false });
  const names = ['one', 'two', 'three'];
  const zone = noonZone();
  const now = Temporal.Now.zonedDateTimeISO(zone);
  const started = now.subtract({ hours: 50 });
  await must(idle.live, 'POST', '/v1/customers', { external_id: 'c', name: 'C', timezone: zone });
  await must(idle.live, 'POST', '/v1/plans', { code: 'daily', name: 'Daily', interval: 'daily', amount_cents: 100, currency: 'USD' });
  for (const external_id of names) await must(idle.live, 'POST', '/v1/subscriptions', { external_id, customer_id: 'c', plan_id: 'daily', started_at: started.toInstant().toString() });
  // As if nobody had been there since.
  const admin = new pg.Client({ connectionString: idle.adminUrl });
  await admin.connect();
  await admin.query('update subscriptions set done_through_at = started_at, billed_through_at = null, billed_through_day = null');
  await admin.end();
  await Promise.all(names.map((name) => must(idle.live, 'PUT', `/v1/subscriptions/${name}`, { on_termination_action: 'skip' })));
  const midnights = started.toPlainDate().until(now.toPlainDate()).days;
  expect(await invoices(idle.live)).toEqual(Array(midnights).fill('300 of 3'));
  await idle.close();
});
