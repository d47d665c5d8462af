import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import { expectUntouched, footprint } from './footprint.ts';

let database: TestDatabase;
let admin: pg.Client;
let other: pg.Client;

const connect = async () => {
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  return client;
};

beforeAll(async () => {
  database = await cloneDatabase();
  [admin, other] = [await connect(), await connect()];
});
afterAll(async () => {
  await admin.end();
  await other.end();
  await database.drop();
});

const insert = (client: pg.Client, id: string) =>
  client.query(
    `insert into organizations (id, name, slug, default_currency, timezone, created_at, updated_at) values ($1, 'x', $2, 'USD', 'UTC', now(), now())`,
    [id, id],
  );

it('sees each row that was added, changed or removed since, and none that was there', async () => {
  const [first, second] = [randomUUID(), randomUUID()];
  await insert(admin, first);
  const before = await footprint(admin);
  await expectUntouched(admin, before);
  await admin.query(`update organizations set name = 'y' where id = $1`, [first]);
  await expect(expectUntouched(admin, before)).rejects.toThrow(/organizations/);
  const changed = await footprint(admin);
  await insert(other, second);
  await expect(expectUntouched(admin, changed)).rejects.toThrow(/organizations/);
  const added = await footprint(admin);
  await admin.query('delete from organizations where id = $1', [second]);
  await expect(expectUntouched(admin, added)).rejects.toThrow(/organizations/);
});

it('sees what was under way at the time and done later', async () => {
  const id = randomUUID();
  await insert(admin, id);
  await other.query('begin');
  await other.query(`update organizations set name = 'z' where id = $1`, [id]);
  // Ended transactions after that one: it is older than they are.
  await insert(admin, randomUUID());
  const before = await footprint(admin);
  await expectUntouched(admin, before);
  await other.query('commit');
  await expect(expectUntouched(admin, before)).rejects.toThrow(/organizations/);
});
