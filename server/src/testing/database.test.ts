import pg from 'pg';
import { expect, it } from 'vitest';
import { applicationRole } from '../kernel/db/pool.ts';
import { cloneDatabase } from './database.ts';

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

it('gives every caller a migrated database of its own', async () => {
  const [one, two] = await Promise.all([cloneDatabase(), cloneDatabase()]);
  await ask(one.adminUrl, 'create table only_here ()');
  const tables = "select to_regclass('only_here') is not null as here, to_regclass('organizations') is not null as migrated";
  expect(await ask(one.adminUrl, tables)).toEqual([{ here: true, migrated: true }]);
  expect(await ask(two.adminUrl, tables)).toEqual([{ here: false, migrated: true }]);
  await Promise.all([one.drop(), two.drop()]);
});

it('logs the application in as a role that row-level security binds', async () => {
  const database = await cloneDatabase();
  const role = 'select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user';
  expect(await ask(database.appUrl, role)).toEqual([{ rolname: applicationRole, rolsuper: false, rolbypassrls: false }]);
  await database.drop();
});

it('drops a database that somebody still uses', async () => {
  const database = await cloneDatabase();
  const client = new pg.Client({ connectionString: database.appUrl });
  const cut = new Promise((resolve) => client.on('error', resolve));
  await client.connect();
  await database.drop();
  expect(await cut).toMatchObject({ code: '57P01' });
});
