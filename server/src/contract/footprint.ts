import type pg from 'pg';
import { expect } from 'vitest';

// The worker sends messages and rolls usage up and follows it while a test runs; what it notes about that is no trace of a request.
const rollUps = ['usage_dirty_hours', 'usage_meters', 'usage_buckets', 'usage_unique_values', 'usage_days', 'usage_unique_days', 'usage_volumes', 'usage_progress', 'usage_ranges'];
const ofTheWorker = new Set(['webhooks', 'webhook_attempts', 'in_advance_progress', 'unfollowed_usage', ...rollUps]);
// Wallets are counted off by the worker, some time after what moved them.
const touchedByUse = new Set(['api_keys', 'webhook_endpoints', 'wallets']);

// The statements that look at all tables are prepared, once for a connection: planning them takes longer than running them.
const namesOf = new WeakMap<pg.ClientBase, Promise<string[]>>();

async function readTables(admin: pg.ClientBase): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  return rows.map(({ name }) => name).filter((name) => !ofTheWorker.has(name));
}

function tables(admin: pg.ClientBase): Promise<string[]> {
  const known = namesOf.get(admin) ?? readTables(admin);
  namesOf.set(admin, known);
  return known;
}

interface Table {
  readonly name: string;
  readonly rows: number;
  readonly changed: number;
}

/**
 * How many rows every table has, and how many of them were written by transactions that this snapshot does not see. Nearly all are older
 * than every transaction that was under way then; that is a comparison of two numbers, and asking the snapshot takes ten times as long.
 */
async function readRows(admin: pg.ClientBase, snapshot: string): Promise<Table[]> {
  const written = 'age(t.xmin) <= (select age from since) and not pg_visible_in_snapshot(t.xmin::text::xid8, $1::pg_snapshot)';
  const parts = (await tables(admin)).map((name) => {
    const changed = touchedByUse.has(name) ? '0' : `count(*) filter (where ${written})::int`;
    return `select '${name}' as name, count(*)::int as rows, ${changed} as changed from ${name} t`;
  });
  const since = 'with since as materialized (select age(pg_snapshot_xmin($1::pg_snapshot)::xid) as age)';
  return (await admin.query<Table>({ name: 'changed rows', text: `${since} ${parts.join(' union all ')}`, values: [snapshot] })).rows;
}

/** A moment, and how many rows every table had then. */
export interface Footprint {
  readonly snapshot: string;
  readonly rows: Readonly<Record<string, number>>;
}

/** Looks at every table past row-level security, to hold later by `expectUntouched` that nothing was written since. */
export async function footprint(admin: pg.ClientBase): Promise<Footprint> {
  const { rows } = await admin.query<{ snapshot: string }>('select pg_current_snapshot()::text as snapshot');
  return { snapshot: rows[0]?.snapshot ?? expect.fail('a snapshot'), rows: await countRows(admin) };
}

/** No table has more or fewer rows than then, and none whose present version was written since. */
export async function expectUntouched(admin: pg.ClientBase, { snapshot, rows }: Footprint): Promise<void> {
  const touched = (await readRows(admin, snapshot)).filter((table) => table.changed > 0 || table.rows !== rows[table.name]);
  expect(touched).toEqual([]);
}

/** How many rows every table has. */
export async function countRows(admin: pg.ClientBase): Promise<Record<string, number>> {
  const parts = (await tables(admin)).map((name) => `select '${name}' as name, count(*)::int as rows from ${name}`);
  const { rows } = await admin.query<{ name: string; rows: number }>({ name: 'rows', text: parts.join(' union all ') });
  return Object.fromEntries(rows.map((row) => [row.name, row.rows]));
}

/** How many rows each table gained from one count to the other, where any. */
export function gained(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const entries = Object.entries(after).map(([name, rows]): [string, number] => [name, rows - (before[name] ?? 0)]);
  return Object.fromEntries(entries.filter(([, rows]) => rows !== 0));
}
