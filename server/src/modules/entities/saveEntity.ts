import { randomUUIDv7 } from 'node:crypto';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, invalid, notFound } from '../../kernel/problem.ts';
import { publicId } from '../../kernel/wire.ts';
import { billingEntityCreated, billingEntityDeleted, billingEntityUpdated } from './entities.events.ts';
import type { BillingEntityCreate, BillingEntityResponse, BillingEntityUpdate } from './entities.schemas.ts';
import { type BillingEntityRow, clearDefault, findEntity, hasNumbers, isInUse, lockEntity } from './entities.sql.ts';

export function presentEntity(row: BillingEntityRow): z.output<typeof BillingEntityResponse> {
  return {
    ...row,
    public_id: publicId('ent', row.id),
    timezone: row.effective_timezone,
    next_invoice_number: Number(row.next_invoice_number),
  };
}

async function reread(tx: Tx, id: string): Promise<BillingEntityRow> {
  const row = await findEntity(tx.db, { id });
  if (row === undefined) throw notFound('billing entity');
  return row;
}

type NewEntity = z.output<typeof BillingEntityCreate>;

/** Creates an entity; one marked as default takes that mark from the other. */
export async function createEntity(tx: Tx, body: NewEntity, currency: string) {
  const { tenant, now } = tx.scope;
  await tx.lock('billing entities');
  if ((await findEntity(tx.db, { code: body.code })) !== undefined)
    throw conflict('code_taken', `There is already a billing entity with the code ${body.code}.`);
  if (body.is_default === true) await clearDefault(tx.db);
  const id = randomUUIDv7();
  const { next_invoice_number: next = 1, ...fields } = body;
  await tx.db
    .insertInto('billing_entities')
    .values({ currency, ...fields, tenant_id: tenant.id, id, next_invoice_number: BigInt(next), created_at: now, updated_at: now })
    .execute();
  const made = presentEntity(await reread(tx, id));
  await tx.emit(billingEntityCreated, { id, data: made });
  return made;
}

/** Changes an entity. The numbering may be set only while no number of it is in use: a gap could not be explained. */
export async function updateEntity(tx: Tx, code: string, body: z.output<typeof BillingEntityUpdate>) {
  await tx.lock('billing entities');
  const found = await findEntity(tx.db, { code });
  if (found === undefined) throw notFound('billing entity');
  await lockEntity(tx.db, found.id);
  const before = await reread(tx, found.id);
  const { next_invoice_number: next, ...fields } = body;
  const moves = next !== undefined && BigInt(next) !== before.next_invoice_number;
  const renames = body.invoice_prefix !== undefined && body.invoice_prefix !== before.invoice_prefix;
  if ((moves || renames) && (await hasNumbers(tx.db, found.id)))
    throw conflict('numbering_in_use', 'Invoices already carry numbers of this entity; its numbering can no longer be changed.');
  if (body.is_default === false && before.is_default)
    throw invalid('is_default', 'default_needed', 'Make another billing entity the default instead.');
  if (body.is_default === true) await clearDefault(tx.db);
  await tx.db
    .updateTable('billing_entities')
    .set({ ...fields, ...(next === undefined ? {} : { next_invoice_number: BigInt(next) }), updated_at: tx.scope.now })
    .where('id', '=', found.id)
    .execute();
  const after = presentEntity(await reread(tx, found.id));
  await tx.emit(billingEntityUpdated, { id: found.id, data: after, before: presentEntity(before) });
  return after;
}

/** Deletes an entity that nothing was billed under; the default one stays. */
export async function deleteEntity(tx: Tx, code: string): Promise<void> {
  await tx.lock('billing entities');
  const found = await findEntity(tx.db, { code });
  if (found === undefined) throw notFound('billing entity');
  if (found.is_default) throw conflict('default_entity', 'The default billing entity cannot be deleted; make another the default first.');
  if (await isInUse(tx.db, found.id)) throw conflict('entity_in_use', 'Customers or invoices belong to this billing entity.');
  await tx.db.deleteFrom('billing_entities').where('id', '=', found.id).execute();
  await tx.emit(billingEntityDeleted, { id: found.id, data: presentEntity(found) });
}
