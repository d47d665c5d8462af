import { creditApplied, writtenOff } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import type { Tx } from '../../kernel/envelope.ts';
import { nextId } from '../../kernel/nextId.ts';
import { conflict, invalid, notFound } from '../../kernel/problem.ts';
import { bookingDay, post } from '../ledger/index.ts';
import { announce, readInvoice } from './announceInvoice.ts';
import { invoicePaid } from './invoicing.events.ts';
import type { InvoiceRow } from './invoicing.sql.ts';
import { overdueTimer } from './overdue.jobs.ts';
import { refreshOf } from './refreshWallets.ts';
import { takeInvoice } from './takeInvoice.ts';

/** What lowers the amount due: a payment, a credit note, credits of a wallet (I7), or giving it up. */
export interface Settlement {
  readonly type: 'payment' | 'credit_note' | 'wallet_credit' | 'write_off';
  /** The payment's, the note's or the wallet transaction's id; of a write-off the invoice's own. */
  readonly sourceId: string;
  /** Minor units of the invoice's currency; negative gives back. */
  readonly amount: bigint;
}

/** The sum on the invoice that a settlement is part of. */
const sumOf = { payment: 'amount_paid_cents', credit_note: 'credit_notes_amount_cents', wallet_credit: 'prepaid_credit_amount_cents' } as const;

/**
 * Writes the entry and the invoice's sums together, so that the one always explains the other. Credit notes move in the books with it;
 * payments and wallets post themselves.
 */
export async function applySettlement(tx: Tx, invoice: InvoiceRow, { type, sourceId, amount }: Settlement): Promise<InvoiceRow> {
  const id = nextId();
  await tx.db
    .insertInto('invoice_settlements')
    .values({
      tenant_id: tx.scope.tenant.id,
      id,
      invoice_id: invoice.id,
      settlement_type: type,
      source_id: sourceId,
      amount_cents: amount,
      created_at: tx.scope.now,
    })
    .execute();
  if (type === 'credit_note') await postCredit(tx, invoice, id, sourceId, amount);
  if (type === 'write_off') await postWriteOff(tx, invoice, id, amount);
  return tx.db
    .updateTable('invoices')
    .set({ ...sumsWith(tx, invoice, type, amount), amount_due_cents: invoice.amount_due_cents - amount, updated_at: tx.scope.now })
    .where('id', '=', invoice.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The sum of its kind with one entry more. */
function sumsWith(tx: Tx, invoice: InvoiceRow, type: Settlement['type'], amount: bigint) {
  if (type !== 'write_off') return { [sumOf[type]]: invoice[sumOf[type]] + amount };
  const sum = invoice.written_off_amount_cents + amount;
  return { written_off_amount_cents: sum, written_off_at: sum === 0n ? null : tx.scope.now };
}

async function postWriteOff(tx: Tx, invoice: InvoiceRow, documentId: string, amount: bigint): Promise<void> {
  const { id: invoiceId, customer_id: customerId, currency, timezone } = invoice;
  const kind = amount > 0n ? 'written_off' : 'write_off_reversed';
  await post(tx, { kind, type: 'invoice_settlement', documentId, invoiceId, customerId, currency, entries: writtenOff(Amount.of(amount), bookingDay(tx, timezone)) });
}

async function postCredit(tx: Tx, invoice: InvoiceRow, documentId: string, creditNoteId: string, amount: bigint): Promise<void> {
  const { id: invoiceId, customer_id: customerId, currency, timezone } = invoice;
  const kind = amount > 0n ? 'credit_applied' : 'credit_returned';
  const entries = creditApplied(Amount.of(amount), bookingDay(tx, timezone));
  await post(tx, { kind, type: 'invoice_settlement', documentId, creditNoteId, invoiceId, customerId, currency, entries });
}

/** Marks an invoice, and its fees, paid once nothing is due on it any more, unless a part of it was given up. */
export async function markPaidWhenSettled(tx: Tx, invoice: InvoiceRow, before: Awaited<ReturnType<typeof readInvoice>>): Promise<void> {
  if (invoice.status !== 'finalized' || invoice.amount_due_cents !== 0n || invoice.written_off_at !== null) return;
  const { now } = tx.scope;
  await tx.db.updateTable('invoices').set({ status: 'paid', paid_at: now, updated_at: now }).where('id', '=', invoice.id).execute();
  await tx.db.updateTable('fees').set({ payment_status: 'succeeded', updated_at: now }).where('invoice_id', '=', invoice.id).execute();
  await tx.unschedule(overdueTimer, invoice.id);
  await announce(tx, invoicePaid, invoice.id, before);
}

/** Puts a payment on a finalized invoice: at most what is due. With nothing left due the invoice is paid. */
export async function settleInvoice(tx: Tx, id: string, settlement: Settlement): Promise<void> {
  const invoice = await takeInvoice(tx, id);
  if (invoice === undefined) throw notFound('invoice');
  if (invoice.status !== 'finalized') throw conflict('not_payable', `A ${invoice.status} invoice takes no payment.`);
  if (invoice.written_off_at !== null) throw conflict('written_off', 'What was due on this invoice was written off; take that back first.');
  if (settlement.amount > invoice.amount_due_cents)
    throw invalid('amount', 'overpayment', `Only ${invoice.amount_due_cents} minor units are due on this invoice.`);
  const before = await readInvoice(tx, id);
  await markPaidWhenSettled(tx, await applySettlement(tx, invoice, settlement), before);
  await refreshOf(tx, invoice.customer_id);
}
