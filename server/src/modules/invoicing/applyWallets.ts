import { Amount } from '@farthing/core/money';
import { dueFees } from '@farthing/core/wallets';
import type { Tx } from '../../kernel/envelope.ts';
import { hasWallets, payFromWallets, returnToWallets } from '../wallets/index.ts';
import type { InvoiceRow } from './invoicing.sql.ts';
import { scopedFeesOf } from './scopedFees.sql.ts';
import { applySettlement } from './settleInvoice.ts';

/**
 * Has the customer's wallets pay an invoice that is being finalized, after its credit notes (I1): each fee with its tax, less its share of
 * those notes. An invoice that sells credits is not paid with credits.
 */
export async function applyWallets(tx: Tx, invoice: InvoiceRow): Promise<InvoiceRow> {
  if (invoice.amount_due_cents <= 0n || invoice.invoice_type === 'credit' || !(await hasWallets(tx.db, invoice.customer_id))) return invoice;
  const scoped = await scopedFeesOf(tx.db, invoice.id);
  const payable = scoped.map((fee) => ({ id: fee.id, type: fee.type, planCode: fee.plan_code, metricCode: fee.metric_code, total: Amount.of(fee.total) }));
  const fees = dueFees(payable, Amount.of(invoice.credit_notes_amount_cents));
  const { id, customer_id: customerId, currency, timezone: zone } = invoice;
  let settled = invoice;
  for (const { transactionId, amount } of await payFromWallets(tx, { id, customerId, currency, zone, fees }))
    settled = await applySettlement(tx, settled, { type: 'wallet_credit', sourceId: transactionId, amount });
  return settled;
}

/** Gives back to the wallets what an invoice that is voided had taken from them (I4). */
export async function returnWalletCredits(tx: Tx, invoice: InvoiceRow): Promise<InvoiceRow> {
  let returned = invoice;
  for (const { transactionId, amount } of await returnToWallets(tx, { id: invoice.id, zone: invoice.timezone }))
    returned = await applySettlement(tx, returned, { type: 'wallet_credit', sourceId: transactionId, amount: -amount });
  return returned;
}
