import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type UsageSetup, usageSetup } from '../../testing/usage.ts';

// It is noon of 16 January 2026, UTC: exactly half of the month has passed.
let app: TestApp;
let world: UsageSetup;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  world = usageSetup(app);
  await app.sandbox('POST', '/v1/test_clock', { now: '2026-01-16T12:00:00Z' });
  await world.metric('api_calls', { aggregation_type: 'count' });
  await world.metric('tokens', { aggregation_type: 'sum', field_name: 'tokens' });
  await world.metric('storage', { aggregation_type: 'max', field_name: 'gb' });
  await world.metric('seats', { aggregation_type: 'unique_count', field_name: 'user_id' });
  await world.metric('card_volume', { aggregation_type: 'sum', field_name: 'amount' });
  await world.metric('level', { aggregation_type: 'weighted_sum', field_name: 'v' });
});
afterAll(() => app.close());

const jan = (day: number, time = '00:00:00Z') => `2026-01-${String(day).padStart(2, '0')}T${time}`;
const usage = (name: string, kind = 'current_usage', query = '') => world.get(`/v1/customers/${name}/${kind}${query}`);
const refusal = async (path: string) => {
  const { status, body } = await app.sandbox('GET', path);
  return [status, body.errors?.[0]?.path ?? body.code];
};
const calls = (...days: number[]) => days.map((day) => [jan(day)] as const);
const charge = { metric: 'api_calls', properties: { amount: '1' } };

describe('current usage', () => {
  it('prices five charges like the invoice will', async () => {
    const customer = { timezone: 'America/New_York' };
    const subscription = await world.subscribe('acme', [
      { metric: 'api_calls', model: 'graduated', properties: { graduated_ranges: [
        { from_value: 0, to_value: 1000, per_unit_amount: '0', flat_amount: '0' }, { from_value: 1001, to_value: null, per_unit_amount: '0.002', flat_amount: '0' }] } },
      { metric: 'tokens', model: 'package', properties: { amount: '0.50', package_size: 1000, free_units: 5000 } },
      { metric: 'storage', model: 'volume', properties: { volume_ranges: [
        { from_value: 0, to_value: 50, per_unit_amount: '0.10', flat_amount: '0' }, { from_value: 51, to_value: null, per_unit_amount: '0.08', flat_amount: '1.00' }] } },
      { metric: 'seats', properties: { amount: '1.50' } },
      { metric: 'card_volume', model: 'percentage', properties: { rate: '2.9', fixed_amount: '0.30' } },
    ], { customer, subscription: { started_at: '2026-01-15T05:00:00Z' } });
    for (const part of [1000, 500]) await world.send('acme', 'api_calls', Array.from({ length: part }, () => [jan(16)] as const));
    await world.send('acme', 'tokens', [12000, 300, 45].map((tokens) => [jan(16), { tokens }] as const));
    await world.send('acme', 'storage', [35, 80, '79.5'].map((gb) => [jan(16), { gb }] as const));
    await world.send('acme', 'seats', [...'abcadefgb'].map((user_id) => [jan(16), { user_id }] as const));
    await world.send('acme', 'card_volume', ['100.00', '20.00', '49.95'].map((amount) => [jan(16), { amount }] as const));

    const { charges, ...rest } = await usage('acme');
    expect(rest).toEqual({
      subscription_id: subscription.id, external_subscription_id: 'acme', currency: 'USD', amount_cents: 2873,
      from_datetime: '2026-01-15T05:00:00Z', to_datetime: '2026-02-01T05:00:00Z',
    });
    // 500 x 0.002 | 8 packages x 0.50 | 80 x 0.08 + 1.00 | 7 x 1.50 | 169.95 x 2.9 % + 3 x 0.30 = 5.82855
    expect(charges.map((line: Record<string, unknown>) => [line['charge_code'], line['units'], line['precise_amount_cents'], line['amount_cents'], line['events_count']])).toEqual([
      ['api_calls', '1500', '100', 100, 1500],
      ['tokens', '12345', '400', 400, 3],
      ['storage', '80', '740', 740, 3],
      ['seats', '7', '1050', 1050, 9],
      ['card_volume', '169.95', '582.855', 583, 3],
    ]);
    expect(charges[3]).toMatchObject({
      billable_metric: { code: 'seats', name: 'The seats', aggregation_type: 'unique_count' },
      charge_model: 'standard', filters: {}, grouped_by: null, unit_amount_cents: '150', description: 'The seats',
    });
    expect((await world.get(`/v1/subscriptions/${subscription.id}/current_usage`))).toEqual({
      subscription_id: subscription.id, current_usage_amount_cents: 2873, currency: 'USD',
      billing_period_start: '2026-01-15T05:00:00Z', billing_period_end: '2026-02-01T05:00:00Z',
    });
  });

  it('finds the subscription by any of its names, or as the only one that runs', async () => {
    const { id, public_id: publicId } = await world.subscribe('names', [charge]);
    const customer = await world.get('/v1/customers/names');
    const [first, ...others] = await Promise.all([
      usage('names'), usage('names', 'current_usage', `?subscription_id=${id}`), usage(customer.id, 'current_usage', `?subscription_id=${publicId}`),
      usage(customer.public_id, 'current_usage', '?external_subscription_id=names'), usage('names', 'current_usage', '?subscription_id=names&external_subscription_id=names'),
    ]);
    for (const other of others) expect(other).toEqual(first);
  });

  it('refuses what names nothing, or not one thing', async () => {
    await world.subscribe('two', [charge]);
    const plan = await world.get('/v1/plans/plan-two');
    await world.make('/v1/subscriptions', { external_id: 'two-b', customer_id: 'two', plan_id: plan.id, started_at: '2026-01-10T00:00:00Z' });
    await world.make('/v1/subscriptions', { external_id: 'two-later', customer_id: 'two', plan_id: plan.id, started_at: '2026-03-01T00:00:00Z' });
    await world.make('/v1/subscriptions', { external_id: 'two-someday', customer_id: 'two', plan_id: plan.id });
    await world.make('/v1/customers', { external_id: 'none', name: 'None' });
    expect(await Promise.all([
      refusal('/v1/customers/two/current_usage'),
      refusal('/v1/customers/none/current_usage'),
      refusal('/v1/customers/two/current_usage?subscription_id=two&external_subscription_id=two-b'),
      refusal('/v1/customers/nobody/current_usage?subscription_id=two'),
      refusal('/v1/customers/none/current_usage?subscription_id=two'),
      refusal('/v1/customers/two/current_usage?subscription_id=nothing'),
      refusal('/v1/customers/two/current_usage?subscription_id=two-later'),
      refusal('/v1/customers/two/current_usage?subscription_id=two-someday'),
      refusal('/v1/subscriptions/two-later/current_usage'),
    ])).toEqual([
      [422, 'subscription_id'], [422, 'subscription_id'], [422, 'external_subscription_id'], [404, 'not_found'], [404, 'not_found'], [404, 'not_found'],
      [409, 'subscription_not_active'], [409, 'subscription_not_started'], [409, 'subscription_not_active'],
    ]);
  });
});

describe('projected usage', () => {
  it('projects units first and prices them then; what does not grow with time stays', async () => {
    await world.subscribe('projected', [
      { metric: 'api_calls', model: 'graduated', properties: { graduated_ranges: [
        { from_value: 0, to_value: 5, per_unit_amount: '1', flat_amount: '0' }, { from_value: 6, to_value: null, per_unit_amount: '0.50', flat_amount: '0' }] } },
      { metric: 'seats', properties: { amount: '2' } },
      { metric: 'level', properties: { amount: '1' } },
    ]);
    await world.send('projected', 'api_calls', calls(2, 3, 4, 5));
    await world.send('projected', 'seats', [[jan(3), { user_id: 'a' }]]);
    await world.send('projected', 'level', [[jan(1), { v: 8 }]]);
    const projected = await usage('projected', 'projected_usage');
    // Half the month is over: 4 calls become 8, which are 5 x 1.00 and 3 x 0.50; one seat stays; 8 held for half is 4, to the end 8.
    expect(projected.charges.map((line: Record<string, unknown>) => [line['current_units'], line['current_amount_cents'], line['units'], line['amount_cents']])).toEqual([
      ['4', 400, '8', 650], ['1', 200, '1', 200], ['4', 400, '8', 800],
    ]);
    expect([projected.current_amount_cents, projected.amount_cents]).toEqual([1000, 1650]);
  });
});

describe('past usage', () => {
  it('shows closed periods, newest first, up to what is asked for', async () => {
    await world.subscribe('past', [charge], { subscription: { started_at: '2025-11-10T06:00:00Z' } });
    await world.send('past', 'api_calls', [['2025-11-10T05:59:59Z'], ['2025-11-10T06:00:00Z'], ['2025-11-30T23:59:59.999999Z'], ['2025-12-01T00:00:00Z'], ...calls(1)]);
    const periods = async (query: string) =>
      (await usage('past', 'past_usage', query)).map((period: Record<string, unknown>) => [period['from_datetime'], period['to_datetime'], period['amount_cents']]);
    const [december, november] = [['2025-12-01T00:00:00Z', '2026-01-01T00:00:00Z', 100], ['2025-11-10T06:00:00Z', '2025-12-01T00:00:00Z', 200]];
    expect(await periods('?external_subscription_id=past')).toEqual([december]);
    expect(await periods('?periods_count=24')).toEqual([december, november]);
    for (const count of ['0', '25', 'x', '-1']) expect(await refusal(`/v1/customers/past/past_usage?periods_count=${count}`)).toEqual([422, 'periods_count']);
  });

  it('goes on after the end, up to which the last period counts', async () => {
    await world.subscribe('ended', [charge], { subscription: { started_at: '2025-12-15T00:00:00Z' } });
    await world.send('ended', 'api_calls', [['2025-12-20T00:00:00Z'], ...calls(2, 3)]);
    const ended = await app.sandbox('DELETE', '/v1/subscriptions/ended');
    expect(ended.status).toBeLessThan(300);
    // Dated after the end: nobody's.
    await world.send('ended', 'api_calls', [[jan(16, '12:00:01Z')]]);
    const past = await usage('ended', 'past_usage', '?external_subscription_id=ended&periods_count=3');
    expect(past.map((period: Record<string, unknown>) => [period['from_datetime'], period['to_datetime'], period['amount_cents']])).toEqual([
      ['2026-01-01T00:00:00Z', '2026-01-16T12:00:00Z', 200], ['2025-12-15T00:00:00Z', '2026-01-01T00:00:00Z', 100],
    ]);
    expect(await refusal('/v1/customers/ended/current_usage?subscription_id=ended')).toEqual([409, 'subscription_not_active']);
  });
});

describe('an estimate', () => {
  const estimate = async (subscription: string, code: string, properties: object = {}) =>
    (await app.sandbox('POST', '/v1/events/estimate_fees', { subscription_id: subscription, code, properties })).body;
  const tiers = { graduated_ranges: [
    { from_value: 0, to_value: 2, per_unit_amount: '1', flat_amount: '10' }, { from_value: 3, to_value: null, per_unit_amount: '0.255', flat_amount: '5' }] };

  it('is what the event adds to the usage of the open period, and stores nothing', async () => {
    await world.subscribe('estimated', [{ metric: 'api_calls', model: 'graduated', properties: tiers }]);
    // The flat amount of the first tier is due without usage.
    const first = { charge_model: 'graduated', metric_code: 'api_calls', units: '1', amount_cents: 100, precise_amount_cents: '100', unit_amount_cents: '100', currency: 'USD' };
    expect(await estimate('estimated', 'api_calls')).toEqual(first);
    expect(await estimate('estimated', 'api_calls')).toEqual(first);
    await world.send('estimated', 'api_calls', calls(2, 3));
    // The third unit is the first of the second tier: 0.255 + 5.00.
    expect(await estimate('estimated', 'api_calls')).toMatchObject({ amount_cents: 526, precise_amount_cents: '525.5' });
  });

  it('may be less than nothing in arrears, never in advance, where the first event pays the first flat amount', async () => {
    const volume = { volume_ranges: [{ from_value: 0, to_value: 2, per_unit_amount: '10', flat_amount: '1' }, { from_value: 3, to_value: null, per_unit_amount: '1', flat_amount: '0' }] };
    await world.subscribe('volume', [{ metric: 'api_calls', model: 'volume', properties: volume }]);
    await world.subscribe('advance', [{ metric: 'api_calls', model: 'volume', properties: volume }]);
    await payInAdvance('plan-advance');
    expect([(await estimate('volume', 'api_calls')).amount_cents, (await estimate('advance', 'api_calls')).amount_cents]).toEqual([1000, 1100]);
    for (const name of ['volume', 'advance']) await world.send(name, 'api_calls', calls(2, 3));
    // Two at 10.00 and 1.00 flat are 21.00, three at 1.00 are 3.00.
    expect([(await estimate('volume', 'api_calls')).amount_cents, (await estimate('advance', 'api_calls')).amount_cents]).toEqual([-1800, 0]);
  });

  it('in advance is the fee the event will get: nothing for usage that fell and comes back, what is above the highest cost billed', async () => {
    await world.subscribe('fallen', [{ metric: 'tokens', properties: { amount: '1' } }]);
    await payInAdvance('plan-fallen');
    await world.send('fallen', 'tokens', [[jan(2), { tokens: 10 }], [jan(3), { tokens: -4 }]]);
    // The mark is 10.00: six and three are 9.00, not above it; six and five are 11.00, and 1.00 is above it.
    expect((await estimate('fallen', 'tokens', { tokens: 3 })).amount_cents).toBe(0);
    expect((await estimate('fallen', 'tokens', { tokens: 5 })).amount_cents).toBe(100);
  });

  it('takes its place in time: before what is dated tomorrow', async () => {
    await world.subscribe('ahead', [{ metric: 'card_volume', model: 'percentage', properties: { rate: '1', free_units_per_events: 1 } }]);
    await world.send('ahead', 'card_volume', [[jan(17), { amount: 500 }]]);
    // It is the one free event now, and the one of tomorrow pays its 5.00.
    expect((await estimate('ahead', 'card_volume', { amount: 100 })).amount_cents).toBe(500);
  });

  it('goes by the filter and the group of the event', async () => {
    await world.subscribe('grouped', [{ metric: 'tokens', model: 'package', properties: { amount: '1', package_size: 10, pricing_group_keys: ['g'] }, filters: [{ on: { region: ['eu'] }, properties: { amount: '3' } }] }]);
    await world.send('grouped', 'tokens', [[jan(2), { tokens: 5, g: 'a' }]]);
    const costs = await Promise.all([{ g: 'a', tokens: 5 }, { g: 'b', tokens: 5 }, { g: 'a', tokens: 5, region: 'eu' }, { g: 'a' }].map(async (properties) => (await estimate('grouped', 'tokens', properties)).amount_cents));
    expect(costs).toEqual([0, 100, 300, 0]);
  });

  it('of what the plan does not price is nothing, of what would be refused is refused', async () => {
    await world.subscribe('unpriced', [charge]);
    expect(await estimate('unpriced', 'tokens', { tokens: 1 })).toMatchObject({ charge_model: null, units: '0', amount_cents: 0 });
    const refused = async (body: object) => {
      const answer = await app.sandbox('POST', '/v1/events/estimate_fees', { subscription_id: 'unpriced', code: 'api_calls', ...body });
      return [answer.status, answer.body.errors[0]?.path ?? answer.body.code];
    };
    expect(await Promise.all([refused({ code: 'nope' }), refused({ subscription_id: 'nope' }), refused({ code: 'tokens', properties: { tokens: 'x' } }), refused({ timestamp: jan(1) })])).toEqual([
      [422, 'code'], [404, 'not_found'], [422, 'properties.tokens'], [422, 'timestamp'],
    ]);
  });

  /** The catalogue does not offer it yet; the rows know it. */
  async function payInAdvance(planCode: string): Promise<void> {
    const client = new pg.Client({ connectionString: app.adminUrl });
    await client.connect();
    await client.query('update charges set pay_in_advance = true where plan_id in (select id from plans where code = $1)', [planCode]);
    await client.end();
  }
});

describe('stored events', () => {
  const mine = '?external_customer_id=listed';
  const listed = async (query: string) => (await world.get(`/v1/events${mine}${query}`)).map((event: Record<string, unknown>) => event['timestamp']);

  it('are listed by time, filtered, and counted by the hour', async () => {
    await world.subscribe('listed', [charge]);
    await world.send('listed', 'api_calls', [[jan(2, '10:00:00Z')], [jan(2, '10:59:59.999Z'), {}, 'listed'], [jan(2, '11:00:00Z')], [jan(4)]]);
    expect(await listed('')).toEqual([jan(4), jan(2, '11:00:00Z'), jan(2, '10:59:59.999Z'), jan(2, '10:00:00Z')]);
    expect(await listed('&order_by=timestamp:asc&limit=1')).toEqual([jan(2, '10:00:00Z')]);
    expect(await listed('&from_timestamp=2026-01-02T11:00:00Z&to_timestamp=2026-01-04T00:00:00Z')).toEqual([jan(2, '11:00:00Z')]);
    expect(await listed('&external_subscription_id=listed')).toEqual([jan(2, '10:59:59.999Z')]);
    expect(await listed('&code=tokens')).toEqual([]);
    expect(await listed('&status=unmatched')).toEqual([]);
    const first = await world.get(`/v1/events${mine}&cursor=&limit=3`);
    const second = await world.get(`/v1/events${mine}&limit=3&cursor=${encodeURIComponent(first.next_cursor)}`);
    expect([...first.data, ...second.data].map((event: Record<string, unknown>) => event['timestamp'])).toEqual(await listed(''));

    const { data_points: points } = await world.get('/v1/events/volume?from_timestamp=2026-01-02T09:30:00Z&to_timestamp=2026-01-02T12:00:00Z');
    const seen = points.map((point: Record<string, unknown>) => [point['timestamp'], point['count']]);
    expect(seen).toEqual([['2026-01-02 09:00', 0], ['2026-01-02 10:00', 2], ['2026-01-02 11:00', 1]]);
    expect((await world.get('/v1/events/volume')).data_points).toHaveLength(24);
    expect(await refusal('/v1/events/volume?from_timestamp=2026-01-01T00:00:00Z&to_timestamp=2026-02-01T00:00:01Z')).toEqual([422, 'from_timestamp']);
    expect(await refusal('/v1/events/volume?from_timestamp=2026-01-02T00:00:00Z&to_timestamp=2026-01-01T00:00:00Z')).toEqual([422, 'from_timestamp']);
  });

  it('of another tenant are nobody else’s', async () => {
    const other = usageSetup({ ...app, sandbox: (await app.otherOrganization()).sandbox });
    expect(await other.get(`/v1/events${mine}`)).toEqual([]);
    const volume = await other.get('/v1/events/volume?from_timestamp=2026-01-02T10:00:00Z&to_timestamp=2026-01-02T11:00:00Z');
    expect(volume).toEqual({ data_points: [{ timestamp: '2026-01-02 10:00', count: 0 }] });
  });
});
