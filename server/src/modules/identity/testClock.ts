import { sql } from 'kysely';
import { systemNow } from '../../kernel/clock.ts';
import { announceDueWork } from '../../kernel/db/scheduler.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, Problem } from '../../kernel/problem.ts';
import type { Scope } from '../../kernel/scope.ts';
import { testClockMoved } from './identity.events.ts';
import { findTenant, lockTenant, type TenantRow } from './identity.sql.ts';
import { presentClock } from './presentIdentity.ts';

/** Live time cannot be moved. */
export function requireSandbox(scope: Scope): void {
  if (scope.tenant.environment !== 'sandbox')
    throw new Problem(403, 'sandbox_only', 'The test clock exists only in the sandbox; use a sk_test_ key.');
}

async function takeClock(tx: Tx): Promise<TenantRow> {
  requireSandbox(tx.scope);
  const row = await lockTenant(tx.db, tx.scope.tenant.id);
  if (row.clock_target !== null) throw conflict('clock_advancing', 'The test clock is still advancing.');
  return row;
}

async function announce(tx: Tx, before: TenantRow) {
  const after = presentClock(await findTenant(tx.db, tx.scope.tenant.id));
  await tx.emit(testClockMoved, { id: tx.scope.tenant.id, data: after, before: presentClock(before) });
  return after;
}

/** Sets the clock, in any direction while nothing is billed there yet, and freezes it. */
export async function setClock(tx: Tx, now: Temporal.Instant) {
  const row = await takeClock(tx);
  const current = row.clock_now ?? systemNow();
  if (row.clock_forward_only && Temporal.Instant.compare(now, current) < 0)
    throw conflict('clock_moves_forward_only', `The sandbox has subscriptions: its clock moves forward only from ${current}.`);
  if (row.clock_forward_only) return startAdvance(tx, row, now);
  await sql`update tenants set clock_now = ${now}, clock_errors = '[]' where id = ${row.id}`.execute(tx.db);
  return announce(tx, row);
}

/** Starts moving the clock forward; the scheduler runs what falls due on the way, in order, and then it is ready. */
export async function advanceClock(tx: Tx, to: Temporal.Instant) {
  const row = await takeClock(tx);
  const current = row.clock_now ?? systemNow();
  if (Temporal.Instant.compare(to, current) < 0)
    throw conflict('clock_moves_forward_only', `The test clock advances forward only, from ${current}.`);
  return startAdvance(tx, row, to);
}

async function startAdvance(tx: Tx, row: TenantRow, to: Temporal.Instant) {
  await sql`update tenants set clock_now = coalesce(clock_now, ${systemNow()}::timestamptz), clock_target = ${to}, clock_errors = '[]'
    where id = ${row.id}`.execute(tx.db);
  await announceDueWork(tx.db);
  return announce(tx, row);
}

/** From here on this tenant's test clock moves forward only: something that bills depends on it. */
export async function keepClockForward(tx: Tx): Promise<void> {
  await sql`update tenants set clock_forward_only = true where id = ${tx.scope.tenant.id} and not clock_forward_only`.execute(tx.db);
}
