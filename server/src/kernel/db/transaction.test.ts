import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../testing/database.ts';
import { problemOfSqlError } from '../http/sqlProblem.ts';
import { createPool } from './pool.ts';
import { transact } from './transaction.ts';

let database: TestDatabase;
let pool: pg.Pool;
let admin: pg.Client;
beforeAll(async () => {
  database = await cloneDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  pool = createPool(database.appUrl, { max: 1, onError: () => {} });
});
afterAll(async () => {
  await pool.end();
  await admin.end();
  await database.drop();
});

const inside = { tenantId: null };

async function cut(client: pg.PoolClient): Promise<void> {
  const gone = new Promise((resolve) => client.once('end', resolve));
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  await admin.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
  await gone;
}

/** What a caller would be told. */
const told = (work: Promise<unknown>) => work.then(() => 'done', (error) => problemOfSqlError(error)?.status ?? error);

it('survives a connection that is cut between two statements, and tells the caller to try again', async () => {
  expect(await told(transact(pool, inside, async (client) => {
    await cut(client);
    await client.query('select 1');
  }))).toBe(503);
  // Also where nothing was to follow but the end of the transaction.
  expect(await told(transact(pool, inside, cut))).toBe(503);
  expect(await told(transact(pool, inside, (client) => client.query('select pg_terminate_backend(pg_backend_pid())')))).toBe(503);
});

it('has read what it read where the connection is cut at the end, and is told where it is cut before', async () => {
  const reading = { tenantId: null, readOnly: true };
  expect(await told(transact(pool, reading, async (client) => {
    await cut(client);
    await client.query('select 1');
  }))).toBe(503);
  expect(await told(transact(pool, reading, cut))).toBe('done');
});

it('goes on with another connection afterwards', async () => {
  expect(await transact(pool, inside, async (client) => (await client.query('select 1 as one')).rows)).toEqual([{ one: 1 }]);
  expect(pool.totalCount).toBe(1);
});

it('tells the caller to try again where no connection can be had', async () => {
  const nobodyListens = createPool(database.appUrl.replace(/:\d+\//, ':1/'), { max: 1, onError: () => {} });
  expect(await told(transact(nobodyListens, inside, async () => 'ran'))).toBe(503);
  const wrongPassword = createPool(database.appUrl.replace(/:[^:@/]+@/, ':wrong@'), { max: 1, onError: () => {} });
  expect(await told(transact(wrongPassword, inside, async () => 'ran'))).toBe(503);
  await Promise.all([nobodyListens.end(), wrongPassword.end()]);
});

it('reads one after the other over one connection without waiting, each as its own tenant in a snapshot that ends with it', async () => {
  const tenants = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
  const seen = await Promise.all([...tenants, ...tenants].map((tenantId) => transact(pool, { tenantId, readOnly: true }, async (client) => {
    const { rows } = await client.query<{ tenant: string; level: string }>("select app.tenant()::text as tenant, current_setting('transaction_isolation') as level");
    return rows[0];
  })));
  expect(seen).toEqual([...tenants, ...tenants].map((tenant) => ({ tenant, level: 'repeatable read' })));
});

it('leaves the connection as it was where a read fails', async () => {
  await expect(transact(pool, { tenantId: null, readOnly: true }, (client) => client.query('select 1 / 0'))).rejects.toThrow('division by zero');
  await expect(transact(pool, { tenantId: null, readOnly: true }, (client) => client.query('create table x ()'))).rejects.toThrow('read-only');
  const { rows } = await transact(pool, { tenantId: null, readOnly: true }, (client) => client.query("select current_setting('app.tenant', true) as tenant"));
  expect(rows[0]?.tenant ?? '').toBe('');
});
