import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModules } from '../app.ts';
import { createPool, meterRole } from '../kernel/db/pool.ts';
import { Lookups } from '../kernel/lookups.ts';
import { transact } from '../kernel/db/transaction.ts';
import { Envelope } from '../kernel/envelope.ts';
import { buildServer } from '../kernel/http/server.ts';
import { adminGuard, apiKeyGuard, publicGuard } from '../modules/identity/index.ts';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import { type Random, randomFrom } from './random.ts';

// The tenant is a setting of a transaction on a connection that all tenants share. It must not outlive the transaction, however it ends.

const tenants = 20;
const requests = 1000;
const seed = Number(process.env['FARTHING_SEED'] ?? '20260301');
const adminSecret = 'the-admin-secret-of-the-isolation-test-0123456789';

let database: TestDatabase;
let pool: pg.Pool;
let admin: pg.Client;
let server: FastifyInstance;
let meterPool: pg.Pool;
let lookups: Lookups;
let base: string;

interface Caller {
  readonly key: string;
  readonly marker: string;
  readonly customers: string[];
}
const callers: Caller[] = [];

beforeAll(async () => {
  database = await cloneDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  pool = createPool(database.appUrl, { max: 2, onError: () => {} });
  const logger = pino({ level: 'silent' });
  meterPool = createPool(database.adminUrl, { max: 2, role: meterRole, onError: () => {} });
  lookups = new Lookups({ url: database.adminUrl, onError: () => {} });
  const modules = createModules({ egressAllow: '', logger, pool, meterPool, lookups });
  const envelope = new Envelope({ pool, lookups, reactions: modules.flatMap((module) => module.reactions ?? []), strict: true });
  server = buildServer({
    operations: modules.flatMap((module) => module.operations ?? []),
    envelope,
    keyed: envelope,
    guards: { key: apiKeyGuard({ pool, lookups }), admin: adminGuard(adminSecret), public: publicGuard },
    logger,
  });
  await lookups.start();
  base = await server.listen({ host: '127.0.0.1', port: 0 });
  for (let n = 0; n < tenants / 2; n++) {
    const { body } = await call('POST', '/v1/organizations', { 'x-admin-secret': adminSecret }, { name: `O${n}` });
    for (const environment of ['live', 'sandbox']) {
      const caller = { key: body[`${environment}_key`], marker: `tenant-${n}-${environment}-`, customers: [] };
      callers.push(caller);
      await made(caller, 'first');
    }
  }
});
afterAll(async () => {
  await server.close();
  await lookups.stop();
  await meterPool.end();
  await pool.end();
  await admin.end();
  await database.drop();
});

async function call(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const response = await fetch(base + path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, body: text === '' ? null : JSON.parse(text) };
}

const callAs = ({ key }: Caller, method: string, path: string, body?: unknown) => call(method, path, { authorization: `Bearer ${key}` }, body);

const rename = (caller: Caller, id: string, n: number) => callAs(caller, 'PUT', `/v1/customers/${id}`, { name: `${caller.marker}renamed-${n}` });

async function made(caller: Caller, name: string): Promise<void> {
  const { status, body } = await callAs(caller, 'POST', '/v1/customers', { name: caller.marker + name, external_id: caller.marker + name });
  if (status === 201) caller.customers.push(body.id);
}

/** One request of a tenant, of many kinds; half of them fail in the middle of their transaction. Answers what it was told. */
async function oneRequest(random: Random, n: number) {
  const caller = random.pick(callers);
  const stranger = random.pick(callers.filter((other) => other !== caller));
  const own = random.pick(caller.customers);
  const kinds = [
    () => callAs(caller, 'GET', '/v1/customers?limit=1000'),
    () => callAs(caller, 'GET', `/v1/customers/${own}`),
    () => callAs(caller, 'GET', `/v1/customers/${random.pick(stranger.customers)}`),
    () => rename(caller, own, n),
    () => callAs(caller, 'GET', '/v1/audit_logs?limit=100'),
    // Refused after rows were read and locks taken: the external_id is taken, the entity unknown, the number out of order.
    () => callAs(caller, 'POST', '/v1/customers', { name: caller.marker, external_id: `${caller.marker}first` }),
    () => callAs(caller, 'POST', '/v1/customers', { name: caller.marker, billing_entity_id: stranger.customers[0] }),
    () => callAs(caller, 'PUT', `/v1/customers/${own}`, { vat_validation_disabled: true }),
    () => callAs(caller, 'PUT', `/v1/customers/${random.pick(stranger.customers)}`, { name: 'taken over' }),
    () => callAs(caller, 'DELETE', '/v1/billing_entities/default'),
  ];
  return { caller, answer: await random.pick(kinds)() };
}

/** What a statement outside any tenant answers: an error's code, or rows. */
async function withoutTenant(sql: string): Promise<unknown> {
  const client = await pool.connect();
  try {
    return (await client.query(sql)).rows;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  } finally {
    client.release();
  }
}

const tenantTables = async (): Promise<string[]> => {
  const { rows } = await admin.query<{ relname: string }>(`select relname from pg_class where relrowsecurity and relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by 1`);
  return rows.map(({ relname }) => relname);
};

it(`keeps ${tenants} tenants apart over 2 connections and ${requests} requests that fail half of the time (seed ${seed})`, async () => {
  const random = randomFrom(seed);
  const counted = new Map<number, number>();
  for (let sent = 0; sent < requests; sent += 40) {
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => oneRequest(random, sent + n)));
    for (const { caller, answer } of answers) {
      counted.set(answer.status, (counted.get(answer.status) ?? 0) + 1);
      expect(answer.status).toBeOneOf([200, 404, 409, 422]);
      const shown = [...answer.text.matchAll(/tenant-\d+-(?:live|sandbox)-/g)].map(([marker]) => marker);
      expect(shown.filter((marker) => marker !== caller.marker)).toEqual([]);
    }
  }
  // All kinds were there: what succeeds, what is not there, what conflicts, what is not valid.
  for (const status of [200, 404, 409, 422]) expect(counted.get(status) ?? 0).toBeGreaterThan(50);
  expect(pool.totalCount).toBe(2);
});

it('keeps them apart when connections are cut in the middle of transactions', async () => {
  const random = randomFrom(seed + 1);
  const holder = new pg.Client({ connectionString: database.adminUrl });
  await holder.connect();
  const ofTheServer = `from pg_stat_activity where datname = current_database() and usename = 'farthing_app'`;
  for (let round = 0; round < 10; round++) {
    // Whoever changes a customer waits for that in the middle of its transaction, so that there is one to be cut.
    await holder.query('begin');
    await holder.query('lock table customers in exclusive mode');
    const one = random.pick(callers);
    const waits = rename(one, random.pick(one.customers), round).then((answer) => ({ caller: one, answer }));
    const pending = [waits, ...Array.from({ length: 20 }, (_, n) => oneRequest(random, n))];
    while ((await admin.query(`select ${ofTheServer} and wait_event_type = 'Lock'`)).rows.length === 0);
    const { rowCount } = await admin.query(`select pg_terminate_backend(pid) ${ofTheServer} and state <> 'idle'`);
    expect(rowCount).toBeGreaterThan(0);
    await holder.query('rollback');
    for (const { caller, answer } of await Promise.all(pending)) {
      // Whoever was cut off is told to try again; nobody is told anything else.
      expect(answer.status).toBeOneOf([200, 404, 409, 422, 503]);
      const shown = [...answer.text.matchAll(/tenant-\d+-(?:live|sandbox)-/g)].map(([marker]) => marker);
      expect(shown.filter((marker) => marker !== caller.marker)).toEqual([]);
    }
  }
  await holder.end();
});

describe('a connection between two transactions', () => {
  it('has no tenant, however the last one ended', async () => {
    const ids = (await admin.query<{ id: string }>('select id from tenants limit 2')).rows.map(({ id }) => id);
    const endings: ((client: pg.PoolClient) => Promise<unknown>)[] = [
      (client) => client.query('select 1'),
      (client) => client.query('select 1 / 0'),
      () => Promise.reject(new Error('on purpose')),
      (client) => client.query('savepoint a').then(() => client.query('rollback to a')),
      (client) => client.query('select * from no_such_table').catch(() => undefined),
      (client) => client.query(`set local app.tenant = '${ids[1]}'`),
    ];
    for (const ending of endings) {
      await transact(pool, { tenantId: ids[0] ?? '' }, ending).catch(() => undefined);
      for (const connection of [1, 2])
        expect([connection, await withoutTenant(`select coalesce(current_setting('app.tenant', true), '') as tenant`)]).toEqual([connection, [{ tenant: '' }]]);
    }
  });

  it('sees and writes no row of any tenant table', async () => {
    for (const table of await tenantTables()) {
      // A fresh connection does not know the setting (42704), a used one has it empty (22P02). Timers are looked for over all tenants, and hidden.
      // An empty table whose index does not begin with the tenant is not asked for whom.
      const hidden = table === 'timers' || table === 'usage_expired_ids' ? [] : expect.toBeOneOf(['42704', '22P02']);
      expect([table, await withoutTenant(`select * from ${table}`)]).toEqual([table, hidden]);
      const written = await withoutTenant(`delete from ${table}`);
      expect([table, written]).toEqual([table, table === 'timers' ? [] : expect.toBeOneOf(['42704', '22P02', '42501'])]);
    }
  });

  it('cannot be named by what is no tenant', async () => {
    for (const name of ['', 'x', `' or true --`, `'; set role none; --`])
      await expect(transact(pool, { tenantId: name }, async () => 'ran')).rejects.toThrow('A tenant is named by a UUID.');
  });
});

describe('the role the server acts as', () => {
  const inTenant = async (sql: string): Promise<unknown> => {
    const { rows } = await admin.query<{ id: string }>('select id from tenants limit 1');
    return transact(pool, { tenantId: rows[0]?.id ?? '' }, (client) => client.query(sql)).then(
      (result) => result.rowCount,
      (error: { code?: string }) => error.code,
    );
  };

  it('can neither change nor remove what is append-only', async () => {
    const { rows } = await admin.query<{ name: string }>(`
      select relname as name from pg_class where relnamespace = 'public'::regnamespace and relrowsecurity
        and has_table_privilege('farthing_app', oid, 'insert') and not has_table_privilege('farthing_app', oid, 'update')`);
    const names = rows.map(({ name }) => name);
    for (const name of ['domain_events', 'usage_events', 'invoice_settlements', 'credit_note_items', 'webhook_attempts']) expect(names).toContain(name);
    for (const name of names)
      for (const sql of [`update ${name} set tenant_id = tenant_id`, `delete from ${name}`, `truncate ${name}`, `drop table ${name}`, `alter table ${name} disable row level security`])
        expect([sql, await inTenant(sql)]).toEqual([sql, '42501']);
  });

  it('cannot switch row-level security off, become somebody else or reach the jobs of others', async () => {
    expect(await inTenant('set local row_security = off; select * from customers')).toBe('42501');
    for (const sql of ['set role postgres', 'set session authorization postgres', 'select * from graphile_worker.jobs', `select graphile_worker.add_job('x')`, 'create table public.mine ()'])
      expect([sql, await inTenant(sql)]).toEqual([sql, '42501']);
  });

  it('cannot write a row for another tenant', async () => {
    const { rows } = await admin.query<{ id: string }>('select id from tenants order by id limit 2');
    const [mine = '', theirs = ''] = rows.map(({ id }) => id);
    const insert = `insert into idempotency_keys (tenant_id, key, request_hash, status, created_at) values ('${theirs}', 'k', '', 200, now())`;
    const code = await transact(pool, { tenantId: mine }, (client) => client.query(insert)).then(
      () => 'written',
      (error: { code?: string }) => error.code,
    );
    expect(code).toBe('42501');
  });
});
