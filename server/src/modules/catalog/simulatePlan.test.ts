import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
const metrics: Record<string, string> = {};
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  for (const [code, body] of [
    ['calls', { aggregation_type: 'count' }],
    ['bytes', { aggregation_type: 'sum', field_name: 'bytes', rounding_function: 'ceil', rounding_precision: -1 }],
  ] as const) {
    const made = await app.live('POST', '/v1/billable_metrics', { code, name: code, ...body });
    metrics[code] = made.body.id;
  }
});
afterAll(() => app.close());

let plans = 0;
async function simulate(charges: readonly object[], request: object, plan: object = {}) {
  const made = await app.live('POST', '/v1/plans', { code: `plan ${plans++}`, name: 'P', interval: 'monthly', charges, ...plan });
  expect(made.status).toBe(201);
  const { status, body } = await app.live('POST', `/v1/plans/${made.body.id}/simulate`, request);
  return { status, body, plan: made.body };
}

const charge = (charge_model: string, properties: object, rest: object = {}) => ({ billable_metric_id: metrics['calls'], charge_model, properties, ...rest });
const graduated = () => charge('graduated', {
  graduated_ranges: [
    { from_value: 0, to_value: 100, per_unit_amount: '1', flat_amount: '0' },
    { from_value: 101, to_value: null, per_unit_amount: '0.5', flat_amount: '3' },
  ],
});

describe('simulating a plan', () => {
  it('prices each charge as an invoice would, in minor units of the plan’s currency, and adds the plan’s own price', async () => {
    const { body, plan } = await simulate([charge('standard', { amount: '0.05' }), graduated()], { units: 150 }, { amount_cents: 1000 });
    // standard: 150 x 0.05 = 7.50. graduated: 100 x 1 + 50 x 0.5 + 3 = 128. With 10.00 for the plan: 145.50.
    expect(body).toMatchObject({ plan_id: plan.id, currency: 'USD', base_amount_cents: 1000, total_amount_cents: 14550 });
    expect(body.charges).toMatchObject([
      { charge_id: plan.charges[0].id, charge_code: 'calls', charge_model: 'standard', units: '150', amount_cents: 750, properties: { amount: '0.05' } },
      { charge_id: plan.charges[1].id, charge_code: 'calls-2', charge_model: 'graduated', units: '150', amount_cents: 12800 },
    ]);
    expect(body.charges[1].breakdown).toMatchObject([
      { units: '100', unit_price: '1', flat_amount: '0', precise_amount_cents: '10000' },
      { units: '50', unit_price: '0.5', flat_amount: '3', precise_amount_cents: '2800' },
    ]);
  });

  it('adds what is missing to the least amount of a charge', async () => {
    const { body } = await simulate([charge('standard', { amount: '0.05' }, { min_amount_cents: 1000 }), graduated()], { units: 150 });
    // 150 x 0.05 = 7.50 is 2.50 short of 10.00; with the 128.00 of the other charge 138.00.
    expect(body.charges).toMatchObject([{ amount_cents: 750, true_up_amount_cents: 250 }, { true_up_amount_cents: 0 }]);
    expect(body.total_amount_cents).toBe(13_800);
  });

  it('has no minor unit where the currency has none', async () => {
    const { body } = await simulate([charge('standard', { amount: '0.5' })], { units: '3' }, { currency: 'JPY', amount_cents: 100 });
    // 3 x 0.5 yen = 1.5 yen, half away from zero: 2.
    expect([body.charges[0].precise_amount_cents, body.charges[0].amount_cents, body.total_amount_cents]).toEqual(['1.5', 2, 102]);
  });

  it.each([
    // 10 % of 80 plus 0.30 for the one event that is simulated.
    ['percentage', { rate: '10', fixed_amount: '0.3' }, 830],
    // 5 % of the first 50, 2 % of the 30 above: 2.50 + 0.60.
    [
      'graduated_percentage',
      { graduated_percentage_ranges: [{ from_value: 0, to_value: 50, rate: '5', flat_amount: '0' }, { from_value: 50, to_value: null, rate: '2', flat_amount: '0' }] },
      310,
    ],
    // 80 are in the second tier: all at 0.25.
    ['volume', { tiers: [{ up_to: 50, unit_price: '1' }, { up_to: null, unit_price: '0.25' }] }, 2000],
    // 80 less 5 free are 8 packages of 10, the last one begun: 8 x 1.50.
    ['package', { amount: '1.5', package_size: 10, free_units: 5 }, 1200],
    ['custom', { custom_amount: '42' }, 4200],
    // What it costs comes with events, and there are none.
    ['dynamic', {}, 0],
  ])('prices 80 units of %s', async (model, properties, cents) => {
    const { body } = await simulate([charge(model, properties)], { units: '80' });
    expect(body.charges[0].amount_cents).toBe(cents);
  });

  it('takes the units of single charges by their code', async () => {
    const charges = [charge('standard', { amount: '1' }), charge('standard', { amount: '1' }, { code: 'other' })];
    const { body } = await simulate(charges, { units: 2, charges: { other: '7.5' } });
    expect(body.charges.map(({ amount_cents: cents }: { amount_cents: number }) => cents)).toEqual([200, 750]);
    const unknown = await simulate(charges, { units: 2, charges: { othr: 7 } });
    expect([unknown.status, unknown.body.errors[0].path]).toEqual([422, 'charges.othr']);
  });

  it('rounds the units by the metric’s rule first', async () => {
    const bytes = { ...charge('standard', { amount: '1' }), billable_metric_id: metrics['bytes'] };
    const { body } = await simulate([bytes], { units: 41 });
    // Rounded up to tens: 50.
    expect([body.charges[0].units, body.charges[0].amount_cents]).toEqual(['50', 5000]);
  });

  it('shows what no invoice carries, and leaves it out of the total', async () => {
    const { body } = await simulate([charge('standard', { amount: '1' }, { invoiceable: false })], { units: 5 }, { amount_cents: 100 });
    expect([body.charges[0].amount_cents, body.total_amount_cents]).toEqual([500, 100]);
  });

  it('prices the first tier’s flat amount at zero units, as an invoice does', async () => {
    const flat = charge('graduated', { tiers: [{ up_to: null, unit_price: '1', flat_amount: '9' }] });
    const { body } = await simulate([flat], { units: 0 });
    expect(body.charges[0].amount_cents).toBe(900);
  });

  // The last one is a quantity, but costs 10^31 cents, more than the 2^53 an amount holds.
  it.each([[-1], ['abc'], [null], ['1e31'], ['1e29']])('refuses %j units', async (units) => {
    const { status, body } = await simulate([graduated()], { units });
    expect([status, body.errors[0].path]).toEqual([422, 'units']);
  });
});
