import type { AggregationType } from '@farthing/core/metering';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kyselyOver } from '../../kernel/db/kysely.ts';
import { applicationRole } from '../../kernel/db/pool.ts';
import { transact } from '../../kernel/db/transaction.ts';
import { type EventSketch, type MeterWorld, meterWorld, storeEvents } from '../../testing/meter.ts';
import { markDirtyHours } from './dirtyHours.sql.ts';
import { expireEvents } from './expired.sql.ts';
import { activateNewMeters, buildNext } from './rollup/buildMeter.ts';
import { claimRange, rollUpRange } from './rollup/followEvents.ts';
import { aggregateWindows, type SeriesRequest } from './series.sql.ts';

// The law: a chart read from roll-ups, cut hours, marked hours and the tail is the chart read from the events alone.

let world: MeterWorld;
beforeAll(async () => {
  world = await meterWorld();
});
afterAll(() => world.close());

const types: readonly AggregationType[] = ['count', 'sum', 'max', 'unique_count', 'weighted_sum', 'latest', 'custom'];
// Around the hour that the clocks of Paris leave out, and those of Kolkata and Lord Howe, whose midnights cut hours of UTC.
const start = Temporal.Instant.from('2026-03-28T12:00:00Z');
const sketch: fc.Arbitrary<EventSketch> = fc.record({
  customer: fc.constantFrom('ada', 'bob'), subscription: fc.constantFrom(null, 's1', 's2'), code: fc.constantFrom(...types),
  at: fc.tuple(fc.integer({ min: 0, max: 150 }), fc.constantFrom(0, 1, -1)).map(([quarter, microseconds]) => start.add({ minutes: 15 * quarter }).add({ microseconds })),
  value: fc.constantFrom(null, '1', '-2.5', '30'), unique: fc.constantFrom(null, 'a', 'b'), remove: fc.boolean(),
  properties: fc.record({ region: fc.constantFrom('eu', 'us'), team: fc.constantFrom('red', '1') }, { requiredKeys: [] }), unknown: fc.constant(false),
});

const asked = fc.record({
  window: fc.constantFrom('hour' as const, 'day' as const, 'month' as const), zone: fc.constantFrom('UTC', 'Europe/Paris', 'Asia/Kolkata', 'Australia/Lord_Howe'),
  groupBy: fc.subarray(['region', 'team']), filters: fc.subarray([{ key: 'region', values: ['eu'] }, { key: 'team', values: ['red', '1'] }]),
  externalCustomerId: fc.constantFrom(null, 'ada'), externalSubscriptionId: fc.constantFrom(null, 's1'), from: fc.nat(20), windows: fc.integer({ min: 1, max: 30 }),
});
type Asked = typeof asked extends fc.Arbitrary<infer A> ? A : never;

/** All of the events, which all lie in the same month: whatever else is drawn, this has something to show. */
const everything: Asked = { window: 'month', zone: 'UTC', groupBy: [], filters: [], externalCustomerId: null, externalSubscriptionId: null, from: 0, windows: 1 };

/** As `readSeries` makes it of what is asked. */
function requestOf(type: AggregationType, { window, zone, from, windows, ...rest }: Asked): SeriesRequest {
  const local = start.add({ hours: from }).toZonedDateTimeISO(zone).with({ minute: 0 });
  const first = window === 'hour' ? local : (window === 'day' ? local : local.with({ day: 1 })).startOfDay();
  const count = window === 'hour' ? windows : window === 'day' ? Math.min(windows, 3) : 1;
  const step = { hour: { hours: 1 }, day: { days: 1 }, month: { months: 1 } }[window];
  const boundaries = [first.toInstant()];
  for (let at = first; boundaries.length <= count; ) {
    at = at.add(step);
    boundaries.push(at.toInstant());
  }
  return { ...rest, code: type, aggregationType: type, boundaries, from: boundaries[0] as Temporal.Instant, to: boundaries.at(-1) as Temporal.Instant };
}

type Rows = readonly string[];
const rowsOf = async (tenantId: string, request: SeriesRequest, meters: 'kept' | 'set aside'): Promise<Rows> => {
  const client = await world.admin.connect();
  try {
    await client.query(`begin; set local app.tenant = '${tenantId}'`);
    if (meters === 'set aside') await client.query(`update usage_meters set state = 'retired' where tenant_id = $1`, [tenantId]);
    await client.query(`set local role ${applicationRole}`);
    return (await aggregateWindows(kyselyOver(client), request, 10_000)).map((row) => JSON.stringify({ ...row, start: row.start.toString() })).toSorted();
  } finally {
    await client.query('rollback');
    client.release();
  }
};

it('a chart is the same from roll-ups and from events, for every aggregation, window and zone', async () => {
  const numRuns = 3;
  let points = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(sketch, { minLength: 10, maxLength: 60 }), { minLength: 3, maxLength: 3 }), fc.array(asked, { minLength: 6, maxLength: 6 }), fc.nat(5), async (batches, requests, nth) => {
      const tenantId = await world.tenant();
      for (const type of types)
        await world.meter.query(`insert into usage_meters (tenant_id, code, aggregation_type, dimensions, created_at) values ($1, $2, $2, '{region,team}', now())`, [tenantId, type]);
      await activateNewMeters(world.meter);
      while (await buildNext(world.meter, 100));
      for (const [n, events] of batches.entries()) {
        await transact(world.meter, { tenantId: null }, (client) => storeEvents(client, tenantId, events));
        // The last of them stay in the tail.
        const range = n === batches.length - 1 ? undefined : await claimRange(world.meter, { worker: 'test', leaseSeconds: 60, events: 10_000 });
        if (range !== undefined) await rollUpRange(world.meter, range);
      }
      // An event is amended, and its hour waits to be made anew.
      await transact(world.admin, { tenantId }, async (client) => {
        const { rows } = await client.query(
          `update usage_events set amended = true where id = (select id from usage_events where tenant_id = $1 order by seq offset $2 limit 1)
           returning external_customer_id as "externalCustomerId", code, "timestamp" as at`, [tenantId, nth]);
        await markDirtyHours(kyselyOver(client), tenantId, rows);
      });
      for (const one of [everything, ...requests])
        for (const type of types) {
          const request = requestOf(type, one);
          const rows = await rowsOf(tenantId, request, 'kept');
          points += rows.length;
          expect([one, type, rows]).toEqual([one, type, await rowsOf(tenantId, request, 'set aside')]);
        }
    }),
    { numRuns },
  );
  // Of all events, at least one metric's.
  expect(points).toBeGreaterThanOrEqual(numRuns);
});

it('a chart keeps what expired, and refuses to divide an hour of it', async () => {
  const tenantId = await world.tenant();
  const events: EventSketch[] = [0, 20, 75].map((minutes) => ({
    customer: 'ada', subscription: null, code: 'sum', at: start.add({ minutes }), value: String(minutes + 1), unique: null, remove: false, properties: { region: 'eu' }, unknown: false,
  }));
  await transact(world.meter, { tenantId: null }, (client) => storeEvents(client, tenantId, events));
  const expire = () =>
    expireEvents(world.meter, {
      tenantId, externalCustomerId: 'ada', spans: [{ code: 'sum', from: start, to: start.add({ hours: 1 }), before: '9223372036854775807' }], keys: { sum: ['region'] }, most: 100,
    });
  // Only what is rolled up goes; other tests' transactions may hold that back.
  for (let gone = 0; gone === 0; gone = await expire()) {
    const range = await claimRange(world.meter, { worker: 'test', leaseSeconds: 60, events: 10_000 });
    if (range !== undefined) await rollUpRange(world.meter, range);
  }
  const plain = { window: 'hour', zone: 'UTC', groupBy: ['region'], filters: [], externalCustomerId: null, externalSubscriptionId: null, from: 0, windows: 2 } as const;
  const request = requestOf('sum', { ...plain, groupBy: ['region'], filters: [] });
  // 1 + 21 in the hour that expired, 76 in the next.
  expect((await rowsOf(tenantId, request, 'kept')).map((row) => JSON.parse(row)).map(({ texts, events: count, state }) => [texts, count, state])).toEqual([
    [['eu'], 2, { sum: '22' }], [['eu'], 1, { sum: '76' }]]);
  await expect(rowsOf(tenantId, requestOf('sum', { ...plain, groupBy: ['team'], filters: [] }), 'kept')).rejects.toMatchObject({ code: 'events_expired' });
  await expect(rowsOf(tenantId, requestOf('sum', { ...plain, groupBy: [], filters: [], zone: 'Asia/Kolkata' }), 'kept')).rejects.toMatchObject({ code: 'events_expired' });
});
