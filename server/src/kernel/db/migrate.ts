import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import { applicationRole, meterRole } from './pool.ts';

const folder = new URL('../../../migrations/', import.meta.url);
const lockKey = 7_310_526;
/** As PostgreSQL numbers itself: 15.0. */
export const oldestVersion = 150_000;

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

const refused = '42501';

function sqlStateOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

const roles = [applicationRole, meterRole];

/** The roles the server acts as: they own nothing, and row-level security binds them. */
async function ensureRoles(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ rolname: string; unbound: boolean }>(
    'select rolname, rolbypassrls or rolsuper as unbound from pg_roles where rolname = any($1)',
    [roles],
  );
  const unbound = rows.find((row) => row.unbound)?.rolname;
  if (unbound !== undefined)
    throw new Error(`the role ${unbound} must be bound by row-level security; as a superuser: alter role ${unbound} nosuperuser nobypassrls.`);
  const missing = roles.filter((role) => rows.every(({ rolname }) => rolname !== role));
  const creation = missing.map((role) => `create role ${role} nologin; `).join('');
  const reach = async (what: string) => `its user may not ${what}; as a superuser: ${creation}grant ${roles.join(', ')} to ${await userOf(client)}.`;
  if (missing.length > 0) await unlessRefused(client.query(creation), () => reach(`create the role ${missing[0]}`));
  // A role that may not grant itself membership can still be a member already; taking the role on will tell.
  for (const role of roles) await client.query(`grant ${role} to current_user`).catch(passRefusal);
  for (const role of roles) await unlessRefused(client.query(`set role ${role}; reset role`), () => reach(`act as ${role}`));
}

function passRefusal(error: unknown): void {
  if (sqlStateOf(error) !== refused) throw error;
}

async function unlessRefused(work: Promise<unknown>, explain: () => Promise<string>): Promise<void> {
  await work.catch(async (error: unknown) => {
    passRefusal(error);
    throw new Error(await explain());
  });
}

async function userOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ me: string }>('select quote_ident(current_user) as me');
  return rows[0]?.me ?? '';
}

/** What is known of the migrations: those of this program that the database lacks, and those it has that differ or are not ours. */
export interface MigrationState {
  readonly pending: readonly string[];
  readonly changed: readonly string[];
  readonly unknown: readonly string[];
}

async function compare(client: pg.Client, known: readonly Migration[]): Promise<MigrationState> {
  const { rows } = await client.query<{ name: string; checksum: string }>('select name, checksum from schema_migrations');
  const applied = new Map(rows.map((row) => [row.name, row.checksum]));
  const names = (of: readonly Migration[]) => of.map(({ name }) => name);
  return {
    pending: names(known.filter(({ name }) => !applied.has(name))),
    changed: names(known.filter(({ name, checksum }) => (applied.get(name) ?? checksum) !== checksum)),
    unknown: [...applied.keys()].filter((name) => !names(known).includes(name)),
  };
}

/** Compares the database with this program, changing nothing. A database that was never migrated lacks everything. */
export async function readMigrationState(client: pg.Client): Promise<MigrationState> {
  const known = await readMigrations();
  const { rows } = await client.query<{ found: boolean }>(`select to_regclass('schema_migrations') is not null as found`);
  if (rows[0]?.found !== true) return { pending: known.map(({ name }) => name), changed: [], unknown: [] };
  return compare(client, known);
}

async function applyPending(client: pg.Client, besides: Besides): Promise<string[]> {
  await client.query(`create table if not exists schema_migrations (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
  const known = await readMigrations();
  const { pending, changed, unknown } = await compare(client, known);
  if (unknown.length > 0) throw new Error(`The database was migrated by a newer Farthing (${unknown.join(', ')}); start that version.`);
  if (changed.length > 0) throw new Error(`Migration ${changed.join(', ')} was changed after it was applied; add a new one instead.`);
  const wanted = known.filter(({ name }) => pending.includes(name));
  // An empty database gets all of them at once: nobody waits for its locks, and each commit would wait for the disk.
  if (wanted.length === known.length) await besides(applyTogether(client, wanted));
  else for (const migration of wanted) await applyTogether(client, [migration]);
  return [...pending];
}

/** Applies migrations in one transaction: all of them, or none. */
async function applyTogether(client: pg.Client, migrations: readonly Migration[]): Promise<void> {
  await client.query('begin; set local synchronous_commit = on');
  await client.query(migrations.map(({ sql }) => sql).join('\n'));
  await client.query('insert into schema_migrations (name, checksum) select * from unnest($1::text[], $2::text[])', [
    migrations.map(({ name }) => name),
    migrations.map(({ checksum }) => checksum),
  ]);
  await client.query('commit');
}

// What is done again where a crash of the machine took it back need not wait for the disk.
const forgetful = '-c synchronous_commit=off';

/** The tables of the job runner, by its own migrations. */
async function migrateJobs(adminUrl: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: adminUrl, max: 2, options: forgetful, application_name: 'farthing migrate' });
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', () => {});
  try {
    await runMigrations({ pgPool: pool });
  } finally {
    await pool.end();
  }
}

/** Is handed what the database does by itself for a while, for something else to be done meanwhile; answers what that answers. */
type Besides = <T>(work: Promise<T>) => Promise<T>;

/** Brings a database up to date, forward only. Safe to run from several processes at once; answers what was applied. */
export async function migrate(adminUrl: string, besides: Besides = (work) => work): Promise<string[]> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'farthing migrate', connectionTimeoutMillis: 15_000, options: forgetful });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ version: number }>(`select current_setting('server_version_num')::int as version`);
    if ((rows[0]?.version ?? 0) < oldestVersion) throw new Error('Farthing needs PostgreSQL 15 or newer.');
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    await migrateJobs(adminUrl);
    await ensureRoles(client);
    return await applyPending(client, besides);
  } finally {
    await client.end();
  }
}
