import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
let names = 0;

async function must(method: string, path: string, body?: unknown) {
  const answer = await app.sandbox(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

beforeAll(async () => {
  app = await startTestApp();
  await must('POST', '/v1/test_clock', { now: '2026-01-15T12:00:00Z' });
  const metric = await must('POST', '/v1/billable_metrics', { code: 'calls', name: 'API calls', aggregation_type: 'count' });
  const charges = [{ billable_metric_id: metric.id, charge_model: 'standard', properties: { amount: '0.10' }, code: 'calls' }];
  const plan = { interval: 'monthly', amount_cents: 3100, currency: 'USD', charges };
  await must('POST', '/v1/plans', { ...plan, code: 'arrears', name: 'Arrears' });
  await must('POST', '/v1/plans', { ...plan, code: 'advance', name: 'Advance', pay_in_advance: true, trial_period_days: 0 });
});
afterAll(() => app.close());

type Fees = { description: string; amount_cents: number }[];
const shown = ({ fees, issuing_at: at }: { fees: Fees; issuing_at: string }) => [at, ...fees.map((fee) => `${fee.description} ${fee.amount_cents}`)];

describe('the first invoice of a subscription that might be', () => {
  // From 15 January: 17 of 31 days of 31.00. From 1 March the whole month.
  it.each<[string, object, string[]]>([
    ['in advance, from now', { plan_id: 'advance' }, ['2026-01-15T12:00:00Z', 'Advance (17 of 31 days) 1700']],
    ['in advance, from a date ahead', { plan_id: 'advance', started_at: '2026-03-01T00:00:00Z' }, ['2026-03-01T00:00:00Z', 'Advance 3100']],
    ['in advance, with a trial', { plan_id: 'advance', trial_period_days: 7 }, ['2026-01-22T12:00:00Z', 'Advance (10 of 31 days) 1000']],
    ['in arrears', { plan_id: 'arrears' }, ['2026-02-01T00:00:00Z', 'Arrears (17 of 31 days) 1700']],
    ['on an anniversary, at a price of its own', { plan_id: 'arrears', billing_time: 'anniversary', overrides: { amount_cents: 500 } }, ['2026-02-15T00:00:00Z', 'Arrears 500']],
    ['that ends within the period', { plan_id: 'arrears', ending_at: '2026-01-20T12:00:00Z' }, ['2026-01-20T12:00:00Z', 'Arrears (6 of 31 days) 600']],
    ['that started long ago', { plan_id: 'advance', started_at: '2025-06-01T00:00:00Z' }, ['2026-01-01T00:00:00Z', 'Advance 3100']],
  ])('%s, is what it is when it is made', async (_name, body, expected) => {
    const name = `n${++names}`;
    await must('POST', '/v1/customers', { external_id: name, name, currency: 'USD' });
    const preview = await must('POST', '/v1/invoices/preview', { customer_id: name, ...body });
    expect(shown(preview)).toEqual(expected);
    expect(await must('GET', '/v1/subscriptions?limit=1000')).toHaveLength(names - 1);
    const { plan_id: plan, ...terms } = body as { plan_id: string };
    await must('POST', '/v1/subscriptions', { external_id: name, customer_id: name, plan_id: plan, started_at: '2026-01-15T12:00:00Z', ...terms });
  });

  it('is what is invoiced then', async () => {
    await app.advance('2026-03-01T00:00:00Z');
    const amounts: number[] = [];
    for (const customer of Array.from({ length: names }, (_, index) => `n${index + 1}`)) {
      const { id } = await must('GET', `/v1/customers/${customer}`);
      const [first] = await must('GET', `/v1/invoices?customer_id=${id}&order_by=created_at:asc`);
      amounts.push(first.total_cents);
    }
    expect(amounts).toEqual([1700, 3100, 1000, 1700, 500, 600, 3100]);
  });

  it('is refused where it could not be created, and where it is not clear what is meant', async () => {
    await must('POST', '/v1/customers', { external_id: 'eur', name: 'Euro', currency: 'EUR' });
    const refusal = async (body: object) => {
      const { status, body: problem } = await app.sandbox('POST', '/v1/invoices/preview', body);
      return [status, problem.errors[0].path, problem.errors[0].code];
    };
    expect(await refusal({})).toEqual([422, 'customer_id', 'required']);
    expect(await refusal({ customer_id: 'eur' })).toEqual([422, 'plan_id', 'required']);
    expect(await refusal({ customer_id: 'eur', plan_id: 'arrears' })).toEqual([422, 'plan_id', 'currency_mismatch']);
    expect(await refusal({ customer_id: 'nobody', plan_id: 'arrears' })).toEqual([422, 'customer_id', 'not_found']);
    expect(await refusal({ subscription_id: 'n1', plan_id: 'arrears' })).toEqual([422, 'subscription_id', 'ambiguous']);
    expect(await refusal({ customer_id: 'n1', plan_id: 'arrears', ending_at: '2026-01-01T00:00:00Z' })).toEqual([422, 'ending_at', 'in_the_past']);
  });
});
