import { randomUUIDv7 } from 'node:crypto';
import { Amount, Rate } from '@farthing/core/money';
import type { TaxableType } from '@farthing/core/taxes';
import type { z } from 'zod';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, invalid, notFound } from '../../kernel/problem.ts';
import { publicId } from '../../kernel/wire.ts';
import { takeTax } from './saveTax.ts';
import { taxApplied, taxRemoved } from './taxes.events.ts';
import type { AppliedTaxResponse, ApplyTaxRequest } from './taxes.schemas.ts';
import { type AppliedTaxRow, findApplied, findTax, isThere } from './taxes.sql.ts';

/** An application as replies, events and webhooks show it. */
export function presentApplied(row: AppliedTaxRow): z.output<typeof AppliedTaxResponse> {
  const { code, name, rate, ...application } = row;
  return {
    ...application,
    public_id: publicId('atx', row.id),
    tax_rate: Rate.restore(rate),
    tax_amount_cents: Amount.zero,
    tax_name: name,
    tax_code: code,
  };
}

/** Whether there is such a thing in this environment. */
async function exists(db: ReadDb, type: TaxableType, id: string, organizationId: string): Promise<boolean> {
  if (type === 'organization') return id === organizationId;
  return isThere(db, type, id);
}

/** Applies a tax to something of this environment, once. */
export async function applyTax(tx: Tx, { tax_code: reference, taxable_type: type, taxable_id: taxableId }: z.output<typeof ApplyTaxRequest>) {
  const { tenant, now } = tx.scope;
  if ((await findTax(tx.db, reference)) === undefined) throw invalid('tax_code', 'not_found', 'There is no such tax.');
  const tax = await takeTax(tx, reference);
  if (!(await exists(tx.db, type, taxableId, tenant.organizationId))) throw invalid('taxable_id', 'not_found', `There is no such ${type.replaceAll('_', ' ')}.`);
  const id = randomUUIDv7();
  const made = await tx.db
    .insertInto('applied_taxes')
    .values({ tenant_id: tenant.id, id, tax_id: tax.id, taxable_type: type, taxable_id: taxableId, created_at: now })
    .onConflict((conflicting) => conflicting.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (made === undefined) throw conflict('already_applied', `The tax ${tax.code} applies to it already.`);
  const data = await read(tx, id);
  await tx.emit(taxApplied, { id, data });
  return data;
}

async function read(tx: Tx, id: string): Promise<z.output<typeof AppliedTaxResponse>> {
  const row = await findApplied(tx.db, id);
  if (row === undefined) throw notFound('applied tax');
  return presentApplied(row);
}

/** Ends an application. Drafts that are computed anew are without it; finalized invoices keep it. */
export async function removeApplied(tx: Tx, id: string): Promise<void> {
  const data = await read(tx, id);
  await tx.db.deleteFrom('applied_taxes').where('id', '=', id).execute();
  await tx.emit(taxRemoved, { id, data });
}
