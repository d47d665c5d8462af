import type pg from 'pg';
import { isOutdatedPlan } from './preparedStatements.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface TransactionOptions {
  /** Null: no tenant is set, and every tenant-scoped table refuses. */
  readonly tenantId: string | null;
  readonly readOnly?: boolean;
}

/** Sets the tenant for the rest of this transaction only; the setting ends with it and cannot leak through the pool. */
export function tenantStatement(tenantId: string): string {
  if (!uuid.test(tenantId)) throw new Error('A tenant is named by a UUID.');
  return `set local app.tenant = '${tenantId}'`;
}

/** SQLSTATE of class 08, as the server's own: the connection broke, or there was none to be had. Whoever tries again may succeed. */
function connectionFailure(cause: Error): Error {
  return Object.assign(new Error(`The connection to the database failed: ${cause.message}`, { cause }), { code: '08006' });
}

/** Tells that the connection is of no use any more, with what happened to it. */
type Lose = (error: Error) => void;

/** Runs `work` on a connection of the pool. One that broke, or that `work` gave up, is discarded, and the caller told that it may try again. */
export async function withConnection<T>(pool: pg.Pool, work: (client: pg.PoolClient, lose: Lose) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: Error) => {
    throw connectionFailure(error);
  });
  let broken: Error | undefined;
  // A connection may break while no statement is under way; nobody listening, that would take the process down.
  const lose = (error: Error) => {
    broken ??= connectionFailure(error);
  };
  client.on('error', lose);
  try {
    return await work(client, lose);
  } catch (error) {
    throw broken ?? error;
  } finally {
    client.release(broken);
    client.off('error', lose);
  }
}

/**
 * Runs `work` in one transaction; begin and tenant travel in one message. A connection that failed to end it is discarded. What only reads
 * is not kept waiting: its first statement follows right behind the beginning, and its result is given back when the end is sent, because
 * nothing that it read depends on that.
 */
export async function transact<T>(
  pool: pg.Pool,
  { tenantId, readOnly = false }: TransactionOptions,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const tenant = tenantId === null ? '' : `; ${tenantStatement(tenantId)}`;
  return withConnection(pool, async (client, lose) => {
    const waits = !readOnly || !client.pipeline;
    const begun = client.query((readOnly ? 'begin isolation level repeatable read read only' : 'begin') + tenant);
    begun.catch(() => {});
    try {
      if (waits) await begun;
      const result = await work(client);
      await begun;
      const ended = client.query('commit');
      if (waits) await ended;
      // Whoever has the connection by then is told should it break.
      else ended.catch(() => {});
      return result;
    } catch (error) {
      await client.query('rollback').catch(lose);
      throw error;
    }
  });
}

const transient = new Set(['40001', '40P01']);

export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Repeats work that lost a race with another transaction (serialisation failure, deadlock) or with a migration; it left nothing behind. */
export async function retryTransient<T>(work: () => Promise<T>, attempts = 4): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || !(transient.has(sqlState(error) ?? '') || isOutdatedPlan(error))) throw error;
    }
  }
}
