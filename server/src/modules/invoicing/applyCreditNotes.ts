import { randomUUIDv7 } from 'node:crypto';
import { returnedShare } from '@farthing/core/discounts';
import { creditIssued } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import type { DatePeriod } from '@farthing/core/time';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { publicId } from '../../kernel/wire.ts';
import { takeNumber } from '../entities/index.ts';
import { bookingDay, post, readDeferral } from '../ledger/index.ts';
import type { SubscriptionRow } from '../subscriptions/index.ts';
import { readInvoice } from './announceInvoice.ts';
import type { CreditNoteResponse } from './creditNotes.schemas.ts';
import { type CreditNoteItemRow, type CreditNoteRow, creditsOn, lockAvailableNotes } from './creditNotes.sql.ts';
import { creditNoteCreated } from './invoicing.events.ts';
import { type FeeRow, type InvoiceRow, lockInvoice } from './invoicing.sql.ts';
import { applySettlement, markPaidWhenSettled } from './settleInvoice.ts';
import { takeBackWriteOff } from './writeOffInvoice.ts';
import { type UnusedFrom, unusedCredits } from './unusedDays.ts';

export function presentCreditNote(row: CreditNoteRow, items: readonly CreditNoteItemRow[]): z.output<typeof CreditNoteResponse> {
  return {
    ...row,
    public_id: publicId('cn', row.id),
    credit_amount_cents: Amount.of(row.credit_amount_cents),
    refund_amount_cents: Amount.of(row.refund_amount_cents),
    balance_amount_cents: Amount.of(row.balance_amount_cents),
    total_amount_cents: Amount.of(row.total_amount_cents),
    coupons_amount_cents: Amount.of(row.coupons_amount_cents),
    taxes_amount_cents: Amount.of(row.taxes_amount_cents),
    items: items.map((item) => ({ fee_id: item.fee_id, amount_cents: Amount.of(item.amount_cents), coupons_amount_cents: Amount.of(item.coupons_amount_cents) })),
  };
}

/** The note's amount becomes the customer's; what is left of the fee is earned over the days that were used. */
async function postNote(tx: Tx, invoice: InvoiceRow, noteId: string, { feeId, amount, keptDays }: { feeId: string; amount: bigint; keptDays: DatePeriod }): Promise<void> {
  const { id: invoiceId, customer_id: customerId, currency, timezone } = invoice;
  const deferral = await readDeferral(tx, invoiceId, feeId);
  const entries = creditIssued([{ feeId, amount: Amount.of(amount), deferral, keptDays }], bookingDay(tx, timezone));
  await post(tx, { kind: 'credit_note_issued', type: 'credit_note', documentId: noteId, creditNoteId: noteId, invoiceId, customerId, currency, entries });
}

/** Why a note is issued, as it is kept on the note, and the days for which the fee stays earned. */
interface NoteCause extends Pick<CreditNoteRow, 'reason' | 'description'>, Partial<Pick<CreditNoteRow, 'late_usage' | 'billed_period_id' | 'progressive_rest'>> {
  readonly keptDays: DatePeriod;
}

/** What of a credit on a fee a coupon had paid, which stays with it (I5). */
export function couponShareOf(fee: FeeRow, credited: Amount): Amount {
  const of = {
    amount: Amount.of(fee.amount_cents - fee.progressive_billing_credit_amount_cents),
    coupons: Amount.of(fee.coupons_amount_cents),
    credited: Amount.of(fee.credited_amount_cents),
    returned: Amount.of(fee.returned_coupons_amount_cents),
  };
  return returnedShare(of, credited);
}

/**
 * Gives back a part of a fee, less what coupons had paid of it; where they had paid all of it, nothing is to be given back and no note is
 * made (I5).
 */
export async function creditFee(tx: Tx, invoice: InvoiceRow, fee: FeeRow, amount: bigint, cause: NoteCause): Promise<void> {
  const share = Amount.toBigInt(couponShareOf(fee, Amount.of(amount)));
  if (share === amount) return;
  await tx.db
    .updateTable('fees')
    .set({ credited_amount_cents: fee.credited_amount_cents + amount, returned_coupons_amount_cents: fee.returned_coupons_amount_cents + share, updated_at: tx.scope.now })
    .where('id', '=', fee.id)
    .execute();
  await insertNote(tx, invoice, { feeId: fee.id, amount, share }, cause);
}

interface CreditedPart {
  readonly feeId: string;
  readonly amount: bigint;
  /** What coupons had paid of it. */
  readonly share: bigint;
}

/** Issues a credit note over a part of one fee: what is still owed on its invoice is lowered first, the rest is credit (I5). */
async function insertNote(tx: Tx, owed: InvoiceRow, { feeId, amount, share }: CreditedPart, { keptDays, ...cause }: NoteCause): Promise<void> {
  const { tenant, now } = tx.scope;
  const id = randomUUIDv7();
  const total = amount - share;
  // What was given up was never paid, so a credit on it is none to spend: it lowers that first.
  const invoice = await takeBackWriteOff(tx, owed, total);
  const onInvoice = total < invoice.amount_due_cents ? total : invoice.amount_due_cents;
  const credit = total - onInvoice;
  const row = await tx.db
    .insertInto('credit_notes')
    .values({
      tenant_id: tenant.id,
      id,
      number: await takeNumber(tx, invoice.billing_entity_id, 'credit_note'),
      billing_entity_id: invoice.billing_entity_id,
      customer_id: invoice.customer_id,
      invoice_id: invoice.id,
      credit_note_type: 'credit',
      status: 'finalized',
      credit_status: credit > 0n ? 'available' : 'consumed',
      ...cause,
      currency: invoice.currency,
      total_amount_cents: total,
      coupons_amount_cents: share,
      credit_amount_cents: credit,
      balance_amount_cents: credit,
      issued_at: now,
      created_at: now,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const item = await tx.db
    .insertInto('credit_note_items')
    .values({ tenant_id: tenant.id, id: randomUUIDv7(), credit_note_id: id, fee_id: feeId, amount_cents: amount, coupons_amount_cents: share, created_at: now })
    .returningAll()
    .executeTakeFirstOrThrow();
  await postNote(tx, invoice, id, { feeId, amount: total, keptDays });
  if (onInvoice > 0n) {
    const before = await readInvoice(tx, invoice.id);
    await markPaidWhenSettled(tx, await applySettlement(tx, invoice, { type: 'credit_note', sourceId: id, amount: onInvoice }), before);
  }
  await tx.emit(creditNoteCreated, { id, data: presentCreditNote(row, [item]) });
}

/**
 * Credits the days that were paid in advance and will not be used (T3, T3a, T3b), of each fee that covers any. What is still owed on the
 * invoice of a fee is lowered first (I5); the rest is the customer's credit, which its next invoice is the first to take. A fee that is
 * on a draft is no debt yet: when the draft is computed again it bills fewer days.
 */
export async function creditUnusedDays(tx: Tx, subscription: SubscriptionRow, from: UnusedFrom): Promise<void> {
  for (const { fee, amount, keptDays } of await unusedCredits(tx.db, subscription.id, from)) {
    const invoice = fee.invoice_id === null ? undefined : await lockInvoice(tx.db, fee.invoice_id);
    if (invoice === undefined) continue;
    await creditFee(tx, invoice, fee, Amount.toBigInt(amount), { reason: from.reason, description: `Unused days of ${fee.description}`, keptDays });
  }
}

/** Takes the customer's credit for an invoice that is being finalized, oldest note first (I1). */
export async function applyCreditNotes(tx: Tx, invoice: InvoiceRow): Promise<InvoiceRow> {
  if (invoice.amount_due_cents === 0n) return invoice;
  let settled = invoice;
  for (const note of await lockAvailableNotes(tx.db, { customerId: invoice.customer_id, currency: invoice.currency })) {
    const due = settled.amount_due_cents;
    if (due === 0n) break;
    const amount = note.balance_amount_cents < due ? note.balance_amount_cents : due;
    await moveBalance(tx, note.id, -amount);
    settled = await applySettlement(tx, settled, { type: 'credit_note', sourceId: note.id, amount });
  }
  return settled;
}

/** Gives back to the notes what an invoice that is voided had taken from them (I4). */
export async function returnCredits(tx: Tx, invoice: InvoiceRow): Promise<InvoiceRow> {
  let returned = invoice;
  for (const { source_id: noteId, amount } of await creditsOn(tx.db, invoice.id)) {
    await moveBalance(tx, noteId, amount);
    returned = await applySettlement(tx, returned, { type: 'credit_note', sourceId: noteId, amount: -amount });
  }
  return returned;
}

async function moveBalance(tx: Tx, noteId: string, by: bigint): Promise<void> {
  const { balance_amount_cents: balance } = await tx.db
    .selectFrom('credit_notes')
    .select('balance_amount_cents')
    .where('id', '=', noteId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const after = balance + by;
  await tx.db
    .updateTable('credit_notes')
    .set({ balance_amount_cents: after, credit_status: after === 0n ? 'consumed' : 'available', updated_at: tx.scope.now })
    .where('id', '=', noteId)
    .execute();
}
