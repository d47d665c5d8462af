import { randomUUIDv7 } from 'node:crypto';
import { Rate } from '@farthing/core/money';
import { untaxedCategories } from '@farthing/core/taxes';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, invalid, notFound } from '../../kernel/problem.ts';
import { publicId } from '../../kernel/wire.ts';
import { taxCreated, taxDeleted, taxUpdated } from './taxes.events.ts';
import type { TaxCreate, TaxResponse, TaxUpdate } from './taxes.schemas.ts';
import { findTax, lockTax, type TaxRow } from './taxes.sql.ts';

/** A tax as replies, events and webhooks show it. */
export function presentTax(row: TaxRow): z.output<typeof TaxResponse> {
  return { ...row, public_id: publicId('tax', row.id), rate: Rate.restore(row.rate) };
}

type Category = TaxRow['category'];

/** Its category, which fits its rate: the standard one has a rate, and those of no tax have none. */
function categoryOf(rate: Rate, given: Category | null): Category {
  const category = given ?? (Rate.isZero(rate) ? 'Z' : 'S');
  if (untaxedCategories.has(category) && !Rate.isZero(rate)) throw invalid('category', 'rate_mismatch', `Nothing is charged under category ${category}: the rate must be 0.`);
  if (category === 'S' && Rate.isZero(rate)) throw invalid('category', 'rate_mismatch', 'The standard category has a rate above 0; of 0, it is zero rated (Z) or exempt (E).');
  return category;
}

/** Keeps whether a tax applies to the whole organization, as an application like any other. */
async function applyToOrganization(tx: Tx, taxId: string, wanted: boolean | undefined): Promise<void> {
  if (wanted === undefined) return;
  const { tenant, now } = tx.scope;
  if (!wanted) {
    await tx.db.deleteFrom('applied_taxes').where('tax_id', '=', taxId).where('taxable_type', '=', 'organization').execute();
    return;
  }
  await tx.db
    .insertInto('applied_taxes')
    .values({ tenant_id: tenant.id, id: randomUUIDv7(), tax_id: taxId, taxable_type: 'organization', taxable_id: tenant.organizationId, created_at: now })
    .onConflict((conflicting) => conflicting.doNothing())
    .execute();
}

async function reread(tx: Tx, id: string): Promise<z.output<typeof TaxResponse>> {
  const row = await findTax(tx.db, id);
  if (row === undefined) throw notFound('tax');
  return presentTax(row);
}

/** Creates a tax. It applies to nothing yet but, where that is asked for, to all of the organization. */
export async function createTax(tx: Tx, { rate, category, applied_to_organization: everywhere, ...fields }: z.output<typeof TaxCreate>) {
  const { tenant, now } = tx.scope;
  await tx.lock(`tax code ${fields.code}`);
  const other = await tx.db.selectFrom('taxes').select('id').where('code', '=', fields.code).where('deleted_at', 'is', null).executeTakeFirst();
  if (other !== undefined) throw conflict('code_taken', `There is already a tax with the code ${fields.code}.`);
  const id = randomUUIDv7();
  await tx.db
    .insertInto('taxes')
    .values({ ...fields, rate: Rate.toString(rate), category: categoryOf(rate, category ?? null), tenant_id: tenant.id, id, created_at: now, updated_at: now })
    .execute();
  await applyToOrganization(tx, id, everywhere);
  const made = await reread(tx, id);
  await tx.emit(taxCreated, { id, data: made });
  return made;
}

/** The live tax, taken for the rest of the transaction. */
export async function takeTax(tx: Tx, reference: string): Promise<z.output<typeof TaxResponse>> {
  const found = await findTax(tx.db, reference);
  if (found === undefined) throw notFound('tax');
  await lockTax(tx.db, found.id);
  return reread(tx, found.id);
}

/** Changes what is given. Finalized invoices keep what they were computed with. */
export async function updateTax(tx: Tx, reference: string, body: z.output<typeof TaxUpdate>) {
  const before = await takeTax(tx, reference);
  const { rate = before.rate, category, applied_to_organization: everywhere, ...fields } = body;
  const kept = body.rate === undefined ? before.category : null;
  await tx.db
    .updateTable('taxes')
    .set({ ...fields, rate: Rate.toString(rate), category: categoryOf(rate, category === undefined ? (kept ?? sameSide(before, rate)) : category), updated_at: tx.scope.now })
    .where('id', '=', before.id)
    .execute();
  await applyToOrganization(tx, before.id, everywhere);
  const after = await reread(tx, before.id);
  await tx.emit(taxUpdated, { id: before.id, data: after, before });
  return after;
}

/** The category stays with a new rate, as long as there is one, or none, as before. */
function sameSide({ category, rate: before }: z.output<typeof TaxResponse>, rate: Rate): Category | null {
  return Rate.isZero(before) === Rate.isZero(rate) ? category : null;
}

/** Hides a tax and frees its code; it applies to nothing any more. What was invoiced with it is kept. */
export async function deleteTax(tx: Tx, reference: string): Promise<void> {
  const before = await takeTax(tx, reference);
  const { now } = tx.scope;
  await tx.db.deleteFrom('applied_taxes').where('tax_id', '=', before.id).execute();
  await tx.db.updateTable('taxes').set({ deleted_at: now, updated_at: now }).where('id', '=', before.id).execute();
  await tx.emit(taxDeleted, { id: before.id, data: before });
}
