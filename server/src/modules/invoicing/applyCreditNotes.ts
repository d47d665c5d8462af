import { takeCredits } from '@farthing/core/credits';
import { Amount } from '@farthing/core/money';
import type { Tx } from '../../kernel/envelope.ts';
import type { SubscriptionRow } from '../subscriptions/index.ts';
import { creditsOn, lockAvailableNotes } from './creditNotes.sql.ts';
import type { InvoiceRow } from './invoicing.sql.ts';
import { giveBack } from './issueCreditNote.ts';
import { applySettlement } from './settleInvoice.ts';
import { type UnusedFrom, unusedCredits } from './unusedDays.ts';

/**
 * Credits the days that were paid in advance and will not be used (T3, T3a, T3b), of each fee that covers any. What is still owed on the
 * invoice of a fee is lowered first (I5); the rest is the customer's credit, which its next invoice is the first to take. A fee that is
 * on a draft is no debt yet: when the draft is computed again it bills fewer days.
 */
export async function creditUnusedDays(tx: Tx, subscription: SubscriptionRow, from: UnusedFrom): Promise<void> {
  const unused = await unusedCredits(tx.db, subscription.id, from);
  for (const own of Map.groupBy(unused, ({ fee }) => fee.invoice_id).values())
    await giveBack(tx, own, { reason: from.reason, description: `Unused days of ${own.map(({ fee }) => fee.description).join(', ')}` });
}

/** Takes the customer's credit for an invoice that is being finalized, oldest note first (I1). */
export async function applyCreditNotes(tx: Tx, invoice: InvoiceRow): Promise<InvoiceRow> {
  if (invoice.amount_due_cents === 0n) return invoice;
  const notes = await lockAvailableNotes(tx.db, { customerId: invoice.customer_id, currency: invoice.currency });
  const left = notes.map(({ id, balance_amount_cents: balance }) => ({ id, balance: Amount.of(balance) }));
  let settled = invoice;
  for (const { noteId, amount } of takeCredits(left, Amount.of(invoice.amount_due_cents))) {
    await moveBalance(tx, noteId, -Amount.toBigInt(amount));
    settled = await applySettlement(tx, settled, { type: 'credit_note', sourceId: noteId, amount });
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
