import { createHash } from 'node:crypto';
import type pg from 'pg';
import { applicationRole } from '../../kernel/db/pool.ts';
import { type Invariant, invariants } from './invariants.ts';

/** The first row that breaks an invariant, and whose it is; null for one of the whole database. */
export interface Breach {
  readonly invariant: string;
  readonly tenant_id: string | null;
  readonly row: unknown;
}

/** Prepared, so that it is planned once and not for each environment: in a small one that takes longer than to run it. */
async function firstRow(client: pg.ClientBase, { breaches }: Invariant): Promise<unknown> {
  const name = createHash('sha256').update(breaches).digest('base64url');
  const { rows } = await client.query({ name, text: `select to_jsonb(breach) as row from (${breaches}) breach limit 1` });
  return rows[0]?.row;
}

/**
 * The first breach of an invariant in the caller's transaction; null when it holds. An environment is looked at as the server
 * looks at it, bound by row-level security, because the owner of the tables may be bound as well.
 */
export async function findBreach(client: pg.ClientBase, invariant: Invariant, tenants: readonly string[]): Promise<Breach | null> {
  const { name, of } = invariant;
  if (of === 'database') {
    const row = await firstRow(client, invariant);
    return row === undefined ? null : { invariant: name, tenant_id: null, row };
  }
  await client.query(`set local role ${applicationRole}`);
  for (const tenant of tenants) {
    await client.query("select set_config('app.tenant', $1, true)", [tenant]);
    const row = await firstRow(client, invariant);
    if (row !== undefined) return { invariant: name, tenant_id: tenant, row };
  }
  await client.query('set local role none');
  return null;
}

/** The environments there are, or those of one organization. */
export async function listTenants(client: pg.ClientBase, organizationId: string | null = null): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>('select id from tenants where $1::uuid is null or organization_id = $1 order by id', [organizationId]);
  return rows.map(({ id }) => id);
}

/**
 * Holds a database, which may be in use, to every invariant, all in one snapshot. Calls back for each in turn. Where an organization is
 * named, what holds in an environment is asked in its own only.
 */
export async function verifyBooks(
  client: pg.ClientBase,
  report: (invariant: Invariant, breach: Breach | null) => void,
  organizationId: string | null = null,
): Promise<void> {
  await client.query('begin isolation level repeatable read read only');
  // Whoever asks for the first breach is given a plan that finds one soon: loops within loops. There is none, and they would take the square of the rows.
  await client.query('set local enable_nestloop = off');
  try {
    const tenants = await listTenants(client, organizationId);
    for (const invariant of invariants) {
      report(invariant, await findBreach(client, invariant, tenants));
      await client.query('set local role none');
    }
  } finally {
    await client.query('rollback');
  }
}
