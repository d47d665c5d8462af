import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

async function must(method: string, path: string, body?: unknown) {
  const answer = await app.sandbox(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

it('a subscription tells its life, and its usage day by day through a change of plan', async () => {
  await must('POST', '/v1/test_clock', { now: '2026-01-01T05:00:00Z' });
  const metric = await must('POST', '/v1/billable_metrics', { code: 'calls', name: 'Calls', aggregation_type: 'count' });
  const peak = await must('POST', '/v1/billable_metrics', { code: 'peak', name: 'Peak', aggregation_type: 'max', field_name: 'level' });
  const charge = (id: string) => ({ billable_metric_id: id, charge_model: 'standard', properties: { amount: '1' } });
  const plan = { interval: 'monthly', currency: 'USD', pay_in_advance: true };
  await must('POST', '/v1/plans', { ...plan, code: 'a', name: 'A', amount_cents: 3100, charges: [charge(metric.id), charge(peak.id)] });
  await must('POST', '/v1/plans', { ...plan, code: 'b', name: 'B', amount_cents: 6200, charges: [charge(metric.id)] });
  await must('POST', '/v1/customers', { external_id: 'c', name: 'C', timezone: 'America/New_York' });
  await must('POST', '/v1/subscriptions', { external_id: 's', customer_id: 'c', plan_id: 'a', started_at: '2026-01-01T05:00:00Z' });
  const invoice = (await must('GET', `/v1/invoices?customer_id=${(await must('GET', '/v1/customers/c')).id}`))[0];
  await must('POST', '/v1/payments/record', { invoice_id: invoice.id, amount: 3100 });
  await app.advance('2026-01-05T17:00:00Z');
  let sent = 0;
  const use = (code: string, timestamp: string, properties = {}) =>
    must('POST', '/v1/events', { transaction_id: `${++sent}`, external_customer_id: 'c', code, timestamp, properties });
  // 04:59 UTC of the 3rd is still the 2nd in New York; there 05:00 opens the 3rd.
  for (const timestamp of ['2026-01-03T04:59:00Z', '2026-01-03T05:00:00Z', '2026-01-05T12:00:00Z']) await use('calls', timestamp);
  await use('peak', '2026-01-03T12:00:00Z', { level: 7 });
  await use('peak', '2026-01-03T13:00:00Z', { level: 4 });
  await must('PUT', '/v1/subscriptions/s', { plan_id: 'b' });

  // The 3rd: one call and a peak of 7. The 5th ended on plan b: its call counts whichever plan it was made on.
  const trend = await must('GET', '/v1/subscriptions/s/usage_trend?start_date=2025-12-31&end_date=2026-01-05');
  expect(trend.data_points.map(({ date, value, events_count: events }: Record<string, unknown>) => `${date} ${value} ${events}`)).toEqual([
    '2025-12-31 0 0',
    '2026-01-01 0 0',
    '2026-01-02 1 1',
    '2026-01-03 8 3',
    '2026-01-04 0 0',
    '2026-01-05 1 1',
  ]);
  expect((await must('GET', '/v1/subscriptions/s/usage_trend')).start_date).toBe('2025-12-07');
  const refused = await Promise.all(
    ['start_date=2026-01-05&end_date=2026-01-04', 'start_date=2025-01-01&end_date=2026-01-04', 'start_date=2026-02-30'].map((query) =>
      app.sandbox('GET', `/v1/subscriptions/s/usage_trend?${query}`),
    ),
  );
  expect(refused.map(({ status, body }) => [status, body.errors[0].path])).toEqual([
    [422, 'end_date'],
    [422, 'start_date'],
    [422, 'start_date'],
  ]);

  const { events } = await must('GET', '/v1/subscriptions/s/lifecycle');
  const told: string[] = events.map(({ event_type: type, title, description }: Record<string, unknown>) => `${type}: ${title} (${description})`);
  for (const line of [
    'subscription: Subscription created (a)',
    'status_change: Subscription started (a)',
    'invoice: Invoice finalized (INV-000001)',
    'invoice: Invoice paid (INV-000001)',
    'subscription: Subscription plan changed (b)',
    'invoice: Invoice finalized (INV-000002)',
  ])
    expect(told).toContain(line);
  expect(told.some((line) => line.startsWith('payment: '))).toBe(true);
  const times = events.map(({ timestamp }: { timestamp: string }) => timestamp);
  expect(times).toEqual(times.toSorted());
});
