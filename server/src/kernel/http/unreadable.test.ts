import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type RawRequest, sendRaw } from '../../contract/rawHttp.ts';
import { cloneDatabase, type TestDatabase } from '../../testing/database.ts';
import { systemNow } from '../clock.ts';
import { createPool } from '../db/pool.ts';
import { Envelope } from '../envelope.ts';
import { query } from '../operation.ts';
import { type Guard, buildServer } from './server.ts';

// It says back the name it was called by.
const echo = query({
  id: 'echo', method: 'GET', path: '/echo/{name}', tag: 'Test', summary: 'Echo', realm: 'public',
  params: z.object({ name: z.string().max(300) }), returns: z.object({ name: z.string() }),
  handle: async ({ params }) => params,
});

let server: FastifyInstance;
let database: TestDatabase;
let pool: pg.Pool;
let port: number;
beforeAll(async () => {
  database = await cloneDatabase();
  pool = createPool(database.appUrl, { max: 1, onError: () => {} });
  const envelope = new Envelope({ pool, reactions: [] });
  const tenant = { id: '00000000-0000-0000-0000-000000000000', organizationId: '', environment: 'live' } as const;
  const guard: Guard = async ({ id }) => ({
    scope: { tenant, actor: { type: 'system', id: null }, now: systemNow(), requestId: id, scopes: [] },
    may: () => true,
    credential: '',
  });
  server = buildServer({ operations: [echo], envelope, keyed: envelope, guards: { key: guard, admin: guard, public: guard }, logger: pino({ level: 'silent' }) });
  port = Number(new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port);
});
afterAll(async () => {
  await server.close();
  await pool.end();
  await database.drop();
});

const host = ['host', 'x'] as const;
const request = (target: string, more: Partial<RawRequest> = {}): RawRequest => ({ method: 'GET', target, headers: [host, ['connection', 'close']], body: Buffer.alloc(0), ...more });

it.each<[string, RawRequest, number, string]>([
  ['a method that is none', request('/', { method: 'FOO' }), 400, 'bad_request'],
  ['two lengths', request('/', { headers: [host, ['content-length', '1'], ['content-length', '2']] }), 400, 'bad_request'],
  ['NUL in a header', request('/', { headers: [host, ['x', 'a\x00b']] }), 400, 'bad_request'],
  ['a space in the target', request('/a b'), 400, 'bad_request'],
  ['no Host', request('/', { headers: [['connection', 'close']] }), 400, 'bad_request'],
  ['headers beyond 16 KiB', request('/', { headers: [host, ['x', 'y'.repeat(17_000)]] }), 431, 'headers_too_large'],
  ['a percent sign that encodes nothing', request('/echo/%zz'), 400, 'bad_request'],
  ['bytes that are no UTF-8', request('/echo/%ff'), 400, 'bad_request'],
  ['NUL in a name', request('/echo/a%00b'), 404, 'not_found'],
  ['a name that is too long', request(`/echo/${'a'.repeat(301)}`), 404, 'not_found'],
  ['a name that is far too long', request(`/echo/${'a'.repeat(5000)}`), 404, 'not_found'],
  ['a path that leads nowhere', request('/nowhere'), 404, 'not_found'],
])('refuses %s as problem+json', async (_, raw, status, code) => {
  const answer = await sendRaw(port, raw);
  expect([answer?.status, answer?.headers.get('content-type')]).toEqual([status, expect.stringMatching(/^application\/problem\+json/)]);
  const problem = JSON.parse(answer?.body ?? '');
  expect(problem).toMatchObject({ status, code, request_id: answer?.headers.get('x-request-id') });
});

it.each([
  ['the longest name there can be, of characters that are written with three', '/'.repeat(300)],
  ['one of characters that take nine', '€'.repeat(300)],
])('reads %s', async (_, name) => {
  const answer = await sendRaw(port, request(`/echo/${encodeURIComponent(name)}`));
  expect([answer?.status, Buffer.from(answer?.body ?? '', 'latin1').toString()]).toEqual([200, JSON.stringify({ name })]);
});

it('answers whatever the caller expects', async () => {
  const answer = await sendRaw(port, request('/echo/a', { headers: [host, ['connection', 'close'], ['expect', 'nonsense']] }));
  expect([answer?.status, answer?.body]).toEqual([200, '{"name":"a"}']);
});

it('answers also whoever sends all before it reads', async () => {
  const closed = new Promise((resolve) => server.server.once('connection', (socket) => socket.once('close', resolve)));
  const socket = connect(port, '127.0.0.1').pause();
  const lines = Array.from({ length: 2000 }, (_, n) => `h${n}: ${'v'.repeat(500)}\r\n`);
  socket.write(`GET / HTTP/1.1\r\nhost: x\r\n${lines.join('')}\r\n`);
  // Had the server closed with a megabyte unread, the connection would be reset by now, and the answer gone with it.
  await closed;
  expect((await text(socket)).split('\r\n')[0]).toBe('HTTP/1.1 431 Refused');
});
