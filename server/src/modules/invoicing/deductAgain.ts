import { draftOfFees, type FeeDraft, type InvoiceDraft } from '@farthing/core/billing';
import { Amount, Currency } from '@farthing/core/money';
import { Period } from '@farthing/core/time';
import type { Tx } from '../../kernel/envelope.ts';
import { lockCoupons } from '../discounts/index.ts';
import { deleteFeeTaxes, insertFeeTaxes } from './feeTaxes.sql.ts';
import type { FeeRow, InvoiceRow } from './invoicing.sql.ts';
import { loadDeductions } from './loadDeductions.ts';
import { deductedColumns } from './postInvoice.ts';
import { restoreFee } from './restoreFee.ts';

/** A draft of lines that somebody asked for, with what lowers it as it is now; the lines stay, their parts in it are written. */
export async function deductAgain(tx: Tx, invoice: InvoiceRow, rows: readonly FeeRow[]): Promise<InvoiceDraft> {
  const currency = Currency.parse(invoice.currency);
  await lockCoupons(tx.db, invoice.customer_id);
  const deductions = await loadDeductions(tx.db, { customerId: invoice.customer_id, currency, invoiceId: invoice.id });
  const billingPeriod = Period.of(invoice.billing_period_start, invoice.billing_period_end);
  const draft = draftOfFees(deductions, { fees: rows.map(restoreFee), at: invoice.created_at, currency, billingPeriod });
  for (const [index, row] of rows.entries()) {
    const fee = draft.fees[index];
    if (fee === undefined || isAsBefore(fee, row)) continue;
    await tx.db.updateTable('fees').set({ ...deductedColumns(fee), updated_at: tx.scope.now }).where('id', '=', row.id).execute();
  }
  await deleteFeeTaxes(tx.db, rows.map(({ id }) => id));
  await insertFeeTaxes(tx, draft.fees.map((fee, index) => ({ feeId: rows[index]?.id ?? '', parts: fee.taxParts })));
  return draft;
}

function isAsBefore({ coupons, taxes, included, taxCategory }: FeeDraft, row: FeeRow): boolean {
  const amounts = [coupons, taxes, included].map(Amount.toBigInt).join() === [row.coupons_amount_cents, row.taxes_amount_cents, row.included_tax_cents].join();
  return amounts && taxCategory === row.tax_category;
}
