import { Amount } from '../money/index.ts';
import { assertBalanced } from './assertBalanced.ts';
import type { InvoiceDraft } from './draft.ts';
import type { DeductionFacts } from './facts.ts';
import { deduct } from './steps/deduct.ts';

/** An invoice of fees that were made one by one: of events paid in advance, of lines somebody asked for. Throws InvariantBroken. */
export function draftOfFees(facts: DeductionFacts, of: Pick<InvoiceDraft, 'fees' | 'at' | 'currency' | 'billingPeriod'>): InvoiceDraft {
  const none = { subtotal: Amount.zero, progressiveCredit: Amount.zero, coupons: Amount.zero, couponsTaken: [], tax: Amount.zero, taxes: [], total: Amount.zero };
  const draft = deduct(facts, { kind: null, ...of, lateCredits: [], ...none });
  assertBalanced(draft);
  return draft;
}
