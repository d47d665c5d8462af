import { draftInvoice } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import type { InvoiceKind } from '@farthing/core/subscriptions';
import type { Tx } from '../../kernel/envelope.ts';
import { findCustomer, lockBilling } from '../customers/index.ts';
import { findEntity } from '../entities/index.ts';
import { findSubscription, markBilledThrough, type SubscriptionRow } from '../subscriptions/index.ts';
import { announce } from './announceInvoice.ts';
import { creditUnusedDays } from './applyCreditNotes.ts';
import { creditLateUsage } from './creditLateUsage.ts';
import { finalizeDraft } from './finalizeInvoice.ts';
import { invoiceCreated } from './invoicing.events.ts';
import { skipsZeroInvoices } from './invoicing.sql.ts';
import { finalizeTimer } from './invoicing.jobs.ts';
import { loadFacts } from './loadFacts.ts';
import { keepBilledPeriod } from './keepBilledPeriod.ts';
import { type InvoiceParties, insertFees, postInvoice } from './postInvoice.ts';

/** What falls due for a subscription and is to be invoiced. */
export interface BillingDue {
  readonly subscriptionId: string;
  readonly at: Temporal.Instant;
  readonly kind: InvoiceKind;
  /** Which of several of this kind at one instant; 0 where there is one. */
  readonly turn: number;
}

async function partiesFor(tx: Tx, subscription: SubscriptionRow): Promise<Omit<InvoiceParties, 'opened' | 'turn'> & { grace: number }> {
  const customer = await findCustomer(tx.db, subscription.customer_id, { includeDeleted: true });
  if (customer === undefined) throw new Error(`The customer ${subscription.customer_id} is gone.`);
  const entity = await findEntity(tx.db, { id: customer.billing_entity_id });
  return {
    billingEntityId: customer.billing_entity_id,
    customerId: customer.id,
    subscriptionId: subscription.id,
    zone: subscription.effective_timezone,
    locale: customer.locale ?? entity?.document_locale ?? 'en',
    netPaymentTerm: customer.effective_payment_term,
    grace: customer.effective_grace_period,
  };
}

/** Whether what was paid for the days after is credited: always when they are paused (T3b), at the end where that was asked for (I1a). */
function creditsUnused({ on_termination_action: action }: SubscriptionRow, kind: InvoiceKind): boolean {
  return kind === 'pause' || (kind === 'termination' && action === 'generate_credit_note');
}

/**
 * Bills what fell due: load facts, draft, post. Without a grace period the invoice is finalized in the same transaction,
 * else its timer does it. Done twice, it changes nothing the second time.
 */
export async function generateInvoice(tx: Tx, { subscriptionId, at, kind, turn }: BillingDue): Promise<void> {
  const subscription = await findSubscription(tx.db, subscriptionId);
  if (subscription === undefined) throw new Error(`The subscription ${subscriptionId} is gone.`);
  await lockBilling(tx, subscription.customer_id);
  if (creditsUnused(subscription, kind)) await creditUnusedDays(tx, subscription, at, kind === 'pause' ? 'order_change' : 'order_cancellation');
  const facts = await loadFacts(tx.db, subscription, at, kind);
  if (facts === null) return;
  const draft = draftInvoice(facts);
  if (facts.invoicePlan.billsThrough !== null) await markBilledThrough(tx, subscription.id, facts.invoicePlan.billsThrough);
  if (Amount.isZero(draft.total) && (await skipsZeroInvoices(tx.db, tx.scope.tenant.organizationId))) {
    await keepBilledPeriod(tx, subscription.id, null, facts, draft);
    return creditLateUsage(tx, draft);
  }

  const { grace, ...parties } = await partiesFor(tx, subscription);
  const finalizeAt = at.toZonedDateTimeISO(parties.zone).add({ days: grace }).toInstant();
  const invoice = await postInvoice(tx, draft, { ...parties, turn, opened: facts.subscription.terms.billedThrough }, finalizeAt);
  if (invoice === null) return;
  const billedPeriodId = await keepBilledPeriod(tx, subscription.id, invoice.id, facts, draft);
  await insertFees(tx, draft, { ...invoice, billedPeriodId });
  const created = await announce(tx, invoiceCreated, invoice.id);
  if (grace === 0) await finalizeDraft(tx, { row: invoice, lateCredits: draft.lateCredits }, created);
  else await tx.schedule(finalizeTimer, invoice.id, finalizeAt);
}
