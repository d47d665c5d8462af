import { sql } from 'kysely';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../testing/database.ts';
import { kyselyOver } from './kysely.ts';
import { createPool } from './pool.ts';
import { retryTransient, transact } from './transaction.ts';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await cloneDatabase();
  pool = createPool(database.adminUrl, { max: 2, onError: () => {} });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const inTransaction = <T>(work: (client: pg.PoolClient) => Promise<T>) => retryTransient(() => transact(pool, { tenantId: null }, work));
const preparedBy = async (client: pg.PoolClient) =>
  (await client.query<{ statement: string }>('select statement from pg_prepared_statements order by 1')).rows.map(({ statement }) => statement);

it('prepares a statement once per connection, and none whose parameters come in many lengths', async () => {
  await inTransaction(async (client) => {
    const db = kyselyOver(client);
    for (const value of [1, 2, 3]) await sql`select ${value}::int as value`.execute(db);
    const list = sql.join(Array.from({ length: 41 }, (_, value) => sql`${value}::int`));
    await sql`select 1 where 7 in (${list})`.execute(db);
    expect(await preparedBy(client)).toEqual(['select $1::int as value']);
  });
});

it('runs again what was prepared before a migration changed its tables', async () => {
  await inTransaction((client) => client.query('create table changing (one integer)'));
  await inTransaction((client) => client.query('insert into changing values (1)'));
  const read = () => inTransaction(async (client) => (await sql`select * from changing`.execute(kyselyOver(client))).rows);
  // Both connections of the pool have it prepared.
  await inTransaction(async () => expect(await read()).toEqual([{ one: 1 }]));
  expect(await read()).toEqual([{ one: 1 }]);
  await inTransaction((client) => client.query('alter table changing add column two integer default 2'));
  expect(await Promise.all([read(), read()])).toEqual([[{ one: 1, two: 2 }], [{ one: 1, two: 2 }]]);
});
