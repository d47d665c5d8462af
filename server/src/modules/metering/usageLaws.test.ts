import { carriedFrom, foldFor, fullUnits, type MeteredEvent, type MetricDefinition, prorate, weightedUnits } from '@farthing/core/metering';
import { Quantity } from '@farthing/core/money';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type ChargeSketch, type UsageSetup, usageSetup } from '../../testing/usage.ts';

// The law: however events are ordered, cut into batches and repeated on their way in, usage is what core's folds make of them one by
// one, partitioned by filter and group as they come. The reference below knows nothing of SQL.

const now = Temporal.Instant.from('2026-01-16T12:00:00Z');
const [start, end] = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'].map((text) => Temporal.Instant.from(text)) as [Temporal.Instant, Temporal.Instant];
const days = { firstDay: Temporal.PlainDate.from('2026-01-01'), lastDay: Temporal.PlainDate.from('2026-01-31'), periodDays: 31, zone: 'UTC' };

interface Law extends ChargeSketch {
  readonly definition: MetricDefinition;
  readonly code: string;
  readonly keys: readonly string[];
  readonly regions: readonly string[] | null;
  readonly prorated: boolean;
}

function law(metric: string, code: string, { keys = [], regions = null, prorated = false, model = 'standard', properties = { amount: '1' } }: {
  keys?: readonly string[]; regions?: readonly string[] | null; prorated?: boolean; model?: string; properties?: object;
}): Law {
  const definition = metrics[metric];
  if (definition === undefined) throw new Error(metric);
  const filters = regions === null ? [] : [{ on: { region: regions } }];
  const grouped = keys.length === 0 ? properties : { ...properties, pricing_group_keys: keys };
  return { metric, code, model, properties: grouped, filters, more: { code, prorated }, definition, keys, regions, prorated };
}

const define = (aggregationType: MetricDefinition['aggregationType'], recurring = false): MetricDefinition => ({
  aggregationType,
  recurring,
  fieldName: aggregationType === 'count' || aggregationType === 'custom' ? null : 'v',
  expression: aggregationType === 'custom' ? 'round(v * v, 2)' : null,
  rounding: null,
});

const metrics: Readonly<Record<string, MetricDefinition>> = {
  count: define('count'), sum: define('sum'), max: define('max', true), latest: define('latest', true), unique: define('unique_count', true),
  level: define('weighted_sum', true), area: define('custom'), total: define('sum', true),
  // Where a price needs every event, the other charges of the metric are fed by them, too: these are apart.
  card: define('sum'), seats: define('unique_count', true), stock: define('sum', true), hits: define('count', true),
};

const laws: readonly Law[] = [
  law('count', 'counted', { keys: ['team'], regions: ['eu'] }),
  law('sum', 'summed', { regions: ['eu', 'us'] }),
  law('sum', 'summed_teams', { keys: ['team'] }),
  law('max', 'highest', { keys: ['region', 'team'] }),
  law('latest', 'latest', { regions: ['eu'] }),
  law('unique', 'present', { regions: ['eu', 'us'], keys: ['team'] }),
  law('level', 'levelled', { regions: [] }),
  law('area', 'areas', { keys: ['team'] }),
  law('total', 'totalled', { keys: ['team'] }),
  law('card', 'exempted', { model: 'percentage', properties: { rate: '10', free_units_per_events: 1 }, keys: ['team'] }),
  law('card', 'volume', { regions: ['us'] }),
  law('seats', 'present_days', { prorated: true, keys: ['team'] }),
  law('stock', 'totalled_days', { prorated: true, regions: ['us'] }),
  law('hits', 'counted_days', { prorated: true }),
];

interface Sketch {
  readonly metric: string;
  readonly at: Temporal.Instant;
  readonly v: string | null;
  readonly remove: boolean;
  readonly region: string | null;
  readonly team: string | null;
}

const sketchOf = (names: readonly string[]): fc.Arbitrary<Sketch> => fc.record({
  metric: fc.constantFrom(...names),
  // From November to 17 January; few times, so that many events have the same, and the edges of the period among them.
  at: fc.constantFrom(-1200, -700, -0.000001 / 3600, 0, 100, 101, 250, 371.5, 372, 390).map((hours) => start.add({ microseconds: Math.round(hours * 3.6e9) })),
  v: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -300, max: 399 }).map((n) => (n / 100).toFixed(2)) }, { weight: 1, arbitrary: fc.constant(null) }),
  remove: fc.boolean(),
  region: fc.constantFrom('eu', 'us', 'mars', null),
  team: fc.constantFrom('a', 'b', null),
});

/** Events of a few metrics only, so that they meet. */
const someEvents = fc
  .subarray(Object.keys(metrics), { minLength: 1, maxLength: 3 })
  .chain((names) => fc.array(sketchOf(names), { minLength: 1, maxLength: 150, size: 'max' }));
const batchSizes = fc.array(fc.constantFrom(5, 40, 150), { minLength: 1, maxLength: 5 });

let app: TestApp;
let world: UsageSetup;
let planId: string;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  world = usageSetup(app);
  await app.sandbox('POST', '/v1/test_clock', { now: now.toString() });
  for (const [code, { aggregationType, fieldName, expression, recurring }] of Object.entries(metrics))
    await world.metric(code, { aggregation_type: aggregationType, field_name: fieldName, expression, recurring });
  await world.subscribe('first', laws);
  planId = (await world.get('/v1/plans/plan-first')).id;
});
afterAll(() => app.close());

/** What core's folds make of the events in order of time and, of equal times, of arrival: line -> [units, events]. */
function reference(law: Law, arrived: readonly Sketch[]): Map<string, [string, number]> {
  const mine = arrived.map((sent, place) => ({ sent, event: meteredEvent(sent, place) })).filter(({ sent }) => sent.metric === law.metric && isSent(sent));
  const fold = foldFor(law.definition);
  const lines = Map.groupBy(mine, ({ sent }) => JSON.stringify(lineOf(law, sent)));
  const results = new Map<string, [string, number]>();
  for (const [line, members] of lines) {
    const inOrder = members.map(({ event }) => event).toSorted((a, b) => Temporal.Instant.compare(a.timestamp, b.timestamp) || Number(a.receivedOrder - b.receivedOrder));
    const weighs = law.definition.aggregationType === 'weighted_sum' ? now : end;
    const inside = inOrder.filter(({ timestamp }) => Temporal.Instant.compare(start, timestamp) <= 0 && Temporal.Instant.compare(timestamp, weighs) < 0);
    const before = inOrder.filter(({ timestamp }) => Temporal.Instant.compare(timestamp, start) < 0).reduce(fold.add, fold.empty());
    const carried = law.definition.recurring ? { carriedIn: before } : {};
    const laid = law.prorated ? prorate(law.definition.aggregationType, inside, carriedFrom(before), days) : null;
    const units = laid === null
      ? fold.result(inside.reduce(fold.add, fold.empty()), { period: { start, end: weighs }, fullPeriod: { start, end }, ...carried })
      : fullUnits(laid);
    const taken = inside.filter(({ value, uniqueValue }) => law.definition.aggregationType === 'count' || value !== null || uniqueValue !== null).length;
    if (taken === 0 && Quantity.isZero(units) && (laid === null || Quantity.isZero(weightedUnits(laid)))) continue;
    results.set(line, [Quantity.toString(units), taken]);
  }
  return results;
}

/** The custom metric needs its field: intake refuses an event without. */
const isSent = ({ metric, v }: Sketch): boolean => metric !== 'area' || v !== null;

function lineOf({ regions, keys }: Law, { region, team }: Sketch): [boolean, Record<string, string | null>] {
  const filtered = regions !== null && region !== null && (regions.length === 0 || regions.includes(region));
  return [filtered, Object.fromEntries(keys.map((key) => [key, key === 'team' ? team : region]))];
}

function meteredEvent({ at, v, remove, metric }: Sketch, place: number): MeteredEvent {
  const { aggregationType } = metrics[metric] ?? define('count');
  const number = v === null || aggregationType === 'count' || aggregationType === 'unique_count' ? null : Quantity.parse(v);
  const value = aggregationType === 'custom' && number !== null ? Quantity.round(Quantity.multiply(number, number), 'round', 2) : number;
  const uniqueValue = aggregationType === 'unique_count' ? v?.slice(0, 1) ?? null : null;
  return { id: String(place), timestamp: at, receivedOrder: BigInt(place), value, uniqueValue, operation: remove && aggregationType === 'unique_count' ? 'remove' : 'add' };
}

const isUnique = (metric: string): boolean => metrics[metric]?.aggregationType === 'unique_count';

function wireEvent(sent: Sketch, customer: string, place: number) {
  const { metric, at, v, remove, region, team } = sent;
  const field = v === null ? {} : { v: isUnique(metric) ? v.slice(0, 1) : v };
  const properties = { ...field, ...(remove && isUnique(metric) ? { operation_type: 'remove' } : {}), ...(region === null ? {} : { region }), ...(team === null ? {} : { team }) };
  return { transaction_id: `${customer}-${place}`, external_customer_id: customer, code: metric, timestamp: at.toString(), properties };
}

interface UsageLine {
  charge_code: string;
  filters: Record<string, string>;
  grouped_by: Record<string, string | null> | null;
  units: string;
  events_count: number;
  precise_amount_cents: string;
}

let runs = 0;

it('usage is what core’s folds make of the events, however they came', async () => {
  await fc.assert(
    fc.asyncProperty(someEvents, batchSizes, fc.nat(), async (events, sizes, seed) => {
      const customer = `law-${++runs}`;
      await world.make('/v1/customers', { external_id: customer, name: customer });
      await world.make('/v1/subscriptions', { external_id: customer, customer_id: customer, plan_id: planId, started_at: start.toString() });
      const sent = events.map((one, place) => wireEvent(one, customer, place));
      for (let from = 0, turn = 0; from < sent.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        // Each batch repeats some of the events before it, too.
        const repeated = sent.slice(0, from).filter((_, place) => (place * 31 + seed) % 5 === 0);
        await app.sandbox('POST', '/v1/events/batch', { events: [...repeated, ...sent.slice(from, from + size)] });
        from += size;
      }
      const { charges } = await world.get(`/v1/customers/${customer}/current_usage`) as { charges: UsageLine[] };
      for (const one of laws) {
        const lines = charges.filter(({ charge_code: code }) => code === one.code);
        const used = lines.filter(({ units, events_count: count }) => count > 0 || units !== '0');
        const seen = new Map(used.map((line) => [JSON.stringify([Object.keys(line.filters).length > 0, line.grouped_by ?? {}]), [line.units, line.events_count]]));
        const expected = [...reference(one, events)].filter(([, [units, count]]) => count > 0 || units !== '0');
        expect([one.code, Object.fromEntries(seen)]).toEqual([one.code, Object.fromEntries(expected)]);
      }
    }),
    { numRuns: 30 },
  );
});

it('the events that are exempt are the first of their group in order of time, then of arrival', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(sketchOf(['card']), { minLength: 1, maxLength: 30 }), async (events) => {
      const customer = `law-${++runs}`;
      await world.make('/v1/customers', { external_id: customer, name: customer });
      await world.make('/v1/subscriptions', { external_id: customer, customer_id: customer, plan_id: planId, started_at: start.toString() });
      await app.sandbox('POST', '/v1/events/batch', { events: events.map((one, place) => wireEvent(one, customer, place)) });
      const { charges } = await world.get(`/v1/customers/${customer}/current_usage`) as { charges: UsageLine[] };
      const amountsOf = (code: string) => charges.filter((line) => line.charge_code === code).reduce((sum, line) => Quantity.add(sum, Quantity.parse(line.precise_amount_cents)), Quantity.zero);

      // 10 % of all but the first event of each team, never below zero.
      const inJanuary = events.map((one, place) => ({ one, place })).filter(({ one }) => one.v !== null && Temporal.Instant.compare(start, one.at) <= 0);
      const teams = Map.groupBy(inJanuary.toSorted((a, b) => Temporal.Instant.compare(a.one.at, b.one.at) || a.place - b.place), ({ one }) => one.team);
      let exempted = Quantity.zero;
      for (const list of teams.values()) {
        const values = list.map(({ one }) => Quantity.parse(one.v ?? '0'));
        const total = values.reduce(Quantity.add, Quantity.zero);
        const paying = values.slice(1).reduce(Quantity.add, Quantity.zero);
        if (!Quantity.isNegative(total)) exempted = Quantity.add(exempted, Quantity.max(Quantity.zero, Quantity.multiply(paying, Quantity.fromInteger(10))));
      }
      expect(Quantity.toString(amountsOf('exempted'))).toBe(Quantity.toString(exempted));
    }),
    { numRuns: 10 },
  );
});
