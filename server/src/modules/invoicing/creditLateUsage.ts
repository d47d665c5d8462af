import { priceLeft } from '@farthing/core/credits';
import type { InvoiceDraft } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import type { Tx } from '../../kernel/envelope.ts';
import { isForPeriod, setRecheck } from './billedPeriods.sql.ts';
import type { FeeRow } from './invoicing.sql.ts';
import { type GivenBack, giveBack } from './issueCreditNote.ts';
import { creditableFees, isWithinPeriod, progressiveRestOf } from './progressive.sql.ts';
import { creditablesOf } from './readCreditable.ts';

/**
 * Credits what late events made cheaper (E3), on the fees that billed it, newest first: what is still owed on their invoices is lowered,
 * the rest is the customer's credit, which the invoice that is being finalized takes first (I5). At most what is left of the fees. What came
 * late for one period is one note on each of its invoices.
 */
export async function creditLateUsage(tx: Tx, { lateCredits }: Pick<InvoiceDraft, 'lateCredits'>): Promise<void> {
  for (const [billedPeriodId, credits] of Map.groupBy(lateCredits, (credit) => credit.billedPeriodId)) {
    const given: GivenBack[] = [];
    for (const { chargeId, amount } of credits) given.push(...(await partsOf(tx, await creditableFees(tx.db, chargeId, isForPeriod(billedPeriodId)), amount)));
    const description = credits.map((credit) => credit.description).join(', ');
    await giveBack(tx, given, { reason: 'other', description, late_usage: true, billed_period_id: billedPeriodId });
  }
  await setRecheck(tx.db, lateCredits.map(({ billedPeriodId }) => billedPeriodId), false);
}

/**
 * Credits what invoices within a period billed of its usage above what the period came to (I1): a final invoice that closes a period
 * credits each charge with what it costs, and what is left of it is given back on the fees that billed it, newest first.
 */
export async function creditProgressiveRest(tx: Tx, invoiceId: string): Promise<void> {
  const given: GivenBack[] = [];
  for (const { billed_period_id: periodId, charge_id: chargeId, rest } of await progressiveRestOf(tx.db, invoiceId))
    given.push(...(await partsOf(tx, await creditableFees(tx.db, chargeId, isWithinPeriod(periodId)), Amount.of(rest))));
  await giveBack(tx, given, { reason: 'other', description: 'Usage billed within the period and not in it at its end', progressive_rest: true });
}

/** So much of the price of fees, in their order, and at most what is left of it. */
async function partsOf(tx: Tx, rows: readonly FeeRow[], amount: Amount): Promise<GivenBack[]> {
  const creditables = await creditablesOf(tx.db, rows);
  let left = amount;
  return rows.flatMap((fee, index) => {
    const creditable = creditables[index];
    const price = creditable === undefined ? Amount.zero : Amount.min(priceLeft(creditable), left);
    left = Amount.subtract(left, price);
    return Amount.isZero(price) ? [] : [{ fee, price, keptDays: null }];
  });
}
