import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { systemNow } from '../clock.ts';
import { createPool } from '../db/pool.ts';
import { Envelope } from '../envelope.ts';
import { direct } from '../operation.ts';
import { Problem } from '../problem.ts';
import { type Guard, buildServer } from './server.ts';

/** What the request under way has come to; made anew for each test. */
interface Course {
  readonly asked: PromiseWithResolvers<void>;
  readonly known: PromiseWithResolvers<void>;
  readonly admitted: PromiseWithResolvers<void>;
  readonly begun: PromiseWithResolvers<void>;
  readonly finish: PromiseWithResolvers<void>;
  readonly closed: PromiseWithResolvers<void>;
  readonly released: PromiseWithResolvers<void>;
  isReleased: boolean;
  /** What the request said it has, and what it took more. */
  said: number;
  grown: number;
  mayGrow: number;
}

const step = () => Promise.withResolvers<void>();
const newCourse = (): Course => ({ asked: step(), known: step(), admitted: step(), begun: step(), finish: step(), closed: step(), released: step(), isReleased: false, said: 0, grown: 0, mayGrow: 1_000_000 });
let course = newCourse();

const take = direct({
  id: 'take', method: 'POST', path: '/take', tag: 'Test', summary: 'Take', realm: 'public', status: 201, returns: z.object({}), silent: 'a test',
  admit: (_scope, bytes) => {
    course.said = bytes;
    course.admitted.resolve();
    return {
      grow: (more) => {
        if (course.grown + more > course.mayGrow) throw new Problem(429, 'too_many_events', 'Too much.', { retryAfterSeconds: 1 });
        course.grown += more;
      },
      turn: async () => {},
      release: () => {
        course.isReleased = true;
        course.released.resolve();
      },
    };
  },
  handle: async () => {
    course.begun.resolve();
    await course.finish.promise;
    return { status: 201, body: '{}' };
  },
  async *handleLines() {
    try {
      yield '1\n';
      course.begun.resolve();
      await course.finish.promise;
      yield '2\n';
    } finally {
      await course.finish.promise;
    }
  },
});

let server: FastifyInstance;
let base: string;
beforeAll(async () => {
  const pool = createPool('postgres://127.0.0.1:1/nobody', { max: 1, onError: () => {} });
  const tenant = { id: '00000000-0000-7000-8000-000000000001', organizationId: '', environment: 'live' } as const;
  const guard: Guard = async ({ id }) => {
    course.asked.resolve();
    await course.known.promise;
    return { scope: { tenant, actor: { type: 'system', id: null }, now: systemNow(), requestId: id, scopes: [] }, may: () => true, credential: '' };
  };
  const envelope = new Envelope({ pool, reactions: [] });
  server = buildServer({ operations: [take], envelope, keyed: envelope, guards: { key: guard, admin: guard, public: guard }, logger: pino({ level: 'silent' }) });
  server.addHook('onRequest', async (_request, reply) => {
    reply.raw.once('close', course.closed.resolve);
  });
  base = await server.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close());

function begin(headers: Record<string, string>, body: RequestInit['body'] = '{}', mayGrow = 1_000_000) {
  course = { ...newCourse(), mayGrow };
  const abort = new AbortController();
  const answer = fetch(`${base}/take`, { method: 'POST', headers, body, duplex: 'half', signal: abort.signal } as RequestInit);
  const gone = answer.then((response) => response.text()).catch((error: Error) => error.name);
  return { answer, gone, abort };
}

it.each(['application/json', 'application/x-ndjson'])('keeps the room of a request whose client has gone until its work is done: %s', async (type) => {
  const { gone, abort } = begin({ 'content-type': type });
  course.known.resolve();
  await course.begun.promise;
  abort.abort();
  await Promise.all([course.closed.promise, gone]);
  await setImmediate();
  expect(course.isReleased).toBe(false);
  course.finish.resolve();
  await course.released.promise;
});

it.each(['application/json', 'application/x-ndjson'])('gives room back when a request is answered: %s', async (type) => {
  const { answer, gone } = begin({ 'content-type': type });
  course.known.resolve();
  course.finish.resolve();
  expect((await answer).ok).toBe(true);
  await Promise.all([gone, course.released.promise]);
});

it('gives room back when the client went away before it was known', async () => {
  const { gone, abort } = begin({ 'content-type': 'application/json' });
  await course.asked.promise;
  abort.abort();
  await Promise.all([course.closed.promise, gone]);
  course.known.resolve();
  await Promise.all([course.admitted.promise, course.released.promise]);
});

it('gives room back when the body cannot be read', async () => {
  const { answer, gone } = begin({ 'content-type': 'application/json', 'content-encoding': 'gzip' });
  course.known.resolve();
  expect((await answer).status).toBe(400);
  await Promise.all([gone, course.released.promise]);
});

const long = JSON.stringify({ text: 'a'.repeat(50_000) });
const packed = gzipSync(long);
const inChunks = () => new Blob([long]).stream();

it('makes room for what a body says it has', async () => {
  const { answer } = begin({ 'content-type': 'application/json' }, long);
  course.known.resolve();
  course.finish.resolve();
  expect((await answer).status).toBe(201);
  expect([course.said, course.grown]).toEqual([long.length, 0]);
});

it.each([
  ['packed', { 'content-encoding': 'gzip' }, () => packed],
  ['in chunks', {}, inChunks],
] as const)('makes room for a body as it comes where it does not say what it has: %s', async (_name, headers, body) => {
  const { answer } = begin({ 'content-type': 'application/json', ...headers }, body());
  course.known.resolve();
  course.finish.resolve();
  expect((await answer).status).toBe(201);
  expect(course.grown).toBe(long.length);
});

it.each([
  ['packed', { 'content-encoding': 'gzip' }, () => packed],
  ['in chunks', {}, inChunks],
] as const)('refuses a body that grows beyond the room there is, and gives back what it had: %s', async (_name, headers, body) => {
  const { answer, gone } = begin({ 'content-type': 'application/json', ...headers }, body(), 10_000);
  course.known.resolve();
  const refused = await answer;
  expect([refused.status, refused.headers.get('retry-after'), JSON.parse(await gone)]).toMatchObject([429, '1', { code: 'too_many_events' }]);
  await course.released.promise;
  expect(course.grown).toBeLessThanOrEqual(10_000);
});
