import { Amount } from '../money/index.ts';
import { assertBalanced } from './assertBalanced.ts';
import type { InvoiceDraft, PartDraft } from './draft.ts';
import type { DeductionFacts } from './facts.ts';
import { deduct } from './steps/deduct.ts';

/** The fees of an invoice before coupons and tax. */
export interface DraftedParts extends PartDraft, Pick<InvoiceDraft, 'at' | 'currency' | 'billingPeriod'> {}

/** The invoice of fees, however they came about: coupons and tax over all of them, the sums, and the check that they add up. Throws InvariantBroken. */
export function draftWhole(facts: DeductionFacts, parts: DraftedParts): InvoiceDraft {
  const none = { subtotal: Amount.zero, coupons: Amount.zero, couponsTaken: [], tax: Amount.zero, taxes: [], total: Amount.zero };
  const draft = deduct(facts, { ...parts, ...none });
  assertBalanced(draft);
  return draft;
}
