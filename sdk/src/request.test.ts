import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ClientOptions, createClient } from './createClient.ts';
import { eachOf } from './eachOf.ts';
import { FarthingError, readRetryAfter } from './farthingError.ts';
import { fillPath, writeQuery } from './request.ts';
import { type ManualClock, manualClock } from './testing/manualClock.ts';
import { type ScriptedServer, startScriptedServer } from './testing/scriptedServer.ts';

// With a chance of one half a pause is three quarters of its doubling: 200, 400, 800 … give 150, 300, 600 …

let server: ScriptedServer;
let clock: ManualClock;
beforeEach(async () => {
  server = await startScriptedServer();
  clock = manualClock();
});
afterEach(() => server.close());

const client = (more: Partial<ClientOptions> = {}) => createClient({ baseUrl: `${server.base}/`, apiKey: 'sk_test_1', clock, ...more });
const ok = { status: 200, body: { external_id: 'acme' } };
const busy = { status: 503, body: { code: 'busy', detail: 'Try again.', errors: [] } };

/** The error that a call rejects with. */
async function failure(call: Promise<unknown>): Promise<FarthingError> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof FarthingError) return error;
  throw new Error(`No FarthingError but ${String(error)}`);
}

describe('a call', () => {
  it('says what its operation says: path, query, body, key', async () => {
    server.script.push(ok, ok);
    expect(await client().updateCustomer('a/b ç', { name: 'Acme' })).toEqual({ external_id: 'acme' });
    await client().getCustomer('acme', { query: { include_deleted: true } });
    const [put, get] = server.arrived;
    expect([put?.method, put?.url, put?.body, put?.headers['authorization'], put?.headers['content-type']]).toEqual([
      'PUT',
      '/v1/customers/a%2Fb%20%C3%A7',
      '{"name":"Acme"}',
      'Bearer sk_test_1',
      'application/json',
    ]);
    expect([get?.url, get?.body, get?.headers['content-type']]).toEqual(['/v1/customers/acme?include_deleted=true', '', undefined]);
  });

  it('shows the operator’s secret to the operator’s operations only, and the API key not to those', async () => {
    server.script.push({ status: 204 }, ok);
    const operator = client({ adminSecret: 'secret' });
    expect(await operator.deleteOrganization('o')).toBeUndefined();
    await operator.getCustomer('acme');
    expect(server.arrived.map(({ headers }) => [headers['x-admin-secret'], headers['authorization']])).toEqual([
      ['secret', undefined],
      [undefined, 'Bearer sk_test_1'],
    ]);
  });

  it('asks for the API key each time where it is a function', async () => {
    server.script.push(ok, ok);
    let asked = 0;
    const changing = client({ apiKey: () => `sk_test_${++asked}` });
    await changing.getCustomer('acme');
    await changing.getCustomer('acme');
    expect(server.arrived.map(({ headers }) => headers['authorization'])).toEqual(['Bearer sk_test_1', 'Bearer sk_test_2']);
  });

  it('answers files as bytes', async () => {
    server.script.push({ status: 200, body: '%PDF', headers: { 'content-type': 'application/pdf' } });
    expect(await client().previewInvoicePdf('i')).toEqual(new TextEncoder().encode('%PDF'));
  });

  it('is never made with a name that would make it another call', () => {
    expect(() => fillPath('/v1/customers/{customer_id}', ['..'])).toThrow('customer_id cannot be "..".');
    expect(() => fillPath('/v1/customers/{customer_id}', ['.'])).toThrow(TypeError);
    expect(() => fillPath('/v1/customers/{customer_id}', [''])).toThrow(TypeError);
    expect(fillPath('/v1/{a}/x/{b}', ['...', '?#'])).toBe('/v1/.../x/%3F%23');
  });

  it('leaves out of the query what is undefined, and repeats a name for a list', () => {
    expect(writeQuery({ a: undefined })).toBe('');
    expect(writeQuery({ a: 1, b: undefined, c: ['x', 'y z'], d: false })).toBe('?a=1&c=x&c=y+z&d=false');
  });
});

describe('a list', () => {
  it('comes with the number of all that match', async () => {
    server.script.push({ status: 200, body: [{ id: 'a' }], headers: { 'x-total-count': '7' } });
    expect(await client().listCustomers({ query: { limit: 1 } })).toEqual({ data: [{ id: 'a' }], total: 7, next_cursor: null });
  });

  it('is read to its end, page after page', async () => {
    const page = (ids: string[], next_cursor: string | null) => ({ status: 200, body: { data: ids.map((id) => ({ id })), has_more: next_cursor !== null, next_cursor } });
    server.script.push(page(['a', 'b'], 'n1'), page([], 'n2'), page(['c'], null));
    const seen: string[] = [];
    for await (const { id } of eachOf(client().listCustomers, { status: 'active' })) seen.push(id);
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(server.arrived.map(({ url }) => url)).toEqual([
      '/v1/customers?status=active&cursor=',
      '/v1/customers?status=active&cursor=n1',
      '/v1/customers?status=active&cursor=n2',
    ]);
  });
});

describe('a refusal', () => {
  it('is an error with what the server says', async () => {
    const errors = [{ path: 'name', code: 'too_long', message: 'At most 255 characters.' }];
    server.script.push({ status: 422, body: { code: 'invalid_request', detail: 'The request is not valid.', errors, request_id: 'r1' } });
    const error = await failure(client().createCustomer({ name: 'x' }));
    expect([error.status, error.code, error.message, error.detail, error.errors, error.requestId, error.retryAfterMs]).toEqual([
      422,
      'invalid_request',
      'The request is not valid.',
      'The request is not valid.',
      errors,
      'r1',
      null,
    ]);
  });

  it('by something before the server is one too', async () => {
    server.script.push({ status: 418, body: '<html>' }, { status: 302, headers: { location: '/v1/customers' } }, { status: 200, body: '<html>' });
    const get = () => failure(client().getCustomer('acme')).then(({ status, code }) => [status, code]);
    expect([await get(), await get(), await get()]).toEqual([
      [418, 'http_418'],
      [302, 'http_302'],
      [200, 'unreadable_reply'],
    ]);
    expect(server.arrived.length).toBe(3);
  });

  it('may say when to come back, in seconds or as a date', () => {
    const now = Date.parse('2026-03-01T00:00:00Z');
    expect(readRetryAfter('3', now)).toBe(3000);
    expect(readRetryAfter('Sun, 01 Mar 2026 00:00:05 GMT', now)).toBe(5000);
    expect(readRetryAfter('Sun, 01 Mar 2025 00:00:05 GMT', now)).toBe(0);
    expect(readRetryAfter('soon', now)).toBeNull();
    expect(readRetryAfter(null, now)).toBeNull();
  });
});

describe('what fails for a moment', () => {
  it('is repeated after a growing pause where it is a read', async () => {
    server.script.push(busy, 'cut', { status: 502, body: 'Bad gateway' }, ok);
    const call = client().getCustomer('acme');
    await clock.pass(150);
    await clock.pass(300);
    await clock.pass(600);
    expect(await call).toEqual({ external_id: 'acme' });
    expect(server.arrived.length).toBe(4);
  });

  it('is repeated with the same key and the same bytes where it is a POST that takes a key', async () => {
    server.script.push('cut', { status: 409, body: { code: 'idempotency_in_progress' }, headers: { 'retry-after': '1' } }, { status: 201, body: { id: 'c' } }, { status: 201, body: { id: 'd' } });
    const sdk = client();
    const call = sdk.createCustomer({ name: 'Acme' });
    await clock.pass(150);
    await clock.pass(1100); // the second asked for, and half of up to 200 ms by chance
    expect(await call).toEqual({ id: 'c' });
    await sdk.createCustomer({ name: 'Acme' });
    const keys = server.arrived.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([keys[1], keys[2]]).toEqual([keys[0], keys[0]]);
    expect(keys[3]).not.toBe(keys[0]);
    expect(new Set(server.arrived.map(({ body }) => body))).toEqual(new Set(['{"name":"Acme"}']));
  });

  it('carries the key that the caller gives', async () => {
    server.script.push({ status: 201, body: {} });
    await client().createCustomer({ name: 'Acme' }, { idempotencyKey: 'mine' });
    expect(server.arrived[0]?.headers['idempotency-key']).toBe('mine');
  });

  it('is not repeated where that is not known to be safe', async () => {
    server.script.push(busy, busy);
    expect((await failure(client().updateCustomer('acme', {}))).status).toBe(503);
    expect((await failure(client().simulatePlan('p', { charges: [] } as never))).status).toBe(503);
    expect(server.arrived.length).toBe(2);
  });

  it('is given up after the retries, with the last error', async () => {
    server.script.push(busy, { status: 504, body: '' });
    const call = failure(client({ retries: 1 }).getCustomer('acme'));
    await clock.pass(150);
    expect((await call).code).toBe('http_504');
    server.script.push(busy);
    expect((await failure(client().getCustomer('acme', { retries: 0 }))).code).toBe('busy');
  });

  it('is left to the caller where the server asks for more than a minute', async () => {
    server.script.push({ ...busy, headers: { 'retry-after': '61' } });
    expect((await failure(client().getCustomer('acme'))).retryAfterMs).toBe(61_000);
  });

  it('includes a server that does not answer in time', async () => {
    server.script.push('hang', ok);
    const call = client({ timeoutMs: 5000 }).getCustomer('acme');
    await server.requests(1);
    await clock.pass(5000);
    await clock.pass(150);
    expect(await call).toEqual({ external_id: 'acme' });
    server.script.push('hang');
    const last = failure(client().getCustomer('acme', { timeoutMs: 70, retries: 0 }));
    await clock.pass(70);
    expect([(await last).status, (await last).code]).toEqual([0, 'timeout']);
    expect(clock.pending).toEqual([]);
  });

  it('includes a server that is not there', async () => {
    const error = await failure(client({ baseUrl: 'http://127.0.0.1:1', retries: 0 }).getCustomer('acme'));
    expect([error.status, error.code, error.message]).toEqual([0, 'network', 'The server cannot be reached at http://127.0.0.1:1.']);
  });
});

describe('the caller', () => {
  const get = (signal: AbortSignal) => client().getCustomer('acme', { signal }).catch((reason: unknown) => reason);

  it('may end a call under way', async () => {
    server.script.push('hang');
    const stop = new AbortController();
    const call = get(stop.signal);
    await server.requests(1);
    stop.abort('enough');
    expect(await call).toBe('enough');
    expect(clock.pending).toEqual([]);
  });

  it('may end one that waits for its next attempt, or has not begun', async () => {
    server.script.push(busy);
    const stop = new AbortController();
    const call = get(stop.signal);
    await clock.set(150);
    stop.abort('enough');
    expect(await call).toBe('enough');
    expect(await get(stop.signal)).toBe('enough');
    expect(clock.pending).toEqual([]);
    expect(server.arrived.length).toBe(1);
  });
});
