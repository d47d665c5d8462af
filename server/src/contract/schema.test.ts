import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { modulesToDescribe, describeEvents, describeOperations } from '../app.ts';
import { describeSchema, describeTables } from '../main/describeDatabase.ts';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';

// The house rules that only the migrated database can show, and that what is generated from it and from the code is fresh.

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await cloneDatabase();
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Tables that no tenant owns: who the tenants are, who may act for them, what was migrated, and how far events are rolled up. */
const aboveTenants = ['api_keys', 'organizations', 'schema_migrations', 'tenants', 'usage_progress', 'usage_ranges'];

const ask = async (sql: string, parameters: unknown[] = []): Promise<Record<string, unknown>[]> => (await client.query(sql, parameters)).rows;

const ours = `c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and c.relkind in ('r', 'p') and not c.relispartition`;

it('every table belongs to a tenant, by forced row-level security, or is on a short list', async () => {
  const rows = await ask(`
    select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
      exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull and not a.attisdropped) as owned
    from pg_class c where ${ours} order by 1`);
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter(({ forced, owned }) => !(forced === true && owned === true)).map(({ name }) => name)).toEqual(aboveTenants);
});

it('every policy of a tenant table asks for the tenant, whatever the verb', async () => {
  const rows = await ask(`
    select tablename, policyname, cmd, qual, permissive from pg_policies
    where schemaname = 'public' and not (policyname = 'meter' and roles = '{farthing_meter}') order by 1, 2`);
  const strange = rows.filter(({ cmd, qual, permissive }) => cmd !== 'ALL' || permissive !== 'PERMISSIVE' || !/^\(tenant_id = (?:\( SELECT app\.tenant\(\) AS tenant\)|\(NULLIF\(current_setting\('app\.tenant'::text, true\), ''::text\)\)::uuid)\)$/.test(String(qual)));
  // The scheduler may look for due timers over all tenants, and only look.
  expect(strange.map(({ tablename, policyname, cmd }) => [tablename, policyname, cmd])).toEqual([['timers', 'scheduler', 'SELECT']]);
  const covered = await ask(`select c.relname as name from pg_class c where ${ours} and c.relrowsecurity
    and not exists (select from pg_policies p where p.tablename = c.relname and p.policyname = 'tenant')`);
  expect(covered).toEqual([]);
});

it('every key of a tenant table begins with the tenant, and every reference between them carries it', async () => {
  const keys = await ask(`
    select c.relname as table, k.conname as key, k.contype, k.conrelid, a.attname as first
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
    where ${ours} and c.relrowsecurity and k.contype in ('p', 'u') and a.attname <> 'tenant_id'`);
  // The id of an event is a hash over the tenant and the transaction_id.
  expect(keys.map(({ table, key }) => [table, key]).toSorted()).toEqual([['usage_events', 'usage_events_pkey'], ['usage_expired_ids', 'usage_expired_ids_pkey']]);
  const references = await ask(`
    select c.relname as table, k.conname as key, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class f on f.oid = k.confrelid
    where ${ours} and c.relrowsecurity and f.relrowsecurity and k.contype = 'f'`);
  expect(references.length).toBeGreaterThan(10);
  expect(references.filter(({ definition }) => !/^FOREIGN KEY \(tenant_id, \w+\) REFERENCES \w+\(tenant_id, id\)/.test(String(definition)))).toEqual([]);
});

it('every unique index of a tenant table begins with the tenant', async () => {
  const rows = await ask(`
    select c.relname as table, i.indexrelid::regclass::text as index
    from pg_index i join pg_class c on c.oid = i.indrelid left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
    where ${ours} and c.relrowsecurity and i.indisunique and a.attname is distinct from 'tenant_id'`);
  expect(rows.map(({ index }) => index).toSorted()).toEqual(['usage_events_pkey', 'usage_expired_ids_pkey']);
});

it('the application owns nothing, may not bypass row-level security, and cannot change what is append-only', async () => {
  expect(await ask(`select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolinherit from pg_roles where rolname = 'farthing_app'`)).toEqual([
    { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, rolinherit: true },
  ]);
  expect(await ask(`select relname from pg_class where relowner = 'farthing_app'::regrole`)).toEqual([]);
  const rows = await ask(`
    select table_name as name, string_agg(privilege_type, ' ' order by privilege_type) as may from information_schema.role_table_grants
    where grantee = 'farthing_app' and table_schema = 'public' group by 1 order by 1`);
  const appendOnly = rows.filter(({ may }) => may === 'INSERT SELECT').map(({ name }) => name);
  expect(appendOnly).toEqual(expect.arrayContaining(['domain_events', 'usage_events', 'invoice_settlements', 'credit_note_items', 'webhook_attempts']));
  // Around the policies of the events leads only the name of their partition, and that is the meter's alone.
  expect(rows.filter(({ name }) => name === 'usage_events_all')).toEqual([]);
  expect(rows.filter(({ may }) => /TRUNCATE|REFERENCES|TRIGGER|MAINTAIN/.test(String(may)))).toEqual([]);
  expect(await ask(`select has_schema_privilege('farthing_app', 'graphile_worker', 'usage') as jobs, has_schema_privilege('farthing_app', 'public', 'create') as creates`)).toEqual([{ jobs: false, creates: false }]);
});

it('every function that acts for its owner fixes where names are looked up, and only those who need it may call it', async () => {
  const rows = await ask(`
    select p.proname as name, array_to_string(p.proconfig, ' ') as settings, has_function_privilege('farthing_app', p.oid, 'execute') as app,
      coalesce((select bool_or(a.grantee = 0) from aclexplode(p.proacl) a), true) as everybody
    from pg_proc p where p.pronamespace in ('app'::regnamespace, 'public'::regnamespace) and p.prosecdef order by 1`);
  const looksUpIn = 'search_path=pg_catalog, pg_temp';
  expect(rows).toEqual([
    { name: 'enqueue', settings: `${looksUpIn} enable_seqscan=off plan_cache_mode=force_generic_plan`, app: true, everybody: false },
    // The meter's alone.
    { name: 'restart_metering', settings: looksUpIn, app: false, everybody: false },
    { name: 'usage_tail', settings: `${looksUpIn} enable_seqscan=off plan_cache_mode=force_generic_plan`, app: true, everybody: false },
  ]);
});

const committed = (name: string) => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
const modules = modulesToDescribe();

it.each([
  ['schema.sql', () => describeSchema(client)],
  ['src/tables.ts', () => describeTables(client)],
  ['openapi.json', async () => describeOperations(modules)],
  ['events.md', async () => describeEvents(modules)],
])('%s is what the code and the migrations say today; if not, run npm run goldens', async (name, describe) => {
  expect((await describe()) === (await committed(name)) ? 'fresh' : 'stale').toBe('fresh');
});
