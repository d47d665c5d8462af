import { Quantity } from '@farthing/core/money';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { runBackground } from '../../../kernel/background.ts';
import { kyselyOver } from '../../../kernel/db/kysely.ts';
import { transact } from '../../../kernel/db/transaction.ts';
import { Envelope } from '../../../kernel/envelope.ts';
import { bothWays, type EventSketch, type MeterWorld, meterWorld, storeEvents } from '../../../testing/meter.ts';
import { aggregateEvents } from '../aggregate.sql.ts';
import { markDirtyHours } from '../dirtyHours.sql.ts';
import type { AggregateRequest } from '../eventStore.ts';
import { volumeByHour } from '../events.sql.ts';
import { checkAllUsage, nightlyCheck } from './checkUsage.ts';
import { claimRange, rollUpRange } from './followEvents.ts';
import { isMeteringLost, readLag } from './lag.sql.ts';
import { usageMeter } from './runMeter.ts';

// Whole workers on a database of their own, as they run in production.

let world: MeterWorld;
const running: { stop(): Promise<void> }[] = [];
const silent = pino({ level: 'silent' });

beforeAll(async () => {
  world = await meterWorld();
});
afterEach(async () => {
  for (const worker of running.splice(0)) await worker.stop();
});
afterAll(() => world.close());

// A busy machine may take its time, and the transactions of other tests hold the frontier back.
const until = (condition: () => Promise<boolean>) => vi.waitUntil(condition, { timeout: 60_000, interval: 50 });

function work(): void {
  const envelope = new Envelope({ pool: world.app, reactions: [] });
  running.push(runBackground({ adminUrl: world.adminUrl, envelope, modules: [{ name: 'metering', background: [usageMeter] }], logger: silent }));
}

/** A tenant with one metric, and what its workers are to find. */
async function tenantWith(type: 'sum' | 'count'): Promise<string> {
  const tenantId = await world.tenant();
  await world.admin.query(
    `insert into billable_metrics (tenant_id, id, code, name, aggregation_type, field_name, created_at, updated_at)
     values ($1, gen_random_uuid(), 'used', 'Used', $2, 'v', now(), now())`,
    [tenantId, type],
  );
  return tenantId;
}

const midnight = Temporal.Instant.from('2026-01-05T00:00:00Z');
const sketch = (minutes: number, value: string): EventSketch => ({
  customer: 'ada', subscription: null, code: 'used', at: midnight.add({ minutes }), value, unique: null, remove: false, properties: {}, unknown: false,
});
const day: AggregateRequest = {
  externalCustomerId: 'ada', externalSubscriptionId: 's', code: 'used', aggregationType: 'sum', keys: [], carries: false,
  start: midnight.add({ minutes: 30 }), end: midnight.add({ minutes: 24 * 60 - 15 }),
};

const lag = () => transact(world.meter, { tenantId: null, readOnly: true }, readLag);
const idle = async () => {
  const { events, dirtyHours, building } = await lag();
  return events + dirtyHours + building === 0;
};
const store = (tenantId: string, events: readonly EventSketch[]) => transact(world.meter, { tenantId: null }, (client) => storeEvents(client, tenantId, events));
const bucketsOf = async (tenantId: string) => (await world.meter.query(`select sum(events)::int as events, count(*)::int as buckets from usage_buckets where tenant_id = $1`, [tenantId])).rows[0];

it('shares the work between two that are cut off again and again, and no reader ever sees half of it', async () => {
  const tenantId = await tenantWith('sum');
  work();
  work();
  // Each transaction takes as much in one hour as it gives in another: whatever is committed, the sum is 0 and the events are even.
  let written = 0;
  const write = async (seed: number) => {
    for (let n = 0; n < 60; n++) {
      const pairs = Array.from({ length: 1 + (n % 7) }, (_, k) => {
        const [a, b] = [(seed * 131 + n * 37 + k * 61) % 1380, (seed * 17 + n * 97 + k * 23) % 1380];
        return [sketch(30 + a, '2.5'), sketch(30 + b, '-2.5')];
      });
      await store(tenantId, pairs.flat());
      written += 2 * pairs.length;
    }
  };
  const writing = { done: false };
  const writers = Promise.all([write(1), write(2), write(3)]).then(() => {
    writing.done = true;
  });
  const read = async () => {
    let reads = 0;
    while (!writing.done) {
      // As a command reads: each statement sees what is committed by then.
      await transact(world.app, { tenantId }, async (client) => {
        for (let n = 0; n < 5; n++) {
          const parts = await aggregateEvents(kyselyOver(client), day);
          const events = parts.reduce((total, part) => total + part.events, 0n);
          expect([events % 2n, parts.map(({ inside }) => 'sum' in inside && Quantity.toString(inside.sum))]).toEqual([0n, parts.map(() => '0')]);
          const volume = await volumeByHour(kyselyOver(client), midnight, midnight.add({ hours: 24 }));
          expect(volume.reduce((total, hour) => total + hour.events, 0) % 2).toBe(0);
        }
      });
      const { read: kept, made } = await bothWays(world.app, tenantId, day);
      expect(kept).toEqual(made);
      reads += 1;
      if (reads % 3 === 0)
        await world.admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'farthing' and query ilike '%usage_buckets%' and state = 'active' and pid <> pg_backend_pid() and backend_xid is not null and query ilike '%insert%'`);
    }
    return reads;
  };
  const [reads] = await Promise.all([read(), writers]);
  expect(reads).toBeGreaterThan(0);
  await world.meter.query('update usage_ranges set leased_until = now()');
  await until(idle);
  expect((await bucketsOf(tenantId))?.events).toBe(written);
  const { read: kept, made } = await bothWays(world.app, tenantId, day);
  expect(kept).toEqual(made);
  expect(await checkAllUsage(world.meter, false)).toMatchObject({ wrong: [], wrongVolumes: 0 });
});

it('asks for everything only where days, hours and the tail are not all there is', async () => {
  const tenantId = await tenantWith('sum');
  const read = () => transact(world.app, { tenantId, readOnly: true }, async (client) => {
    const sent = vi.spyOn(client, 'query');
    const parts = await aggregateEvents(kyselyOver(client), day);
    const statements = sent.mock.calls.length;
    sent.mockRestore();
    return { statements, sums: parts.map(({ inside }) => 'sum' in inside && Quantity.toString(inside.sum)) };
  });
  await store(tenantId, [sketch(31, '1'), sketch(90, '2')]);
  // Nothing is rolled up by a meter yet.
  expect(await read()).toEqual({ statements: 2, sums: ['3'] });
  work();
  await until(async () => (await idle()) && (await bucketsOf(tenantId))?.events === 2);
  for (const worker of running.splice(0)) await worker.stop();
  // The first event is of an hour that the start cuts, the second of a full one.
  expect(await read()).toEqual({ statements: 1, sums: ['3'] });
  await store(tenantId, [sketch(91, '4')]);
  expect(await read()).toEqual({ statements: 1, sums: ['7'] });
  await transact(world.meter, { tenantId: null }, (client) => markDirtyHours(kyselyOver(client), tenantId, [{ externalCustomerId: 'ada', code: 'used', at: midnight.add({ minutes: 90 }) }]));
  expect(await read()).toEqual({ statements: 2, sums: ['7'] });
});

it('does not do twice what another did after a lease ran out', async () => {
  const tenantId = await tenantWith('sum');
  work();
  await until(idle);
  for (const worker of running.splice(0)) await worker.stop();
  await store(tenantId, [sketch(60, '1'), sketch(61, '1')]);
  let slow = await claimRange(world.meter, { worker: 'slow', leaseSeconds: 0, events: 100 });
  await until(async () => {
    slow ??= await claimRange(world.meter, { worker: 'slow', leaseSeconds: 0, events: 100 });
    return slow !== undefined;
  });
  const quick = await claimRange(world.meter, { worker: 'quick', leaseSeconds: 60, events: 100 });
  expect([quick?.id, quick?.fence]).toEqual([slow?.id, 2n]);
  if (slow === undefined || quick === undefined) throw new Error('Both have claimed.');
  expect(await rollUpRange(world.meter, slow)).toBe(false);
  expect(await bucketsOf(tenantId)).toEqual({ events: null, buckets: 0 });
  expect(await rollUpRange(world.meter, quick)).toBe(true);
  expect(await rollUpRange(world.meter, quick)).toBe(false);
  expect(await bucketsOf(tenantId)).toEqual({ events: 2, buckets: 1 });
});

it('finds what was falsified, and has it made anew', async () => {
  const tenantId = await tenantWith('sum');
  await store(tenantId, [sketch(60, '1'), sketch(61, '2'), sketch(200, '4')]);
  work();
  await until(idle);
  for (const worker of running.splice(0)) await worker.stop();
  await world.meter.query('update usage_buckets set total = total + 1 where tenant_id = $1 and hour = $2', [tenantId, midnight.add({ hours: 1 }).toString()]);
  await world.meter.query('delete from usage_buckets where tenant_id = $1 and hour = $2', [tenantId, midnight.add({ hours: 3 }).toString()]);
  await world.meter.query('update usage_days set events = events + 1 where tenant_id = $1', [tenantId]);
  await world.meter.query('update usage_volumes set events = events + 1 where tenant_id = $1 and hour = $2', [tenantId, midnight.add({ hours: 3 }).toString()]);
  const found = await checkAllUsage(world.meter, false);
  // The day is told by its first hour.
  expect(found.wrong.map(({ hour }) => hour.toString()).toSorted()).toEqual(['2026-01-05T00:00:00Z', '2026-01-05T01:00:00Z', '2026-01-05T03:00:00Z']);
  expect(found.wrongVolumes).toBe(1);
  await checkAllUsage(world.meter, true);
  // Already now, the marked hours are read from the events.
  const before = await bothWays(world.app, tenantId, day);
  expect(before.read).toEqual(before.made);
  work();
  await until(idle);
  expect(await checkAllUsage(world.meter, false)).toMatchObject({ wrong: [], wrongVolumes: 0 });
});

/** All that is due; false: nothing. */
async function checkMetersDue(): Promise<boolean> {
  const check = nightlyCheck(world.meter, silent);
  let any = false;
  while (await check()) any = true;
  return any;
}

it('checks each meter once a day', async () => {
  const tenantId = await tenantWith('count');
  const now = Temporal.Now.instant();
  await store(tenantId, [{ ...sketch(0, '1'), at: now.subtract({ hours: 5 }) }]);
  work();
  await until(idle);
  for (const worker of running.splice(0)) await worker.stop();
  await world.meter.query('update usage_buckets set taken = 7 where tenant_id = $1', [tenantId]);
  await world.meter.query(`update usage_meters set checked_at = case when tenant_id = $1 then now() - interval '25 hours' else now() end`, [tenantId]);
  expect(await checkMetersDue()).toBe(true);
  expect(await checkMetersDue()).toBe(false);
  const { rows } = await world.meter.query('select external_customer_id from usage_dirty_hours where tenant_id = $1', [tenantId]);
  expect(rows).toEqual([{ external_customer_id: 'ada' }]);
});

it('comes round to every older day, a few in a night', async () => {
  const tenantId = await tenantWith('count');
  // Seven days with events, of which five are compared in a night: 1 to 5, then 6 and 7, then from the first again.
  await store(tenantId, [0, 1, 2, 3, 7, 8, 9].map((days) => sketch(days * 24 * 60 + 30, '1')));
  work();
  await until(idle);
  for (const worker of running.splice(0)) await worker.stop();
  const spoilAndCheck = async () => {
    await world.meter.query('update usage_buckets set taken = taken + 7 where tenant_id = $1', [tenantId]);
    await world.meter.query('delete from usage_dirty_hours where tenant_id = $1', [tenantId]);
    await world.meter.query(`update usage_meters set checked_at = case when tenant_id = $1 then now() - interval '25 hours' else now() end`, [tenantId]);
    expect(await checkMetersDue()).toBe(true);
    const { rows } = await world.meter.query<{ day: string }>(`select distinct extract(day from hour at time zone 'UTC')::text as day from usage_dirty_hours where tenant_id = $1`, [tenantId]);
    return rows.map(({ day }) => Number(day)).toSorted((a, b) => a - b);
  };
  expect(await spoilAndCheck()).toEqual([5, 6, 7, 8, 12]);
  expect(await spoilAndCheck()).toEqual([13, 14]);
  expect(await spoilAndCheck()).toEqual([5, 6, 7, 8, 12]);
});

it('begins anew where the database was restored in another cluster, and loses nothing', async () => {
  const tenantId = await tenantWith('sum');
  await store(tenantId, [sketch(60, '1'), sketch(61, '2')]);
  work();
  await until(idle);
  for (const worker of running.splice(0)) await worker.stop();
  // Over there far more transactions had been.
  await world.admin.query(`update usage_events_all set xid = (xid::text::numeric + 5000000000)::text::xid8 where tenant_id = $1`, [tenantId]);
  await world.admin.query(`update usage_progress set frontier = '5500000000', cluster = 1`);
  await store(tenantId, [sketch(62, '4')]);
  expect(await transact(world.meter, { tenantId: null }, isMeteringLost)).toBe(true);
  const lost = await bothWays(world.app, tenantId, day);
  expect(lost.read).toEqual(lost.made);
  work();
  await until(async () => !(await transact(world.meter, { tenantId: null }, isMeteringLost)) && (await bucketsOf(tenantId))?.events === 3);
  await until(idle);
  const found = await bothWays(world.app, tenantId, day);
  expect(found.read).toEqual(found.made);
  expect(Object.values(found.read).map(({ inside, events }) => [inside, events])).toEqual([['{"sum":"7"}', '3']]);
  expect(await checkAllUsage(world.meter, false)).toMatchObject({ wrong: [], wrongVolumes: 0 });
});
