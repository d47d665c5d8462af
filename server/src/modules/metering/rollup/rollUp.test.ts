import type { AggregationType } from '@farthing/core/metering';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kyselyOver } from '../../../kernel/db/kysely.ts';
import { transact } from '../../../kernel/db/transaction.ts';
import { bothWays, type EventSketch, type MeterWorld, meterWorld, storeEvents } from '../../../testing/meter.ts';
import { markDirtyHours } from '../dirtyHours.sql.ts';
import type { AggregateRequest } from '../eventStore.ts';
import { expireEvents } from '../expired.sql.ts';
import { activateNewMeters, buildNext, clearRetiredMeter } from './buildMeter.ts';
import { checkAllUsage } from './checkUsage.ts';
import { claimRange, rollUpRange } from './followEvents.ts';
import type { Range } from './ranges.sql.ts';
import { recomputeHours } from './recomputeHours.ts';

let world: MeterWorld;
beforeAll(async () => {
  world = await meterWorld();
});
afterAll(() => world.close());

const types: readonly AggregationType[] = ['count', 'sum', 'max', 'unique_count', 'weighted_sum', 'latest', 'custom'];
const start = Temporal.Instant.from('2026-03-29T00:00:00Z');
// Around three midnights; whole and half hours and quarters, as the midnights of all zones are, and what lies just beside them.
const quarters = fc.tuple(fc.constantFrom(0, 0, 24, 48), fc.integer({ min: -6, max: 18 })).map(([hours, quarter]) => start.add({ minutes: 60 * hours + 15 * quarter }));
const instants = fc.tuple(quarters, fc.constantFrom(0, 0, 1, -1)).map(([quarter, microseconds]) => quarter.add({ microseconds }));
const long = 'long '.repeat(3276);
const texts = fc.constantFrom('eu', 'us', '', 'NULL', '"', long);

const sketches: fc.Arbitrary<EventSketch> = fc.record({
  customer: fc.constantFrom('ada', 'ada', 'ada', 'bob'),
  subscription: fc.constantFrom(null, null, 's1', 's2'),
  code: fc.constantFrom(...types),
  at: instants,
  value: fc.constantFrom(null, '0', '1', '-2.50', '0.1', '3e30', '12345678901234567890123456789012345678', '-1e-30'),
  unique: fc.constantFrom(null, 'a', 'b', '', long),
  remove: fc.boolean(),
  properties: fc.record({ region: texts, team: fc.constantFrom<string | number>('red', 1, 'other') }, { requiredKeys: [] }),
  unknown: fc.constantFrom(false, false, false, true),
}).map((sketch) => (sketch.unknown ? { ...sketch, value: null, unique: null } : sketch));

const keys = fc.subarray([
  { key: 'region', values: null }, { key: 'team', values: ['red', '1'] }, { key: 'region', values: ['eu', 'NULL'] },
]).filter((list) => new Set(list.map(({ key }) => key)).size === list.length);
const inOrder = ([a, b]: readonly [Temporal.Instant, Temporal.Instant]) => (Temporal.Instant.compare(a, b) < 0 ? [a, b] as const : [b, a] as const);
/** Several days or some hours of one; now and then less than one, or nothing. */
const spans = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.integer({ min: -8, max: 12 }), fc.integer({ min: 84, max: 300 })).map(([from, to]) => [start.add({ minutes: 15 * from }), start.add({ minutes: 15 * to })] as const) },
  { weight: 2, arbitrary: fc.tuple(quarters, quarters).map(inOrder) },
  { weight: 1, arbitrary: fc.tuple(instants, instants).map(inOrder) },
);

/** The same request for every aggregation. */
const requests: fc.Arbitrary<readonly AggregateRequest[]> = fc.tuple(fc.constantFrom('ada', 'ada', 'ada', 'bob'), fc.constantFrom('s1', 's2'), keys, fc.boolean(), spans)
  .map(([externalCustomerId, externalSubscriptionId, asked, carries, [from, to]]) => types.map((type) => ({
    aggregationType: type, code: type, externalCustomerId, externalSubscriptionId, keys: asked, carries,
    start: from, end: to,
  })));

/** All that there may be, from full hour to full hour: also what expired can be told exactly. */
const everything: readonly AggregateRequest[] = types.map((type) => ({
  aggregationType: type, code: type, externalCustomerId: 'ada', externalSubscriptionId: 's1', keys: [], carries: false,
  start: start.subtract({ hours: 2 }), end: start.add({ hours: 60 }),
}));

type Step =
  | { readonly do: 'store' | 'hold'; readonly events: readonly EventSketch[] }
  | { readonly do: 'claim'; readonly most: number; readonly lease: number }
  | { readonly do: 'finish' | 'forget' | 'keep' | 'amend' | 'end'; readonly which: number }
  | { readonly do: 'plan'; readonly dimensions: readonly string[]; readonly code: AggregationType }
  | { readonly do: 'expire'; readonly from: number; readonly customer: string; readonly most: number }
  | { readonly do: 'recompute' | 'activate' | 'build' | 'clear' };

const some = fc.array(sketches, { minLength: 1, maxLength: 12 });
const which = fc.nat(5);
const a = <K extends string>(weight: number, what: K) => ({ weight, arbitrary: fc.record({ do: fc.constant(what) }) });
const one = <K extends string>(weight: number, what: K) => ({ weight, arbitrary: fc.record({ do: fc.constant(what), which }) });
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('store' as const), events: some }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hold' as const), events: some }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('claim' as const), most: fc.integer({ min: 1, max: 30 }), lease: fc.constantFrom(0, 60) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('plan' as const), dimensions: fc.subarray(['region', 'team']), code: fc.constantFrom(...types) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('expire' as const), from: fc.integer({ min: 0, max: 6 }), customer: fc.constantFrom('ada', 'bob'), most: fc.constantFrom(2, 100) }) },
  one(2, 'end'), one(6, 'finish'), one(1, 'forget'), one(1, 'keep'), one(4, 'amend'),
  a(2, 'recompute'), a(1, 'activate'), a(2, 'build'), a(1, 'clear'),
);

async function planMeter(tenantId: string, code: string, dimensions: readonly string[]): Promise<void> {
  await world.meter.query(
    `insert into usage_meters (tenant_id, code, aggregation_type, dimensions, created_at)
     select $1, $2, $2, $3, now() where not exists (select from usage_meters where tenant_id = $1 and code = $2 and dimensions = $3 and state <> 'retired')`,
    [tenantId, code, dimensions],
  );
}

/** Changes an event's past as an amendment does: out it goes, and its hour is marked, at once. */
async function amend(tenantId: string, nth: number): Promise<void> {
  await transact(world.admin, { tenantId }, async (client) => {
    const { rows } = await client.query(
      `update usage_events set amended = true where id = (select id from usage_events where tenant_id = $1 and not amended order by seq offset $2 limit 1)
       returning external_customer_id as "externalCustomerId", code, "timestamp" as at`,
      [tenantId, nth * 3],
    );
    await markDirtyHours(kyselyOver(client), tenantId, rows);
  });
}

/** Has events of some hours deleted, of every code, whichever transaction stored them. */
async function expire(tenantId: string, { from, customer, most }: Extract<Step, { do: 'expire' }>): Promise<void> {
  const [first, last] = [start.add({ hours: from }), start.add({ hours: from + 2 })];
  await expireEvents(world.meter, {
    tenantId, externalCustomerId: customer, most,
    spans: types.map((code) => ({ code, from: first, to: last, before: '9223372036854775807' })),
    keys: Object.fromEntries(types.map((code) => [code, ['region', 'team']])),
  });
}

/** The life of one tenant's meters under the steps given; `held` are transactions that are open, `ranges` claims that are not finished. */
async function live(tenantId: string) {
  const held: pg.PoolClient[] = [];
  const ranges: Range[] = [];
  const end = async (nth: number, how: 'commit' | 'rollback') => {
    const [client] = held.splice(nth % Math.max(1, held.length), 1);
    await client?.query(how);
    client?.release();
  };
  const take = (nth: number) => ranges.splice(nth % Math.max(1, ranges.length), 1)[0];
  const perform = async (step: Step): Promise<void> => {
    switch (step.do) {
      case 'store':
      case 'hold': {
        const client = await world.meter.connect();
        await client.query('begin');
        await storeEvents(client, tenantId, step.events);
        held.push(client);
        if (step.do === 'store' || held.length > 3) await end(held.length - 1, 'commit');
        return;
      }
      case 'end':
        return end(step.which, step.which % 4 === 0 ? 'rollback' : 'commit');
      case 'claim': {
        const claimed = await claimRange(world.meter, { worker: 'test', leaseSeconds: step.lease, events: step.most });
        if (claimed !== undefined) ranges.push(claimed);
        return;
      }
      case 'finish':
      case 'keep': {
        // "keep": a worker that does not know that its range is done, or another's, tries again later.
        const range = take(step.which);
        if (range === undefined) return;
        await rollUpRange(world.meter, range);
        if (step.do === 'keep') ranges.push(range);
        return;
      }
      case 'forget': {
        // Killed between claim and completion.
        const range = take(step.which);
        if (range !== undefined) await world.meter.query('update usage_ranges set leased_until = now() where id = $1', [range.id]);
        return;
      }
      case 'amend':
        return amend(tenantId, step.which);
      case 'plan':
        return planMeter(tenantId, step.code, step.dimensions);
      case 'expire':
        return void (await expire(tenantId, step));
      case 'recompute':
        return void (await recomputeHours(world.meter, 2));
      case 'activate':
        return void (await activateNewMeters(world.meter));
      case 'build':
        return void (await buildNext(world.meter, 5));
      case 'clear':
        return void (await clearRetiredMeter(world.meter, 3));
    }
  };
  return {
    perform,
    async finish() {
      while (held.length > 0) await end(0, 'commit');
    },
  };
}

/** Everything there is to do, done; other test files' transactions may hold the frontier back for a moment. */
async function settle(): Promise<void> {
  await world.meter.query('update usage_ranges set leased_until = now()');
  for (;;) {
    const range = await claimRange(world.meter, { worker: 'last', leaseSeconds: 60, events: 100 });
    if (range !== undefined) await rollUpRange(world.meter, range);
    const activated = await activateNewMeters(world.meter);
    const built = await buildNext(world.meter, 50);
    const recomputed = await recomputeHours(world.meter, 50);
    const cleared = await clearRetiredMeter(world.meter, 100);
    if (range !== undefined || activated || built || recomputed > 0 || cleared) continue;
    const { rows } = await world.meter.query('select from usage_events_all, usage_progress where xid >= frontier limit 1');
    if (rows.length === 0) return;
  }
}

/** What is read is what the events make, or is said to be no answer: only hours of expired events that a request cuts are that. */
async function expectExact(tenantId: string, asked: readonly AggregateRequest[], must = false): Promise<void> {
  for (const request of asked) {
    const { read, made, untold } = await bothWays(world.app, tenantId, request);
    if (must) expect([request.code, untold]).toEqual([request.code, false]);
    if (!untold) expect([request.code, read]).toEqual([request.code, made]);
  }
}

it('reads what the events make, at every moment of the life of the roll-ups', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(steps, requests), { minLength: 15, maxLength: 40 }), fc.array(requests, { minLength: 3, maxLength: 3 }), async (story, finally_) => {
      const tenantId = await world.tenant();
      for (const type of types) await planMeter(tenantId, type, type === 'max' ? [] : ['region', 'team']);
      await activateNewMeters(world.meter);
      // Nothing is stored yet: from now on they are read. Those that the story plans are built on its way.
      while (await buildNext(world.meter, 50));
      const life = await live(tenantId);
      try {
        for (const [place, [step, asked]] of story.entries()) {
          await life.perform(step);
          await expectExact(tenantId, asked);
          const nth = place % types.length;
          await expectExact(tenantId, everything.slice(nth, nth + 1), true);
        }
      } finally {
        await life.finish();
      }
      await settle();
      await expectExact(tenantId, finally_.flat());
      await expectExact(tenantId, everything, true);
      expect(await checkAllUsage(world.meter, false)).toMatchObject({ wrong: [], wrongVolumes: 0 });
    }),
    { numRuns: Number(process.env['FARTHING_ROLLUP_RUNS'] ?? 5) },
  );
});
