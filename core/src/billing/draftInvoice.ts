import { Amount } from '../money/index.ts';
import { Period } from '../time/index.ts';
import { addOnFee } from './addOnFee.ts';
import { type DraftedParts, draftWhole } from './draftWhole.ts';
import type { InvoiceDraft, PartDraft } from './draft.ts';
import type { BillingFacts, PartFacts } from './facts.ts';
import { charges } from './steps/charges.ts';
import { commitments } from './steps/commitments.ts';
import { fixedCharges } from './steps/fixedCharges.ts';
import { lateUsage } from './steps/lateUsage.ts';
import { minimums } from './steps/minimums.ts';
import { planFees } from './steps/planFees.ts';
import { progressiveCredit } from './steps/progressiveCredit.ts';

type Step = (facts: PartFacts, draft: PartDraft) => PartDraft;

// The order of I1. Each step reads the facts and what the steps before it drafted, and adds its own part.
const steps: readonly Step[] = [planFees, fixedCharges, charges, minimums, lateUsage, commitments, progressiveCredit];

/** What one subscription brings to its invoice: its fees, and what was billed of them before; coupons and tax act on the whole. Pure. */
function draftPart(facts: PartFacts): PartDraft {
  const { fees, ...rest } = steps.reduce((sofar, step) => step(facts, sofar), nothing);
  return { ...rest, fees: fees.map((fee) => ({ ...fee, subscriptionId: facts.subscription.id })) };
}

const nothing: PartDraft = { fees: [], lateCredits: [], progressiveCredit: Amount.zero };

/**
 * The invoice that the facts make, of one subscription or of several that fall due together: the same for the document, its preview and
 * its simulation. Each subscription is drafted by itself; then the add-ons that waited for the customer, coupons and tax over all fees, and
 * the sums. Pure. Throws InvariantBroken when its parts do not sum to the whole, which is a fault of ours and never of the facts, and
 * RangeError for no subscription, or several that cannot be on one document.
 */
export function draftInvoice(facts: BillingFacts): InvoiceDraft {
  return draftWhole(facts, draftedParts(facts));
}

function draftedParts({ parts, addOns }: BillingFacts): DraftedParts {
  const [first] = parts;
  if (first === undefined) throw new RangeError('an invoice is of a subscription at least');
  const { at } = first.invoicePlan;
  const { currency } = first.subscription.terms;
  for (const { invoicePlan, subscription } of parts)
    if (!invoicePlan.at.equals(at) || subscription.terms.currency !== currency)
      throw new RangeError(`${subscription.externalId} falls due at ${invoicePlan.at} in ${subscription.terms.currency}, the others at ${at} in ${currency}`);
  const drafts = parts.map(draftPart);
  return {
    at,
    currency,
    billingPeriod: parts.map(({ invoicePlan }) => invoicePlan.billingPeriod).reduce(hull),
    fees: [...drafts.flatMap(({ fees }) => fees), ...addOns.map((applied) => addOnFee(applied, currency, at))],
    lateCredits: drafts.flatMap(({ lateCredits }) => lateCredits),
    progressiveCredit: Amount.sum(drafts.map((draft) => draft.progressiveCredit)),
  };
}

/** From the first start to the last end. */
function hull(a: Period, b: Period): Period {
  const start = Temporal.Instant.compare(a.start, b.start) <= 0 ? a.start : b.start;
  const end = Temporal.Instant.compare(a.end, b.end) >= 0 ? a.end : b.end;
  return Period.of(start, end);
}
