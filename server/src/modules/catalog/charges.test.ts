import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
const metrics: Record<string, string> = {};
const filters: Record<string, string> = {};
const none = '01900000-0000-7000-8000-000000000000';

beforeAll(async () => {
  app = await startTestApp({ worker: false });
  const add = async (code: string, body: object) => {
    const made = await app.live('POST', '/v1/billable_metrics', { code, name: code, ...body });
    metrics[code] = made.body.id;
  };
  await add('calls', { aggregation_type: 'count' });
  await add('bytes', { aggregation_type: 'sum', field_name: 'bytes' });
  await add('seats', { aggregation_type: 'sum', field_name: 'seats', recurring: true });
  await add('users', { aggregation_type: 'unique_count', field_name: 'user', recurring: true });
  await add('peak', { aggregation_type: 'max', field_name: 'level', recurring: true });
  for (const [metric, key, values] of [['calls', 'region', ['eu', 'us']], ['calls', 'tier', []], ['bytes', 'zone', []]] as const) {
    const made = await app.live('POST', `/v1/billable_metrics/${metric}/filters`, { key, values });
    filters[key] = made.body.id;
  }
});
afterAll(() => app.close());

let plans = 0;
const save = (charges: readonly object[]) =>
  app.live('POST', '/v1/plans', { code: `plan ${plans++}`, name: 'P', interval: 'monthly', charges });

async function create(charges: readonly object[]) {
  const { status, body } = await save(charges);
  expect([status, body.errors]).toEqual([201, undefined]);
  return body;
}

/** What was refused: path and code of each error. */
async function refusals(charges: readonly object[]) {
  const { status, body } = await save(charges);
  return [status, ...(body.errors ?? []).map((error: { path: string; code: string }) => `${error.path} ${error.code}`)];
}

const standard = (metric: string, rest: object = {}) => ({
  billable_metric_id: metrics[metric],
  charge_model: 'standard',
  properties: { amount: '1' },
  ...rest,
});

describe('the properties of a charge', () => {
  it.each([
    ['standard', { amount: 0.05 }, { amount: '0.05' }],
    ['standard', { unit_price: '0.0500', pricing_group_keys: ['region'] }, { amount: '0.05', pricing_group_keys: ['region'] }],
    [
      'graduated',
      { tiers: [{ up_to: 10, unit_price: '1' }, { up_to: null, unit_price: '0.5', flat_amount: '2' }] },
      {
        graduated_ranges: [
          { from_value: '0', to_value: '10', per_unit_amount: '1', flat_amount: '0' },
          { from_value: '10', to_value: null, per_unit_amount: '0.5', flat_amount: '2' },
        ],
      },
    ],
    [
      'volume',
      { volume_ranges: [{ from_value: 0, to_value: null, per_unit_amount: '1', flat_amount: '0' }] },
      { volume_ranges: [{ from_value: '0', to_value: null, per_unit_amount: '1', flat_amount: '0' }] },
    ],
    ['package', { amount: '5', package_size: 100, free_units: 10 }, { amount: '5', package_size: '100', free_units: '10' }],
    ['percentage', { rate: '1.5', fixed_amount: '0.1' }, { rate: '1.5', fixed_amount: '0.1' }],
    [
      'graduated_percentage',
      { graduated_percentage_ranges: [{ from_value: 0, to_value: null, rate: '2', flat_amount: '0' }] },
      { graduated_percentage_ranges: [{ from_value: '0', to_value: null, rate: '2', flat_amount: '0' }] },
    ],
    ['custom', { custom_amount: '99.99' }, { custom_amount: '99.99' }],
    ['dynamic', {}, { price_field: 'unit_price', quantity_field: 'quantity' }],
  ])('of the model %s are read in either notation and kept in one', async (model, given, kept) => {
    const plan = await create([standard('bytes', { charge_model: model, properties: given })]);
    expect(plan.charges[0]).toMatchObject({ charge_model: model, properties: kept });
    expect((await app.live('GET', `/v1/plans/${plan.id}`)).body).toEqual(plan);
  });

  it('keep every digit of a price', async () => {
    const body = `{"code":"digits","name":"P","interval":"monthly","charges":[{"billable_metric_id":"${metrics['calls']}","charge_model":"standard","properties":{"amount":0.1234567890123456789}}]}`;
    const made = await app.live('POST', '/v1/plans', body);
    expect(made.body.charges[0].properties).toEqual({ amount: '0.1234567890123456789' });
  });

  it('are refused field by field, in every charge at once', async () => {
    const ranges = [
      { from_value: 0, to_value: 10, per_unit_amount: '1', flat_amount: '0' },
      { from_value: 12, to_value: null, per_unit_amount: '1', flat_amount: '0' },
    ];
    expect(
      await refusals([
        standard('calls', { charge_model: 'graduated', properties: { graduated_ranges: ranges } }),
        standard('calls', { properties: {} }),
        standard('calls', { properties: { amount: '-1' } }),
        standard('calls', { properties: { amount: 'NaN' } }),
        standard('calls', { properties: { amount: '1', ammount: '2' } }),
        standard('calls', { charge_model: 'package', properties: { amount: '1', package_size: 0 } }),
        standard('calls', { charge_model: 'tiered' }),
      ]),
    ).toEqual([422, 'charges.6.charge_model invalid_value']);
    expect(
      await refusals([
        standard('calls', { charge_model: 'graduated', properties: { graduated_ranges: ranges } }),
        standard('calls', { properties: {} }),
        standard('calls', { properties: { amount: '-1' } }),
        standard('calls', { properties: { amount: 'NaN' } }),
        standard('calls', { properties: { amount: '1', ammount: '2' } }),
        standard('calls', { charge_model: 'package', properties: { amount: '1', package_size: 0 } }),
      ]),
    ).toEqual([
      422,
      'charges.0.properties.graduated_ranges.1.from_value invalid',
      'charges.1.properties.amount invalid',
      'charges.2.properties.amount invalid',
      'charges.3.properties.amount invalid',
      'charges.4.properties.ammount invalid',
      'charges.5.properties.package_size invalid',
    ]);
  });
});

describe('a charge and its metric', () => {
  it('must both be there', async () => {
    expect(await refusals([standard('calls'), { ...standard('calls'), billable_metric_id: none }])).toEqual([
      422,
      'charges.1.billable_metric_id not_found',
    ]);
    const elsewhere = await app.otherOrganization();
    const { body: foreign } = await elsewhere.live('POST', '/v1/billable_metrics', { code: 'm', name: 'M', aggregation_type: 'count' });
    expect(await refusals([{ ...standard('calls'), billable_metric_id: foreign.id }])).toEqual([422, 'charges.0.billable_metric_id not_found']);
  });

  it('can prorate where units stay from period to period', async () => {
    const plan = await create([standard('seats', { prorated: true }), standard('users', { prorated: true })]);
    expect(plan.charges.map(({ prorated }: { prorated: boolean }) => prorated)).toEqual([true, true]);
    expect(await refusals([standard('calls', { prorated: true }), standard('bytes', { prorated: true }), standard('peak', { prorated: true })])).toEqual([
      422,
      'charges.0.prorated metric_mismatch',
      'charges.1.prorated metric_mismatch',
      'charges.2.prorated metric_mismatch',
    ]);
    const rate = { charge_model: 'percentage', properties: { rate: '1' }, prorated: true };
    expect(await refusals([standard('seats', rate)])).toEqual([422, 'charges.0.prorated model_mismatch']);
  });

  it('price single events only where those make up the quantity', async () => {
    const dynamic = { charge_model: 'dynamic', properties: {} };
    await create([standard('bytes', dynamic), standard('calls', dynamic)]);
    expect(await refusals([standard('peak', dynamic), standard('seats', dynamic)])).toEqual([
      422,
      'charges.0.charge_model metric_mismatch',
      'charges.1.charge_model metric_mismatch',
    ]);
    const free = { charge_model: 'percentage', properties: { rate: '1', free_units_per_events: 3 } };
    await create([standard('bytes', free), standard('peak', { charge_model: 'percentage', properties: { rate: '1' } })]);
    expect(await refusals([standard('users', free)])).toEqual([422, 'charges.0.properties metric_mismatch']);
  });

  it('are paid in advance only where an event has its price when it comes', async () => {
    const plan = await create([standard('calls', { pay_in_advance: true })]);
    expect(plan.charges[0]).toMatchObject({ pay_in_advance: true });
    expect(await refusals([standard('seats', { pay_in_advance: true, prorated: true })])).toEqual([422, 'charges.0.pay_in_advance prorated']);
  });

  it('takes the same fields saying what is done today', async () => {
    const plan = await create([standard('calls', { pay_in_advance: false, min_amount_cents: 5000, invoiceable: false, invoice_display_name: 'Calls' })]);
    expect(plan.charges[0]).toMatchObject({ pay_in_advance: false, min_amount_cents: 5000, invoiceable: false, invoice_display_name: 'Calls' });
    expect(await refusals([standard('calls', { min_amount_cents: -1 })])).toEqual([422, 'charges.0.min_amount_cents invalid']);
  });
});

describe('the filters of a charge', () => {
  const price = (amount: string) => ({ properties: { amount } });
  const withFilters = (...given: object[]) => standard('calls', { filters: given });

  it('are taken in both forms and shown in one', async () => {
    const plan = await create([
      withFilters(
        { billable_metric_filter_id: filters['region'], values: ['eu'], invoice_display_name: 'Europe', ...price('2') },
        { conditions: [{ billable_metric_filter_id: filters['region'], values: ['us'] }, { billable_metric_filter_id: filters['tier'] }] },
        { billable_metric_filter_id: filters['tier'], values: ['any', 'thing'], ...price('3') },
      ),
    ]);
    const region = (values: string[]) => ({ billable_metric_filter_id: filters['region'], key: 'region', values });
    const tier = (values: string[]) => ({ billable_metric_filter_id: filters['tier'], key: 'tier', values });
    expect(plan.charges[0].filters).toEqual([
      { id: expect.any(String), conditions: [region(['eu'])], properties: { amount: '2' }, invoice_display_name: 'Europe' },
      { id: expect.any(String), conditions: [region(['us']), tier([])], properties: {}, invoice_display_name: null },
      { id: expect.any(String), conditions: [tier(['any', 'thing'])], properties: { amount: '3' }, invoice_display_name: null },
    ]);
  });

  it('are refused field by field', async () => {
    const id = filters['region'];
    expect(
      await refusals([
        withFilters({ billable_metric_filter_id: id, values: ['eu', 'asia'] }, { values: ['eu'] }),
        withFilters({ billable_metric_filter_id: filters['zone'], values: [] }, { billable_metric_filter_id: none }),
        withFilters({ billable_metric_filter_id: id, conditions: [{ billable_metric_filter_id: id, values: ['asia'] }] }),
        withFilters({ conditions: [{ billable_metric_filter_id: id, values: ['eu'] }, { billable_metric_filter_id: id, values: ['us'] }] }),
        withFilters({ billable_metric_filter_id: id, values: ['eu', 'eu'] }),
        withFilters({ billable_metric_filter_id: id, values: ['eu'], ...price('-2') }),
      ]),
    ).toEqual([
      422,
      'charges.0.filters.0.values.1 not_allowed',
      'charges.0.filters.1.billable_metric_filter_id required',
      'charges.1.filters.0.billable_metric_filter_id not_found',
      'charges.1.filters.1.billable_metric_filter_id not_found',
      'charges.2.filters.0.conditions contradiction',
      'charges.2.filters.0.conditions.0.values.0 not_allowed',
      'charges.3.filters.0.conditions duplicate',
      'charges.4.filters.0.values.1 duplicate',
      'charges.5.filters.0.properties.amount invalid',
    ]);
  });

  it('have conditions of their own each, in whatever order these are given', async () => {
    const region = { billable_metric_filter_id: filters['region'], values: ['eu', 'us'] };
    const tier = { billable_metric_filter_id: filters['tier'], values: ['a'] };
    const turned = { ...region, values: ['us', 'eu'] };
    expect(await refusals([withFilters(region, turned)])).toEqual([422, 'charges.0.filters.1 duplicate']);
    expect(await refusals([withFilters({ conditions: [region, tier] }, { conditions: [tier, turned] })])).toEqual([422, 'charges.0.filters.1 duplicate']);
    await create([withFilters(region, { ...region, values: ['eu'] }, { conditions: [region, tier] })]);
  });

  it('keep only what differs, and say null where they switch something off', async () => {
    const plan = await create([
      standard('calls', {
        properties: { amount: '1', min_price: '5', pricing_group_keys: ['team'] },
        filters: [
          { billable_metric_filter_id: filters['tier'], values: ['a'], properties: { unit_price: 2 } },
          { billable_metric_filter_id: filters['tier'], values: ['b'], properties: { min_price: 0, pricing_group_keys: [] } },
        ],
      }),
    ]);
    expect(plan.charges[0].filters.map(({ properties }: { properties: object }) => properties)).toEqual([
      { amount: '2' },
      { min_price: null, pricing_group_keys: null },
    ]);
  });

  it('fit the model together with the properties of their charge', async () => {
    const charge = standard('calls', {
      properties: { amount: '1', max_price: '5' },
      filters: [{ billable_metric_filter_id: filters['tier'], properties: { min_price: '6' } }],
    });
    const { status, body } = await save([charge]);
    expect([status, body.errors[0].path]).toEqual([422, expect.stringMatching(/^charges\.0\.filters\.0\.properties\./)]);
  });
});

describe('the codes of charges', () => {
  it('are the metric’s unless given, and made unique', async () => {
    const plan = await create([standard('calls'), standard('calls', { code: 'calls-2' }), standard('calls'), standard('bytes', { code: 'data' })]);
    expect(plan.charges.map(({ code }: { code: string }) => code)).toEqual(['calls', 'calls-2', 'calls-3', 'data']);
    expect(await refusals([standard('calls', { code: 'a' }), standard('bytes', { code: 'a' })])).toEqual([422, 'charges.1.code duplicate']);
  });
});

describe('updating the charges of a plan', () => {
  const update = (plan: { id: string }, charges: readonly object[]) => app.live('PUT', `/v1/plans/${plan.id}`, { charges });
  const region = (value: string, amount: string) => ({ billable_metric_filter_id: filters['region'], values: [value], properties: { amount } });
  const ids = (of: readonly { id: string }[]) => of.map(({ id }) => id);

  it('keeps them where they are not mentioned', async () => {
    const plan = await create([standard('calls')]);
    const { body } = await app.live('PUT', `/v1/plans/${plan.id}`, { name: 'Q' });
    expect(body.charges).toEqual(plan.charges);
  });

  it('continues those with the same code, adds the new ones and takes their order', async () => {
    const plan = await create([standard('calls'), standard('bytes')]);
    const { body } = await update(plan, [
      standard('seats'),
      standard('bytes'),
      standard('calls', { charge_model: 'package', properties: { amount: '9' } }),
    ]);
    const [calls, bytes] = plan.charges;
    expect(body.charges.map(({ code }: { code: string }) => code)).toEqual(['seats', 'bytes', 'calls']);
    expect([ids(plan.charges).includes(body.charges[0].id), body.charges[1].id, body.charges[2].id]).toEqual([false, bytes.id, calls.id]);
    expect(body.charges[1]).toEqual(bytes);
    expect(body.charges[2]).toMatchObject({ charge_model: 'package', created_at: calls.created_at });
    expect(body.charges[2].updated_at > calls.updated_at).toBe(true);
  });

  it('continues those named by id, under another code if it says so, and lets codes change places', async () => {
    const plan = await create([standard('calls', { code: 'a' }), standard('calls', { code: 'b' })]);
    const [a, b] = ids(plan.charges);
    const { body } = await update(plan, [standard('calls', { id: a, code: 'b' }), standard('calls', { id: `chg_${b?.replaceAll('-', '')}`, code: 'a' })]);
    expect(body.charges.map(({ id, code }: { id: string; code: string }) => [id, code])).toEqual([[a, 'b'], [b, 'a']]);
    const kept = await update(plan, [standard('calls', { id: b })]);
    expect(kept.body.charges.map(({ id, code }: { id: string; code: string }) => [id, code])).toEqual([[b, 'a']]);
  });

  it('makes another charge where the code stays but the metric does not', async () => {
    const plan = await create([standard('calls', { code: 'a' })]);
    const { body } = await update(plan, [standard('bytes', { code: 'a' })]);
    expect([body.charges.length, body.charges[0].id === plan.charges[0].id]).toEqual([1, false]);
  });

  it('refuses ids that are not the plan’s, named twice, or moved to another metric', async () => {
    const plan = await create([standard('calls')]);
    const [id] = ids(plan.charges);
    const paths = async (charges: readonly object[]) => {
      const { body } = await update(plan, charges);
      return (body.errors ?? []).map((error: { path: string; code: string }) => `${error.path} ${error.code}`);
    };
    expect(await paths([standard('calls', { id: none })])).toEqual(['charges.0.id not_found']);
    expect(await paths([standard('calls', { id }), standard('calls', { id, code: 'other' })])).toEqual(['charges.1.id duplicate']);
    expect(await paths([standard('bytes', { id })])).toEqual(['charges.0.billable_metric_id immutable']);
    expect((await app.live('GET', `/v1/plans/${plan.id}`)).body).toEqual(plan);
  });

  it('removes what is missing, and a removed charge does not come back', async () => {
    const plan = await create([standard('calls'), standard('bytes')]);
    expect((await update(plan, [])).body.charges).toEqual([]);
    const { body } = await update(plan, [standard('calls')]);
    expect([body.charges.length, ids(plan.charges).includes(body.charges[0].id)]).toEqual([1, false]);
  });

  it('continues filters with the same conditions', async () => {
    const plan = await create([standard('calls', { filters: [region('eu', '2'), region('us', '3')] })]);
    const [eu, us] = ids(plan.charges[0].filters);
    const { body } = await update(plan, [
      standard('calls', { filters: [{ billable_metric_filter_id: filters['tier'] }, region('us', '4'), region('eu', '2')] }),
    ]);
    const [tier, ...others] = body.charges[0].filters;
    expect([[eu, us].includes(tier.id), ids(others), others[0].properties]).toEqual([false, [us, eu], { amount: '4' }]);
    const { body: fewer } = await update(plan, [standard('calls', { filters: [region('eu', '2')] })]);
    expect(ids(fewer.charges[0].filters)).toEqual([eu]);
    expect(fewer.charges[0].updated_at > body.charges[0].updated_at).toBe(true);
  });

  it('writes a plan of many charges with many filters', async () => {
    const many = Array.from({ length: 200 }, (_, value) => ({ billable_metric_filter_id: filters['tier'], values: [`v${value}`], properties: { amount: `${value}` } }));
    const plan = await create(Array.from({ length: 30 }, () => standard('calls', { filters: many })));
    expect(plan.charges.map((charge: { filters: object[] }) => charge.filters.length)).toEqual(Array.from({ length: 30 }, () => 200));
    expect(plan.charges[29].filters[199].properties).toEqual({ amount: '199' });
  });
});
