import { draftInvoice } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import { dayAfter, type InvoiceKind } from '@farthing/core/subscriptions';
import type { Tx } from '../../kernel/envelope.ts';
import { invalid } from '../../kernel/problem.ts';
import { lockBilling } from '../customers/index.ts';
import { lockCoupons } from '../discounts/index.ts';
import { findSubscription, loadPhase, markBilledThrough, type SubscriptionPhase, type SubscriptionRow } from '../subscriptions/index.ts';
import { creditUnusedDays } from './applyCreditNotes.ts';
import { billInAdvance } from './billInAdvance.ts';
import { creditLateUsage } from './creditLateUsage.ts';
import { unusedByUnits } from './unusedByUnits.ts';
import { type UnusedFrom, unusedByChange } from './unusedDays.ts';
import { finalizeDraft } from './finalizeInvoice.ts';
import { isInvoicedAfter } from './interim.sql.ts';
import { readParties } from './invoiceParties.ts';
import { skipsZeroInvoices } from './invoicing.sql.ts';
import { finalizeTimer } from './invoicing.jobs.ts';
import { type InvoiceCause, type LoadedFacts, loadFacts } from './loadFacts.ts';
import { keepBilledPeriod } from './keepBilledPeriod.ts';
import { writeInvoice } from './writeInvoice.ts';

/** What falls due for a subscription and is to be invoiced. */
export interface BillingDue {
  readonly subscriptionId: string;
  readonly at: Temporal.Instant;
  readonly kind: InvoiceKind;
  /** Which of several of this kind at one instant; 0 where there is one. */
  readonly turn: number;
}

/**
 * The days that were paid in advance and will not be used: those after a pause (T3b), after an end where that was asked for (I1a), and
 * from the day a new plan has them (T3a). Null where nothing is credited.
 */
function unusedFrom({ terms }: SubscriptionPhase, { at, kind }: Pick<BillingDue, 'at' | 'kind'>): UnusedFrom | null {
  if (kind === 'pause') return { at, reason: 'order_change', firstUnused: (zone) => dayAfter(at, zone) };
  if (kind === 'termination' && terms.terminationAction === 'generate_credit_note')
    return { at, reason: 'order_cancellation', firstUnused: (zone) => dayAfter(at, zone) };
  return kind === 'plan_change' ? unusedByChange(terms, at) : null;
}

/** The facts of what fell due, once what is paid in advance and came up to now is billed. */
export async function loadBilled(tx: Tx, subscription: SubscriptionRow, cause: InvoiceCause): Promise<LoadedFacts | null> {
  await lockCoupons(tx.db, subscription.customer_id);
  const facts = await loadFacts(tx.db, subscription, cause);
  const usage = facts?.invoicePlan.usage ?? null;
  if (usage === null || facts?.advance.length === 0) return facts;
  await billInAdvance(tx, subscription, cause.phase, usage);
  return loadFacts(tx.db, subscription, cause);
}

/**
 * Bills what fell due: load facts, draft, post. Without a grace period the invoice is finalized in the same transaction,
 * else its timer does it. Done twice, it changes nothing the second time.
 */
export async function generateInvoice(tx: Tx, { subscriptionId, at, kind, turn }: BillingDue): Promise<void> {
  const subscription = await findSubscription(tx.db, subscriptionId);
  if (subscription === undefined) throw new Error(`The subscription ${subscriptionId} is gone.`);
  await lockBilling(tx, subscription.customer_id);
  if (kind === 'termination' && (await isInvoicedAfter(tx.db, subscriptionId, at)))
    throw invalid('ended_at', 'before_what_is_invoiced', 'An invoice of this subscription covers time after this end; void it first.');
  const number = kind === 'plan_change' ? turn - 1 : subscription.phase;
  const phase = await loadPhase(tx.db, subscription, number);
  const unused = kind === 'units_change' ? await unusedByUnits(tx.db, subscription, phase, turn) : unusedFrom(phase, { at, kind });
  if (unused !== null) await creditUnusedDays(tx, subscription, unused);
  const facts = await loadBilled(tx, subscription, { at, kind, phase, turn });
  if (facts === null) return;
  const draft = draftInvoice(facts);
  if (kind === 'units_change' && draft.fees.length === 0) return;
  if (facts.invoicePlan.billsThrough !== null) await markBilledThrough(tx, subscription.id, facts.invoicePlan.billsThrough);
  // An invoice over nothing that credits what was billed before is what the period was billed by; what a coupon was used for has one to show for it.
  const isNeeded = facts.progressive.length > 0 || draft.couponsTaken.length > 0;
  if (Amount.isZero(draft.total) && !isNeeded && (await skipsZeroInvoices(tx.db, tx.scope.tenant.organizationId))) {
    await keepBilledPeriod(tx, subscription.id, null, facts, draft);
    return creditLateUsage(tx, draft);
  }

  const { grace, ...parties } = await readParties(tx, subscription.customer_id, subscription.id);
  const finalizeAt = at.toZonedDateTimeISO(parties.zone).add({ days: grace }).toInstant();
  const computed = { subscriptionId: subscription.id, facts, draft };
  const written = await writeInvoice(tx, computed, { ...parties, turn, phase: number, opened: facts.subscription.terms.billedThrough }, finalizeAt);
  if (written === null) return;
  const { row, created } = written;
  if (grace === 0) await finalizeDraft(tx, { row, lateCredits: draft.lateCredits }, created);
  else await tx.schedule(finalizeTimer, row.id, finalizeAt);
}
