import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConnectedDatabase, connectDatabase } from '../../testing/database.ts';
import { copyRows } from './copyRows.ts';

let database: ConnectedDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await connectDatabase(1);
  client = database.admin;
  await client.query('create temporary table stones (id int primary key, name text)');
});
afterAll(() => database.close());

const statement = 'copy stones (id, name) from stdin';
const rowsOf = (ids: readonly number[]) => Buffer.from(ids.map((id) => `${id}\tstone ${id}\n`).join(''));
const stored = async () => (await client.query<{ id: number }>('select id from stones order by id')).rows.map(({ id }) => id);

it('stores all rows, also of several that are asked for at once', async () => {
  await Promise.all([copyRows(client, statement, rowsOf([1, 2])), copyRows(client, statement, rowsOf([3])), client.query('select 1')]);
  expect(await stored()).toEqual([1, 2, 3]);
});

it.each([
  { of: 'a row is refused', what: statement, rows: rowsOf([4, 5, 3, 6]), code: '23505' },
  { of: 'a row cannot be read', what: statement, rows: Buffer.from('4\ta\nfive\tb\n'), code: '22P02' },
  // More than fits into what lies between the two: the database reads on, and passes over it.
  { of: 'the statement is refused, whatever rows come behind it', what: 'copy pebbles (id) from stdin', rows: Buffer.alloc(8_000_000, '1\n'), code: '42P01' },
])('stores nothing where $of, and the connection goes on', async ({ what, rows, code }) => {
  await expect(copyRows(client, what, rows)).rejects.toMatchObject({ code });
  expect(await stored()).toEqual([1, 2, 3]);
});

it('says so when the connection breaks meanwhile, and where it has broken', async () => {
  await client.query('create table gravel (id int)');
  const other = new pg.Client({ connectionString: database.adminUrl });
  other.on('error', () => {});
  await other.connect();
  const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid');
  const copy = () => copyRows(other, 'copy gravel (id) from stdin', Buffer.from('1\n'));
  // It waits for the table until its connection is ended.
  await client.query('begin; lock table gravel');
  const waiting = expect(copy()).rejects.toThrow();
  await client.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
  await waiting;
  await client.query('commit');
  await expect(copy()).rejects.toThrow();
});
