import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type UsageSetup, usageSetup } from '../../testing/usage.ts';

// Every subscription here started on 1 January 2026, UTC, and it is noon of 16 January: 15.5 of the period's 31 days have passed.
let app: TestApp;
let world: UsageSetup;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  world = usageSetup(app);
  await app.sandbox('POST', '/v1/test_clock', { now: '2026-01-16T12:00:00Z' });
  await world.metric('count', { aggregation_type: 'count' });
  await world.metric('sum', { aggregation_type: 'sum', field_name: 'v' });
  await world.metric('max', { aggregation_type: 'max', field_name: 'v' });
  await world.metric('latest', { aggregation_type: 'latest', field_name: 'v' });
  await world.metric('unique', { aggregation_type: 'unique_count', field_name: 'v' });
  await world.metric('level', { aggregation_type: 'weighted_sum', field_name: 'v' });
  await world.metric('area', { aggregation_type: 'custom', expression: 'width * height' });
  await world.metric('total', { aggregation_type: 'sum', field_name: 'v', recurring: true });
  await world.metric('high', { aggregation_type: 'max', field_name: 'v', recurring: true });
  await world.metric('last', { aggregation_type: 'latest', field_name: 'v', recurring: true });
  await world.metric('all', { aggregation_type: 'count', recurring: true });
  await world.metric('seats', { aggregation_type: 'unique_count', field_name: 'v', recurring: true });
  await world.metric('stock', { aggregation_type: 'weighted_sum', field_name: 'v', recurring: true });
  await world.metric('hundreds', { aggregation_type: 'sum', field_name: 'v', rounding_function: 'ceil', rounding_precision: -2 });
});
afterAll(() => app.close());

const one = { amount: '1' };
const jan = (day: number, time = '00:00:00Z') => `2026-01-${String(day).padStart(2, '0')}T${time}`;

interface Line {
  units: string;
  amount_cents: number;
  precise_amount_cents: string;
  events_count: number;
  filters: Record<string, string>;
  grouped_by: Record<string, string | null> | null;
  description: string;
}
const usageOf = (name: string) => world.get(`/v1/customers/${name}/current_usage`);
const linesOf = async (name: string): Promise<Line[]> => (await usageOf(name)).charges;
const figures = async (name: string) => (await linesOf(name)).map(({ units, amount_cents, events_count }) => [units, amount_cents, events_count]);

describe('an aggregation', () => {
  const twoDecimals = { amount: '1.00' };

  it.each<[string, readonly (readonly [string, object?])[], string, number]>([
    ['count', [[jan(2)], [jan(3), { any: 'thing' }], [jan(1)]], '3', 3],
    // Ten times a tenth is one; a float would say 0.9999999999999999.
    ['sum', Array.from({ length: 10 }, () => [jan(2), { v: '0.1' }]), '1', 10],
    ['sum', [[jan(2), { v: 5 }], [jan(3), { v: '-1.5' }], [jan(4), { other: 1 }], [jan(4), { v: null }]], '3.5', 2],
    ['max', [[jan(2), { v: 5 }], [jan(3), { v: '12.50' }], [jan(4), { v: -3 }]], '12.5', 3],
    ['max', [[jan(2), { v: -5 }]], '0', 1],
    ['latest', [[jan(9), { v: 7 }], [jan(3), { v: 100 }], [jan(12), { other: 1 }]], '7', 2],
    // Of equal times the one received last.
    ['latest', [[jan(9), { v: 1 }], [jan(9), { v: 3 }], [jan(9), { v: 2 }]], '2', 3],
    // a is removed and comes back, b goes, z never was there; true and "true" are the same, 1 and 1.0 too.
    ['unique', [[jan(2), { v: 'a' }], [jan(3), { v: 'a', operation_type: 'remove' }], [jan(4), { v: 'a' }], [jan(2), { v: 'b' }], [jan(5), { v: 'b', operation_type: 'remove' }], [jan(5), { v: 'z', operation_type: 'remove' }], [jan(6), { v: true }], [jan(6), { v: 'true' }], [jan(7), { v: 1 }], [jan(7), { v: '1' }], [jan(8), {}]], '3', 10],
    ['area', [[jan(2), { width: 2, height: 3 }], [jan(3), { width: '0.5', height: 4 }]], '8', 2],
    // 1,234 and 1,201 go up to 2,435, and that to hundreds.
    ['hundreds', [[jan(2), { v: 1234 }], [jan(3), { v: 1201 }]], '2500', 2],
  ])('%s of %j is %s', async (code, events, units, count) => {
    const name = `agg-${crypto.randomUUID()}`;
    await world.subscribe(name, [{ metric: code, properties: twoDecimals }]);
    await world.send(name, code, events);
    expect(await figures(name)).toEqual([[units, Math.round(Number(units) * 100), count]]);
  });

  it('weighs a level by the time it was held, up to now', async () => {
    await world.subscribe('level', [{ metric: 'level', properties: { amount: '31' } }]);
    await world.send('level', 'level', [[jan(1), { v: 10 }], [jan(11), { v: -4 }], [jan(17), { v: 1000 }]]);
    // 10 for 10 days and 6 for 5.5 are 133 unit-days; at 31.00 a unit each day of 31 costs 1.00. What is dated tomorrow weighs nothing yet.
    const [line] = await linesOf('level');
    expect([line?.amount_cents, line?.events_count, line?.units.slice(0, 12)]).toEqual([13300, 2, '4.2903225806']);
  });

  it('counts every event dated in the period, also those of tomorrow, and none outside it', async () => {
    await world.subscribe('edges', [{ metric: 'count', properties: one }]);
    await world.send('edges', 'count', [['2025-12-31T23:59:59.999999999Z'], [jan(1)], [jan(17, '11:00:00Z')]]);
    expect(await figures('edges')).toEqual([['2', 200, 2]]);
  });
});

describe('a recurring metric', () => {
  it.each<[string, readonly (readonly [string, object?])[], string, number]>([
    ['total', [['2025-11-05T00:00:00Z', { v: 2 }], ['2025-12-05T00:00:00Z', { v: 3 }], [jan(5), { v: '3.5' }]], '8.5', 1],
    ['total', [['2025-12-05T00:00:00Z', { v: 3 }]], '3', 0],
    ['high', [['2025-12-05T00:00:00Z', { v: 9 }], [jan(5), { v: 4 }]], '9', 1],
    ['last', [['2025-12-05T00:00:00Z', { v: 7 }]], '7', 0],
    ['last', [['2025-12-05T00:00:00Z', { v: 7 }], [jan(5), { v: 6 }]], '6', 1],
    ['all', [['2025-12-05T00:00:00Z'], ['2025-12-06T00:00:00Z'], [jan(5)]], '3', 1],
    // a and b are carried in, a goes, c comes, and b came before it was removed in November.
    ['seats', [['2025-11-01T00:00:00Z', { v: 'b', operation_type: 'remove' }], ['2025-12-05T00:00:00Z', { v: 'a' }], ['2025-12-05T00:00:00Z', { v: 'b' }], [jan(5), { v: 'a', operation_type: 'remove' }], [jan(6), { v: 'c' }]], '2', 2],
  ])('%s starts from where it stood: %j make %s', async (code, events, units, count) => {
    const name = `rec-${crypto.randomUUID()}`;
    await world.subscribe(name, [{ metric: code, properties: one }]);
    await world.send(name, code, events);
    expect(await figures(name)).toEqual([[units, Number(units) * 100, count]]);
  });

  it('holds the level it came with', async () => {
    await world.subscribe('stock', [{ metric: 'stock', properties: { amount: '31' } }]);
    await world.send('stock', 'stock', [['2025-12-05T00:00:00Z', { v: 10 }], [jan(11), { v: 5 }]]);
    // 10 for 15.5 days and 5 for 5.5 are 182.5 unit-days.
    expect((await linesOf('stock'))[0]?.amount_cents).toBe(18250);
  });

  it('does not keep the lines of groups that have nothing left', async () => {
    const properties = { graduated_ranges: [{ from_value: 0, to_value: null, per_unit_amount: '1', flat_amount: '5' }], pricing_group_keys: ['team'] };
    await world.subscribe('left', [{ metric: 'seats', model: 'graduated', properties }]);
    const add = (v: string, team: string) => ({ v, team });
    await world.send('left', 'seats', [
      ['2025-12-05T00:00:00Z', add('a', 'red')], ['2025-12-06T00:00:00Z', { ...add('a', 'red'), operation_type: 'remove' }], ['2025-12-05T00:00:00Z', add('b', 'blue')],
    ]);
    expect((await linesOf('left')).map(({ grouped_by, amount_cents }) => [grouped_by, amount_cents])).toEqual([[{ team: 'blue' }, 600]]);
  });
});

describe('a prorated charge', () => {
  it('weighs what came by the days it was there, and shows it whole', async () => {
    await world.subscribe('prorated', [{ metric: 'total', properties: one, more: { prorated: true } }]);
    await world.send('prorated', 'total', [['2025-12-05T00:00:00Z', { v: 10 }], [jan(11, '23:00:00Z'), { v: 31 }]]);
    // 10 all month; 31 from the 11th, 21 of 31 days, weigh 21.
    expect(await figures('prorated')).toEqual([['41', 3100, 1]]);
  });

  it('counts each day of a value once', async () => {
    await world.subscribe('presence', [{ metric: 'seats', properties: { amount: '31' }, more: { prorated: true } }]);
    await world.send('presence', 'seats', [
      ['2025-12-05T00:00:00Z', { v: 'a' }], [jan(5, '10:00:00Z'), { v: 'a', operation_type: 'remove' }], [jan(5, '20:00:00Z'), { v: 'a' }],
      [jan(8, '01:00:00Z'), { v: 'a', operation_type: 'remove' }], [jan(21 - 5), { v: 'b' }],
    ]);
    // a from the 1st to the 8th, b from the 16th to the 31st: 24 days at 1.00; b is there.
    expect(await figures('presence')).toEqual([['1', 2400, 4]]);
  });

  it('reckons days in the zone of the customer', async () => {
    const customer = { timezone: 'America/New_York' };
    const subscription = { started_at: '2026-01-01T05:00:00Z' };
    await world.subscribe('york', [{ metric: 'total', properties: { amount: '31' }, more: { prorated: true } }], { customer, subscription });
    // 03:00 UTC on the 11th is still the 10th there: 22 of 31 days.
    await world.send('york', 'total', [[jan(11, '03:00:00Z'), { v: 1 }]]);
    expect(await figures('york')).toEqual([['1', 2200, 1]]);
  });
});

describe('filters and groups', () => {
  it('price every event once, by the filter that says most of it', async () => {
    await world.subscribe('filters', [{
      metric: 'count', properties: { amount: '1' },
      filters: [
        { on: { region: ['eu', 'uk'] }, properties: { amount: '2' } },
        { on: { region: ['us'], tier: ['1'] }, properties: { amount: '4' }, name: 'Top tier' },
        { on: { tier: [] }, properties: { amount: '8' } },
      ],
    }]);
    await world.send('filters', 'count', [
      [jan(2), { region: 'eu' }], [jan(2), { region: 'uk', tier: 2 }], [jan(2), { region: 'us', tier: 1 }], [jan(2), { region: 'us', tier: '1.0' }],
      [jan(2), { region: 'us' }], [jan(2), { tier: false }], [jan(2), { tier: null }], [jan(2), { tier: ['1'] }], [jan(2)],
    ]);
    // eu and uk at 2.00 (declared before the one of any tier), us with the number 1 at 4.00; the text "1.0" and false are some tier at
    // 8.00; no tier, null and a list are none, at 1.00.
    expect((await linesOf('filters')).map(({ filters, units, amount_cents, description }) => [filters, units, amount_cents, description])).toEqual([
      [{ region: 'eu,uk' }, '2', 400, 'The count (region: eu, uk)'],
      [{ region: 'us', tier: '1' }, '1', 400, 'Top tier'],
      [{ tier: '*' }, '2', 1600, 'The count (tier: any)'],
      [{}, '4', 400, 'The count'],
    ]);
    expect((await usageOf('filters')).amount_cents).toBe(2800);
  });

  it('make a fee of each group, rounded and priced by itself', async () => {
    const properties = { amount: '1', package_size: 1000, pricing_group_keys: ['model', 'size'] };
    await world.subscribe('groups', [{ metric: 'sum', model: 'package', properties, filters: [{ on: { region: ['eu'] }, properties: { amount: '2' } }] }]);
    await world.send('groups', 'sum', [
      [jan(2), { v: 900, model: 'a', size: 1 }], [jan(2), { v: 200, model: 'a', size: '1' }], [jan(3), { v: 1, model: 'b' }], [jan(3), { v: 7 }],
      [jan(4), { v: 1500, model: 'a', size: 1, region: 'eu' }],
    ]);
    // 1,100, 1 and 7 are 2, 1 and 1 packages; 1,500 in the EU are 2 at 2.00.
    expect((await linesOf('groups')).map(({ filters, grouped_by, units, amount_cents }) => [filters, grouped_by, units, amount_cents])).toEqual([
      [{ region: 'eu' }, { model: 'a', size: '1' }, '1500', 400],
      [{}, { model: 'a', size: '1' }, '1100', 200],
      [{}, { model: 'b', size: null }, '1', 100],
      [{}, { model: null, size: null }, '7', 100],
    ]);
  });

  it('show one line each where nothing was used', async () => {
    await world.subscribe('idle', [
      { metric: 'count', properties: { ...one, pricing_group_keys: ['x'] }, filters: [{ on: { region: ['eu'] } }] },
      { metric: 'sum', model: 'volume', properties: { volume_ranges: [{ from_value: 0, to_value: null, per_unit_amount: '1', flat_amount: '3' }] } },
    ]);
    // At zero usage the first tier counts as reached: its flat amount is due.
    expect((await linesOf('idle')).map(({ units, amount_cents, events_count, grouped_by }) => [units, amount_cents, events_count, grouped_by])).toEqual([
      ['0', 0, 0, null], ['0', 0, 0, null], ['0', 300, 0, null],
    ]);
  });

  it('count the values of all combinations that a line is made of once', async () => {
    await world.subscribe('merged', [{ metric: 'unique', properties: one, filters: [{ on: { region: ['eu', 'uk'] }, properties: { amount: '2' } }] }]);
    await world.send('merged', 'unique', [
      [jan(2), { v: 'a', region: 'eu' }], [jan(3), { v: 'a', region: 'uk' }], [jan(4), { v: 'b', region: 'uk' }],
      [jan(5), { v: 'b', region: 'eu', operation_type: 'remove' }], [jan(6), { v: 'a', region: 'us' }], [jan(6), { v: 'a', region: 'mars' }],
    ]);
    expect((await linesOf('merged')).map(({ units, amount_cents }) => [units, amount_cents])).toEqual([['1', 200], ['1', 100]]);
  });
});

describe('prices that need every event', () => {
  it('exempt the first events in order of time', async () => {
    await world.subscribe('exempt', [{ metric: 'sum', model: 'percentage', properties: { rate: '1', fixed_amount: '0.10', free_units_per_events: 2 } }]);
    await world.send('exempt', 'sum', [[jan(5), { v: 400 }], [jan(2), { v: 200 }], [jan(4), { v: 300 }], [jan(1), { v: 100 }], [jan(1), { other: 1 }]]);
    // 100 and 200 are free; 1 % of 300 and 400 is 7.00, twice 0.10 is 0.20.
    expect(await figures('exempt')).toEqual([['1000', 720, 4]]);
  });

  it('hold each event between its bounds, filter by filter', async () => {
    const properties = { rate: '1', per_transaction_min_amount: '1.50', per_transaction_max_amount: '3' };
    await world.subscribe('bounds', [{ metric: 'sum', model: 'percentage', properties, filters: [{ on: { card: ['x'] }, properties: { rate: '2' } }] }]);
    await world.send('bounds', 'sum', [[jan(2), { v: 100 }], [jan(2), { v: 200 }], [jan(2), { v: 500 }], [jan(2), { v: 100, card: 'x' }]]);
    // 1.00, 2.00 and 5.00 become 1.50, 2.00 and 3.00; with the card 2.00.
    expect((await linesOf('bounds')).map(({ amount_cents }) => amount_cents)).toEqual([200, 650]);
  });

  it('are read in pages, of which none is lost and none counted twice', async () => {
    await world.subscribe('pages', [{ metric: 'sum', model: 'percentage', properties: { rate: '1', free_units_per_events: 2 } }]);
    const same = Array.from({ length: 1000 }, () => [jan(3), { v: 1 }] as const);
    for (let batch = 0; batch < 5; batch += 1) await world.send('pages', 'sum', same);
    await world.send('pages', 'sum', [[jan(2), { v: 1000 }], [jan(4), { v: 7 }], [jan(4), { v: 8 }]]);
    // 1 % of all but the 1,000 and one of the ones: 4,999 + 7 + 8 = 5,014.
    expect(await figures('pages')).toEqual([['6015', 5014, 5003]]);
  });

  it('take the price that comes with each event', async () => {
    await world.subscribe('dynamic', [{ metric: 'sum', model: 'dynamic', properties: { quantity_field: 'v' } }]);
    await world.send('dynamic', 'sum', [[jan(2), { v: 100, unit_price: '0.015' }], [jan(3), { v: 2, unit_price: 3 }], [jan(3), { v: 1 }]]);
    // 1.50 and 6.00; without a price nothing.
    expect(await figures('dynamic')).toEqual([['103', 750, 3]]);
    const refused = await app.sandbox('POST', '/v1/events', { transaction_id: 'd', external_customer_id: 'dynamic', code: 'sum', properties: { v: 1, unit_price: 'free' } });
    expect([refused.status, refused.body.errors[0].path]).toEqual([422, 'properties.unit_price']);
  });
});

describe('whose usage it is', () => {
  it('an event counts for each subscription of its customer, or for the one it names', async () => {
    const charges = [{ metric: 'count', properties: one }];
    await world.subscribe('sharing', charges);
    const plan = await world.get('/v1/plans/plan-sharing');
    await world.make('/v1/subscriptions', { external_id: 'sharing-2', customer_id: 'sharing', plan_id: plan.id, started_at: '2026-01-10T00:00:00Z' });
    await world.subscribe('stranger', charges);
    await world.send('sharing', 'count', [[jan(2)], [jan(11)], [jan(12), {}, 'sharing'], [jan(12), {}, 'sharing-2'], [jan(12), {}, 'sharing-2']]);
    const unitsOf = async (subscription: string) =>
      (await world.get(`/v1/customers/sharing/current_usage?subscription_id=${subscription}`)).charges[0].units;
    // 2 and 11 January and its own; the other started on the 10th.
    expect([await unitsOf('sharing'), await unitsOf('sharing-2')]).toEqual(['3', '3']);
    expect(await figures('stranger')).toEqual([['0', 0, 0]]);
  });

  it('what came before customer, subscription and metric were known counts once they are', async () => {
    const other = await app.otherOrganization();
    const elsewhere = usageSetup({ ...app, sandbox: other.sandbox });
    await other.sandbox('POST', '/v1/test_clock', { now: '2026-01-16T12:00:00Z' });
    await other.sandbox('PUT', '/v1/organizations/current', { store_unknown_metrics: true });
    const early = [[jan(2), { v: '2.5' }], [jan(3), { v: 'no number' }], [jan(4), { v: 4 }], ['2025-12-02T00:00:00Z', { v: 1 }]] as const;
    for (const code of ['sum', 'total', 'users', 'calls']) await elsewhere.send('early', code, early);
    await elsewhere.metric('sum', { aggregation_type: 'sum', field_name: 'v' });
    await elsewhere.metric('total', { aggregation_type: 'sum', field_name: 'v', recurring: true });
    await elsewhere.metric('users', { aggregation_type: 'unique_count', field_name: 'v' });
    await elsewhere.metric('calls', { aggregation_type: 'count' });
    await elsewhere.subscribe('early', [
      { metric: 'sum', properties: one }, { metric: 'total', properties: one }, { metric: 'users', properties: one }, { metric: 'calls', properties: one },
    ]);
    await elsewhere.send('early', 'sum', [[jan(5), { v: 10 }]]);
    // What the metric would have refused is left out; 2.5 + 4 + 10, with December's 1 carried into the recurring one.
    const { charges } = await elsewhere.get('/v1/customers/early/current_usage');
    expect(charges.map(({ units, events_count }: Line) => [units, events_count])).toEqual([['16.5', 3], ['7.5', 2], ['3', 3], ['3', 3]]);
  });
});
