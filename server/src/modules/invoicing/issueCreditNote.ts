import { type ComposedNote, composeNote, type NoteSplit, partOfPrice, splitNote } from '@farthing/core/credits';
import { creditIssued } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import { dayAfter } from '@farthing/core/subscriptions';
import { type DatePeriod, localDate } from '@farthing/core/time';
import type { Tx } from '../../kernel/envelope.ts';
import { nextId } from '../../kernel/nextId.ts';
import { takeNumber } from '../entities/index.ts';
import { bookingDay, post, readDeferral } from '../ledger/index.ts';
import { takeRefunded } from '../wallets/index.ts';
import { readInvoice } from './announceInvoice.ts';
import { type CreditNoteRow, insertLines, moveFees } from './creditNotes.sql.ts';
import { creditNoteCreated, creditNoteFinalized } from './invoicing.events.ts';
import { type FeeRow, type InvoiceRow, lockInvoice } from './invoicing.sql.ts';
import { presentNote } from './presentCreditNote.ts';
import { readCreditable, standingOf } from './readCreditable.ts';
import { refreshOf } from './refreshWallets.ts';
import { applySettlement, markPaidWhenSettled } from './settleInvoice.ts';
import { takeBackWriteOff } from './writeOffInvoice.ts';

/** So much of the price of a fee that is to be given back. */
export interface GivenBack {
  readonly fee: FeeRow;
  /** With the tax that is in it; at most what is left of it is given back. */
  readonly price: Amount;
  /** The days for which the fee stays earned; null for all of them: what was used stays used, it only cost less. */
  readonly keptDays: DatePeriod | null;
}

/** Why a note is issued, as it is kept on the note. */
export interface NoteCause extends Pick<CreditNoteRow, 'reason' | 'description'>, Partial<Pick<CreditNoteRow, 'late_usage' | 'billed_period_id' | 'progressive_rest'>> {}

/**
 * Gives back parts of fees, one note for each invoice: what is still owed on it is lowered first, the rest is credit (I5). Where coupons had
 * paid all of the parts, nothing is to be given back and no note is made.
 */
export async function giveBack(tx: Tx, given: readonly GivenBack[], cause: NoteCause): Promise<void> {
  for (const [invoiceId, own] of Map.groupBy(given, ({ fee }) => fee.invoice_id)) {
    const invoice = invoiceId === null ? undefined : await lockInvoice(tx.db, invoiceId);
    if (invoice === undefined) continue;
    const creditable = await readCreditable(tx.db, invoice);
    const parts = own.flatMap(({ fee, price }) => creditable.fees.filter(({ id }) => id === fee.id).map((found) => partOfPrice(found, price)));
    const composed = composeNote(creditable, parts.filter(({ amount }) => !Amount.isZero(amount)));
    const split = composed && splitNote(composed.total, 'credit', await standingOf(tx.db, invoice));
    if (composed === null || split === null) continue;
    const row = await insertFinalized(tx, invoice, composed, split, cause);
    await insertLines(tx.db, tx.scope, row.id, composed);
    await tx.emit(creditNoteCreated, { id: row.id, data: await presentNote(tx.db, row) });
    const kept = new Map(own.flatMap(({ fee, keptDays }) => (keptDays === null ? [] : [[fee.id, keptDays] as const])));
    await enactNote(tx, invoice, { row, composed, split, rows: creditable.rows, kept });
  }
}

/** What a note that is finalized has of its own. */
export async function finalizedColumns(tx: Tx, invoice: InvoiceRow, composed: ComposedNote, split: NoteSplit, ownNumber: string | null) {
  const credit = Amount.toBigInt(split.credit);
  const refund = Amount.toBigInt(split.refund);
  return {
    number: ownNumber ?? (await takeNumber(tx, invoice.billing_entity_id, 'credit_note')),
    status: 'finalized' as const,
    credit_status: credit > 0n ? ('available' as const) : refund > 0n ? null : ('consumed' as const),
    refund_status: refund > 0n ? ('pending' as const) : null,
    ...sumColumns(composed, split),
    balance_amount_cents: credit,
    issued_at: tx.scope.now,
    updated_at: tx.scope.now,
  };
}

/** What a note comes to, as columns. */
export function sumColumns({ total, coupons, tax }: ComposedNote, { credit, refund }: NoteSplit) {
  return {
    total_amount_cents: Amount.toBigInt(total),
    coupons_amount_cents: Amount.toBigInt(coupons),
    taxes_amount_cents: Amount.toBigInt(tax),
    credit_amount_cents: Amount.toBigInt(credit),
    refund_amount_cents: Amount.toBigInt(refund),
  };
}

async function insertFinalized(tx: Tx, invoice: InvoiceRow, composed: ComposedNote, split: NoteSplit, cause: NoteCause): Promise<CreditNoteRow> {
  return tx.db
    .insertInto('credit_notes')
    .values({
      tenant_id: tx.scope.tenant.id,
      id: nextId(),
      billing_entity_id: invoice.billing_entity_id,
      customer_id: invoice.customer_id,
      invoice_id: invoice.id,
      credit_note_type: 'credit',
      ...cause,
      currency: invoice.currency,
      created_at: tx.scope.now,
      ...(await finalizedColumns(tx, invoice, composed, split, null)),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A note whose row and lines are written, and that is now to be in force. */
interface EnactedNote {
  readonly row: CreditNoteRow;
  readonly composed: ComposedNote;
  readonly split: NoteSplit;
  /** The fees of the invoice. */
  readonly rows: readonly FeeRow[];
  /** The days for which fees stay earned, where those are not all of them. */
  readonly kept: ReadonlyMap<string, DatePeriod>;
}

/** What a note does once it is finalized: to its fees, the books and its invoice, whose row is locked. What was given up is owed again before. */
export async function enactNote(tx: Tx, locked: InvoiceRow, { row, composed, split, rows, kept }: EnactedNote) {
  const before = await readInvoice(tx, locked.id);
  const isSale = locked.invoice_type === 'credit';
  const invoice = isSale ? locked : await takeBackWriteOff(tx, locked, Amount.toBigInt(composed.total));
  await moveFees(tx.db, tx.scope, composed.items, 1n);
  await postNote(tx, invoice, { row, composed, split, rows, kept });
  if (isSale) await takeRefunded(tx, { id: row.id, invoiceId: invoice.id, amount: composed.total });
  const offset = Amount.toBigInt(split.offset);
  if (offset > 0n) {
    await markPaidWhenSettled(tx, await applySettlement(tx, invoice, { type: 'credit_note', sourceId: row.id, amount: offset }), before);
    await refreshOf(tx, invoice.customer_id);
  }
  const data = await presentNote(tx.db, row);
  await tx.emit(creditNoteFinalized, { id: row.id, data });
  return data;
}

/** The note's amount becomes the customer's; what is left of its fees is earned over the days that were used. */
async function postNote(tx: Tx, invoice: InvoiceRow, { row, composed, split, rows, kept }: EnactedNote): Promise<void> {
  const { id: invoiceId, customer_id: customerId, currency, timezone } = invoice;
  const fees = [];
  for (const { feeId, amount, coupons } of composed.items) {
    const fee = rows.find(({ id }) => id === feeId);
    const keptDays = kept.get(feeId) ?? daysOf(fee, invoice);
    fees.push({ feeId, amount, coupons, isCredits: invoice.invoice_type === 'credit', deferral: await readDeferral(tx, invoiceId, feeId), keptDays });
  }
  const entries = creditIssued({ fees, taxes: postedTaxes(composed.taxes), refund: split.refund }, bookingDay(tx, timezone));
  await post(tx, { kind: 'credit_note_issued', type: 'credit_note', documentId: row.id, creditNoteId: row.id, invoiceId, customerId, currency, entries });
}

/** Taxes as the books know them. */
export const postedTaxes = (taxes: ComposedNote['taxes']) => taxes.map(({ tax: { jurisdiction, rate }, amount }) => ({ jurisdiction, rate, amount }));

/** All days of a fee. */
function daysOf(fee: FeeRow | undefined, { created_at: created, timezone }: InvoiceRow): DatePeriod {
  const [from, to] = [fee?.from_datetime ?? created, fee?.to_datetime ?? created];
  return { start: localDate(from, timezone), end: dayAfter(to, timezone) };
}
