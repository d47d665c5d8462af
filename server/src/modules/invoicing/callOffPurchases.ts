import type { Tx } from '../../kernel/envelope.ts';
import type { OccurredEvent } from '../../kernel/event.ts';
import { purchasesToCallOff } from '../wallets/index.ts';
import { voidInvoice } from './changeInvoice.ts';
import { findInvoice } from './invoicing.sql.ts';
import { writeOffInvoice } from './writeOffInvoice.ts';

/**
 * A wallet has ended: nobody is asked any more to pay for credits that could not be spent. An invoice over them that no money is on is voided;
 * of one that was paid in part the rest is given up. What was spent on credit stays owed.
 */
export async function callOffPurchases(tx: Tx, { subjectId: walletId }: OccurredEvent): Promise<void> {
  for (const invoiceId of await purchasesToCallOff(tx.db, walletId)) {
    const invoice = await findInvoice(tx.db, invoiceId);
    if (invoice === undefined) continue;
    if (invoice.amount_paid_cents > 0n) await writeOffInvoice(tx, invoiceId);
    else await voidInvoice(tx, invoiceId);
  }
}
