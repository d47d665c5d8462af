import { Amount, type Currency } from '../money/index.ts';
import type { Period } from '../time/index.ts';
import { assertBalanced } from './assertBalanced.ts';
import type { FeeDraft, InvoiceDraft } from './draft.ts';
import { sumUp } from './steps/totals.ts';

/** An invoice of fees that were made one by one: of events paid in advance, of lines somebody asked for. Throws InvariantBroken. */
export function draftOfFees(fees: readonly FeeDraft[], at: Temporal.Instant, currency: Currency, billingPeriod: Period): InvoiceDraft {
  const none = { subtotal: Amount.zero, progressiveCredit: Amount.zero, coupons: Amount.zero, tax: Amount.zero, total: Amount.zero };
  const draft = sumUp({ kind: null, at, currency, billingPeriod, fees, lateCredits: [], ...none });
  assertBalanced(draft);
  return draft;
}
