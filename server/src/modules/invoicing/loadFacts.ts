import type { BillingFacts } from '@farthing/core/billing';
import { type BilledThrough, type InvoiceKind, type InvoicePlan, invoicePlan, type SubscriptionTerms } from '@farthing/core/subscriptions';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { loadPlan, type Plan, type PlanCharge } from '../catalog/index.ts';
import { measureUsage } from '../metering/index.ts';
import type { SubscriptionPhase, SubscriptionRow } from '../subscriptions/index.ts';
import { readLateUsage } from './readLateUsage.ts';

/** Facts, and what is kept of them once an invoice is made. */
export interface LoadedFacts extends BillingFacts {
  readonly planCharges: readonly PlanCharge[];
  /** See `LateUsage`. */
  readonly lateCheckedTo: string;
}

/** Which invoice of a subscription. */
export interface InvoiceCause {
  readonly at: Temporal.Instant;
  readonly kind: InvoiceKind;
  /** Of a change of plan the one that closes, else the present one, or that of the time when the draft was made. */
  readonly phase: SubscriptionPhase;
}

/**
 * Reads, in one snapshot, everything the invoice of this subscription at this instant depends on; null when there is
 * nothing to invoice. Invoices, previews and refreshed drafts read the same facts, so they cannot disagree.
 */
export async function loadFacts(
  db: ReadDb,
  subscription: SubscriptionRow,
  { at, kind, phase }: InvoiceCause,
  draftId?: string,
): Promise<LoadedFacts | null> {
  const covered = invoicePlan(phase.terms, at, kind);
  return covered === null ? null : factsFor(db, subscription, await planOf(db, phase.planId), phase.terms, covered, draftId);
}

/**
 * The facts of a draft made before, as they are now: the usage opens where it opened then. An end that came since shortens
 * what is billed in advance only where unused days are to be credited (I1a): a draft is no debt yet, so nothing is credited
 * on it, it is simply right.
 */
export async function loadFactsAgain(
  db: ReadDb,
  subscription: SubscriptionRow,
  { phase, ...cause }: InvoiceCause,
  opened: BilledThrough | null,
  draftId: string,
): Promise<LoadedFacts | null> {
  const endsAgain = (terms: SubscriptionTerms): SubscriptionTerms => {
    const endedSince = terms.terminatedAt !== null && Temporal.Instant.compare(terms.terminatedAt, cause.at) > 0;
    const forget = endedSince && terms.terminationAction !== 'generate_credit_note';
    return { ...terms, billedThrough: opened, terminatedAt: forget ? null : terms.terminatedAt };
  };
  const { successor } = phase.terms;
  const then = endsAgain(phase.terms);
  const followed = successor === null ? then : { ...then, successor: { ...successor, terms: endsAgain(successor.terms) } };
  return loadFacts(db, subscription, { ...cause, phase: { ...phase, terms: followed } }, draftId);
}

export async function planOf(db: ReadDb, planId: string): Promise<Plan> {
  const plan = await loadPlan(db, planId);
  if (plan === undefined) throw new Error(`The plan ${planId} is gone.`);
  return plan;
}

/** The facts of whatever an invoice is to cover; `draftId` is the invoice itself where it is a draft already. */
export async function factsFor(
  db: ReadDb,
  subscription: SubscriptionRow,
  plan: Plan,
  terms: SubscriptionTerms,
  covered: InvoicePlan,
  draftId: string | null = null,
): Promise<LoadedFacts> {
  // Before usage is measured, so that an event that comes meanwhile is looked at once more rather than never.
  const late = await readLateUsage(db, subscription, draftId);
  const usage = covered.usage;
  const charges = usage === null ? [] : await measureUsage(db, { subscription, charges: plan.charges, usage });
  return {
    customer: { externalId: subscription.customer_external_id ?? subscription.customer_id },
    subscription: { externalId: subscription.external_id, terms },
    invoicePlan: covered,
    charges,
    late: late.facts,
    planCharges: plan.charges,
    lateCheckedTo: late.checkedTo,
    coupons: [],
    taxes: [],
    creditNotes: [],
    wallets: [],
  };
}
