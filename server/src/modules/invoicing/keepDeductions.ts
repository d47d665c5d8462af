import type { InvoiceDraft } from '@farthing/core/billing';
import type { Tx } from '../../kernel/envelope.ts';
import { recordUses } from '../discounts/index.ts';
import { deleteCouponLines, insertCouponLines } from './couponLines.sql.ts';
import type { InvoiceRow } from './invoicing.sql.ts';

type Deducted = Pick<InvoiceRow, 'id' | 'currency'>;
type Deductions = Pick<InvoiceDraft, 'couponsTaken'>;

/** Keeps what lowers an invoice that was just made, as its document shows it, and counts what it uses up. */
export async function keepDeductions(tx: Tx, invoice: Deducted, { couponsTaken }: Deductions): Promise<void> {
  if (couponsTaken.length === 0) return;
  await insertCouponLines(tx.db, tx.scope.tenant.id, invoice.id, couponsTaken);
  await recordUses(tx, invoice, couponsTaken);
}

/** The same of a draft that was computed again: what it had taken and does not take any more is given back. */
export async function replaceDeductions(tx: Tx, invoice: Deducted, { couponsTaken }: Deductions): Promise<void> {
  await deleteCouponLines(tx.db, invoice.id);
  await insertCouponLines(tx.db, tx.scope.tenant.id, invoice.id, couponsTaken);
  await recordUses(tx, invoice, couponsTaken);
}

/** Gives back what an invoice used up that is deleted, or out of force (I4); its document still shows it. */
export async function returnDeductions(tx: Tx, invoice: Deducted): Promise<void> {
  await recordUses(tx, invoice, []);
}
