import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type UsageSetup, usageSetup } from '../../testing/usage.ts';

let app: TestApp;
let world: UsageSetup;
let admin: pg.Client;
beforeAll(async () => {
  app = await startTestApp();
  world = usageSetup(app);
  admin = new pg.Client({ connectionString: app.adminUrl });
  await admin.connect();
  await app.sandbox('POST', '/v1/test_clock', { now: '2026-01-16T12:00:00Z' });
  await world.metric('calls', { aggregation_type: 'sum', field_name: 'v' });
  await world.metric('seats', { aggregation_type: 'unique_count', field_name: 'v', recurring: true });
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

interface Meter {
  readonly code: string;
  readonly dimensions: readonly string[];
  readonly state: string;
}

const until = (condition: () => Promise<boolean>) => vi.waitUntil(condition, { timeout: 90_000, interval: 100 });
const meters = async (): Promise<Meter[]> => (await app.sandbox('GET', '/v1/usage_meters')).body;
const ready = async (code: string) => (await meters()).filter((meter) => meter.code === code && meter.state === 'ready').map(({ dimensions }) => dimensions.join());
const rolledUp = async () =>
  (await admin.query('select from usage_events_all, usage_progress where xid >= frontier union all select from usage_ranges union all select from usage_dirty_hours')).rows.length === 0;
const lines = async (customer: string) =>
  (await world.get(`/v1/customers/${customer}/current_usage`)).charges.map((line: { grouped_by: unknown; units: string; amount_cents: number; events_count: number }) => [line.grouped_by, line.units, line.amount_cents, line.events_count]);

it('meters follow metrics, filters and prices, and usage is the same before, meanwhile and after', async () => {
  await until(async () => (await ready('calls')).join(';') === '' && (await ready('seats')).length === 1);
  const plan = await world.subscribe('ada', [
    { metric: 'calls', properties: { amount: '1', pricing_group_keys: ['region'] } },
    { metric: 'seats', properties: { amount: '10' } },
  ]).then(({ plan_id: id }) => id);
  await until(async () => (await ready('calls')).join(';') === 'region');

  await world.send('ada', 'calls', [
    ['2026-01-02T10:00:00Z', { v: 1, region: 'eu', team: 'a' }], ['2026-01-02T10:30:00Z', { v: '2.5', region: 'eu', team: 'b' }],
    ['2026-01-09T23:59:59.999999Z', { v: 4, region: 'us', team: 'a' }], ['2026-01-16T11:59:00Z', { v: 8, team: 'a' }],
  ]);
  await world.send('ada', 'seats', [['2025-12-02T10:00:00Z', { v: 'x' }], ['2026-01-03T10:00:00Z', { v: 'y' }], ['2026-01-04T10:00:00Z', { v: 'x', operation_type: 'remove' }]]);
  const expected = [
    [{ region: 'eu' }, '3.5', 350, 2], [{ region: 'us' }, '4', 400, 1], [{ region: null }, '8', 800, 1], [null, '1', 1000, 2],
  ];
  expect(await lines('ada')).toEqual(expect.arrayContaining(expected));
  await until(rolledUp);
  expect(await lines('ada')).toEqual(expect.arrayContaining(expected));
  expect(await lines('ada')).toHaveLength(4);

  // Another way of pricing: until its meter is built, usage is read from the events.
  const { charges } = await world.get(`/v1/plans/${plan}`);
  const grouped = charges.map((charge: { properties: { pricing_group_keys?: string[] } }) =>
    charge.properties.pricing_group_keys === undefined ? charge : { ...charge, properties: { ...charge.properties, pricing_group_keys: ['team'] } });
  const keep = ({ id: _, public_id: __, plan_id: ___, created_at: ____, updated_at: _____, ...charge }: Record<string, unknown>) => charge;
  const changed = await app.sandbox('PUT', `/v1/plans/${plan}`, { charges: grouped.map(keep) });
  expect([changed.status, changed.body.errors]).toEqual([200, undefined]);
  const regrouped = [[{ team: 'a' }, '13', 1300, 3], [{ team: 'b' }, '2.5', 250, 1], [null, '1', 1000, 2]];
  expect(await lines('ada')).toEqual(expect.arrayContaining(regrouped));
  await until(async () => (await ready('calls')).join(';') === 'team');
  expect(await lines('ada')).toEqual(expect.arrayContaining(regrouped));
  expect(await lines('ada')).toHaveLength(3);
  await until(async () => (await meters()).length === 2);
  const { rows } = await admin.query('select distinct meter_id from usage_buckets');
  expect(rows).toHaveLength(1);
});
