import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { usageSetup, type UsageSetup } from '../../testing/usage.ts';

let app: TestApp;
let admin: pg.Client;
let setup: UsageSetup;
beforeAll(async () => {
  app = await startTestApp();
  admin = new pg.Client({ connectionString: app.adminUrl });
  await admin.connect();
  await app.sandbox('POST', '/v1/test_clock', { now: '2026-01-20T00:00:00Z' });
  setup = usageSetup(app);
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

/** What each event of a metric was billed, most first, once there are so many fees: they come about in the background. */
const billed = async (code: string, count: number): Promise<number[]> =>
  app.until(async () => {
    const fees = (await setup.get('/v1/fees')).filter((fee: { metric_code: string; kind: string }) => fee.metric_code === code && fee.kind === 'in_advance');
    return fees.length >= count ? fees.map(({ amount_cents: amount }: { amount_cents: number }) => amount).toSorted((a: number, b: number) => b - a) : undefined;
  });

it('bills an event that was received before others and committed after they were billed', async () => {
  await setup.metric('messages', { aggregation_type: 'count' });
  const tiers = [{ up_to: 2, unit_price: '1', flat_amount: '0.30' }, { up_to: null, unit_price: '0.50' }];
  await setup.subscribe('ada', [{ metric: 'messages', model: 'graduated', properties: { tiers }, more: { pay_in_advance: true } }]);
  await setup.send('ada', 'messages', [['2026-01-10T10:00:00Z'], ['2026-01-10T11:00:00Z']]);
  // 1.00 and the flat 0.30; 1.00.
  expect(await billed('messages', 2)).toEqual([130, 100]);
  // As if what comes now had been numbered first.
  await admin.query('update usage_events_all set seq = seq + 1000000');
  await setup.send('ada', 'messages', [['2026-01-10T09:00:00Z']]);
  // The third message, above two.
  expect(await billed('messages', 3)).toEqual([130, 100, 50]);
});

it('bills single events of sums by filter and group, and of what only all events together tell', async () => {
  await setup.metric('tokens', { aggregation_type: 'sum', field_name: 'v' });
  await setup.metric('peak', { aggregation_type: 'max', field_name: 'v' });
  const tiers = [{ up_to: 10, unit_price: '1' }, { up_to: null, unit_price: '0.50' }];
  const more = { pay_in_advance: true };
  await setup.subscribe('bob', [
    { metric: 'tokens', model: 'graduated', properties: { tiers, pricing_group_keys: ['team'] }, filters: [{ on: { region: ['eu'] }, properties: { tiers: [{ up_to: null, unit_price: '2' }] } }], more },
    { metric: 'peak', properties: { amount: '1' }, more },
  ]);
  const at = (hour: number) => `2026-01-11T${hour}:00:00Z`;
  await setup.send('bob', 'tokens', [[at(10), { v: 8, team: 'red' }], [at(11), { v: 3, team: 'blue' }], [at(12), { v: 1, region: 'eu' }], [at(12), {}]]);
  await setup.send('bob', 'peak', [[at(10), { v: 5 }]]);
  // Red 8.00, blue 3.00, in the EU 2.00; what has no number is no usage.
  expect(await billed('tokens', 3)).toEqual([800, 300, 200]);
  expect(await billed('peak', 1)).toEqual([500]);
  await setup.send('bob', 'tokens', [[at(10), { v: 4, team: 'red' }], [at(13), { v: -6, team: 'red' }], [at(14), { v: 5, team: 'red' }], [at(13), { v: 2, team: 'blue' }]]);
  await setup.send('bob', 'peak', [[at(10), { v: 4 }], [at(11), { v: 7 }]]);
  // Red: from 8 to 12 the last two at half the price, 2.00 + 1.00; to 6, and to 11, which is below the highest. Blue: from 3 to 5, 2.00.
  expect(await billed('tokens', 7)).toEqual([800, 300, 300, 200, 200, 0, 0]);
  expect(await billed('peak', 3)).toEqual([500, 200, 0]);
});
