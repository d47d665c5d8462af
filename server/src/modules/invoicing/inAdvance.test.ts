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
