import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemNow } from '../../../../kernel/clock.ts';
import type { Scope } from '../../../../kernel/scope.ts';
import { type Answer, startTestApp, type TestApp } from '../../../../testing/app.ts';
import { littleBytes } from '../admitBodies.ts';
import { IntakeThread } from './intakeThread.ts';

// The product as it is takes bodies beyond `littleBytes` on the thread; a hundred of these events are well beyond it.
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  await app.live('POST', '/v1/billable_metrics', { code: 'calls', name: 'Calls', aggregation_type: 'sum', field_name: 'amount' });
});
afterAll(() => app.close());

const padding = 'x'.repeat(200);
const eventsOf = (name: string, more: object = {}) =>
  Array.from({ length: 100 }, (_, n) => ({ transaction_id: `${name}${n}`, external_customer_id: 'nobody', code: 'calls', properties: { amount: n, padding }, ...more }));
const send = (events: readonly unknown[], headers: Record<string, string> = {}, suffix = '') => app.live('POST', `/v1/events/batch${suffix}`, { events }, headers);
const statuses = ({ body }: Answer) => new Set(body.results.map(({ status, code }: { status: string; code: string | null }) => [status, code].join(' ')));

it('takes a large batch, answers it as a little one, and knows what it took', async () => {
  expect(JSON.stringify(eventsOf('a')).length).toBeGreaterThan(littleBytes);
  const first = await send(eventsOf('a'));
  expect([first.status, first.body.ingested, first.body.duplicates, first.body.events.length]).toEqual([201, 100, 0, 100]);
  expect(statuses(first)).toEqual(new Set(['unmatched unknown_customer']));
  const little = await send(eventsOf('little').slice(0, 1));
  expect(Object.keys(first.body.events[0])).toEqual(Object.keys(little.body.events[0]));
  expect(Object.keys(first.body.results[0])).toEqual(Object.keys(little.body.results[0]));
  const again = await send(eventsOf('a'));
  expect([again.status, again.body.ingested, again.body.duplicates]).toEqual([201, 0, 100]);
  // By a request that is taken in the first thread, too.
  expect((await send(eventsOf('a').slice(5, 6))).body.duplicates).toBe(1);
  const { body: volume } = await app.live('GET', '/v1/events/volume');
  expect(volume.data_points.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(101);
});

it('answers refusals as they are, with the place of what is wrong', async () => {
  const broken = await app.live('POST', '/v1/events/batch', Buffer.from(`{"events":[${'1,'.repeat(littleBytes)}`), { 'content-type': 'application/json' });
  expect(broken).toMatchObject({ status: 400, body: { code: 'invalid_json', request_id: expect.any(String) } });
  const unreadable = await app.live('POST', '/v1/events/batch', Buffer.alloc(littleBytes + 1, 0xff), { 'content-type': 'application/json' });
  expect(unreadable).toMatchObject({ status: 400, body: { code: 'invalid_json' } });
  const atomic = await send([...eventsOf('b'), { code: 'calls' }], {}, '?atomic=true');
  expect(atomic).toMatchObject({ status: 422, body: { errors: [{ path: 'events.100.transaction_id' }] } });
  expect((await app.live('GET', '/v1/events?transaction_id=b0')).body).toEqual([]);
  const tooMany = await send(Array.from({ length: 11 }, (_, part) => eventsOf(`many${part}-`)).flat());
  expect(tooMany).toMatchObject({ status: 422, body: { errors: [{ path: 'events' }] } });
});

it('takes data records, and a single event that is large', async () => {
  const records = eventsOf('r').map(({ transaction_id, external_customer_id: account, code }) => ({ record_id: transaction_id, account_id: account, usage_type: code, quantity: '1', time: '2026-01-01T00:00:00Z', note: padding }));
  const taken = await app.live('POST', '/v1/dr', { records });
  expect([taken.status, JSON.stringify(taken.body).slice(0, 200)]).toEqual([201, expect.any(String)]);
  // The properties have room for less than 16 KiB; as JSON, each of these letters takes six bytes.
  const single = JSON.stringify({ ...eventsOf('single')[0], properties: { amount: 1, text: 'x'.repeat(4000) } }).replaceAll('x', '\\u0078');
  const event = await app.live('POST', '/v1/events', Buffer.from(single), { 'content-type': 'application/json' });
  expect(event).toMatchObject({ status: 201, body: { transaction_id: 'single0' } });
});

it('keeps the reply for who sends the same again under a key', async () => {
  const headers = { 'idempotency-key': 'large' };
  const first = await send(eventsOf('k'), headers);
  const again = await send(eventsOf('k'), headers);
  expect(first.body.ingested).toBe(100);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect((await send(eventsOf('other'), headers)).status).toBe(409);
});

it('takes lines', async () => {
  const lines = eventsOf('l').map((event) => `${JSON.stringify(event)}\n`);
  lines.splice(50, 0, '\n', '{\n');
  const answer = await app.live('POST', '/v1/events/batch', Buffer.from(lines.join('')), { 'content-type': 'application/x-ndjson' });
  const told = answer.body.toString().trim().split('\n');
  const numbers = told.map((text: string) => JSON.parse(text)).map(({ line, status }: { line: number; status: string }) => `${line} ${status}`);
  expect([numbers.length, numbers[49], numbers[50], numbers[51], numbers[100]]).toEqual([101, '50 unmatched', '52 rejected', '53 unmatched', '102 unmatched']);
});

it('hears of a change before whoever made it is answered', async () => {
  const customer = await app.live('POST', '/v1/customers', { external_id: 'somebody', name: 'Somebody' });
  const metric = await app.live('POST', '/v1/billable_metrics', { code: 'changing', name: 'Changing', aggregation_type: 'sum', field_name: 'amount' });
  const plan = await app.live('POST', '/v1/plans', {
    code: 'p', name: 'P', interval: 'monthly', amount_cents: 0,
    charges: [{ billable_metric_id: metric.body.id, charge_model: 'standard', properties: { amount: '1' } }],
  });
  await app.live('POST', '/v1/subscriptions', { external_id: 's', customer_id: customer.body.id, plan_id: plan.body.id, started_at: systemNow().subtract({ hours: 1 }).toString() });
  const mine = { external_customer_id: 'somebody', code: 'changing' };
  expect(statuses(await send(eventsOf('c', mine)))).toEqual(new Set(['ingested ']));
  // From memory by now: the amounts are numbers, the texts are not.
  expect(statuses(await send(eventsOf('d', { ...mine, properties: { amount: 1, text: padding } })))).toEqual(new Set(['ingested ']));
  for (let round = 0; round < 5; round++) {
    await app.live('PUT', `/v1/billable_metrics/${metric.body.id}`, { field_name: round % 2 === 0 ? 'text' : 'amount' });
    const [first] = statuses(await send(eventsOf(`e${round}-`, { ...mine, properties: { amount: 1, text: padding } })));
    expect([round, String(first).split(' ')[0]]).toEqual([round, round % 2 === 0 ? 'rejected' : 'ingested']);
  }
});

const scope: Scope = {
  tenant: { id: '00000000-0000-7000-8000-000000000001', organizationId: '', environment: 'live' }, actor: { type: 'system', id: null }, now: systemNow(), requestId: 'r', scopes: [],
};

it('asks those who waited to come again when it breaks down, and begins anew', async () => {
  const troubles: string[] = [];
  const followed: boolean[] = [];
  const lookups = {
    follow: () => {
      followed.push(true);
      return () => void followed.push(false);
    },
  };
  const program = new URL('../../../../testing/breakingThread.ts', import.meta.url);
  const thread = new IntakeThread({ url: app.adminUrl, lookups, count: () => {}, onError: ({ message }) => troubles.push(message), program });
  const bytes = () => Buffer.from('{}');
  for (let time = 1; time <= 2; time++) {
    const both = await Promise.allSettled([thread.take(scope, { form: 'event', bytes: bytes() }), thread.take(scope, { form: 'event', bytes: bytes() })]);
    expect(both).toMatchObject([1, 2].map(() => ({ status: 'rejected', reason: { status: 503, code: 'busy', retryAfterSeconds: 1 } })));
    expect(troubles).toEqual(Array.from({ length: time }, () => 'This thread broke down.'));
  }
  expect(followed).toEqual([true, false, true, false]);
  await thread.stop();
});

it('says that the database is away, and answers what is under way before it stops', async () => {
  const lookups = { follow: () => () => {} };
  const url = new URL(app.adminUrl);
  url.port = '1';
  const thread = new IntakeThread({ url: url.href, lookups, count: () => {}, onError: () => {} });
  const event = Buffer.from(JSON.stringify({ transaction_id: 'x', external_customer_id: 'c', code: 'calls' }));
  const answer = thread.take(scope, { form: 'event', bytes: event }).catch((error: unknown) => error);
  await thread.stop();
  expect(await answer).toMatchObject({ status: 503 });
});
