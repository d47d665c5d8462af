import type { BillingFacts } from '@farthing/core/billing';
import { type BilledThrough, type InvoiceKind, type InvoicePlan, invoicePlan, type SubscriptionTerms } from '@farthing/core/subscriptions';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { loadPlan, type Plan, type PlanCharge } from '../catalog/index.ts';
import { measureUsage } from '../metering/index.ts';
import { type SubscriptionRow, termsOf } from '../subscriptions/index.ts';
import { readLateUsage } from './readLateUsage.ts';

/** Facts, and what is kept of them once an invoice is made. */
export interface LoadedFacts extends BillingFacts {
  readonly planCharges: readonly PlanCharge[];
  /** See `LateUsage`. */
  readonly lateCheckedTo: string;
}

/**
 * Reads, in one snapshot, everything the invoice of this subscription at this instant depends on; null when there is
 * nothing to invoice. Invoices, previews and refreshed drafts read the same facts, so they cannot disagree.
 */
export async function loadFacts(
  db: ReadDb,
  subscription: SubscriptionRow,
  at: Temporal.Instant,
  kind: InvoiceKind,
): Promise<LoadedFacts | null> {
  const plan = await planOf(db, subscription);
  const terms = termsOf(subscription, plan);
  const covered = invoicePlan(terms, at, kind);
  return covered === null ? null : factsFor(db, subscription, plan, terms, covered);
}

/**
 * The facts of a draft made before, as they are now: the usage opens where it opened then. An end that came since shortens
 * what is billed in advance only where unused days are to be credited (I1a): a draft is no debt yet, so nothing is credited
 * on it, it is simply right.
 */
export async function loadFactsAgain(
  db: ReadDb,
  subscription: SubscriptionRow,
  at: Temporal.Instant,
  kind: InvoiceKind,
  opened: BilledThrough | null,
  draftId: string,
): Promise<LoadedFacts | null> {
  const plan = await planOf(db, subscription);
  const terms = termsOf(subscription, plan);
  const endedSince = terms.terminatedAt !== null && Temporal.Instant.compare(terms.terminatedAt, at) > 0;
  const forget = endedSince && terms.terminationAction !== 'generate_credit_note';
  const then: SubscriptionTerms = { ...terms, billedThrough: opened, terminatedAt: forget ? null : terms.terminatedAt };
  const covered = invoicePlan(then, at, kind);
  return covered === null ? null : factsFor(db, subscription, plan, then, covered, draftId);
}

async function planOf(db: ReadDb, subscription: SubscriptionRow): Promise<Plan> {
  const plan = await loadPlan(db, subscription.plan_id);
  if (plan === undefined) throw new Error(`The plan ${subscription.plan_id} of subscription ${subscription.id} is gone.`);
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
    subscription: { externalId: subscription.external_id, planName: plan.row.name, terms },
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
