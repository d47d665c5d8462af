import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import { expect, inject, it } from 'vitest';
import { cloneDatabase } from '../../testing/database.ts';
import { migrate } from './migrate.ts';

const folder = new URL('../../../migrations/', import.meta.url);

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Everything that makes up a schema, as the catalogue has it; without the numbers of its objects, and the places of their columns. */
const catalogue: Readonly<Record<string, string>> = {
  schemas: `select nspname, nspowner::regrole::text, nspacl::text from pg_namespace where nspname in ('public', 'app')`,
  relations: `select oid::regclass::text, relkind, relowner::regrole::text, relacl::text, relrowsecurity, relforcerowsecurity, relispartition, reloptions,
    pg_get_expr(relpartbound, oid) as bound from pg_class where relnamespace in ('public'::regnamespace, 'app'::regnamespace)`,
  columns: `select a.attrelid::regclass::text, a.attname, row_number() over (partition by a.attrelid order by a.attnum) as place, format_type(a.atttypid, a.atttypmod) as type,
    a.attnotnull, a.attidentity, a.attgenerated, a.attacl::text, a.attcollation::regcollation::text, a.attstorage, a.attstattarget, pg_get_expr(d.adbin, d.adrelid) as default
    from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and a.attnum > 0 and not a.attisdropped`,
  constraints: `select conrelid::regclass::text, conname, contype, convalidated, condeferrable, condeferred, pg_get_constraintdef(oid) from pg_constraint
    where connamespace in ('public'::regnamespace, 'app'::regnamespace)`,
  indexes: `select indexrelid::regclass::text, indisvalid, indisclustered, indisreplident, pg_get_indexdef(indexrelid) from pg_index i join pg_class c on c.oid = i.indrelid
    where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace)`,
  policies: `select * from pg_policies`,
  functions: `select oid::regprocedure::text, prokind, prosecdef, provolatile, proconfig, proowner::regrole::text, proacl::text, pg_get_functiondef(oid) from pg_proc
    where pronamespace in ('public'::regnamespace, 'app'::regnamespace)`,
  triggers: `select tgrelid::regclass::text, tgenabled, pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and not tgisinternal`,
  sequences: `select schemaname, sequencename, sequenceowner, start_value, increment_by, max_value, cache_size, cycle, last_value from pg_sequences where schemaname = 'public'`,
  privileges: `select defaclrole::regrole::text, defaclobjtype, defaclacl::text from pg_default_acl`,
  roles: `select rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolbypassrls, rolconfig from pg_roles where rolname like 'farthing%'`,
  migrations: `select name, checksum from schema_migrations`,
};

/** The catalogue of a database, and the rows its migrations wrote. */
async function describe(client: pg.Client): Promise<Record<string, unknown>> {
  const described: Record<string, unknown> = {};
  const { rows: tables } = await client.query<{ name: string }>(`select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'schema_migrations'`);
  const seeds = tables.map(({ name }) => [`rows of ${name}`, `select * from ${name}`] as const);
  for (const [name, sql] of [...Object.entries(catalogue), ...seeds])
    described[name] = (await client.query<{ row: string }>(`select to_jsonb(x)::text as row from (${sql}) x order by 1`)).rows.map(({ row }) => row);
  return described;
}

/** Applies the first migration only, as the first version did; answers the names of the others. */
async function applyFirst(url: string): Promise<string[]> {
  const names = (await readdir(folder)).sort();
  const [first = ''] = names;
  const sql = await readFile(new URL(first, folder), 'utf8');
  await runMigrations({ connectionString: url });
  await withClient(url, async (client) => {
    await client.query(sql);
    await client.query('create table schema_migrations (name text primary key, checksum text not null, applied_at timestamptz not null default now())');
    await client.query('insert into schema_migrations values ($1, $2)', [first, createHash('sha256').update(sql).digest('hex')]);
  });
  return names.slice(1);
}

it('makes the same of an empty database, in one transaction, as of an older one, step by step', async () => {
  const atOnce = await cloneDatabase();
  const url = new URL(atOnce.adminUrl);
  url.pathname = '/migrated_by_steps';
  const maintenance = inject('adminUrl');
  await withClient(maintenance, (client) => client.query('create database migrated_by_steps'));
  try {
    const later = await applyFirst(url.href);
    expect(await migrate(url.href)).toEqual(later);
    const described = await withClient(url.href, describe);
    expect(described['relations']).not.toEqual([]);
    expect(described).toEqual(await withClient(atOnce.adminUrl, describe));
    expect(await migrate(url.href)).toEqual([]);
  } finally {
    await withClient(maintenance, (client) => client.query('drop database migrated_by_steps with (force)'));
    await atOnce.drop();
  }
});

it('brings an older database up to date step by step for an owner who is no superuser', async () => {
  const maintenance = inject('adminUrl');
  const url = new URL(maintenance);
  Object.assign(url, { username: 'plain_owner', password: 'secret', pathname: '/migrated_by_its_owner' });
  await withClient(maintenance, async (client) => {
    await client.query(`create role plain_owner login createrole password 'secret'`);
    await client.query('grant farthing_app, farthing_meter to plain_owner with admin option');
    await client.query('create database migrated_by_its_owner owner plain_owner');
  });
  try {
    const later = await applyFirst(url.href);
    expect(await migrate(url.href)).toEqual(later);
  } finally {
    await withClient(maintenance, async (client) => {
      await client.query('drop database migrated_by_its_owner with (force)');
      await client.query('drop role plain_owner');
    });
  }
});
