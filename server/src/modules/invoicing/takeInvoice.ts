import type { Tx } from '../../kernel/envelope.ts';
import { lockBilling } from '../customers/index.ts';
import { findInvoice, type InvoiceRow, lockInvoice } from './invoicing.sql.ts';

/**
 * Takes an invoice for the rest of the transaction, its customer's billing before it: nobody bills the customer meanwhile, nor credits what
 * was billed, and the usage that the invoice reads stays as it is. Undefined for an unknown id.
 */
export async function takeInvoice(tx: Tx, id: string): Promise<InvoiceRow | undefined> {
  const invoice = await findInvoice(tx.db, id);
  if (invoice === undefined) return undefined;
  await lockBilling(tx, invoice.customer_id);
  return lockInvoice(tx.db, id);
}
