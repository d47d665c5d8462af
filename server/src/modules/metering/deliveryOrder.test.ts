import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Answer, startTestApp, type TestApp } from '../../testing/app.ts';
import { type ChargeSketch, usageSetup } from '../../testing/usage.ts';

// The order in which events come must not matter where they are dated differently: workers roll them up as they come, into hours that are
// there already or are not. Of those dated alike the one that came last is the latest (P7), so these keep their order among each other.

type Body = Answer['body'];
type Sketch = readonly [code: string, timestamp: string, properties: object];

let app: TestApp;
let admin: pg.Client;
beforeAll(async () => {
  app = await startTestApp();
  admin = new pg.Client({ connectionString: app.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

const metrics = {
  calls: { aggregation_type: 'count' }, tokens: { aggregation_type: 'sum', field_name: 'v' }, peak: { aggregation_type: 'max', field_name: 'v' },
  disk: { aggregation_type: 'latest', field_name: 'v' }, users: { aggregation_type: 'unique_count', field_name: 'who' },
  level: { aggregation_type: 'weighted_sum', field_name: 'v', recurring: true }, area: { aggregation_type: 'custom', expression: 'v * v' },
  seats: { aggregation_type: 'sum', field_name: 'v', recurring: true },
};
const codes = Object.keys(metrics);

const charges: readonly ChargeSketch[] = codes.map((metric) => ({
  metric, properties: { amount: '0.07', ...(metric === 'users' ? {} : { pricing_group_keys: ['team'] }) },
  ...(metric === 'tokens' ? { filters: [{ on: { region: ['eu'] }, properties: { amount: '0.11' } }] } : {}),
}));

// Few instants, so that there are several events at one; on both sides of hours and days.
const sketch: fc.Arbitrary<Sketch> = fc.record({
  code: fc.constantFrom(...codes), day: fc.integer({ min: 1, max: 12 }), hour: fc.constantFrom('00:00:00Z', '00:59:59.999999Z', '01:00:00Z', '23:30:00Z'),
  v: fc.integer({ min: -3, max: 9 }), who: fc.constantFrom('ada', 'bob', 'cy'), operation_type: fc.constantFrom('add', 'add', 'remove'),
  team: fc.constantFrom('red', 'blue'), region: fc.constantFrom('eu', 'us'),
}).map(({ code, day, hour, ...properties }) => [code, `2026-01-${String(day).padStart(2, '0')}T${hour}`, properties] as const);

/** Another order, in which those of one metric and instant follow each other as before. */
function shuffled(events: readonly Sketch[], ranks: readonly number[]): Sketch[] {
  const alike = Map.groupBy(events.map((event, place) => ({ event, rank: ranks[place] ?? 0 })), ({ event: [code, timestamp] }) => `${code} ${timestamp}`);
  const placed = [...alike.values()].flatMap((group) => {
    const inOrder = group.map(({ rank }) => rank).toSorted((a, b) => a - b);
    return group.map(({ event }, place) => ({ event, rank: inOrder[place] ?? 0 }));
  });
  return placed.toSorted((a, b) => a.rank - b.rank).map(({ event }) => event);
}

const rolledUp = () =>
  vi.waitUntil(async () => {
    const behind = `select exists (select from usage_events_all, usage_progress where xid >= frontier) or exists (select from usage_ranges)
      or exists (select from usage_meters where state = 'building') as behind`;
    return (await admin.query<{ behind: boolean }>(behind)).rows[0]?.behind === false;
  }, { timeout: 60_000, interval: 50 });

it('events in any order make the same usage and the same invoice', async () => {
  await app.sandbox('POST', '/v1/test_clock', { now: '2026-01-15T00:00:00Z' });
  const world = usageSetup(app);
  for (const [code, more] of Object.entries(metrics)) await world.metric(code, more);
  const [events = []] = fc.sample(fc.array(sketch, { minLength: 400, maxLength: 400 }), { numRuns: 1, seed: 20_260_115 });
  const [ranks = []] = fc.sample(fc.array(fc.integer(), { minLength: 400, maxLength: 400 }), { numRuns: 1, seed: 3 });
  const orders = {
    sent: events,
    // Everything in order of time, as a sender without delays would.
    timely: events.map((event, place) => ({ event, place })).toSorted((a, b) => (a.event[1] === b.event[1] ? a.place - b.place : Date.parse(a.event[1]) - Date.parse(b.event[1]))).map(({ event }) => event),
    shuffled: shuffled(events, ranks),
  };
  for (const name of Object.keys(orders)) await world.subscribe(name, charges);
  const size = 80;
  for (let from = 0; from < events.length; from += size) {
    for (const [name, order] of Object.entries(orders)) {
      const batch = order.slice(from, from + size).map(([code, timestamp, properties], n) => ({ transaction_id: `${name} ${from + n}`, external_customer_id: name, code, timestamp, properties }));
      expect((await world.make('/v1/events/batch', { events: batch })).ingested).toBe(size);
    }
    // Now and then all of it is in buckets before more comes into the same hours.
    if (from % (2 * size) === 0) await rolledUp();
  }
  await rolledUp();
  const usage = async (name: string) =>
    (await world.get(`/v1/customers/${name}/current_usage?external_subscription_id=${name}`)).charges.map(({ charge_id: _charge, charge_filter_id: filter, ...line }: Body) => ({ ...line, filtered: filter !== null }));
  const used: Body = await usage('timely');
  expect(used.filter(({ events_count: count }: Body) => count > 0).length).toBeGreaterThan(codes.length);
  for (const name of ['sent', 'shuffled']) expect([name, await usage(name)]).toEqual([name, used]);

  await app.advance('2026-02-01T00:00:00Z');
  const billed = async (name: string) => {
    const [invoice] = await world.get(`/v1/invoices?customer_id=${(await world.get(`/v1/customers/${name}`)).id}`);
    const fees = (await world.get(`/v1/invoices/${invoice.id}`)).fees.map((fee: Body) => [fee.metric_code, fee.grouped_by, fee.units, fee.events_count, fee.precise_amount_cents, fee.amount_cents]);
    return { total: invoice.total_cents, fees: fees.map((fee: unknown) => JSON.stringify(fee)).toSorted() };
  };
  const timely = await billed('timely');
  expect(timely.fees.length).toBeGreaterThan(codes.length);
  for (const name of ['sent', 'shuffled']) expect([name, await billed(name)]).toEqual([name, timely]);
});
