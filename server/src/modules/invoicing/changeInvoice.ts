import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, invalid, notFound } from '../../kernel/problem.ts';
import { bookingDay, postVoid } from '../ledger/index.ts';
import { releaseUsage } from '../metering/index.ts';
import { announce, readInvoice } from './announceInvoice.ts';
import { releaseAddOns } from './appliedAddOns.sql.ts';
import { returnCredits } from './applyCreditNotes.ts';
import { returnWalletCredits } from './applyWallets.ts';
import { hasLateUsageElsewhere, releasePeriods } from './billedPeriods.sql.ts';
import { isBilledOn } from './interim.sql.ts';
import { hasLiveNote } from './creditNotes.sql.ts';
import { releaseSubscriptions } from './invoiceSubscriptions.sql.ts';
import { returnDeductions } from './keepDeductions.ts';
import { feeUpdated, invoiceDeleted, invoiceUpdated, invoiceVoided } from './invoicing.events.ts';
import type { FeeUpdate, InvoiceUpdate } from './invoicing.schemas.ts';
import { deleteInvoiceRow, findFee, type InvoiceRow } from './invoicing.sql.ts';
import { finalizeTimer } from './invoicing.jobs.ts';
import { overdueTimer } from './overdue.jobs.ts';
import { isCreditedElsewhere } from './progressive.sql.ts';
import { presentFee } from './presentInvoice.ts';
import { refreshDraft } from './refreshDraft.ts';
import { takeInvoice } from './takeInvoice.ts';

async function take(tx: Tx, id: string): Promise<InvoiceRow> {
  const row = await takeInvoice(tx, id);
  if (row === undefined) throw notFound('invoice');
  return row;
}

async function takeDraft(tx: Tx, id: string): Promise<InvoiceRow> {
  const row = await take(tx, id);
  if (row.status !== 'draft') throw conflict('not_a_draft', `This invoice is ${row.status}; only a draft can be changed.`);
  return row;
}

/** Computes a draft anew, with what came since. */
export async function refreshInvoice(tx: Tx, id: string) {
  const row = await takeDraft(tx, id);
  const before = await readInvoice(tx, id);
  await refreshDraft(tx, row);
  return announce(tx, invoiceUpdated, row.id, before);
}

/** Sets the dates a draft will be issued with. */
export async function updateInvoice(tx: Tx, id: string, body: z.output<typeof InvoiceUpdate>) {
  const row = await takeDraft(tx, id);
  const before = await readInvoice(tx, id);
  const issuedAt = body.issued_at === undefined ? row.issued_at : body.issued_at;
  const dueDate = body.due_date === undefined ? row.due_date : body.due_date;
  if (issuedAt !== null && dueDate !== null && Temporal.Instant.compare(dueDate, issuedAt) < 0)
    throw invalid('due_date', 'before_issue', 'An invoice cannot be due before it is issued.');
  await tx.db.updateTable('invoices').set({ ...body, updated_at: tx.scope.now }).where('id', '=', row.id).execute();
  return announce(tx, invoiceUpdated, row.id, before);
}

/** Deletes a draft; it had no number, so none is lost. Its period is not billed again by itself. */
export async function deleteInvoice(tx: Tx, id: string): Promise<void> {
  const row = await takeDraft(tx, id);
  await announce(tx, invoiceDeleted, row.id);
  await tx.unschedule(finalizeTimer, row.id);
  await returnDeductions(tx, row);
  await deleteInvoiceRow(tx.db, row.id);
}

/** Voids a draft or a finalized invoice that no money is on (I2); what it took of credit notes and wallets is given back (I4). Its number stays used. */
export async function voidInvoice(tx: Tx, id: string) {
  const row = await take(tx, id);
  if (row.status !== 'draft' && row.status !== 'finalized')
    throw conflict('cannot_void', `A ${row.status} invoice cannot be voided.`);
  if (row.amount_paid_cents > 0n) throw conflict('has_payments', 'An invoice with money on it cannot be voided; credit it instead.');
  if (row.written_off_at !== null) throw conflict('written_off', 'What was due on this invoice was written off; take that back first.');
  if (await hasLiveNote(tx.db, row.id)) throw conflict('has_credit_note', 'An invoice with a credit note cannot be voided.');
  if (await hasLateUsageElsewhere(tx.db, row.id))
    throw conflict('has_late_usage', 'Another invoice bills late usage of this one’s period; void that one first.');
  if (await isBilledOn(tx.db, row.id)) throw conflict('has_later_invoice', 'A later invoice bills what this one left of its period; void that one first.');
  if (await isCreditedElsewhere(tx.db, row.id))
    throw conflict('is_credited', 'A later invoice credits what this one billed within its period; void that one first.');
  const before = await readInvoice(tx, id);
  await returnWalletCredits(tx, await returnCredits(tx, row));
  await returnDeductions(tx, row);
  const { customer_id: customerId, currency } = row;
  if (row.status === 'finalized') await postVoid(tx, { customerId, invoiceId: row.id, currency }, bookingDay(tx, row.timezone));
  await releaseUsage(tx, row.id);
  await releasePeriods(tx.db, row.id, tx.scope.now);
  await releaseAddOns(tx.db, row.id);
  await releaseSubscriptions(tx.db, row.id);
  await tx.unschedule(finalizeTimer, row.id);
  await tx.unschedule(overdueTimer, row.id);
  await tx.db
    .updateTable('invoices')
    .set({ status: 'voided', voided_at: tx.scope.now, finalize_at: null, updated_at: tx.scope.now })
    .where('id', '=', row.id)
    .execute();
  return announce(tx, invoiceVoided, row.id, before);
}

/** Changes the wording of a fee while its invoice is a draft. */
export async function updateFee(tx: Tx, id: string, body: z.output<typeof FeeUpdate>) {
  const found = await findFee(tx.db, id);
  if (found === undefined) throw notFound('fee');
  if (found.invoice_id !== null) await takeDraft(tx, found.invoice_id);
  const row = await tx.db
    .updateTable('fees')
    .set({ ...body, updated_at: tx.scope.now })
    .where('id', '=', found.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await tx.emit(feeUpdated, { id: row.id, data: presentFee(row), before: presentFee(found) });
  return presentFee(row);
}
