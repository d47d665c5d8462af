import { createHash } from 'node:crypto';
import type { CompiledQuery } from 'kysely';
import type pg from 'pg';

/** Longer lists of parameters come in so many lengths that each would be a statement of its own. */
const mostParameters = 40;
/** A connection keeps what it has prepared until it ends; what it meets beyond that is planned every time. */
const mostPerConnection = 500;

let preparedBy = new WeakMap<pg.ClientBase, Map<string, string>>();
let generation = 0;

/**
 * The name under which a connection prepares a statement, once, instead of having it parsed and planned at every use: of a join
 * of six tables under row-level security that is nearly all the time it takes. Empty for a statement that is not worth a name.
 */
export function nameOf(client: pg.ClientBase, { sql, parameters }: CompiledQuery): { readonly name?: string } {
  if (parameters.length > mostParameters) return {};
  const prepared = preparedBy.get(client) ?? new Map<string, string>();
  preparedBy.set(client, prepared);
  const known = prepared.get(sql);
  if (known !== undefined) return { name: known };
  if (prepared.size >= mostPerConnection) return {};
  const name = `${generation}_${createHash('sha256').update(sql).digest('base64url')}`;
  prepared.set(sql, name);
  return { name };
}

/** Whether a prepared statement fits the tables no longer: somebody migrated them under a running process. */
export function isOutdatedPlan(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '0A000' && error.message.startsWith('cached plan');
}

/** Has every connection prepare its statements anew, under new names. */
export function forgetPrepared(): void {
  preparedBy = new WeakMap();
  generation++;
}
