import { amountLeft, type ComposedNote, composeNote, type CreditableInvoice, type NoteSplit, type NoteType, partOfAmount, splitNote } from '@farthing/core/credits';
import { Amount } from '@farthing/core/money';
import type { z } from 'zod';
import type { Read, Tx } from '../../kernel/envelope.ts';
import { nextId } from '../../kernel/nextId.ts';
import { conflict, type FieldError, invalid, invalidFields } from '../../kernel/problem.ts';
import type { CreditNoteCreate, CreditNoteEstimate, CreditNoteEstimateRequest } from './creditNotes.schemas.ts';
import { encodeLines, isNumberTaken } from './creditNotes.sql.ts';
import { creditNoteCreated } from './invoicing.events.ts';
import { type FeeRow, findInvoice, type InvoiceRow } from './invoicing.sql.ts';
import { sumColumns } from './issueCreditNote.ts';
import { presentNote, presentSums } from './presentCreditNote.ts';
import { readCreditable, standingOf } from './readCreditable.ts';
import { creditableSale, standingOfSale } from './refundSale.ts';
import { takeInvoice } from './takeInvoice.ts';

/** What a note is asked for: parts of fees, and where it is to go. */
export interface AskedNote {
  readonly type: NoteType;
  readonly items: readonly { readonly feeId: string; readonly amount: Amount }[];
  /** Of a refund, how much is paid back; null for as much as money arrived for. */
  readonly refund: Amount | null;
}

interface ReckonedNote {
  readonly composed: ComposedNote;
  readonly split: NoteSplit;
  readonly rows: readonly FeeRow[];
  readonly creditable: CreditableInvoice;
  readonly refundable: Amount;
}

/**
 * What a note would come to on an invoice as it stands. Throws 409 for an invoice that is no debt, and for anything but a refund of one that sold
 * credits of a wallet; 422 with the path of what is too much.
 */
export async function reckonNote(read: Pick<Read, 'db' | 'scope'>, invoice: InvoiceRow, { type, items, refund }: AskedNote): Promise<ReckonedNote> {
  if (invoice.status !== 'finalized' && invoice.status !== 'paid') throw conflict('not_finalized', `This invoice is ${invoice.status}; only what is finalized is credited.`);
  const isSale = invoice.invoice_type === 'credit';
  const found = await readCreditable(read.db, invoice);
  const { rows, ...creditable } = isSale ? await creditableSale(read, invoice, found, type) : found;
  refuseItems(creditable, items);
  const amounts = new Map(items.map(({ feeId, amount }) => [feeId, amount]));
  const parts = creditable.fees.flatMap((fee) => {
    const amount = amounts.get(fee.id);
    return amount === undefined ? [] : [partOfAmount(fee, amount)];
  });
  const composed = composeNote(creditable, parts);
  if (composed === null) throw invalid('items', 'nothing_to_credit', 'Coupons had paid all of this: nothing is to be given back.');
  const stands = await standingOf(read.db, invoice);
  const standing = isSale ? standingOfSale(stands) : stands;
  const split = splitNote(composed.total, type, standing, isSale ? (refund ?? composed.total) : refund);
  if (split === null) throw doesNotFit(type, composed.total, standing.due);
  if (isSale && !Amount.isZero(split.credit)) throw invalid('refund_amount_cents', 'not_all', 'The money for all of these credits is paid back: ask for fewer of them.');
  return { composed, split, rows, creditable, refundable: Amount.max(standing.refundable, Amount.zero) };
}

function refuseItems({ fees }: CreditableInvoice, items: AskedNote['items']): void {
  const errors = items.flatMap(({ feeId, amount }, index): FieldError[] => {
    const error = (field: string, code: string, message: string) => [{ path: `items.${index}.${field}`, code, message }];
    if (items.findIndex((other) => other.feeId === feeId) !== index) return error('fee_id', 'duplicate', 'This fee is named twice.');
    const fee = fees.find(({ id }) => id === feeId);
    if (fee === undefined) return error('fee_id', 'not_found', 'The invoice has no such fee.');
    if (Amount.compare(amount, Amount.zero) <= 0) return error('amount_cents', 'not_positive', 'What is given back is more than nothing.');
    const left = amountLeft(fee);
    return Amount.compare(amount, left) > 0 ? error('amount_cents', 'exceeds_fee', `Only ${left} minor units are left of this fee.`) : [];
  });
  if (errors.length > 0) throw invalidFields(errors);
}

function doesNotFit(type: NoteType, total: Amount, due: Amount) {
  if (type === 'refund') return invalid('refund_amount_cents', 'exceeds_captured', 'More than is left of the money that arrived for this invoice cannot be paid back.');
  if (type === 'offset' && Amount.compare(total, due) > 0) return invalid('items', 'exceeds_due', `Only ${due} minor units are due on this invoice.`);
  return invalid('refund_amount_cents', 'not_a_refund', 'Only a note of type refund pays money back.');
}

const askedOf = (body: z.output<typeof CreditNoteEstimateRequest>): AskedNote => ({
  type: body.credit_note_type,
  items: body.items.map(({ fee_id: feeId, amount_cents: amount }) => ({ feeId, amount })),
  refund: body.refund_amount_cents ?? null,
});

/** What a note would come to, and how much of the invoice might be given back at most; nothing is written. */
export async function estimateCreditNote(read: Read, body: z.output<typeof CreditNoteEstimateRequest>): Promise<z.output<typeof CreditNoteEstimate>> {
  const invoice = await findInvoice(read.db, body.invoice_id);
  if (invoice === undefined) throw invalid('invoice_id', 'not_found', 'There is no such invoice.');
  const { composed, split, creditable, refundable } = await reckonNote(read, invoice, askedOf(body));
  return {
    ...presentSums(composed, split, invoice.currency),
    max_refundable_amount_cents: refundable,
    max_amounts: creditable.fees.map((fee) => ({ fee_id: fee.id, amount_cents: amountLeft(fee) })),
  };
}

// What the numbers of a billing entity's own series look like; one of somebody's own must never stand in their way.
const ofSeries = /-CN-\d+$/;

/** Drafts a note: it gives nothing back, and keeps nothing from others, until it is finalized. Throws 409, 422. */
export async function createCreditNote(tx: Tx, body: z.output<typeof CreditNoteCreate>) {
  const { tenant, now } = tx.scope;
  const invoice = await takeInvoice(tx, body.invoice_id);
  if (invoice === undefined) throw invalid('invoice_id', 'not_found', 'There is no such invoice.');
  if (body.customer_id !== undefined && body.customer_id !== invoice.customer_id) throw invalid('customer_id', 'other_customer', 'The invoice is another customer’s.');
  if (body.currency !== undefined && body.currency !== invoice.currency)
    throw invalid('currency', 'currency_mismatch', `The invoice is in ${invoice.currency}; amounts are never converted.`);
  const { number = null } = body;
  if (number !== null && ofSeries.test(number)) throw invalid('number', 'reserved', 'Numbers of this form are given when notes are finalized.');
  if (number !== null && (await isNumberTaken(tx.db, invoice.billing_entity_id, number))) throw conflict('number_taken', 'Another credit note has this number.');
  const asked = askedOf(body);
  const { composed, split } = await reckonNote(tx, invoice, asked);
  const row = await tx.db
    .insertInto('credit_notes')
    .values({
      tenant_id: tenant.id,
      id: nextId(),
      number,
      own_number: number !== null,
      billing_entity_id: invoice.billing_entity_id,
      customer_id: invoice.customer_id,
      invoice_id: invoice.id,
      credit_note_type: body.credit_note_type,
      status: 'draft',
      reason: body.reason,
      description: body.description ?? null,
      currency: invoice.currency,
      asked_refund_cents: asked.refund === null ? null : Amount.toBigInt(asked.refund),
      ...sumColumns(composed, split),
      draft_lines: encodeLines(composed),
      created_at: now,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const data = await presentNote(tx.db, row);
  await tx.emit(creditNoteCreated, { id: row.id, data });
  return data;
}
