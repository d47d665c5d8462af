import type { InvoiceDraft, LateCredit } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import { dayAfter } from '@farthing/core/subscriptions';
import { type DatePeriod, localDate } from '@farthing/core/time';
import type { Tx } from '../../kernel/envelope.ts';
import { creditFee } from './applyCreditNotes.ts';
import { isForPeriod, setRecheck } from './billedPeriods.sql.ts';
import { creditableFees, isWithinPeriod, progressiveRestOf } from './progressive.sql.ts';
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
  const fees = await creditableFees(tx.db, chargeId, isForPeriod(billedPeriodId));
  await creditFees(tx, fees, Amount.toBigInt(amount), { description, late_usage: true, billed_period_id: billedPeriodId });
}

/**
 * Credits what invoices within a period billed of its usage above what the period came to (I1): a final invoice that closes a period
 * credits each charge with what it costs, and what is left of it is given back on the fees that billed it, newest first.
 */
export async function creditProgressiveRest(tx: Tx, invoiceId: string): Promise<void> {
  for (const { billed_period_id: periodId, charge_id: chargeId, rest } of await progressiveRestOf(tx.db, invoiceId)) {
    const fees = await creditableFees(tx.db, chargeId, isWithinPeriod(periodId));
    await creditFees(tx, fees, rest, { description: 'Usage billed within the period and not in it at its end', progressive_rest: true });
  }
}

type Cause = Pick<Parameters<typeof creditFee>[4], 'description' | 'late_usage' | 'billed_period_id' | 'progressive_rest'>;

/** At most what is left of the fees. */
async function creditFees(tx: Tx, fees: readonly FeeRow[], amount: bigint, cause: Cause): Promise<void> {
  let left = amount;
  for (const fee of fees) {
    if (left === 0n) return;
    const invoice = fee.invoice_id === null ? undefined : await lockInvoice(tx.db, fee.invoice_id);
    if (invoice === undefined) continue;
    const creditable = fee.amount_cents - fee.progressive_billing_credit_amount_cents - fee.credited_amount_cents;
    const part = creditable < left ? creditable : left;
    await creditFee(tx, invoice, fee, part, { reason: 'other', ...cause, keptDays: daysOf(fee, invoice) });
    left -= part;
  }
}

/** All days of the fee: what was used stays used, it only cost less. */
function daysOf(fee: FeeRow, { created_at: created, timezone }: InvoiceRow): DatePeriod {
  const [from, to] = [fee.from_datetime ?? created, fee.to_datetime ?? created];
  return { start: localDate(from, timezone), end: dayAfter(to, timezone) };
}
