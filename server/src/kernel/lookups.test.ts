import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import { systemNow } from './clock.ts';
import { createPool } from './db/pool.ts';
import { Envelope } from './envelope.ts';
import { event } from './event.ts';
import { Lookups } from './lookups.ts';

const tenantId = '00000000-0000-4000-8000-000000000001';
const otherTenant = '00000000-0000-4000-8000-000000000002';
const painted = event({ name: 'wall.painted', subject: 'wall', action: 'updated', description: 'A wall was painted.', data: z.object({}) });
const options = { subjects: ['wall'], most: 3 };

let database: TestDatabase;
let pool: pg.Pool;
let admin: pg.Client;
let here: Lookups;
let there: Lookups;
beforeAll(async () => {
  database = await cloneDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const organization = '00000000-0000-4000-8000-000000000009';
  await admin.query(`insert into organizations (id, name, slug, default_currency, timezone, created_at, updated_at) values ($1, 'O', 'o', 'USD', 'UTC', now(), now())`, [organization]);
  await admin.query(`insert into tenants (id, organization_id, environment, created_at) values ($1, $3, 'live', now()), ($2, $3, 'sandbox', now())`, [tenantId, otherTenant, organization]);
  pool = createPool(database.appUrl, { max: 2, onError: () => {} });
  here = new Lookups({ url: database.adminUrl, onError: () => {} });
  there = new Lookups({ url: database.adminUrl, onError: () => {} });
  await Promise.all([here.start(), there.start()]);
});
afterAll(async () => {
  await Promise.all([here.stop(), there.stop(), pool.end(), admin.end()]);
  await database.drop();
});

const paint = (lookups: Lookups, tenant = tenantId) =>
  new Envelope({ pool, reactions: [], lookups }).command(
    { tenant: { id: tenant, organizationId: '', environment: 'live' }, actor: { type: 'system', id: null }, now: systemNow(), requestId: null, scopes: [] },
    (tx) => tx.emit(painted, { id: tenantId, data: {} }),
  );

it('forgets what changed before the change is answered, in the tenant that changed it', async () => {
  const cache = here.cache<string>(options);
  cache.drawer(tenantId).keep('colour', 'red');
  cache.drawer(otherTenant).keep('colour', 'blue');
  await paint(here);
  expect([cache.peek(tenantId, 'colour'), cache.peek(otherTenant, 'colour')]).toEqual([undefined, 'blue']);
});

it('hears of changes that another process made', async () => {
  const [ours, theirs] = [here.cache<string>(options), there.cache<string>({ ...options, acrossTenants: true })];
  theirs.drawer(otherTenant).keep('colour', 'red');
  ours.drawer(tenantId).keep('colour', 'red');
  await paint(here);
  await vi.waitUntil(() => theirs.peek(otherTenant, 'colour') === undefined, { timeout: 90_000 });
  expect(ours.peek(tenantId, 'colour')).toBeUndefined();
});

it('does not keep what was read before a change that was heard of meanwhile', async () => {
  const cache = here.cache<string>(options);
  const drawer = cache.drawer(tenantId);
  await paint(here);
  drawer.keep('colour', 'as it was before');
  expect(cache.peek(tenantId, 'colour')).toBeUndefined();
});

it('says nothing of subjects on which nothing kept depends', () => {
  expect(here.followed(['wall', 'door', 'wall'])).toEqual(['wall']);
});

it('keeps no more than it was told to', () => {
  const cache = here.cache<number>(options);
  const drawer = cache.drawer(tenantId);
  for (const key of [1, 2, 3]) drawer.keep(String(key), key);
  expect(cache.peek(tenantId, '3')).toBe(3);
  cache.drawer(otherTenant).keep('4', 4);
  expect([cache.peek(tenantId, '3'), cache.peek(otherTenant, '4')]).toEqual([undefined, undefined]);
  cache.drawer(otherTenant).keep('4', 4);
  expect(cache.peek(otherTenant, '4')).toBe(4);
});

it('keeps nothing while the database is not heard, and keeps again when it is', async () => {
  const cache = here.cache<string>(options);
  cache.drawer(tenantId).keep('colour', 'red');
  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'farthing lookups' and datname = current_database()`);
  await vi.waitUntil(() => cache.peek(tenantId, 'colour') === undefined, { timeout: 90_000 });
  await vi.waitUntil(() => {
    cache.drawer(tenantId).keep('colour', 'green');
    return cache.peek(tenantId, 'colour') === 'green';
  }, { timeout: 90_000 });
});
