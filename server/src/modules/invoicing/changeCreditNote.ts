import { voidNote } from '@farthing/core/credits';
import { creditVoided, refundPaid } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import type { EventType } from '../../kernel/event.ts';
import { conflict, notFound } from '../../kernel/problem.ts';
import { bookingDay, post } from '../ledger/index.ts';
import { returnRefunded } from '../wallets/index.ts';
import { type AskedNote, reckonNote } from './createCreditNote.ts';
import type { CreditNoteResponse, CreditNoteUpdate } from './creditNotes.schemas.ts';
import { type CreditNoteRow, encodeLines, findCreditNote, insertLines, linesOfNotes, lockCreditNote, moveFees } from './creditNotes.sql.ts';
import { creditNoteRefunded, creditNoteRefundFailed, creditNoteUpdated, creditNoteVoided } from './invoicing.events.ts';
import type { InvoiceRow } from './invoicing.sql.ts';
import { enactNote, finalizedColumns, postedTaxes, sumColumns } from './issueCreditNote.ts';
import { type PresentedNote, presentNote } from './presentCreditNote.ts';
import { readCreditable } from './readCreditable.ts';
import { takeInvoice } from './takeInvoice.ts';

interface TakenNote {
  readonly row: CreditNoteRow;
  readonly invoice: InvoiceRow;
  readonly before: PresentedNote;
}

/** Takes a note and its invoice for the rest of the transaction, the customer's billing and the invoice first. Throws 404; 409 for a note that is voided. */
async function take(tx: Tx, id: string): Promise<TakenNote> {
  const found = await findCreditNote(tx.db, id);
  const invoice = found && (await takeInvoice(tx, found.invoice_id));
  const row = await lockCreditNote(tx.db, id);
  if (row === undefined || invoice === undefined) throw notFound('credit note');
  if (row.voided_at !== null) throw conflict('already_voided', 'This credit note is voided.');
  return { row, invoice, before: await presentNote(tx.db, row) };
}

async function change(tx: Tx, id: string, changes: Partial<CreditNoteRow>): Promise<CreditNoteRow> {
  return tx.db.updateTable('credit_notes').set({ ...changes, updated_at: tx.scope.now }).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

async function announceNote(tx: Tx, type: EventType<typeof CreditNoteResponse>, row: CreditNoteRow, before: PresentedNote): Promise<PresentedNote> {
  const data = await presentNote(tx.db, row);
  await tx.emit(type, { id: row.id, data, before });
  return data;
}

/** What a draft was asked for. */
async function askedOf(tx: Tx, row: CreditNoteRow): Promise<AskedNote> {
  const { items } = (await linesOfNotes(tx.db, [row]))(row);
  const { credit_note_type: type, asked_refund_cents: refund } = row;
  return { type, items: items.map(({ feeId, amount }) => ({ feeId, amount })), refund: refund === null ? null : Amount.of(refund) };
}

/**
 * Finalizes a draft: it is computed as the invoice stands now, gets its number unless it has one of its own, and gives back what it says.
 * Throws 404; 409 for one that is none; 422 where it does not fit any more.
 */
export async function finalizeCreditNote(tx: Tx, id: string): Promise<PresentedNote> {
  const { row, invoice } = await take(tx, id);
  if (row.status !== 'draft') throw conflict('not_a_draft', 'This credit note is finalized already.');
  const { composed, split, rows } = await reckonNote(tx, invoice, await askedOf(tx, row));
  await insertLines(tx.db, tx.scope, id, composed);
  const finalized = await change(tx, id, { ...(await finalizedColumns(tx, invoice, composed, split, row.number)), draft_lines: null });
  return enactNote(tx, invoice, { row: finalized, composed, split, rows, kept: new Map() });
}

/** Changes a draft, or says what became of the money that a note pays back. Throws 404, 409, 422. */
export async function updateCreditNote(tx: Tx, id: string, body: z.output<typeof CreditNoteUpdate>): Promise<PresentedNote> {
  const taken = await take(tx, id);
  const { refund_status: refundStatus, items, refund_amount_cents: refund, ...words } = body;
  const isDraft = taken.row.status === 'draft';
  if (!isDraft && [items, refund, ...Object.values(words)].some((given) => given !== undefined))
    throw conflict('not_a_draft', 'A finalized credit note never changes; only what became of its refund is told.');
  if (refundStatus !== undefined) return tellRefund(tx, taken, refundStatus);
  if (!isDraft) throw conflict('nothing_to_change', 'Say what became of its refund.');
  const before = await askedOf(tx, taken.row);
  const asked: AskedNote = {
    ...before,
    ...(items === undefined ? {} : { items: items.map(({ fee_id: feeId, amount_cents: amount }) => ({ feeId, amount })) }),
    ...(refund === undefined ? {} : { refund }),
  };
  const { composed, split } = await reckonNote(tx, taken.invoice, asked);
  const draft_lines = encodeLines(composed);
  const row = await change(tx, id, { ...words, draft_lines, asked_refund_cents: asked.refund === null ? null : Amount.toBigInt(asked.refund), ...sumColumns(composed, split) });
  return announceNote(tx, creditNoteUpdated, row, taken.before);
}

/** Money that was paid back is in the books once; a payment that failed may be tried again. */
async function tellRefund(tx: Tx, { row, invoice, before }: TakenNote, status: 'pending' | 'succeeded' | 'failed'): Promise<PresentedNote> {
  if (row.refund_status === null || row.status === 'draft') throw conflict('no_refund', 'This credit note pays nothing back.');
  if (row.refund_status === 'succeeded') throw conflict('already_refunded', 'The money was paid back.');
  const told = await change(tx, row.id, { refund_status: status });
  if (status === 'succeeded') {
    const { id: invoiceId, customer_id: customerId, currency, timezone } = invoice;
    const entries = refundPaid(Amount.of(row.refund_amount_cents), bookingDay(tx, timezone));
    await post(tx, { kind: 'refund_paid', type: 'credit_note', documentId: row.id, creditNoteId: row.id, invoiceId, customerId, currency, entries });
  }
  const events = { pending: creditNoteUpdated, succeeded: creditNoteRefunded, failed: creditNoteRefundFailed };
  return announceNote(tx, events[status], told, before);
}

/**
 * Voids what is left of a note: its credit that no invoice took, and money that could not be paid back. So much of its fees is not given
 * back after all, and may be credited again. A draft is given up. Throws 404, 409.
 */
export async function voidCreditNote(tx: Tx, id: string): Promise<PresentedNote> {
  const { row, invoice, before } = await take(tx, id);
  const gone = { credit_status: 'voided' as const, voided_at: tx.scope.now, balance_amount_cents: 0n };
  if (row.status === 'draft') return announceNote(tx, creditNoteVoided, await change(tx, id, gone), before);
  if (row.refund_status === 'pending') throw conflict('refund_pending', 'Its money is being paid back; say first that this failed.');
  const credit = Amount.of(row.balance_amount_cents);
  const refund = Amount.of(row.refund_status === 'failed' ? row.refund_amount_cents : 0n);
  const left = Amount.add(credit, refund);
  if (Amount.isZero(left)) throw conflict('nothing_left', 'Nothing of it is left: invoices took its credit, or its money was paid back.');
  const lines = (await linesOfNotes(tx.db, [row]))(row);
  const { fees } = await readCreditable(tx.db, invoice);
  const back = voidNote({ ...lines, total: Amount.of(row.total_amount_cents) }, left, fees);
  await insertLines(tx.db, tx.scope, id, back, true);
  await moveFees(tx.db, tx.scope, back.items, -1n);
  const voided = await change(tx, id, { ...gone, voided_amount_cents: Amount.toBigInt(left) });
  const { id: invoiceId, customer_id: customerId, currency, timezone } = invoice;
  const isCredits = invoice.invoice_type === 'credit';
  const entries = creditVoided({ fees: back.items.map((item) => ({ ...item, isCredits })), taxes: postedTaxes(back.taxes), credit, refund }, bookingDay(tx, timezone));
  await post(tx, { kind: 'credit_note_voided', type: 'credit_note', documentId: id, creditNoteId: id, invoiceId, customerId, currency, entries });
  if (isCredits) await returnRefunded(tx, id);
  return announceNote(tx, creditNoteVoided, voided, before);
}
