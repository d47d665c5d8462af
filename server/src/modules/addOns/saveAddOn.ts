import { randomUUIDv7 } from 'node:crypto';
import { Amount } from '@farthing/core/money';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, notFound } from '../../kernel/problem.ts';
import { publicId } from '../../kernel/wire.ts';
import { findOrganization } from '../identity/index.ts';
import { addOnCreated, addOnDeleted, addOnUpdated } from './addOns.events.ts';
import type { AddOnCreate, AddOnResponse, AddOnUpdate } from './addOns.schemas.ts';
import { type AddOnRow, findAddOn, lockAddOn } from './addOns.sql.ts';

/** An add-on as replies, events and webhooks show it. */
export function presentAddOn(row: AddOnRow): z.output<typeof AddOnResponse> {
  return { ...row, public_id: publicId('addon', row.id), amount_cents: Amount.of(row.amount_cents) };
}

/** Creates an add-on. Without a currency it has the organization's. */
export async function createAddOn(tx: Tx, { amount_cents: amount, ...fields }: z.output<typeof AddOnCreate>) {
  const { tenant, now } = tx.scope;
  const organization = await findOrganization(tx.db, tenant.organizationId);
  await tx.lock(`add-on code ${fields.code}`);
  const other = await tx.db.selectFrom('add_ons').select('id').where('code', '=', fields.code).where('deleted_at', 'is', null).executeTakeFirst();
  if (other !== undefined) throw conflict('code_taken', `There is already an add-on with the code ${fields.code}.`);
  const row: AddOnRow = {
    description: null,
    amount_currency: organization?.default_currency ?? 'USD',
    invoice_display_name: null,
    ...fields,
    amount_cents: Amount.toBigInt(amount),
    tenant_id: tenant.id,
    id: randomUUIDv7(),
    created_at: now,
    updated_at: now,
    deleted_at: null,
  };
  await tx.db.insertInto('add_ons').values(row).execute();
  const made = presentAddOn(row);
  await tx.emit(addOnCreated, { id: row.id, data: made });
  return made;
}

async function take(tx: Tx, reference: string): Promise<AddOnRow> {
  const found = await findAddOn(tx.db, reference);
  const row = found === undefined ? undefined : await lockAddOn(tx.db, found.id);
  if (row === undefined) throw notFound('add-on');
  return row;
}

/** Changes what is given. What was applied before keeps its price. */
export async function updateAddOn(tx: Tx, reference: string, { amount_cents: amount, ...fields }: z.output<typeof AddOnUpdate>) {
  const before = await take(tx, reference);
  const changes = { ...fields, ...(amount === undefined ? {} : { amount_cents: Amount.toBigInt(amount) }), updated_at: tx.scope.now };
  const row = await tx.db.updateTable('add_ons').set(changes).where('id', '=', before.id).returningAll().executeTakeFirstOrThrow();
  const after = presentAddOn(row);
  await tx.emit(addOnUpdated, { id: row.id, data: after, before: presentAddOn(before) });
  return after;
}

/** Hides an add-on and frees its code; what was billed for it, and what still waits for an invoice, is kept. */
export async function deleteAddOn(tx: Tx, reference: string): Promise<void> {
  const before = await take(tx, reference);
  const { now } = tx.scope;
  await tx.db.updateTable('add_ons').set({ deleted_at: now, updated_at: now }).where('id', '=', before.id).execute();
  await tx.emit(addOnDeleted, { id: before.id, data: presentAddOn(before) });
}
