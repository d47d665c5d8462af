import { Amount } from '../money/index.ts';
import type { InvoiceDraft } from './draft.ts';
import { draftWhole } from './draftWhole.ts';
import type { DeductionFacts } from './facts.ts';

/** An invoice of fees that were made one by one: of events paid in advance, of lines somebody asked for. Throws InvariantBroken. */
export function draftOfFees(facts: DeductionFacts, of: Pick<InvoiceDraft, 'fees' | 'at' | 'currency' | 'billingPeriod'>): InvoiceDraft {
  return draftWhole(facts, { ...of, lateCredits: [], progressiveCredit: Amount.zero });
}
