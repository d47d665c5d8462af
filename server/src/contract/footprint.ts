import type pg from 'pg';

// The worker sends messages and rolls usage up while a test runs; what it notes about that is no trace of a request.
const rollUps = ['usage_dirty_hours', 'usage_meters', 'usage_buckets', 'usage_unique_values', 'usage_days', 'usage_unique_days', 'usage_volumes', 'usage_progress', 'usage_ranges'];
const ofTheWorker = new Set(['webhooks', 'webhook_attempts', ...rollUps]);
const touchedByUse = new Set(['api_keys', 'webhook_endpoints']);

async function tables(admin: pg.ClientBase): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  return rows.map(({ name }) => name).filter((name) => !ofTheWorker.has(name));
}

/** How many rows every table has and what is in them, past row-level security: two equal footprints mean that nothing was written between. */
export async function footprint(admin: pg.ClientBase): Promise<Record<string, string>> {
  const parts = (await tables(admin)).map((name) => {
    const contents = touchedByUse.has(name) ? `''` : `coalesce(sum(hashtextextended(t::text, 0)), 0)::text`;
    return `select '${name}' as name, count(*) || ' rows ' || ${contents} as mark from ${name} t`;
  });
  const { rows } = await admin.query<{ name: string; mark: string }>(parts.join(' union all '));
  return Object.fromEntries(rows.map(({ name, mark }) => [name, mark]));
}

/** How many rows every table has. */
export async function countRows(admin: pg.ClientBase): Promise<Record<string, number>> {
  const parts = (await tables(admin)).map((name) => `select '${name}' as name, count(*)::int as rows from ${name}`);
  const { rows } = await admin.query<{ name: string; rows: number }>(parts.join(' union all '));
  return Object.fromEntries(rows.map((row) => [row.name, row.rows]));
}

/** How many rows each table gained from one count to the other, where any. */
export function gained(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const entries = Object.entries(after).map(([name, rows]): [string, number] => [name, rows - (before[name] ?? 0)]);
  return Object.fromEntries(entries.filter(([, rows]) => rows !== 0));
}
