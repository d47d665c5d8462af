import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

// The sandbox stands at 10 February 2026, 12:00 UTC.
let app: TestApp;
let metricId: string;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  await app.sandbox('POST', '/v1/test_clock', { now: '2026-02-10T12:00:00Z' });
  metricId = (await app.sandbox('POST', '/v1/billable_metrics', { code: 'calls', name: 'Calls', aggregation_type: 'count' })).body.id;
  await app.sandbox('POST', '/v1/customers', { name: 'Acme', external_id: 'acme' });
});
afterAll(() => app.close());

let count = 0;
const packages = (amount: string) => ({ billable_metric_id: metricId, charge_model: 'package', properties: { amount, package_size: '10' } });

async function plan(charges: readonly object[] = [packages('2')], body: object = {}): Promise<string> {
  const code = `plan-${++count}`;
  const answer = await app.sandbox('POST', '/v1/plans', { code, name: 'Plan', interval: 'monthly', amount_cents: 4900, charges, ...body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return code;
}

const subscribe = (plan_id: string, overrides: object | null, body: object = {}) =>
  app.sandbox('POST', '/v1/subscriptions', { external_id: `sub-${++count}`, customer_id: 'acme', plan_id, started_at: '2026-02-10T12:00:00Z', overrides, ...body });

const errorsOf = ({ status, body }: { status: number; body: { code: string; errors: { path: string; code: string }[] } }) => [
  status,
  ...(body.errors.length === 0 ? [body.code] : body.errors.map(({ path, code }) => `${path} ${code}`)),
];

describe('overrides', () => {
  it('are laid over the charge key by key, kept whole, and taken away by null', async () => {
    const made = await subscribe(await plan(), { minimum_cents: 100, charges: [{ charge_code: 'calls', properties: { unit_price: 1.5 } }] });
    expect(made.body.overrides).toEqual({
      amount_cents: null,
      minimum_cents: 100,
      trial_period_days: null,
      charges: [{ charge_code: 'calls', properties: { amount: '1.5', package_size: '10', free_units: '0' } }],
    });
    const path = `/v1/subscriptions/${made.body.id}`;
    expect((await app.sandbox('PUT', path, { overrides: { amount_cents: 0 } })).body.overrides).toMatchObject({ amount_cents: 0, minimum_cents: null, charges: [] });
    expect((await app.sandbox('PUT', path, { overrides: null })).body.overrides).toBeNull();
    expect((await app.sandbox('PUT', path, { overrides: {} })).body.overrides).toBeNull();
  });

  it.each([
    [[{ charge_code: 'nobody’s', properties: {} }], ['overrides.charges.0.charge_code not_found']],
    [[{ charge_code: 'calls', properties: { tiers: [] } }], ['overrides.charges.0.properties.tiers invalid']],
    [[{ charge_code: 'calls', properties: { amount: '-1' } }], ['overrides.charges.0.properties.amount invalid']],
    [
      [
        { charge_code: 'calls', properties: {} },
        { charge_code: 'calls', properties: {} },
      ],
      ['overrides.charges.1.charge_code duplicate'],
    ],
  ])('refuse charges %j', async (charges, expected) => {
    const code = await plan();
    expect(errorsOf(await subscribe(code, { charges }))).toEqual([422, ...expected]);
    const made = (await subscribe(code, null)).body;
    expect(errorsOf(await app.sandbox('PUT', `/v1/subscriptions/${made.id}`, { overrides: { charges } }))).toEqual([422, ...expected]);
    expect(errorsOf(await app.sandbox('PUT', `/v1/subscriptions/${made.id}`, { plan_id: await plan(), overrides: { charges } }))).toEqual([422, ...expected]);
  });

  it('refuse what a filter of the charge would not fit', async () => {
    const region = await app.sandbox('POST', '/v1/billable_metrics/calls/filters', { key: `key-${++count}`, values: ['us'] });
    const filters = [{ billable_metric_filter_id: region.body.id, values: ['us'], properties: { per_transaction_max_amount: '2' } }];
    const code = await plan([{ billable_metric_id: metricId, charge_model: 'percentage', properties: { rate: '1' }, filters }]);
    const charges = [{ charge_code: 'calls', properties: { per_transaction_min_amount: '3' } }];
    const refused = await subscribe(code, { charges });
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0].path).toMatch(/^overrides\.charges\.0\.properties/);
  });

  it('hold the plan to the charges they are for', async () => {
    const code = await plan();
    await subscribe(code, { charges: [{ charge_code: 'calls', properties: { amount: '1' } }] });
    const update = (charges: readonly object[]) => app.sandbox('PUT', `/v1/plans/${code}`, { charges });
    expect(errorsOf(await update([]))).toEqual([409, 'charge_overridden']);
    expect(errorsOf(await update([{ billable_metric_id: metricId, charge_model: 'standard', properties: { amount: '1' } }]))).toEqual([409, 'charge_overridden']);
    expect((await update([packages('3')])).status).toBe(200);
  });

  it('give a trial its length unless the subscription has one of its own', async () => {
    const code = await plan([], { trial_period_days: 14 });
    const endOf = async (overrides: object | null, body: object = {}) => (await subscribe(code, overrides, body)).body.trial_ends_at;
    expect(await endOf(null)).toBe('2026-02-24T12:00:00Z');
    expect(await endOf({ trial_period_days: 7 })).toBe('2026-02-17T12:00:00Z');
    expect(await endOf({ trial_period_days: 7 }, { trial_period_days: 3 })).toBe('2026-02-13T12:00:00Z');
    const made = (await subscribe(code, { trial_period_days: 7 })).body;
    const change = (body: object) => app.sandbox('PUT', `/v1/subscriptions/${made.id}`, body);
    expect((await change({ overrides: { trial_period_days: 30 } })).body).toMatchObject({ trial_ends_at: '2026-03-12T12:00:00Z', trial_period_days: 30 });
    expect((await change({ overrides: null })).body).toMatchObject({ trial_ends_at: '2026-02-24T12:00:00Z', trial_period_days: 14 });
    expect(errorsOf(await change({ overrides: { trial_period_days: 0 } }))).toEqual([422, 'overrides.trial_period_days in_the_past']);
  });

  it('end with the plan they were given for', async () => {
    const made = (await subscribe(await plan(), { amount_cents: 100 })).body;
    const changed = await app.sandbox('PUT', `/v1/subscriptions/${made.id}`, { plan_id: await plan(), timing: 'now' });
    expect([changed.status, changed.body.overrides]).toEqual([200, null]);
  });
});
