import type { InvoiceDraft } from '../draft.ts';
import type { DeductionFacts } from '../facts.ts';
import { coupons } from './coupons.ts';
import { taxes } from './taxes.ts';
import { totals } from './totals.ts';

type Deduction = (facts: DeductionFacts, draft: InvoiceDraft) => InvoiceDraft;

// The part of I1 that is the same for every invoice, whatever its fees are of.
const deductions: readonly Deduction[] = [coupons, taxes, totals];

/** An invoice's fees with what is taken off them, the tax on the rest, and the sums. */
export function deduct(facts: DeductionFacts, draft: InvoiceDraft): InvoiceDraft {
  return deductions.reduce((sofar, step) => step(facts, sofar), draft);
}
