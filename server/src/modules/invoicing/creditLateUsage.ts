import type { InvoiceDraft, LateCredit } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import { dayAfter } from '@farthing/core/subscriptions';
import { type DatePeriod, localDate } from '@farthing/core/time';
import type { Tx } from '../../kernel/envelope.ts';
import { insertNote } from './applyCreditNotes.ts';
import { creditableFees, setRecheck } from './billedPeriods.sql.ts';
import { type FeeRow, type InvoiceRow, lockInvoice } from './invoicing.sql.ts';

/**
 * Credits what late events made cheaper (E3), on the fees that billed it, newest first: what is still owed on their invoices is lowered,
 * the rest is the customer's credit, which the invoice that is being finalized takes first (I5). At most what is left of the fees.
 */
export async function creditLateUsage(tx: Tx, { lateCredits }: Pick<InvoiceDraft, 'lateCredits'>): Promise<void> {
  for (const credit of lateCredits) await creditOne(tx, credit);
  await setRecheck(tx.db, lateCredits.map(({ billedPeriodId }) => billedPeriodId), false);
}

async function creditOne(tx: Tx, { billedPeriodId, chargeId, description, amount }: LateCredit): Promise<void> {
  let left = Amount.toBigInt(amount);
  for (const fee of await creditableFees(tx.db, billedPeriodId, chargeId)) {
    if (left === 0n) return;
    const invoice = fee.invoice_id === null ? undefined : await lockInvoice(tx.db, fee.invoice_id);
    if (invoice === undefined) continue;
    const creditable = fee.amount_cents - fee.credited_amount_cents;
    const part = creditable < left ? creditable : left;
    await tx.db
      .updateTable('fees')
      .set({ credited_amount_cents: fee.credited_amount_cents + part, updated_at: tx.scope.now })
      .where('id', '=', fee.id)
      .execute();
    await insertNote(tx, invoice, fee, part, { reason: 'other', description, late_usage: true, keptDays: daysOf(fee, invoice) });
    left -= part;
  }
}

/** All days of the fee: what was used stays used, it only cost less. */
function daysOf(fee: FeeRow, { created_at: created, timezone }: InvoiceRow): DatePeriod {
  const [from, to] = [fee.from_datetime ?? created, fee.to_datetime ?? created];
  return { start: localDate(from, timezone), end: dayAfter(to, timezone) };
}
