import type pg from 'pg';
import { oldestVersion, readMigrationState } from '../../kernel/db/migrate.ts';
import { applicationRole } from '../../kernel/db/pool.ts';
import { type Finding, count, fail, ok, warn } from './finding.ts';

/** The server's version: recent enough, and of the major version of the programs that come along. */
export async function checkVersion(client: pg.Client, bundled: string | null): Promise<Finding> {
  const { rows } = await client.query<{ version: string; number: number }>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number`,
  );
  const { version = '', number = 0 } = rows[0] ?? {};
  if (number < oldestVersion) return fail('database', `PostgreSQL ${version}`, 'Farthing needs PostgreSQL 15 or newer');
  if (bundled === null) return ok('database', `PostgreSQL ${version}, named by DATABASE_URL`);
  if (Number.parseInt(bundled, 10) === Math.floor(number / 10_000)) return ok('database', `PostgreSQL ${version}, embedded`);
  return fail('database', `PostgreSQL ${version} runs, ${bundled} comes along`, 'stop Farthing and start it again');
}

export async function checkMigrations(client: pg.Client): Promise<Finding> {
  const { pending, changed, unknown } = await readMigrationState(client);
  if (unknown.length > 0) return fail('migrations', `a newer Farthing applied ${unknown.join(', ')}`, 'start that version');
  if (changed.length > 0) return fail('migrations', `${changed.join(', ')} changed after it was applied`, 'start the version that applied it');
  if (pending.length > 0) return warn('migrations', `${count(pending.length, 'migration')} to apply`, 'run `npm run migrate`, or start Farthing');
  return ok('migrations', 'up to date');
}

interface Binding {
  readonly found: boolean;
  readonly unbound: boolean | null;
  readonly member: boolean | null;
  readonly open_tables: readonly string[];
}

/** A key is looked up to learn which tenant it names: its table cannot be scoped to one. */
const unscoped = ['api_keys'];

/** Row-level security keeps tenants apart only if the role the server acts as cannot get around it, and no table lacks it. */
export async function checkIsolation(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<Binding>(
    `select role.oid is not null as found, role.rolsuper or role.rolbypassrls as unbound,
       pg_has_role(current_user, role.oid, 'member') as member,
       (select coalesce(array_agg(class.relname::text order by class.relname), '{}') from pg_class class
          join pg_attribute attribute on attribute.attrelid = class.oid and attribute.attname = 'tenant_id'
        where class.relkind in ('r', 'p') and not class.relispartition and class.relnamespace = 'public'::regnamespace
          and class.relname <> all ($2) and not (class.relrowsecurity and class.relforcerowsecurity)) as open_tables
     from (values (1)) one left join pg_roles role on role.rolname = $1`,
    [applicationRole, unscoped],
  );
  const { found = false, unbound = null, member = null, open_tables: open = [] } = rows[0] ?? {};
  if (!found) return warn('isolation', `there is no role ${applicationRole} yet`, 'run `npm run migrate`, or start Farthing');
  if (unbound === true) return fail('isolation', `the role ${applicationRole} gets around row-level security`, `alter role ${applicationRole} nosuperuser nobypassrls`);
  if (member !== true) return fail('isolation', `this user may not act as ${applicationRole}`, `as a superuser: grant ${applicationRole} to the user of DATABASE_URL`);
  if (open.length > 0) return fail('isolation', `row-level security is not forced on ${open.join(', ')}`, 'alter table <each> enable row level security, force row level security');
  return ok('isolation', `the server acts as ${applicationRole}, bound by row-level security`);
}

/** Nothing acknowledged is lost only while the server forces every commit to the disk. */
export async function checkDurability(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ name: string }>(
    `select name from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off' order by name`,
  );
  const off = rows.map(({ name }) => name);
  if (off.length === 0) return ok('durability', 'every commit is on the disk before it is answered');
  return fail('durability', `${off.join(', ')}: off`, 'set to on in postgresql.conf: a crash may lose what was acknowledged');
}

/** The clock that dates bills is this process's; the database's must agree. */
export async function checkClock(client: pg.Client): Promise<Finding> {
  const before = Temporal.Now.instant().epochMilliseconds;
  const { rows } = await client.query<{ now: number }>(`select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`);
  const after = Temporal.Now.instant().epochMilliseconds;
  const theirs = rows[0]?.now ?? 0;
  // Anything between sending and receiving may have been "now" there.
  const skew = theirs < before ? before - theirs : Math.max(0, theirs - after);
  const found = `${(skew / 1000).toFixed(1)} s between this machine and the database`;
  if (skew > 30_000) return fail('clock', found, 'set both by NTP: periods begin and end by them');
  if (skew > 1000) return warn('clock', found, 'set both by NTP');
  return ok('clock', 'this machine and the database agree');
}
