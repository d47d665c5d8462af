import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { usageSetup } from '../../testing/usage.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
});
afterAll(() => app.close());

interface Listed {
  readonly id: string;
  readonly transaction_id: string;
  readonly external_customer_id: string;
  readonly external_subscription_id: string | null;
  readonly code: string;
  readonly status: string;
  readonly timestamp: string;
}

type Filters = Partial<Pick<Listed, 'transaction_id' | 'external_customer_id' | 'external_subscription_id' | 'code' | 'status'>> & { readonly from_timestamp?: string; readonly to_timestamp?: string };

function passes(event: Listed, { from_timestamp: from, to_timestamp: to, ...equal }: Filters): boolean {
  if ((from !== undefined && event.timestamp < from) || (to !== undefined && event.timestamp >= to)) return false;
  return Object.entries(equal).every(([name, value]) => event[name as keyof Listed] === value);
}

const byTime = (a: Listed, b: Listed) => (a.timestamp === b.timestamp ? (a.id < b.id ? -1 : 1) : a.timestamp < b.timestamp ? -1 : 1);
const at = (minute: number) => `2026-01-02T10:${String(minute).padStart(2, '0')}:00Z`;

it('lists what passes any of its filters, in order, each once, page by page as well as by number', async () => {
  const world = usageSetup(app);
  await app.sandbox('POST', '/v1/test_clock', { now: '2026-01-03T00:00:00Z' });
  await world.metric('calls', { aggregation_type: 'count' });
  await world.metric('pages', { aggregation_type: 'count' });
  for (const name of ['ada', 'bob']) await world.subscribe(name, [{ metric: 'calls', properties: { amount: '1' } }]);
  // Many at the same times; some name a subscription of another customer, or none that there is; nothing prices pages.
  const sketch = fc.record({ customer: fc.constantFrom('ada', 'ada', 'bob', 'nobody'), code: fc.constantFrom('calls', 'calls', 'pages'), minute: fc.nat(5), subscription: fc.constantFrom(null, null, 'ada', 'bob', 'none') });
  const sketches = fc.sample(sketch, { numRuns: 250, seed: 7 });
  const events = sketches.map(({ customer, code, minute, subscription }, n) => ({ transaction_id: `t${n}`, external_customer_id: customer, external_subscription_id: subscription, code, timestamp: at(minute) }));
  const stored: Listed[] = (await world.make('/v1/events/batch', { events })).events;
  expect(stored).toHaveLength(250);
  const filters: fc.Arbitrary<Filters> = fc.record({
    external_customer_id: fc.constantFrom('ada', 'bob', 'nobody', 'other'), external_subscription_id: fc.constantFrom('ada', 'none'), code: fc.constantFrom('calls', 'pages', 'other'),
    status: fc.constantFrom('ingested', 'unmatched'), from_timestamp: fc.constantFrom(at(1), at(3)), to_timestamp: fc.constantFrom(at(2), at(5)), transaction_id: fc.constantFrom('t1', 'other'),
  }, { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(filters, fc.constantFrom('asc', 'desc'), fc.integer({ min: 1, max: 60 }), fc.nat(40), async (asked, direction, limit, skip) => {
      const inOrder = stored.filter((event) => passes(event, asked)).toSorted(byTime).map(({ id }) => id);
      const wanted = direction === 'asc' ? inOrder : inOrder.toReversed();
      const query = new URLSearchParams(Object.entries({ ...asked, order_by: `timestamp:${direction}`, limit }).map(([name, value]) => [name, String(value)]));
      const part = await app.sandbox('GET', `/v1/events?${query}&skip=${skip}`);
      expect([part.headers.get('x-total-count'), part.body.map(({ id }: Listed) => id)]).toEqual([String(wanted.length), wanted.slice(skip, skip + limit)]);
      const found: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const { data, next_cursor: next } = await world.get(`/v1/events?${query}&cursor=${cursor}`);
        found.push(...data.map(({ id }: Listed) => id));
        cursor = next;
      }
      expect(found).toEqual(wanted);
    }),
    { numRuns: 60 },
  );
  const refused = await Promise.all(['skip=10001', 'order_by=code', 'cursor=nonsense'].map((query) => app.sandbox('GET', `/v1/events?${query}`)));
  expect(refused.map(({ status, body }) => [status, body.errors[0].path])).toEqual([[422, 'skip'], [422, 'order_by'], [422, 'cursor']]);
});
