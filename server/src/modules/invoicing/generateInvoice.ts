import { draftInvoice } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import type { InvoiceKind } from '@farthing/core/subscriptions';
import type { Tx } from '../../kernel/envelope.ts';
import { findCustomer } from '../customers/index.ts';
import { findEntity } from '../entities/index.ts';
import { findSubscription, markBilledThrough, type SubscriptionRow } from '../subscriptions/index.ts';
import { announce } from './announceInvoice.ts';
import { creditUnusedDays } from './applyCreditNotes.ts';
import { finalizeDraft } from './finalizeInvoice.ts';
import { invoiceCreated } from './invoicing.events.ts';
import { skipsZeroInvoices } from './invoicing.sql.ts';
import { finalizeTimer } from './invoicing.jobs.ts';
import { loadFacts } from './loadFacts.ts';
import { type InvoiceParties, postInvoice } from './postInvoice.ts';

/** What falls due for a subscription and is to be invoiced. */
export interface BillingDue {
  readonly subscriptionId: string;
  readonly at: Temporal.Instant;
  readonly kind: InvoiceKind;
}

async function partiesFor(tx: Tx, subscription: SubscriptionRow): Promise<Omit<InvoiceParties, 'opened'> & { grace: number }> {
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

/**
 * Bills what fell due: load facts, draft, post. Without a grace period the invoice is finalized in the same transaction,
 * else its timer does it. Done twice, it changes nothing the second time.
 */
export async function generateInvoice(tx: Tx, { subscriptionId, at, kind }: BillingDue): Promise<void> {
  const subscription = await findSubscription(tx.db, subscriptionId);
  if (subscription === undefined) throw new Error(`The subscription ${subscriptionId} is gone.`);
  await tx.lock(`billing ${subscription.customer_id}`);
  if (kind === 'termination' && subscription.on_termination_action === 'generate_credit_note') await creditUnusedDays(tx, subscription, at);
  const facts = await loadFacts(tx.db, subscription, at, kind);
  if (facts === null) return;
  const draft = draftInvoice(facts);
  if (facts.invoicePlan.billsThrough !== null) await markBilledThrough(tx, subscription.id, facts.invoicePlan.billsThrough);
  if (Amount.isZero(draft.total) && (await skipsZeroInvoices(tx.db, tx.scope.tenant.organizationId))) return;

  const { grace, ...parties } = await partiesFor(tx, subscription);
  const finalizeAt = at.toZonedDateTimeISO(parties.zone).add({ days: grace }).toInstant();
  const invoice = await postInvoice(tx, draft, { ...parties, opened: facts.subscription.terms.billedThrough }, finalizeAt);
  if (invoice === null) return;
  const created = await announce(tx, invoiceCreated, invoice.id);
  if (grace === 0) await finalizeDraft(tx, invoice, created);
  else await tx.schedule(finalizeTimer, invoice.id, finalizeAt);
}
