import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { cloneDatabase, type TestDatabase } from '../../testing/database.ts';
import { systemNow } from '../clock.ts';
import { createPool } from '../db/pool.ts';
import { Envelope } from '../envelope.ts';
import { direct, query } from '../operation.ts';
import { type Guard, buildServer } from './server.ts';

// One operation reads; the other is done when the test says so. Each has as many connections as are asked for here.
const connections = 2;
const arrived = Promise.withResolvers<void>();
const finish = Promise.withResolvers<void>();
let waiting = 0;

const look = query({
  id: 'look', method: 'GET', path: '/look', tag: 'Test', summary: 'Look', realm: 'public', returns: z.object({ seen: z.boolean() }),
  handle: async () => ({ seen: true }),
});
const wait = direct({
  id: 'wait', method: 'POST', path: '/wait', tag: 'Test', summary: 'Wait', realm: 'public', status: 201, returns: z.object({}), silent: 'a test',
  handle: async () => {
    if (++waiting === connections) arrived.resolve();
    await finish.promise;
    return { status: 201, body: '{}' };
  },
});

let database: TestDatabase;
let server: FastifyInstance;
const pools: pg.Pool[] = [];
let base: string;
beforeAll(async () => {
  database = await cloneDatabase();
  const pooled = () => {
    const pool = createPool(database.appUrl, { max: connections, onError: () => {} });
    pools.push(pool);
    return new Envelope({ pool, reactions: [] });
  };
  const tenant = { id: '00000000-0000-7000-8000-000000000001', organizationId: '', environment: 'live' } as const;
  const guard: Guard = async ({ id }) => ({
    scope: { tenant, actor: { type: 'system', id: null }, now: systemNow(), requestId: id, scopes: [] },
    may: () => true,
    credential: '',
  });
  server = buildServer({
    operations: [look, wait], envelope: pooled(), keyed: pooled(), guards: { key: guard, admin: guard, public: guard }, logger: pino({ level: 'silent' }),
  });
  base = await server.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  await Promise.all(pools.map((pool) => pool.end()));
  await database.drop();
});

it('answers others while direct operations with a key wait on every connection they have', async () => {
  const keyed = Array.from({ length: connections }, (_, n) => fetch(`${base}/wait`, { method: 'POST', headers: { 'idempotency-key': `k${n}` } }));
  await arrived.promise;
  expect(await (await fetch(`${base}/look`)).json()).toEqual({ seen: true });
  finish.resolve();
  expect((await Promise.all(keyed)).map(({ status }) => status)).toEqual([201, 201]);
});
