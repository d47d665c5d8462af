import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { auditDatabase } from '../../torture/books.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await must('POST', '/v1/test_clock', { now: '2026-01-10T00:00:00Z' });
  const metric = await must('POST', '/v1/billable_metrics', { code: 'calls', name: 'Calls', aggregation_type: 'count' });
  const charges = [{ billable_metric_id: metric.id, charge_model: 'standard', properties: { amount: '0.01' } }];
  await must('POST', '/v1/plans', { code: 'pro', name: 'Pro', interval: 'monthly', amount_cents: 500, currency: 'USD', charges });
});
afterAll(async () => {
  expect(await auditDatabase(app.adminUrl)).toEqual([]);
  await app.close();
});

async function must(method: string, path: string, body?: unknown) {
  const answer = await app.sandbox(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function customer(name: string, more: object = {}): Promise<void> {
  await must('POST', '/v1/customers', { external_id: name, name, currency: 'USD', timezone: 'UTC', ...more });
  await must('POST', '/v1/subscriptions', { external_id: name, customer_id: name, plan_id: 'pro', started_at: '2026-01-10T00:00:00Z' });
}

let events = 0;
async function use(name: string, count: number): Promise<void> {
  const batch = Array.from({ length: count }, () => ({ transaction_id: `e${++events}`, external_customer_id: name, code: 'calls' }));
  for (let from = 0; from < count; from += 500) await must('POST', '/v1/events/batch', { events: batch.slice(from, from + 500) });
}

const get = (id: string) => must('GET', `/v1/wallets/${id}`);

/** Waits until a wallet is as expected; it is counted off in the background. */
async function becomes(id: string, expected: object): Promise<void> {
  const isThere = async () => {
    const wallet = await get(id);
    return Object.entries(expected).every(([field, value]) => wallet[field] === value) ? wallet : undefined;
  };
  // What it is instead says more than that it never came about.
  expect(await app.until(isThere).catch(() => get(id))).toMatchObject(expected);
}

const depletions = async (id: string) => (await must('GET', `/v1/audit_logs?resource_type=wallet&resource_id=${id}&limit=100`)).filter((log: { event: string }) => JSON.stringify(log).includes('depleted_ongoing_balance')).length;

it('usage counts off a wallet as it arrives, drafts do, and it is told once when nothing is left', async () => {
  await customer('user', { invoice_grace_period: 5 });
  const wallet = await must('POST', '/v1/wallets', { customer_id: 'user', initial_granted_credits: 800 });
  await becomes(wallet.id, { balance_cents: 800, ongoing_balance_cents: 800 });
  await use('user', 300);
  await becomes(wallet.id, { balance_cents: 800, ongoing_balance_cents: 500, ongoing_usage_amount_cents: 300, credits_ongoing_balance: '500' });
  expect(await depletions(wallet.id)).toBe(0);
  await use('user', 600);
  await becomes(wallet.id, { ongoing_balance_cents: -100 });
  await use('user', 10);
  await becomes(wallet.id, { ongoing_balance_cents: -110 });
  expect(await depletions(wallet.id)).toBe(1);
  // In the grace period a draft has 5.00 × 22 ÷ 31 days = 3.548… -> 3.55 and 9.10 of usage due.
  await app.advance('2026-02-02T00:00:00Z');
  await becomes(wallet.id, { balance_cents: 800, ongoing_balance_cents: 800 - 355 - 910 });
  await must('POST', `/v1/wallets/${wallet.id}/top_up`, { credits: 1000 });
  await becomes(wallet.id, { ongoing_balance_cents: 1800 - 355 - 910 });
  await app.advance('2026-02-07T00:00:00Z');
  await becomes(wallet.id, { balance_cents: 535, ongoing_balance_cents: 535, ongoing_usage_amount_cents: 0 });
  await use('user', 535);
  await becomes(wallet.id, { ongoing_balance_cents: 0 });
  // It had stood above nothing in between: another crossing.
  expect(await depletions(wallet.id)).toBe(2);
});

it('a rule tops up once when what is left falls below its threshold, however many spend at once', async () => {
  await must('POST', '/v1/customers', { external_id: 'saver', name: 'Saver', currency: 'USD' });
  const rule = { trigger: 'threshold', threshold_credits: 300, credits: 1000 };
  const wallet = await must('POST', '/v1/wallets', { customer_id: 'saver', initial_granted_credits: 1000, top_up_rules: [rule] });
  const line = { description: 'Work', quantity: 1, unit_price: '0.40' };
  const spend = () => must('POST', '/v1/invoices/one_off', { customer_id: 'saver', line_items: [line] });
  const purchases = async () => (await must('GET', `/v1/wallets/${wallet.id}/transactions?limit=100`)).filter((row: { transaction_status: string }) => row.transaction_status === 'purchased');
  await Promise.all(Array.from({ length: 20 }, spend));
  // 20 × 0.40 = 8.00: 2.00 are left.
  await becomes(wallet.id, { balance_cents: 200, ongoing_balance_cents: 200 });
  await expect.poll(purchases, { timeout: 90_000 }).toMatchObject([{ status: 'pending', source: 'threshold', amount_cents: 1000 }]);
  await spend();
  await becomes(wallet.id, { ongoing_balance_cents: 160 });
  // What is on its way counts, so nothing more is bought.
  const [{ invoice_id: sold }] = await purchases();
  await must('POST', `/v1/invoices/${sold}/pay`);
  await becomes(wallet.id, { balance_cents: 1160, ongoing_balance_cents: 1160 });
  expect(await purchases()).toHaveLength(1);
});

it('rules by threshold fill a wallet one after the other, each from where the one before it left it', async () => {
  await must('POST', '/v1/customers', { external_id: 'filler', name: 'Filler', currency: 'USD' });
  const rule = (threshold_credits: number) => ({ trigger: 'threshold', threshold_credits, credits: 800, type: 'granted' });
  const wallet = await must('POST', '/v1/wallets', { customer_id: 'filler', max_balance_cents: 1000, top_up_rules: [rule(100), rule(100), rule(900)] });
  // 8.00 by the first; the second is not below 1.00 any more; the third is below 9.00 and has room for 2.00 of its 8.00.
  await app.until(async () => ((await get(wallet.id)).balance_cents > 0 ? true : undefined));
  const rows = await must('GET', `/v1/wallets/${wallet.id}/transactions?order_by=created_at:asc`);
  expect(rows.map((row: { amount_cents: number }) => row.amount_cents)).toEqual([800, 200]);
  expect((await get(wallet.id)).balance_cents).toBe(1000);
});

it('a rule is saved as it was given, and refused where it makes no sense', async () => {
  await must('POST', '/v1/customers', { external_id: 'ruler', name: 'Ruler', currency: 'USD', default_auto_topup_enabled: true, default_auto_topup_amount: 2000, default_low_balance_threshold: 0, default_max_balance: 5000 });
  const wallet = await must('POST', '/v1/wallets', { customer_id: 'ruler', rate_amount: '10', initial_granted_credits: 1 });
  // The customer's defaults, in credits of ten minor units.
  expect(wallet).toMatchObject({ max_balance_cents: 5000, top_up_rules: [{ trigger: 'threshold', threshold_credits: '0', method: 'fixed', credits: '200', type: 'purchased' }] });
  const rule = { trigger: 'interval', interval: 'weekly', started_at: '2026-03-01T00:00:00Z', method: 'target', target_credits: '50', min_credits: '5', max_credits: '20', type: 'granted' };
  const changed = await must('PUT', `/v1/wallets/${wallet.id}`, { top_up_rules: [rule] });
  expect(changed.top_up_rules).toMatchObject([{ ...rule, credits: null, threshold_credits: null }]);
  const refused = async (more: object) => {
    const { status, body } = await app.sandbox('PUT', `/v1/wallets/${wallet.id}`, { top_up_rules: [{ trigger: 'threshold', ...more }] });
    return [status, body.errors?.[0]?.path, body.errors?.[0]?.code];
  };
  expect(await refused({ credits: 1 })).toEqual([422, 'top_up_rules.0.threshold_credits', 'required']);
  expect(await refused({ threshold_credits: 1, credits: 1, interval: 'weekly' })).toEqual([422, 'top_up_rules.0.interval', 'not_applicable']);
  expect(await refused({ threshold_credits: 9, method: 'target', target_credits: 9 })).toEqual([422, 'top_up_rules.0.target_credits', 'below_threshold']);
  expect(await refused({ threshold_credits: '0.01', credits: 1 })).toEqual([422, 'top_up_rules.0.threshold_credits', 'not_whole_amount']);
  expect((await get(wallet.id)).top_up_rules).toEqual(changed.top_up_rules);
});

it('an event that is canceled is not counted off any more', async () => {
  await customer('mistaken');
  const wallet = await must('POST', '/v1/wallets', { customer_id: 'mistaken', initial_granted_credits: 100 });
  const { id } = await must('POST', '/v1/events', { transaction_id: 'mistake', external_customer_id: 'mistaken', code: 'calls' });
  await becomes(wallet.id, { ongoing_balance_cents: 99 });
  await must('POST', `/v1/events/${id}/amend`, { kind: 'cancel' });
  await becomes(wallet.id, { ongoing_balance_cents: 100 });
});

it('what is held costs more each hour, without any event', async () => {
  await app.advance('2026-03-01T00:00:00Z');
  const metric = await must('POST', '/v1/billable_metrics', { code: 'held', name: 'Held', aggregation_type: 'weighted_sum', field_name: 'held' });
  const charges = [{ billable_metric_id: metric.id, charge_model: 'standard', properties: { amount: '1' } }];
  await must('POST', '/v1/plans', { code: 'storage', name: 'Storage', interval: 'monthly', amount_cents: 0, currency: 'USD', charges });
  await must('POST', '/v1/customers', { external_id: 'holder', name: 'Holder', currency: 'USD', timezone: 'UTC' });
  await must('POST', '/v1/subscriptions', { external_id: 'holder', customer_id: 'holder', plan_id: 'storage', started_at: '2026-03-01T00:00:00Z' });
  const wallet = await must('POST', '/v1/wallets', { customer_id: 'holder', initial_granted_credits: 1000 });
  await must('POST', '/v1/events', { transaction_id: 'held', external_customer_id: 'holder', code: 'held', properties: { held: 744 } });
  await app.until(async () => ((await get(wallet.id)).ongoing_refreshed_at === null ? undefined : true));
  await app.advance('2026-03-02T00:00:00Z');
  // 744 held for one of March's 744 hours are one unit, 1.00, and the clock does not come to an hour before that hour is counted off.
  expect(await get(wallet.id)).toMatchObject({ ongoing_balance_cents: 1000 - 24 * 100, ongoing_refreshed_at: '2026-03-02T00:00:00Z' });
  // 10.00 last ten hours: it is told when they are over, not when the clock has arrived.
  const told = (await must('GET', `/v1/audit_logs?resource_type=wallet&resource_id=${wallet.id}&limit=100`)).filter((log: object) => JSON.stringify(log).includes('depleted_ongoing_balance'));
  expect(told.map((log: { created_at: string }) => log.created_at)).toEqual(['2026-03-01T10:00:00Z']);
});
