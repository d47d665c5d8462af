import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { transact } from '../../../kernel/db/transaction.ts';
import { launch, type Launched } from '../../../testing/installation.ts';
import { bothWays, type EventSketch, type MeterWorld, meterWorld, storeEvents } from '../../../testing/meter.ts';
import type { AggregateRequest } from '../eventStore.ts';
import { checkAllUsage } from './checkUsage.ts';
import { readLag } from './lag.sql.ts';

// Worker processes as an operator runs them, each killed in the midst of a range.

let world: MeterWorld;
let worker: Launched | null = null;
beforeAll(async () => {
  world = await meterWorld();
});
afterAll(async () => {
  worker?.signalGroup('SIGKILL');
  await worker?.ended;
  await world.close();
});

// Processes are started here; a busy machine may take its time.
const until = (condition: () => Promise<boolean>) => vi.waitUntil(condition, { timeout: 120_000, interval: 10 });
const start = Temporal.Instant.from('2026-01-05T00:00:00Z');
const types = ['sum', 'latest', 'unique_count'] as const;
const perTransaction = 4000;
const kills = 3;

const sketch = (n: number): EventSketch => ({
  customer: `c${n % 7}`, subscription: null, code: types[n % types.length] ?? 'sum', at: start.add({ seconds: (n * 7919) % 86_400 }), value: String(n % 11),
  unique: `u${n % 13}`, remove: n % 5 === 0, properties: { team: `t${n % 3}` }, unknown: false,
});
let stored = 0;
const store = (tenantId: string) =>
  transact(world.meter, { tenantId: null }, (client) => storeEvents(client, tenantId, Array.from({ length: perTransaction }, () => sketch(stored++))));

it('leaves usage exact, however often it is killed at work', { timeout: 400_000 }, async () => {
  const tenantId = await world.tenant();
  for (const type of types)
    await world.admin.query(
      `insert into billable_metrics (tenant_id, id, code, name, aggregation_type, field_name, created_at, updated_at) values ($1, gen_random_uuid(), $2, $2, $2, 'v', now(), now())`,
      [tenantId, type]);
  const ranges = async () => (await world.meter.query<{ count: number }>('select count(*)::int as count from usage_ranges')).rows[0]?.count ?? 0;
  for (let n = 0; n < kills; n++) {
    worker = launch('worker', { DATABASE_URL: world.adminUrl });
    for (let k = 0; k < 5; k++) await store(tenantId);
    // Claimed, and not finished: it is at work on it.
    await until(async () => (await ranges()) > 0);
    worker.signalGroup('SIGKILL');
    expect((await worker.ended).signal).toBe('SIGKILL');
    // What it left lying is taken over at once rather than in a minute.
    await world.meter.query('update usage_ranges set leased_until = now()');
  }
  worker = launch('worker', { DATABASE_URL: world.adminUrl });
  await until(async () => {
    const { events, dirtyHours, building } = await transact(world.meter, { tenantId: null, readOnly: true }, readLag);
    return events + dirtyHours + building === 0;
  });
  const { rows } = await world.meter.query('select sum(events)::int as events from usage_volumes where tenant_id = $1', [tenantId]);
  expect(rows).toEqual([{ events: kills * 5 * perTransaction }]);
  for (const type of types) {
    const request: AggregateRequest = {
      externalCustomerId: 'c3', externalSubscriptionId: 's', code: type, aggregationType: type, keys: [], carries: false,
      start: start.add({ minutes: 30 }), end: start.add({ hours: 23 }),
    };
    const { read, made } = await bothWays(world.app, tenantId, request);
    expect([type, read]).toEqual([type, made]);
  }
  expect(await checkAllUsage(world.meter, false)).toMatchObject({ wrong: [], wrongVolumes: 0 });
});
