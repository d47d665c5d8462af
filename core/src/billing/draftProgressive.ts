import { Amount } from '../money/index.ts';
import { assertBalanced } from './assertBalanced.ts';
import type { InvoiceDraft } from './draft.ts';
import type { DeductionFacts, InterimUsage, ProgressiveFacts, UsageFacts } from './facts.ts';
import { deduct } from './steps/deduct.ts';
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
  const { at, usage, interim } = facts;
  const fees = usageLines(facts, interim).fees.map((fee) => ({ ...fee, kind: 'progressive' as const, to: at }));
  const none = { subtotal: Amount.zero, progressiveCredit: Amount.zero, coupons: Amount.zero, couponsTaken: [], tax: Amount.zero, taxes: [], total: Amount.zero };
  const billingPeriod = { start: usage.period.start, end: at };
  const { currency } = facts.subscription.terms;
  const draft = deduct(facts, progressiveCredit(facts, { kind: null, at, currency, billingPeriod, fees, lateCredits: [], ...none }));
  assertBalanced(draft);
  return draft;
}
