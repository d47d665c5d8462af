import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, startTestApp, type TestApp } from '../../../testing/app.ts';

// The sandbox stands at noon of 15 January 2026, where one customer has one subscription with a plan that prices three metrics.
const now = '2026-01-15T12:00:00Z';
let app: TestApp;
const call = (method: string, path: string, body?: unknown) => app.sandbox(method, path, body);

async function made(path: string, body: unknown): Promise<Answer['body']> {
  const answer = await call('POST', path, body);
  if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

beforeAll(async () => {
  app = await startTestApp({ worker: false });
  await call('POST', '/v1/test_clock', { now });
  const customer = await made('/v1/customers', { external_id: 'acme', name: 'Acme' });
  const metric = (code: string, more: object) => made('/v1/billable_metrics', { code, name: code, ...more });
  const metrics = [
    await metric('calls', { aggregation_type: 'count' }),
    await metric('tokens', { aggregation_type: 'sum', field_name: 'tokens' }),
    await metric('seats', { aggregation_type: 'unique_count', field_name: 'user' }),
  ];
  await metric('unpriced', { aggregation_type: 'count' });
  await metric('area', { aggregation_type: 'custom', expression: 'width * height' });
  const plan = await made('/v1/plans', {
    code: 'p', name: 'P', interval: 'monthly', amount_cents: 0,
    charges: metrics.map(({ id }) => ({ billable_metric_id: id, charge_model: 'standard', properties: { amount: '1' } })),
  });
  await made('/v1/subscriptions', { external_id: 's', customer_id: customer.id, plan_id: plan.id, started_at: '2026-01-01T00:00:00Z' });
});
afterAll(() => app.close());

let count = 0;
const id = () => `t${++count}`;
const event = (more: object = {}) => ({ transaction_id: id(), external_customer_id: 'acme', code: 'calls', timestamp: '2026-01-10T00:00:00Z', ...more });
const send = (body: unknown) => call('POST', '/v1/events', body);
const sendBatch = (events: readonly unknown[], suffix = '') => call('POST', `/v1/events/batch${suffix}`, { events });
const statuses = ({ body }: Answer) => body.results.map(({ status }: { status: string }) => status);

describe('one event', () => {
  it('is stored as it came and can be read again', async () => {
    const sent = event({ properties: { region: 'eu', size: 1.5, deep: { list: [1, null] } }, external_subscription_id: 's' });
    const { status, body } = await send(sent);
    expect([status, body]).toEqual([201, expect.objectContaining({ ...sent, status: 'ingested', reason: null, created_at: now })]);
    expect(body.public_id).toBe(`evt_${body.id.replaceAll('-', '')}`);
    expect((await call('GET', `/v1/events/${body.public_id}`)).body).toMatchObject(body);
  });

  it('keeps every digit of a number', async () => {
    const answer = await fetch(`${app.base}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${app.sandboxKey}`, 'content-type': 'application/json' },
      body: `{"transaction_id":"${id()}","external_customer_id":"acme","code":"tokens","timestamp":"2026-01-10T00:00:00Z","properties":{"tokens":12345678901234567890.000000000000000001}}`,
    });
    expect(await answer.text()).toContain('"tokens":12345678901234567890.000000000000000001');
  });

  it('sent 20 times at once is stored once', async () => {
    const sent = event({ properties: { n: 1 } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(sent)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  it('sent with a key is taken however many are sent at once about customers that are not in memory', async () => {
    // More than any pool has connections; of a customer that is not there, nothing is kept.
    const sent = Array.from({ length: 40 }, (_, n) => event({ external_customer_id: `nobody-${n}` }));
    const answers = await Promise.all(sent.map((one) => app.sandbox('POST', '/v1/events', one, { 'idempotency-key': `key of ${one.transaction_id}` })));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.reason}`))).toEqual(new Set(['201 unknown_customer']));
  });

  it('is the same whatever the order of its keys, the spelling of its numbers and the offset of its time', async () => {
    const first = await send(event({ transaction_id: 'same', timestamp: '2026-01-10T00:00:00Z', properties: { a: 1, b: 'x' } }));
    const again = await fetch(`${app.base}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${app.sandboxKey}`, 'content-type': 'application/json' },
      body: '{"properties":{"b":"x","a":1.00e0},"code":"calls","timestamp":"2026-01-10T01:00:00+01:00","external_customer_id":"acme","transaction_id":"same"}',
    });
    expect([again.status, (await again.json() as { id: string }).id]).toEqual([201, first.body.id]);
  });

  it.each([
    ['time', { timestamp: '2026-01-10T00:00:00.000001Z' }],
    ['customer', { external_customer_id: 'other' }],
    ['subscription', { external_subscription_id: 's' }],
    ['metric', { code: 'unpriced' }],
    ['properties', { properties: { a: '1' } }],
    ['nested properties', { properties: { a: 1, b: {} } }],
  ])('with another %s under the same id is a conflict and changes nothing', async (_, other) => {
    const sent = event({ properties: { a: 1 } });
    const { body: stored } = await send(sent);
    const refused = await send({ ...sent, ...other });
    expect([refused.status, refused.body.code]).toEqual([409, 'transaction_id_conflict']);
    expect((await call('GET', `/v1/events/${stored.id}`)).body).toMatchObject(stored);
  });

  it('without a time happened now, and is repeated without one or with the one it was given', async () => {
    const { timestamp: _, ...sent } = event();
    const { body } = await send(sent);
    expect(body.timestamp).toBe(now);
    expect((await send(sent)).body.id).toBe(body.id);
    expect((await send({ ...sent, timestamp: now })).body.id).toBe(body.id);
    expect((await send({ ...sent, timestamp: '2026-01-15T11:59:59Z' })).status).toBe(409);
  });

  it('has an id of its own in each environment', async () => {
    await made('/v1/events', event({ transaction_id: 'twice' }));
    await app.live('POST', '/v1/billable_metrics', { code: 'calls', name: 'Calls', aggregation_type: 'count' });
    const { status, body } = await app.live('POST', '/v1/events', { ...event(), transaction_id: 'twice', properties: { live: true } });
    expect([status, body.reason]).toEqual([201, 'unknown_customer']);
  });

  it('tells ids apart by case and by space', async () => {
    const answers = await Promise.all(['Id-x', 'id-x', 'id-x '].map((transaction_id) => send(event({ transaction_id }))));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(3);
  });

  it.each([
    [{ transaction_id: '' }, 'transaction_id'],
    [{ transaction_id: undefined }, 'transaction_id'],
    [{ external_customer_id: undefined }, 'external_customer_id'],
    [{ code: 'no_such_metric' }, 'code'],
    [{ propertys: {} }, 'propertys'],
    [{ properties: [1] }, 'properties'],
    [{ properties: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`k${n}`, 1])) }, 'properties'],
    [{ properties: { big: 'x'.repeat(17_000) } }, 'properties'],
    [{ code: 'tokens', properties: { tokens: '1,5' } }, 'properties.tokens'],
    [{ code: 'tokens', properties: { tokens: 'NaN' } }, 'properties.tokens'],
    [{ code: 'tokens', properties: { tokens: 'Infinity' } }, 'properties.tokens'],
    [{ code: 'tokens', properties: { tokens: '0x10' } }, 'properties.tokens'],
    [{ code: 'tokens', properties: { tokens: '' } }, 'properties.tokens'],
    [{ code: 'tokens', properties: { tokens: true } }, 'properties.tokens'],
    [{ code: 'tokens', properties: { tokens: '1e31' } }, 'properties.tokens'],
    [{ code: 'tokens', properties: { tokens: '1'.repeat(39) } }, 'properties.tokens'],
    [{ code: 'seats', properties: { user: ['a'] } }, 'properties.user'],
    [{ code: 'seats', properties: { user: 'a', operation_type: 'take' } }, 'properties.operation_type'],
    [{ code: 'area', properties: { width: 2 } }, 'properties.height'],
  ])('%j is refused with the path of the field', async (more, path) => {
    const sent = event(more);
    const { status, body } = await send(sent);
    expect([status, body.errors?.[0]?.path]).toEqual([422, path]);
  });

  it.each([['1e400'], ['1e-31'], ['1'.repeat(39)]])('%s as a number is refused wherever it stands', async (number) => {
    const answer = await fetch(`${app.base}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${app.sandboxKey}`, 'content-type': 'application/json' },
      body: `{"transaction_id":"${id()}","external_customer_id":"acme","code":"calls","properties":{"in":{"list":[1,${number}]}}}`,
    });
    const body = await answer.json() as Answer['body'];
    expect([answer.status, body.errors[0].path]).toEqual([422, 'properties.in.list.1']);
  });

  it.each([['-0'], ['1e-30'], ['-1'], ['0.1'], ['1'.repeat(38)]])('%s is a number', async (tokens) => {
    expect((await send(event({ code: 'tokens', properties: { tokens } }))).status).toBe(201);
  });
});

describe('timestamps', () => {
  it.each<[string | number, string]>([
    ['2026-01-10T14:30:00Z', '2026-01-10T14:30:00Z'],
    ['2026-01-10T14:30Z', '2026-01-10T14:30:00Z'],
    ['2026-01-10T14:30:00+14:00', '2026-01-10T00:30:00Z'],
    ['2026-01-10t14:30:00z', '2026-01-10T14:30:00Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
    // A leap second is the last second of its day.
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59Z'],
    // Kept to the microsecond, cut and never rounded: what was before midnight stays before it.
    ['2025-12-31T23:59:59.999999999Z', '2025-12-31T23:59:59.999999Z'],
    [1_768_055_400, '2026-01-10T14:30:00Z'],
    ['1768055400', '2026-01-10T14:30:00Z'],
    ['1768055400.000001', '2026-01-10T14:30:00.000001Z'],
    [1_768_055_400.25, '2026-01-10T14:30:00.25Z'],
    [1_768_055_400_123, '2026-01-10T14:30:00.123Z'],
    ['1768055400123.4567', '2026-01-10T14:30:00.123456Z'],
    [0, '1970-01-01T00:00:00Z'],
    // The most a clock may run ahead.
    ['2026-01-16T12:00:00Z', '2026-01-16T12:00:00Z'],
  ])('%j is %s', async (timestamp, stored) => {
    const { status, body } = await send(event({ timestamp }));
    expect([status, body.timestamp]).toEqual([201, stored]);
  });

  it.each([
    '2026-01-10', '2026-01-10T14:30:00', '2026-02-30T00:00:00Z', '2026-01-10T24:01:00Z', '1969-12-31T23:59:59Z', -1, '', 'yesterday', null, true, '1e9', {},
    '99999999999999999',
  ])('%j is refused', async (timestamp) => {
    const { status, body } = await send(event({ timestamp }));
    expect([status, body.errors[0].path]).toEqual([422, 'timestamp']);
  });

  it.each(['2026-01-16T12:00:00.000001Z', '9998-12-31T00:00:00Z', 99_999_999_999, 100_000_000_000_000])('%j is too far ahead', async (timestamp) => {
    const { status, body } = await send(event({ timestamp }));
    expect([status, body.errors[0]]).toEqual([422, expect.objectContaining({ path: 'timestamp', code: 'timestamp_too_far_ahead' })]);
  });
});

describe('a batch', () => {
  it('is judged event by event, in the order sent', async () => {
    const [good, unknown, known] = [event(), event({ code: 'nope' }), event()];
    await send(known);
    const bad = event({ code: 'tokens', properties: { tokens: 'x' } });
    const late = event({ timestamp: '2027-01-01T00:00:00Z' });
    const { status, body } = await sendBatch([good, unknown, 7, bad, known, { ...known, properties: { a: 1 } }, late, good, { transaction_id: 'only' }]);
    expect([status, body.ingested, body.duplicates]).toEqual([201, 1, 2]);
    expect(body.results.map((result: Record<string, string>) => [result['transaction_id'], result['status'], result['code'], result['path']])).toEqual([
      [good.transaction_id, 'ingested', null, null],
      [unknown.transaction_id, 'rejected', 'unknown_metric', 'events.1.code'],
      [null, 'rejected', 'invalid_type', 'events.2'],
      [bad.transaction_id, 'rejected', 'invalid_property', 'events.3.properties.tokens'],
      [known.transaction_id, 'duplicate', null, null],
      [known.transaction_id, 'conflict', 'transaction_id_conflict', 'events.5.transaction_id'],
      [late.transaction_id, 'rejected', 'timestamp_too_far_ahead', 'events.6.timestamp'],
      [good.transaction_id, 'duplicate', null, null],
      ['only', 'rejected', 'invalid_type', 'events.8.external_customer_id'],
    ]);
    expect(body.events.map(({ transaction_id }: { transaction_id: string }) => transaction_id)).toEqual([good, known, good].map((one) => one.transaction_id));
  });

  it('of bad events only is answered for each of them', async () => {
    const answer = await sendBatch([event({ code: 'a' }), {}, null]);
    expect([answer.status, answer.body.ingested, statuses(answer)]).toEqual([201, 0, ['rejected', 'rejected', 'rejected']]);
  });

  it('of all or nothing names everything at fault and stores nothing', async () => {
    const [good, taken] = [event(), event()];
    await send(taken);
    const { status, body } = await sendBatch([good, event({ code: 'nope' }), { ...taken, properties: { other: 1 } }], '?atomic=true');
    expect([status, body.errors.map(({ path, code }: Record<string, string>) => [path, code])]).toEqual([
      422,
      [['events.1.code', 'unknown_metric'], ['events.2.transaction_id', 'transaction_id_conflict']],
    ]);
    expect(statuses(await sendBatch([good], '?atomic=true'))).toEqual(['ingested']);
  });

  it.each([[[], 'events'], [Array.from({ length: 1001 }, () => event()), 'events']])('has from 1 to 1,000 events', async (events, path) => {
    const { status, body } = await sendBatch(events);
    expect([status, body.errors[0].path]).toEqual([422, path]);
  });

  it('sent eight times at once, shuffled and overlapping, stores each event once', async () => {
    const events = Array.from({ length: 400 }, (_, n) => event({ properties: { n } }));
    const shuffled = (seed: number) => events.map((one, n) => [(n * 7919 + seed * 104_729) % 400, one] as const).toSorted(([a], [b]) => a - b).map(([, one]) => one);
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => sendBatch(shuffled(n).slice(0, 300))));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 201));
    const sum = (key: 'ingested' | 'duplicates') => answers.reduce((total, { body }) => total + body[key], 0);
    const distinct = new Set(answers.flatMap(({ body }) => body.events.map(({ id: stored }: { id: string }) => stored)));
    expect([sum('ingested'), sum('ingested') + sum('duplicates')]).toEqual([distinct.size, 8 * 300]);
  });

  it('of a thousand events fits, and its repeat is harmless', async () => {
    const events = Array.from({ length: 1000 }, (_, n) => event({ properties: { text: 'x'.repeat(1000), n } }));
    expect((await sendBatch(events)).body).toMatchObject({ ingested: 1000, duplicates: 0 });
    expect((await sendBatch(events)).body).toMatchObject({ ingested: 0, duplicates: 1000 });
  });
});

describe('a repeat of what would be refused now', () => {
  // Each was taken; then the rules changed.
  const changes: [string, object, () => Promise<Answer>][] = [
    ['another expression', { code: 'volume', properties: { a: 2 } }, () => call('PUT', '/v1/billable_metrics/volume', { expression: 'b * 2' })],
    ['no such metric any more', { code: 'fleeting' }, () => call('DELETE', '/v1/billable_metrics/fleeting')],
    ['unknown metrics not stored any more', { code: 'unheard' }, () => call('PUT', '/v1/organizations/current', { store_unknown_metrics: false })],
    ['a metric that cannot read it', { code: 'unnamed', properties: { n: 'x' } }, () => made('/v1/billable_metrics', { code: 'unnamed', name: 'U', aggregation_type: 'sum', field_name: 'n' }).then((body) => ({ status: 200, headers: new Headers(), body }))],
  ];
  const sent = new Map<string, ReturnType<typeof event>>();
  beforeAll(async () => {
    await made('/v1/billable_metrics', { code: 'volume', name: 'V', aggregation_type: 'custom', expression: 'a * 2' });
    await made('/v1/billable_metrics', { code: 'fleeting', name: 'F', aggregation_type: 'count' });
    await call('PUT', '/v1/organizations/current', { store_unknown_metrics: true });
    for (const [name, more] of changes) {
      const one = event(more);
      expect((await send(one)).status).toBe(201);
      sent.set(name, one);
    }
    for (const [, , change] of changes) expect((await change()).status).toBeLessThan(300);
  });

  it.each(changes)('is a success: %s', async (name) => {
    const one = sent.get(name) as ReturnType<typeof event>;
    const again = await send(one);
    expect([again.status, again.body.transaction_id, again.body.created_at]).toEqual([201, one.transaction_id, now]);
    // With other content it changes nothing, and under another id it is refused.
    const answer = await sendBatch([one, { ...one, external_customer_id: 'other' }, { ...one, transaction_id: id() }]);
    expect([answer.body.duplicates, statuses(answer), answer.body.results[1].path]).toEqual([1, ['duplicate', 'conflict', 'rejected'], 'events.1.transaction_id']);
    expect(statuses(await sendBatch([one], '?atomic=true'))).toEqual(['duplicate']);
    expect((await sendBatch([one, { ...one, transaction_id: id() }], '?atomic=true')).body.errors).toHaveLength(1);
  });

  it('is one of what came before it in its own request', async () => {
    const [good, bad] = [event({ code: 'tokens', properties: { tokens: 1 } }), { code: 'tokens', properties: { tokens: 'x' } }];
    expect(statuses(await sendBatch([good, { ...good, ...bad }, event(bad)]))).toEqual(['ingested', 'conflict', 'rejected']);
  });
});

describe('events that nothing counts yet', () => {
  it.each([
    ['unknown_customer', 'external_customer_id', { external_customer_id: 'nobody' }],
    ['unknown_subscription', 'external_subscription_id', { external_subscription_id: 'none' }],
    ['not_priced', 'code', { code: 'unpriced' }],
    ['not_priced', 'code', { timestamp: '2025-12-31T23:59:59.999999Z' }],
  ])('are stored as unmatched: %s', async (reason, path, more) => {
    const sent = event(more);
    const { status, body } = await sendBatch([sent]);
    expect([status, body.ingested, body.results[0]]).toEqual([201, 1, expect.objectContaining({ status: 'unmatched', code: reason, path: `events.0.${path}` })]);
    const listed = await call('GET', '/v1/events?status=unmatched&limit=1000');
    expect(listed.body.find(({ transaction_id }: { transaction_id: string }) => transaction_id === sent.transaction_id)).toMatchObject({ status: 'unmatched', reason });
  });

  it('include those of an unknown metric where the organization wants them', async () => {
    const other = await app.otherOrganization();
    const sent = event({ code: 'later' });
    const refused = await other.sandbox('POST', '/v1/events', sent);
    expect([refused.status, refused.body.errors[0].code]).toEqual([422, 'unknown_metric']);
    await other.sandbox('PUT', '/v1/organizations/current', { store_unknown_metrics: true });
    const { status, body } = await other.sandbox('POST', '/v1/events', sent);
    expect([status, body.status, body.reason]).toEqual([201, 'unmatched', 'unknown_metric']);
  });
});

describe('CloudEvents', () => {
  const cloud = (more: object = {}) => ({ specversion: '1.0', id: id(), source: '//shop/eu', type: 'tokens', subject: 'acme', time: '2026-01-10T00:00:00Z', data: { tokens: 3 }, traceparent: '00-1', ...more });
  const post = (path: string, body: unknown, type: string) => app.sandbox('POST', path, JSON.stringify(body), { 'content-type': type });

  it('are taken in structured mode', async () => {
    const sent = cloud({ subscription: 's' });
    const { status, body } = await post('/v1/events', sent, 'application/cloudevents+json; charset=utf-8');
    expect([status, body]).toEqual([201, expect.objectContaining({
      transaction_id: `//shop/eu ${sent.id}`, external_customer_id: 'acme', external_subscription_id: 's', code: 'tokens',
      timestamp: '2026-01-10T00:00:00Z', properties: { tokens: 3 }, status: 'ingested',
    })]);
    expect((await post('/v1/events', sent, 'application/json')).body.id).toBe(body.id);
  });

  it('are taken in batches', async () => {
    const answer = await post('/v1/events/batch', [cloud(), cloud({ type: 'nope' }), cloud({ data: 'text' }), cloud({ data: { tokens: 'x' } }), cloud({ time: 'never' }), cloud({ source: 'a b' }), cloud({ specversion: '0.3' }), cloud({ dataBase: 1 }), cloud({ data_base64: 'AA==' })], 'application/cloudevents-batch+json');
    expect(answer.status).toBe(201);
    expect(answer.body.results.map(({ status, path }: Record<string, string>) => [status, path])).toEqual([
      ['ingested', null], ['rejected', '1.type'], ['rejected', '2.data'], ['rejected', '3.data.tokens'], ['rejected', '4.time'],
      ['rejected', '5.source'], ['rejected', '6.specversion'], ['rejected', '7.dataBase'], ['rejected', '8.data_base64'],
    ]);
  });

  it('are told apart by source and id together', async () => {
    const answers = await Promise.all([['a-b', 'c'], ['a', 'b-c'], ['a', 'b c'], ['a-b', ' c']].map(([source, one]) => send(cloud({ source, id: one }))));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(4);
  });
});

describe('data records', () => {
  const record = (more: object = {}) => ({ customer_external_id: 'acme', code: 'calls', time_from: '2026-01-10T00:00:00Z', ...more });
  const post = (records: readonly unknown[], suffix = '') => call('POST', `/v1/dr${suffix}`, { records });

  it('become events', async () => {
    const { status, body } = await post([record({ external_id: 'r-1', quantity: '2.50', time_to: '2026-01-10T01:00:00Z', service_id: 'line-7' })]);
    expect([status, body.ingested, body.events[0]]).toEqual([201, 1, expect.objectContaining({
      transaction_id: 'r-1', external_customer_id: 'acme', code: 'calls', timestamp: '2026-01-10T00:00:00Z',
      properties: { quantity: '2.5', time_to: '2026-01-10T01:00:00Z', service_id: 'line-7' },
    })]);
  });

  it('without an id are the same when they say the same', async () => {
    const [one, two] = [record({ service_id: 'x' }), record({ service_id: 'x', quantity: 1 })];
    expect(statuses(await post([one, two, record({ service_id: 'y' })]))).toEqual(['ingested', 'duplicate', 'ingested']);
  });

  it('name the field at fault', async () => {
    const { body } = await post([record({ quantity: 'x' }), record({ time_to: '2026-01-09T00:00:00Z' }), { code: 'calls' }, record({ code: 'nope' }), record({ time_from: '2026-02-01T00:00:00Z' })]);
    expect(body.results.map(({ path }: { path: string }) => path)).toEqual(['records.0.quantity', 'records.1.time_to', 'records.2.customer_external_id', 'records.3.code', 'records.4.time_from']);
  });

  it('are taken among events, too', async () => {
    expect(statuses(await sendBatch([record({ external_id: id() }), event()]))).toEqual(['ingested', 'ingested']);
  });
});
