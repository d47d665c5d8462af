import { type QueryExecutorProvider, sql } from 'kysely';
import { systemNow } from '../clock.ts';
import { notFound } from '../problem.ts';
import type { Actor, Environment, Scope } from '../scope.ts';

interface TenantRow {
  readonly organization_id: string;
  readonly environment: Environment;
  readonly clock_now: Temporal.Instant | null;
}

/** The scope of work that nobody called for: jobs, timers, reactions. */
export async function loadScope(db: QueryExecutorProvider, tenantId: string, actor: Actor): Promise<Scope> {
  const { rows } = await sql<TenantRow>`
    select organization_id, environment, clock_now from tenants where id = ${tenantId}`.execute(db);
  const row = rows[0];
  if (row === undefined) throw notFound('tenant');
  return {
    tenant: { id: tenantId, organizationId: row.organization_id, environment: row.environment },
    actor,
    now: row.clock_now ?? systemNow(),
    requestId: null,
    scopes: [],
  };
}

/** Whether the test clock of a tenant is on its way to an instant. */
export async function isClockMoving(db: QueryExecutorProvider, tenantId: string): Promise<boolean> {
  const { rows } = await sql<{ moving: boolean }>`select clock_target is not null as moving from tenants where id = ${tenantId}`.execute(db);
  return rows[0]?.moving ?? false;
}
