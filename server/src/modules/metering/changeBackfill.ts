import { randomUUIDv7 } from 'node:crypto';
import { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, invalid, notFound } from '../../kernel/problem.ts';
import { publicId } from '../../kernel/wire.ts';
import { backfillClosed, backfillCreated, backfillReverted } from './backfills.events.ts';
import type { BackfillCreate, BackfillEventResponse, BackfillResponse } from './backfills.schemas.ts';
import { type BackfillEventRow, type BackfillRow, insertBackfill, lockBackfill, removeStaged, storeStaged, updateBackfill } from './backfills.sql.ts';

type Presented = z.output<typeof BackfillResponse>;

const mostDays = 31;

/** Opens a backfill. Throws 422 for more than 31 days, or none. */
export async function openBackfill(tx: Tx, body: z.output<typeof BackfillCreate>): Promise<Presented> {
  const { from_timestamp: from, to_timestamp: to, note = null } = body;
  if (Temporal.Instant.compare(from, to) >= 0) throw invalid('to_timestamp', 'invalid', 'Must be after from_timestamp.');
  if (Temporal.Instant.compare(from.add({ hours: 24 * mostDays }), to) < 0)
    throw invalid('to_timestamp', 'too_long', `Must not be more than ${mostDays} days after from_timestamp; make several backfills.`);
  const row = await insertBackfill(tx.db, { tenant_id: tx.scope.tenant.id, id: randomUUIDv7(), from_timestamp: from, to_timestamp: to, note }, tx.scope.now);
  await tx.emit(backfillCreated, { id: row.id, data: presentBackfill(row) });
  return presentBackfill(row);
}

/** The backfill, held for the rest of the transaction. Throws 404, 409 where it is closed or reverted. */
export async function takeOpen(tx: Tx, id: string): Promise<BackfillRow> {
  const row = await lockBackfill(tx.db, id);
  if (row === undefined) throw notFound('backfill');
  if (row.status !== 'open') throw conflict('not_open', `This backfill is ${row.status}.`);
  return row;
}

/**
 * Counts everything the backfill brought, all at once: nobody sees a part of it. What was stored before, by whichever door, is counted
 * once (E1); where the content differs, what was there stays, and the backfill goes on listing its own.
 */
export async function closeBackfill(tx: Tx, id: string): Promise<Presented> {
  const row = await takeOpen(tx, id);
  const stored = await storeStaged(tx.db, tx.scope, id);
  const removed = await removeStaged(tx.db, id, { alikeOnly: stored < row.events_count });
  const counts = { stored_count: stored, duplicates_count: removed - stored, conflicts_count: row.events_count - removed };
  const closed = await updateBackfill(tx.db, id, { status: 'closed', ...counts, closed_at: tx.scope.now }, tx.scope.now);
  await tx.emit(backfillClosed, { id, data: presentBackfill(closed), before: presentBackfill(row) });
  return presentBackfill(closed);
}

/** Gives up what was brought in. */
export async function revertBackfill(tx: Tx, id: string): Promise<Presented> {
  const row = await takeOpen(tx, id);
  await removeStaged(tx.db, id, { alikeOnly: false });
  const reverted = await updateBackfill(tx.db, id, { status: 'reverted', reverted_at: tx.scope.now }, tx.scope.now);
  await tx.emit(backfillReverted, { id, data: presentBackfill(reverted), before: presentBackfill(row) });
  return presentBackfill(reverted);
}

const numberOf = (count: bigint | null): number | null => (count === null ? null : Number(count));

export function presentBackfill(row: BackfillRow): Presented {
  return {
    ...row,
    public_id: publicId('bkf', row.id),
    events_count: Number(row.events_count),
    stored_count: numberOf(row.stored_count),
    duplicates_count: numberOf(row.duplicates_count),
    conflicts_count: numberOf(row.conflicts_count),
  };
}

const properties = z.record(z.string(), z.unknown());

export function presentStaged(row: BackfillEventRow): z.output<typeof BackfillEventResponse> {
  return { ...row, properties: properties.parse(row.properties) };
}
