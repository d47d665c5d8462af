import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  for (const [code, currency] of [['seat', 'EUR'], ['setup', 'EUR'], ['dollars', 'USD']])
    await app.live('POST', '/v1/add_ons', { code, name: code, amount_cents: 1050, amount_currency: currency });
});
afterAll(() => app.close());

const plan = { code: 'plan', name: 'Plan', interval: 'monthly', currency: 'EUR', amount_cents: 4900 };

it('keeps fixed charges with the add-on’s price of that moment unless they have their own, and their ids while they stay', async () => {
  const tiers = [{ up_to: 5, unit_price: '10' }, { up_to: null, unit_price: '8' }];
  const fixed_charges = [{ add_on_code: 'seat', units: '2.5', prorated: true }, { add_on_code: 'setup', charge_model: 'volume', properties: { tiers }, pay_in_advance: true }];
  const made = (await app.live('POST', '/v1/plans', { ...plan, fixed_charges })).body;
  expect(made.fixed_charges).toMatchObject([
    { add_on_code: 'seat', units: '2.5', charge_model: 'standard', properties: { amount: '10.5' }, pay_in_advance: false, prorated: true },
    { add_on_code: 'setup', units: '1', charge_model: 'volume', pay_in_advance: true, prorated: false },
  ]);
  // 49.00, 2.5 × 10.50 = 26.25 and one setup at 10.00.
  expect((await app.live('POST', '/v1/plans/plan/simulate', { units: 0 })).body.total_amount_cents).toBe(8525);

  const kept = (await app.live('PUT', '/v1/plans/plan', { fixed_charges: [{ add_on_code: 'seat', units: 3, properties: { amount: '7' } }] })).body;
  expect(kept.fixed_charges).toMatchObject([{ id: made.fixed_charges[0].id, units: '3', properties: { amount: '7' }, prorated: false }]);
  expect((await app.live('GET', '/v1/plans/plan')).body).toEqual(kept);
  expect((await app.live('PUT', '/v1/plans/plan', { name: 'Renamed' })).body.fixed_charges).toEqual(kept.fixed_charges);
  expect((await app.live('PUT', '/v1/plans/plan', { currency: 'USD' })).body.errors).toMatchObject([{ path: 'currency', code: 'currency_mismatch' }]);
});

it.each([
  [{ add_on_code: 'nobody’s' }, 'fixed_charges.0.add_on_code', 'not_found'],
  [{ add_on_code: 'dollars' }, 'fixed_charges.0.add_on_code', 'currency_mismatch'],
  [{ add_on_code: 'seat', units: -1 }, 'fixed_charges.0.units', 'invalid'],
  [{ add_on_code: 'seat', charge_model: 'package' }, 'fixed_charges.0.charge_model', 'invalid_value'],
  [{ add_on_code: 'seat', charge_model: 'volume' }, 'fixed_charges.0.properties.volume_ranges', 'invalid'],
])('refuses %j', async (charge, path, code) => {
  const refused = await app.live('POST', '/v1/plans', { ...plan, code: 'refused', fixed_charges: [charge] });
  expect([refused.status, refused.body.errors[0].path, refused.body.errors[0].code]).toEqual([422, path, code]);
});

it('refuses the same add-on twice', async () => {
  const refused = await app.live('POST', '/v1/plans', { ...plan, code: 'refused', fixed_charges: [{ add_on_code: 'seat' }, { add_on_code: 'seat' }] });
  expect(refused.body.errors).toMatchObject([{ path: 'fixed_charges.1.add_on_code', code: 'duplicate' }]);
});
