import { Amount } from '../money/index.ts';
import { assertBalanced } from './assertBalanced.ts';
import type { InvoiceDraft } from './draft.ts';
import type { BillingFacts } from './facts.ts';
import { addOns } from './steps/addOns.ts';
import { charges } from './steps/charges.ts';
import { commitments } from './steps/commitments.ts';
import { deduct } from './steps/deduct.ts';
import { fixedCharges } from './steps/fixedCharges.ts';
import { lateUsage } from './steps/lateUsage.ts';
import { minimums } from './steps/minimums.ts';
import { planFees } from './steps/planFees.ts';
import { progressiveCredit } from './steps/progressiveCredit.ts';

type Step = (facts: BillingFacts, draft: InvoiceDraft) => InvoiceDraft;

// The order of I1. Each step reads the facts and what the steps before it drafted, and adds its own part.
const steps: readonly Step[] = [planFees, fixedCharges, charges, minimums, lateUsage, commitments, addOns, progressiveCredit, deduct];

/**
 * The invoice that the facts make: the same for the document, its preview and its simulation. Pure.
 * Throws InvariantBroken when its parts do not sum to the whole, which is a fault of ours and never of the facts.
 */
export function draftInvoice(facts: BillingFacts): InvoiceDraft {
  const { kind, at, billingPeriod } = facts.invoicePlan;
  const empty: InvoiceDraft = {
    kind,
    at,
    currency: facts.subscription.terms.currency,
    billingPeriod,
    fees: [],
    lateCredits: [],
    subtotal: Amount.zero,
    progressiveCredit: Amount.zero,
    coupons: Amount.zero,
    couponsTaken: [],
    tax: Amount.zero,
    taxes: [],
    total: Amount.zero,
  };
  const draft = steps.reduce((sofar, step) => step(facts, sofar), empty);
  assertBalanced(draft);
  return draft;
}
