import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type UsageSetup, usageSetup } from '../../testing/usage.ts';

// The law: a history in which wrong events were sent and amended is worth what it would be had the events been sent right. Which of
// several events of the same instant is the latest is part of it.

let app: TestApp;
let world: UsageSetup;
let planId: string;
const metrics = {
  calls: { aggregation_type: 'count' },
  tokens: { aggregation_type: 'sum', field_name: 'v' },
  peak: { aggregation_type: 'max', field_name: 'v' },
  level: { aggregation_type: 'weighted_sum', field_name: 'v', recurring: true },
  last: { aggregation_type: 'latest', field_name: 'v' },
  users: { aggregation_type: 'unique_count', field_name: 'v', recurring: true },
};
type Code = keyof typeof metrics;
const codes = Object.keys(metrics) as Code[];

beforeAll(async () => {
  app = await startTestApp({ worker: false });
  world = usageSetup(app);
  await app.sandbox('POST', '/v1/test_clock', { now: '2026-01-16T00:00:00Z' });
  for (const [code, more] of Object.entries(metrics)) await world.metric(code, more);
  const shapes = codes.flatMap((metric) => [
    { metric, properties: { amount: '1' }, more: { code: metric } },
    { metric, properties: { amount: '1', pricing_group_keys: ['team'] }, filters: [{ on: { region: ['eu'] } }], more: { code: `${metric}_teams` } },
  ]);
  await world.subscribe('first', [...shapes, { metric: 'tokens', model: 'percentage', properties: { rate: '10', free_units_per_events: 1 }, more: { code: 'exempt' } }]);
  planId = (await world.get('/v1/plans/plan-first')).id;
});
afterAll(() => app.close());

const content = fc.record({
  code: fc.constantFrom(...codes),
  // December is carried in by what recurs; few instants, so that many events have the same.
  timestamp: fc.constantFrom('2025-12-20T10:00:00Z', '2026-01-01T00:00:00Z', '2026-01-05T10:59:59.999999Z', '2026-01-05T11:00:00Z', '2026-01-12T00:00:00Z'),
  properties: fc.record({ v: fc.integer({ min: -3, max: 9 }).map(String), region: fc.constantFrom('eu', 'us'), team: fc.constantFrom('a', 'b') }, { requiredKeys: ['v'] }),
});

/** An event as it is in the end, null when it should never have been; and what was sent instead, one wrong version after the other. */
const story = fc.record({ right: fc.option(content, { freq: 4 }), wrong: fc.array(content, { maxLength: 2 }) });

let runs = 0;

async function subscribed(): Promise<string> {
  const customer = `story-${++runs}`;
  await world.make('/v1/customers', { external_id: customer, name: customer });
  await world.make('/v1/subscriptions', { external_id: customer, customer_id: customer, plan_id: planId, started_at: '2026-01-01T00:00:00Z' });
  return customer;
}

async function usageOf(customer: string): Promise<unknown> {
  const { charges } = await world.get(`/v1/customers/${customer}/current_usage`);
  const lines = charges.filter((line: { units: string; events_count: number }) => line.events_count > 0 || line.units !== '0');
  return lines.map((line: { charge_code: string; filters: unknown; grouped_by: unknown }) => JSON.stringify(line)).sort();
}

it('an amended history is worth what the history would be had the events been sent right', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(story, { minLength: 1, maxLength: 12 }), fc.nat(), async (stories, seed) => {
      const [amendedOne, rightOne] = [await subscribed(), await subscribed()];
      const sendAll = async (customer: string, events: readonly object[]) => {
        if (events.length === 0) return [];
        const { events: stored } = await world.make('/v1/events/batch', { events: events.map((event, n) => ({ transaction_id: `${customer}-${n}`, external_customer_id: customer, ...event })) });
        return stored;
      };
      const told = stories.filter(({ right, wrong }) => right !== null || wrong.length > 0);
      const stored = await sendAll(amendedOne, told.flatMap(({ right, wrong: [first] }) => first ?? right ?? []));
      const inSomeOrder = told.map((one, place) => ({ ...one, place })).toSorted((a, b) => ((a.place * 31 + seed) % 7) - ((b.place * 31 + seed) % 7));
      for (const { right, wrong, place } of inSomeOrder) {
        if (wrong.length === 0) continue;
        let { id } = stored[place];
        for (const next of [...wrong.slice(1), right]) {
          const body = next === null ? { kind: 'cancel' } : { kind: 'replace', event: next };
          id = (await world.make(`/v1/events/${id}/amend`, body)).replacement_id;
        }
      }
      await sendAll(rightOne, told.flatMap(({ right }) => right ?? []));
      expect(await usageOf(amendedOne)).toEqual(await usageOf(rightOne));
    }),
    { numRuns: 15 },
  );
});
