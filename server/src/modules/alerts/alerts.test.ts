import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

// The sandbox stands at 10 February 2026, 12:00 UTC.
let app: TestApp;
let calls: string;
let subscription: string;
beforeAll(async () => {
  app = await startTestApp();
  await must('POST', '/v1/test_clock', { now: '2026-02-10T12:00:00Z' });
  calls = (await must('POST', '/v1/billable_metrics', { code: 'calls', name: 'Calls', aggregation_type: 'count' })).id;
  const seats = (await must('POST', '/v1/billable_metrics', { code: 'seats', name: 'Seats', aggregation_type: 'latest', field_name: 'n' })).id;
  const charges = [
    { billable_metric_id: calls, charge_model: 'standard', properties: { amount: '0.50' } },
    { billable_metric_id: seats, charge_model: 'standard', properties: { amount: '2' } },
  ];
  await must('POST', '/v1/customers', { name: 'Acme', external_id: 'acme', currency: 'EUR' });
  await must('POST', '/v1/plans', { code: 'pro', name: 'Pro', interval: 'monthly', amount_cents: 1000, currency: 'EUR', charges });
  const made = await must('POST', '/v1/subscriptions', { external_id: 'pro', customer_id: 'acme', plan_id: 'pro', started_at: '2026-02-01T00:00:00Z' });
  subscription = made.id;
});
afterAll(() => app.close());

async function must(method: string, path: string, body?: unknown) {
  const answer = await app.sandbox(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const alert = (body: object) => must('POST', '/v1/usage_alerts', { subscription_id: subscription, ...body });

let sent = 0;
const use = (code: string, properties: object = {}, timestamp = '2026-02-10T11:00:00Z') =>
  must('POST', '/v1/events', { transaction_id: `event-${++sent}`, external_customer_id: 'acme', code, timestamp, properties });

interface Trigger {
  readonly current_usage: string;
  readonly threshold_value: string;
  readonly metric_code: string | null;
}

/** The history of an alert, oldest first, once it says what is waited for. */
function triggers(id: string, isThere: (found: Trigger[]) => boolean): Promise<Trigger[]> {
  return app.until(async () => {
    const found: Trigger[] = await must('GET', `/v1/usage_alerts/${id}/triggers?order_by=triggered_at:asc`);
    return isThere(found) ? found : undefined;
  });
}

const came = (usage: number) => (found: Trigger[]) => found.some((trigger) => Number(trigger.current_usage) >= usage);

describe('usage alerts', () => {
  it('are on the units of a metric or on money, and on a subscription that is there', async () => {
    const refused = async (body: object) => {
      const answer = await app.sandbox('POST', '/v1/usage_alerts', { subscription_id: subscription, threshold_value: 1, ...body });
      return [answer.status, ...answer.body.errors.map(({ path }: { path: string }) => path)];
    };
    expect(await refused({})).toEqual([422, 'billable_metric_id']);
    expect(await refused({ billable_metric_id: calls, threshold_value: '0' })).toEqual([422, 'threshold_value']);
    expect(await refused({ billable_metric_id: subscription })).toEqual([422, 'billable_metric_id']);
    expect(await refused({ billable_metric_id: calls, subscription_id: calls })).toEqual([422, 'subscription_id']);
  });

  it('are triggered once, or once for each multiple that was reached, however many events come at once', async () => {
    const once = await alert({ billable_metric_id: calls, threshold_value: '10', name: 'Ten' });
    const often = await alert({ billable_metric_id: calls, threshold_value: '10', recurring: true });
    const money = await alert({ measure: 'amount', threshold_value: 1500 });
    expect([once.times_triggered, once.triggered_at, once.measure, money.billable_metric_id]).toEqual([0, null, 'units', null]);
    await Promise.all(Array.from({ length: 40 }, () => use('calls')));
    // 40 calls at 0.50 are 20.00.
    const multiples = await triggers(often.id, came(40));
    const steps = multiples.map(({ current_usage: usage }) => Math.floor(Number(usage) / 10));
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    expect(await triggers(once.id, (found) => found.length > 0)).toHaveLength(1);
    const [reached] = await triggers(money.id, (found) => found.length > 0);
    expect(Number(reached?.current_usage)).toBeGreaterThanOrEqual(1500);
    expect([reached?.threshold_value, reached?.metric_code]).toEqual(['1500', null]);
    expect((await must('GET', `/v1/usage_alerts/${often.id}`)).times_triggered).toBe(multiples.length);
    const { body: logs } = await app.sandbox('GET', '/v1/audit_logs?resource_type=usage_alert_trigger&limit=1000');
    expect(logs).toHaveLength(multiples.length + 2);

    // The status says how far it has come; testing it changes nothing.
    const status = await must('GET', `/v1/usage_alerts/${once.id}/status`);
    expect(status).toEqual({
      alert_id: once.id,
      current_usage: '40',
      threshold_value: '10',
      usage_percentage: '400',
      billing_period_start: '2026-02-01T00:00:00Z',
      billing_period_end: '2026-03-01T00:00:00Z',
    });
    expect(await must('POST', `/v1/usage_alerts/${once.id}/test`)).toEqual(status);
    expect(await must('GET', `/v1/usage_alerts/${once.id}/triggers`)).toHaveLength(1);
  });

  it('begin anew with each period where they recur, and with another value', async () => {
    const [money, often, once]: { id: string; threshold_value: string; recurring: boolean }[] = await must('GET', `/v1/usage_alerts?subscription_id=${subscription}`);
    const before = (await must('GET', `/v1/usage_alerts/${often?.id}`)).times_triggered;
    await app.advance('2026-03-05T00:00:00Z');
    await must('PATCH', `/v1/usage_alerts/${money?.id}`, { threshold_value: '600.5' });
    await Promise.all(Array.from({ length: 13 }, () => use('calls', {}, '2026-03-04T00:00:00Z')));
    const all = await triggers(often?.id ?? '', (found) => found.length > before);
    expect(Number(all.at(-1)?.current_usage)).toBeLessThan(20);
    // 13 × 0.50 = 6.50 is more than 6.005.
    const changed = await triggers(money?.id ?? '', (found) => found.length === 2);
    expect(changed.map(({ threshold_value: value }) => value)).toEqual(['1500', '600.5']);
    expect(await must('GET', `/v1/usage_alerts/${once?.id}/triggers`)).toHaveLength(1);
  });

  it('are removed with their history kept out of sight', async () => {
    const { id, public_id: publicId } = await alert({ billable_metric_id: calls, threshold_value: 5 });
    expect((await app.sandbox('DELETE', `/v1/usage_alerts/${publicId}`)).status).toBe(204);
    for (const path of ['', '/status', '/triggers']) expect((await app.sandbox('GET', `/v1/usage_alerts/${id}${path}`)).status).toBe(404);
  });

  it('say nothing of a subscription that does not run', async () => {
    const coming = await must('POST', '/v1/subscriptions', { external_id: 'later', customer_id: 'acme', plan_id: 'pro', started_at: '2026-06-01T00:00:00Z' });
    const { id } = await alert({ subscription_id: coming.id, measure: 'amount', threshold_value: 1 });
    const answer = await app.sandbox('GET', `/v1/usage_alerts/${id}/status`);
    expect([answer.status, answer.body.code]).toEqual([409, 'subscription_not_active']);
  });
});
