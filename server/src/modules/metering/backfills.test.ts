import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, startTestApp, type TestApp } from '../../testing/app.ts';
import { type UsageSetup, usageSetup } from '../../testing/usage.ts';

// The sandbox stands at noon of 15 January 2026. A call costs 1 USD, a token 0.10 USD.
let app: TestApp;
let world: UsageSetup;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  world = usageSetup(app);
  await app.sandbox('POST', '/v1/test_clock', { now: '2026-01-15T12:00:00Z' });
  await world.metric('calls', { aggregation_type: 'count' });
  await world.metric('tokens', { aggregation_type: 'sum', field_name: 'tokens' });
});
afterAll(() => app.close());

type Body = Answer['body'];
const call = (method: string, path: string, body?: unknown) => app.sandbox(method, path, body);

let names = 0;
async function newCustomer(): Promise<string> {
  const name = `b${++names}`;
  await world.subscribe(name, [{ metric: 'calls', properties: { amount: '1' } }, { metric: 'tokens', properties: { amount: '0.10' } }]);
  return name;
}

const january = { from_timestamp: '2026-01-01T00:00:00Z', to_timestamp: '2026-01-11T00:00:00Z' };
const open = (more: object = {}): Promise<Body> => world.make('/v1/backfills', { ...january, ...more });
const fill = ({ id }: Body, events: readonly unknown[]): Promise<Body> => world.make(`/v1/backfills/${id}/events`, { events });
const end = async ({ id }: Body, how: 'close' | 'revert'): Promise<Body> => (await call('POST', `/v1/backfills/${id}/${how}`)).body;
const event = (customer: string, n: number, more: object = {}) => ({
  transaction_id: `${customer}-${n}`, external_customer_id: customer, code: 'calls', timestamp: '2026-01-05T10:00:00Z', ...more,
});

async function usedCalls(customer: string): Promise<string> {
  const { charges } = await world.get(`/v1/customers/${customer}/current_usage`);
  return charges.find(({ billable_metric: metric }: Body) => metric.code === 'calls').units;
}

describe('a backfill', () => {
  it('counts nowhere while it is open, and as a whole once it is closed', async () => {
    const customer = await newCustomer();
    const backfill = await open({ note: 'the collector was down' });
    expect(backfill).toMatchObject({ status: 'open', note: 'the collector was down', events_count: 0, stored_count: null, closed_at: null });
    expect(await fill(backfill, [event(customer, 1), event(customer, 2)])).toMatchObject({ staged: 2, duplicates: 0 });
    expect((await fill(backfill, [event(customer, 3, { external_customer_id: 'nobody' })])).results[0]).toMatchObject({ status: 'unmatched', code: 'unknown_customer' });
    expect([await usedCalls(customer), (await call('GET', `/v1/events?external_customer_id=${customer}`)).body]).toEqual(['0', []]);
    expect((await call('GET', `/v1/backfills/${backfill.id}/events`)).body.map(({ transaction_id: id }: Body) => id).sort()).toEqual([1, 2, 3].map((n) => `${customer}-${n}`));

    expect(await end(backfill, 'close')).toMatchObject({ status: 'closed', events_count: 3, stored_count: 3, duplicates_count: 0, conflicts_count: 0, closed_at: '2026-01-15T12:00:00Z' });
    expect(await usedCalls(customer)).toBe('2');
    expect((await call('GET', `/v1/backfills/${backfill.id}/events`)).body).toEqual([]);
    expect((await call('GET', `/v1/events?external_customer_id=${customer}`)).body[0]).toMatchObject({ timestamp: '2026-01-05T10:00:00Z', created_at: '2026-01-15T12:00:00Z' });
  });

  it('leaves nothing behind when it is reverted; its transaction ids are free', async () => {
    const customer = await newCustomer();
    const backfill = await open();
    await fill(backfill, [event(customer, 1)]);
    expect(await end(backfill, 'revert')).toMatchObject({ status: 'reverted', events_count: 1, stored_count: null, reverted_at: '2026-01-15T12:00:00Z' });
    expect((await call('GET', `/v1/backfills/${backfill.id}/events`)).body).toEqual([]);
    await world.make('/v1/events', event(customer, 1, { properties: { other: true } }));
    expect(await usedCalls(customer)).toBe('1');
  });

  it('counts once what it brings twice, and what another door brought', async () => {
    const customer = await newCustomer();
    await world.make('/v1/events/batch', { events: [event(customer, 1), event(customer, 2)] });
    const backfill = await open();
    const sent = [event(customer, 1), event(customer, 2, { properties: { other: true } }), event(customer, 3), event(customer, 3), event(customer, 3, { properties: { a: 1 } })];
    const { staged, duplicates, results } = await fill(backfill, sent);
    expect([staged, duplicates, results.map(({ status }: Body) => status)]).toEqual([3, 1, ['ingested', 'ingested', 'ingested', 'duplicate', 'conflict']]);
    expect((await fill(backfill, [event(customer, 3), event(customer, 4)])).results.map(({ status }: Body) => status)).toEqual(['duplicate', 'ingested']);
    // Came in by intake while the backfill was open.
    await world.make('/v1/events', event(customer, 4));

    // Of four, 1 and 4 were stored alike, 2 otherwise, and 3 is new.
    expect(await end(backfill, 'close')).toMatchObject({ events_count: 4, stored_count: 1, duplicates_count: 2, conflicts_count: 1 });
    expect((await call('GET', `/v1/backfills/${backfill.id}/events`)).body.map(({ transaction_id: id, properties }: Body) => [id, properties])).toEqual([[`${customer}-2`, { other: true }]]);
    expect(await usedCalls(customer)).toBe('4');
    // And what the backfill brought is a duplicate at intake.
    expect((await world.make('/v1/events/batch', { events: [event(customer, 3)] })).duplicates).toBe(1);
  });

  it('judges event by event, and takes only what is dated within', async () => {
    const customer = await newCustomer();
    const { timestamp: _, ...undated } = event(customer, 1);
    const backfill = await open();
    const { staged, results } = await fill(backfill, [
      undated,
      event(customer, 2, { timestamp: '2025-12-31T23:59:59.999999Z' }),
      event(customer, 3, { timestamp: '2026-01-11T00:00:00Z' }),
      event(customer, 4, { code: 'no_such' }),
      event(customer, 5, { code: 'tokens', properties: { tokens: 'many' } }),
      { specversion: '1.0', id: '6', source: customer, type: 'tokens', subject: customer, time: '2026-01-02T00:00:00Z', data: { tokens: 'x' } },
      { nonsense: true },
      event(customer, 7, { timestamp: '2026-01-01T00:00:00Z' }),
    ]);
    expect([staged, results.map(({ status, code, path }: Body) => [status, code, path])]).toEqual([1, [
      ['rejected', 'required', 'events.0.timestamp'],
      ['rejected', 'outside_backfill', 'events.1.timestamp'],
      ['rejected', 'outside_backfill', 'events.2.timestamp'],
      ['rejected', 'unknown_metric', 'events.3.code'],
      ['rejected', 'invalid_property', 'events.4.properties.tokens'],
      ['rejected', 'invalid_property', 'events.5.data.tokens'],
      ['rejected', 'invalid_type', 'events.6.transaction_id'],
      ['ingested', null, null],
    ]]);
  });

  it('knows what it holds, and what is stored, also where it would be refused now', async () => {
    const customer = await newCustomer();
    await world.metric('cubes', { aggregation_type: 'custom', expression: 'a * 2' });
    const cube = (n: number, more: object = {}) => event(customer, n, { code: 'cubes', properties: { a: 1 }, ...more });
    const backfill = await open();
    await fill(backfill, [cube(1)]);
    const { timestamp: _, ...undated } = cube(2);
    const stored = await world.make('/v1/events', undated);
    expect(stored.timestamp).toBe('2026-01-15T12:00:00Z');
    await world.make('/v1/events', cube(3));
    expect((await call('PUT', '/v1/billable_metrics/cubes', { expression: 'b * 2' })).status).toBe(200);
    const { staged, duplicates, results } = await fill(backfill, [cube(1), cube(3), cube(1, { properties: { a: 2 } }), cube(3, { properties: { a: 2 } }), cube(4)]);
    expect([staged, duplicates, results.map(({ status, path }: Body) => [status, path])]).toEqual([0, 2, [
      ['duplicate', null], ['duplicate', null], ['conflict', 'events.2.transaction_id'], ['conflict', 'events.3.transaction_id'], ['rejected', 'events.4.properties.b'],
    ]]);
    const late = await open({ from_timestamp: '2026-01-11T00:00:00Z', to_timestamp: '2026-01-20T00:00:00Z' });
    expect((await fill(late, [cube(2, { timestamp: stored.timestamp })])).results[0].status).toBe('duplicate');
  });

  it('is at most 31 days long', async () => {
    const length = async (to_timestamp: string) => (await call('POST', '/v1/backfills', { from_timestamp: '2026-01-01T00:00:00Z', to_timestamp })).status;
    expect([await length('2026-02-01T00:00:00Z'), await length('2026-02-01T00:00:00.000001Z'), await length('2026-01-01T00:00:00Z')]).toEqual([201, 422, 422]);
  });

  it('ends once, however many end it and fill it at the same time', async () => {
    const customer = await newCustomer();
    const backfill = await open();
    await fill(backfill, [event(customer, 0)]);
    const fills = Array.from({ length: 4 }, (_, n) => call('POST', `/v1/backfills/${backfill.id}/events`, { events: [event(customer, n + 1)] }));
    const ends = Array.from({ length: 3 }, () => call('POST', `/v1/backfills/${backfill.id}/close`));
    const [filled, ended] = [await Promise.all(fills), await Promise.all(ends)];
    expect(ended.map(({ status, body }) => (status === 200 ? 200 : body.code)).sort()).toEqual([200, 'not_open', 'not_open']);
    const taken = filled.filter(({ status }) => status === 201).length;
    expect(filled.every(({ status, body }) => status === 201 || body.code === 'not_open')).toBe(true);
    expect(await usedCalls(customer)).toBe(String(taken + 1));
    expect((await call('POST', `/v1/backfills/${backfill.id}/revert`)).body.code).toBe('not_open');
  });
});
