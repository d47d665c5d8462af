import { Amount } from '../money/index.ts';
import type { InvoiceDraft } from './draft.ts';
import { draftWhole } from './draftWhole.ts';
import type { DeductionFacts, InterimUsage, ProgressiveFacts, UsageFacts } from './facts.ts';
import { usageLines } from './steps/charges.ts';
import { progressiveCredit } from './steps/progressiveCredit.ts';

/** What the usage of an open period is billed by before the period ends. */
interface ProgressiveInvoiceFacts extends UsageFacts, ProgressiveFacts, DeductionFacts {
  readonly at: Temporal.Instant;
  /** What invoices that were asked for have billed of the period. */
  readonly interim: InterimUsage | null;
}

/**
 * The invoice of a period's usage so far: the fees that a usage read shows, less what earlier invoices of the period billed of them,
 * then coupons, tax and sums as on any invoice (I1). Throws InvariantBroken.
 */
export function draftProgressive(facts: ProgressiveInvoiceFacts): InvoiceDraft {
  const { at, usage, interim, subscription } = facts;
  const own = { kind: 'progressive' as const, to: at, subscriptionId: subscription.id };
  const fees = usageLines(facts, interim).fees.map((fee) => ({ ...fee, ...own }));
  const part = progressiveCredit(facts, { fees, lateCredits: [], progressiveCredit: Amount.zero });
  return draftWhole(facts, { ...part, at, currency: subscription.terms.currency, billingPeriod: { start: usage.period.start, end: at } });
}
