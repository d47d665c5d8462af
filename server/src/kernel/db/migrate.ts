import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import { applicationRole } from './pool.ts';

const folder = new URL('../../../migrations/', import.meta.url);
const lockKey = 7_310_526;

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

/** The role the server acts as: it owns nothing, and row-level security binds it. */
async function ensureApplicationRole(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ rolbypassrls: boolean; rolsuper: boolean }>(
    'select rolbypassrls, rolsuper from pg_roles where rolname = $1',
    [applicationRole],
  );
  if (rows[0] === undefined) await client.query(`create role ${applicationRole} nologin nobypassrls`);
  else if (rows[0].rolbypassrls || rows[0].rolsuper)
    throw new Error(`The role ${applicationRole} must be bound by row-level security: alter role ${applicationRole} nosuperuser nobypassrls.`);
  await client.query(`grant ${applicationRole} to current_user`).catch((error: { code?: string }) => {
    // A role that may not grant itself membership can still be a member already; taking the role on will tell.
    if (error.code !== '42501') throw error;
  });
}

async function applyPending(client: pg.Client): Promise<string[]> {
  await client.query(`create table if not exists schema_migrations (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
  const { rows } = await client.query<{ name: string; checksum: string }>('select name, checksum from schema_migrations');
  const applied = new Map(rows.map((row) => [row.name, row.checksum]));
  const known = await readMigrations();
  const unknown = [...applied.keys()].filter((name) => !known.some((migration) => migration.name === name));
  if (unknown.length > 0) throw new Error(`The database was migrated by a newer Farthing (${unknown.join(', ')}); start that version.`);
  const done: string[] = [];
  for (const migration of known) {
    const before = applied.get(migration.name);
    if (before === migration.checksum) continue;
    if (before !== undefined) throw new Error(`Migration ${migration.name} was changed after it was applied; add a new one instead.`);
    await client.query('begin');
    await client.query(migration.sql);
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [migration.name, migration.checksum]);
    await client.query('commit');
    done.push(migration.name);
  }
  return done;
}

/** Brings a database up to date, forward only. Safe to run from several processes at once; answers what was applied. */
export async function migrate(adminUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'farthing migrate' });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ version: number }>(`select current_setting('server_version_num')::int as version`);
    if ((rows[0]?.version ?? 0) < 150_000) throw new Error('Farthing needs PostgreSQL 15 or newer.');
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    await runMigrations({ connectionString: adminUrl });
    await ensureApplicationRole(client);
    return await applyPending(client);
  } finally {
    await client.end();
  }
}
