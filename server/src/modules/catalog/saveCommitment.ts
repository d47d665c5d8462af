import { randomUUIDv7 } from 'node:crypto';
import { Amount } from '@farthing/core/money';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, notFound } from '../../kernel/problem.ts';
import { publicId } from '../../kernel/wire.ts';
import { commitmentCreated, commitmentDeleted, commitmentUpdated } from './catalog.events.ts';
import { findPlan, lockPlan } from './catalog.sql.ts';
import type { CommitmentCreate, CommitmentResponse, CommitmentUpdate } from './commitments.schemas.ts';
import { type CommitmentRow, commitmentsOf, lockCommitment } from './commitments.sql.ts';

export function presentCommitment(row: CommitmentRow): z.output<typeof CommitmentResponse> {
  return {
    ...row,
    public_id: publicId('com', row.id),
    commitment_type: 'minimum_commitment',
    amount_cents: Amount.of(row.amount_cents),
  };
}

/** Gives a plan its minimum; there is one, so that the same fees are not measured twice. */
export async function createCommitment(tx: Tx, planReference: string, body: z.output<typeof CommitmentCreate>) {
  const found = await findPlan(tx.db, planReference);
  const plan = found === undefined ? undefined : await lockPlan(tx.db, found.id);
  if (plan === undefined) throw notFound('plan');
  if ((await commitmentsOf(tx.db, [plan.id])).length > 0)
    throw conflict('commitment_exists', 'The plan has a minimum commitment already; change that one.');
  const { tenant, now } = tx.scope;
  const row = await tx.db
    .insertInto('commitments')
    .values({
      tenant_id: tenant.id,
      id: randomUUIDv7(),
      plan_id: plan.id,
      commitment_type: 'minimum_commitment',
      amount_cents: Amount.toBigInt(body.amount_cents),
      invoice_display_name: body.invoice_display_name ?? null,
      created_at: now,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const made = presentCommitment(row);
  await tx.emit(commitmentCreated, { id: row.id, data: made });
  return made;
}

async function take(tx: Tx, id: string): Promise<CommitmentRow> {
  const row = await lockCommitment(tx.db, id);
  if (row === undefined) throw notFound('commitment');
  return row;
}

/** Changes what is given. Periods that close from now on follow it. */
export async function updateCommitment(tx: Tx, id: string, { amount_cents: amount, ...fields }: z.output<typeof CommitmentUpdate>) {
  const before = await take(tx, id);
  const changes = { ...fields, ...(amount === undefined ? {} : { amount_cents: Amount.toBigInt(amount) }), updated_at: tx.scope.now };
  const row = await tx.db.updateTable('commitments').set(changes).where('id', '=', before.id).returningAll().executeTakeFirstOrThrow();
  const data = presentCommitment(row);
  await tx.emit(commitmentUpdated, { id: row.id, data, before: presentCommitment(before) });
  return data;
}

/** Removes a commitment; fees that were billed for it keep it. */
export async function deleteCommitment(tx: Tx, id: string): Promise<void> {
  const before = await take(tx, id);
  const { now } = tx.scope;
  await tx.db.updateTable('commitments').set({ deleted_at: now, updated_at: now }).where('id', '=', before.id).execute();
  await tx.emit(commitmentDeleted, { id: before.id, data: presentCommitment(before) });
}
