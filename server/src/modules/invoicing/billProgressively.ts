import { type UsageFacts, usageFees } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import type { UsageSpan } from '@farthing/core/subscriptions';
import { type ReachedStep, reachedSteps } from '@farthing/core/thresholds';
import type { Tx } from '../../kernel/envelope.ts';
import { nextId } from '../../kernel/nextId.ts';
import { lockBilling } from '../customers/index.ts';
import { lockCoupons } from '../discounts/index.ts';
import {
  findSubscription,
  hasThresholds,
  presentThreshold,
  type SubscriptionRow,
  subscriptionCreated,
  subscriptionPlanChanged,
  thresholdsOf,
  usageThresholdCreated,
} from '../subscriptions/index.ts';
import { announce } from './announceInvoice.ts';
import { finalizeDraft } from './finalizeInvoice.ts';
import type { UsageFollower } from './followUsage.ts';
import { readParties } from './invoiceParties.ts';
import { invoiceCreated, usageThresholdCrossed } from './invoicing.events.ts';
import { ofNoBoundary } from './invoiceSubscriptions.sql.ts';
import { keepDeductions } from './keepDeductions.ts';
import { loadDeductions } from './loadDeductions.ts';
import { insertFees, postInvoice } from './postInvoice.ts';
import { arrivedForThresholds, insertCrossings, noticedSteps } from './progressive.sql.ts';
import { draftUsageSoFar, openUsage, readUsageSoFar } from './usageSoFar.ts';

type Thresholds = Awaited<ReturnType<typeof thresholdsOf>>;

/** Invoices the usage so far of subscriptions whose usage reaches a threshold. */
export const followThresholds: UsageFollower = {
  name: 'thresholds',
  startsOn: [usageThresholdCreated, subscriptionCreated, subscriptionPlanChanged],
  isWanted: hasThresholds,
  arrived: arrivedForThresholds,
  take: billProgressively,
};

/**
 * Invoices the usage so far of the open period once it has reached a threshold that nobody noticed before: one invoice for all that were
 * reached at once, of all that is not billed yet. Each step of a threshold is noticed once in a period, whatever becomes of the invoice.
 * The invoice of a period that closed meanwhile bills its usage by itself.
 */
async function billProgressively(tx: Tx, subscriptionId: string): Promise<void> {
  const found = await findSubscription(tx.db, subscriptionId);
  if (found === undefined) return;
  await lockBilling(tx, found.customer_id);
  const subscription = await findSubscription(tx.db, subscriptionId);
  const usage = subscription === undefined ? null : openUsage(subscription, tx.scope.now);
  if (subscription === undefined || usage === null) return;
  const thresholds = await thresholdsOf(tx.db, subscription);
  if (thresholds.length === 0) return;
  const facts = await readUsageSoFar(tx, subscription, usage);
  const amount = Amount.sum(usageFees(facts).map((fee) => fee.amount));
  const noticed = await noticedSteps(tx.db, subscription.id, usage.period.start);
  const terms = thresholds.map((row) => ({ id: row.id, amount: Amount.of(row.amount_cents), recurring: row.recurring }));
  const crossed = reachedSteps(terms, amount).filter(({ thresholdId, step }) => {
    const before = noticed.get(thresholdId);
    return before === undefined || Amount.toBigInt(step) > before;
  });
  if (crossed.length === 0) return;
  const invoiceId = await invoiceSoFar(tx, subscription, facts);
  await tell(tx, { subscription, usage, thresholds, crossed, amount, invoiceId });
}

/** Answers the invoice's id; null where earlier invoices of the period billed all there is. */
async function invoiceSoFar(tx: Tx, subscription: SubscriptionRow, facts: UsageFacts): Promise<string | null> {
  await lockCoupons(tx.db, subscription.customer_id);
  const { currency } = facts.subscription.terms;
  const deductions = await loadDeductions(tx.db, { customerId: subscription.customer_id, currency, invoiceId: null });
  const draft = await draftUsageSoFar(tx, subscription, { ...facts, ...deductions });
  if (draft.subtotal === draft.progressiveCredit) return null;
  const { grace: _grace, ...parties } = await readParties(tx, subscription.customer_id);
  const made = { ...parties, type: 'progressive_billing', subscriptions: [ofNoBoundary(subscription.id, subscription.phase, draft.billingPeriod)] } as const;
  const invoice = await postInvoice(tx, draft, made, tx.scope.now);
  if (invoice === null) throw new Error('An invoice of no boundary is never there before.');
  await insertFees(tx, draft.fees.map((fee) => ({ fee })), invoice);
  await keepDeductions(tx, invoice, draft);
  const created = await announce(tx, invoiceCreated, invoice.id);
  await finalizeDraft(tx, { row: invoice, lateCredits: [] }, created);
  return invoice.id;
}

interface Noticed {
  readonly subscription: SubscriptionRow;
  readonly usage: UsageSpan;
  readonly thresholds: Thresholds;
  readonly crossed: readonly ReachedStep[];
  readonly amount: Amount;
  readonly invoiceId: string | null;
}

async function tell(tx: Tx, { subscription, usage, thresholds, crossed, amount, invoiceId }: Noticed): Promise<void> {
  const { tenant, now } = tx.scope;
  const made = crossed.flatMap(({ thresholdId, step }) => {
    const threshold = thresholds.find(({ id }) => id === thresholdId);
    return threshold === undefined ? [] : [{ id: nextId(), threshold, step }];
  });
  await insertCrossings(
    tx.db,
    made.map(({ id, threshold, step }) => ({
      tenant_id: tenant.id,
      id,
      usage_threshold_id: threshold.id,
      subscription_id: subscription.id,
      period_start: usage.period.start,
      step_amount_cents: Amount.toBigInt(step),
      usage_amount_cents: Amount.toBigInt(amount),
      invoice_id: invoiceId,
      crossed_at: now,
    })),
  );
  for (const { id, threshold, step } of made) {
    const data = {
      id,
      usage_threshold: presentThreshold(threshold),
      subscription_id: subscription.id,
      external_subscription_id: subscription.external_id,
      customer_id: subscription.customer_id,
      step_amount_cents: step,
      usage_amount_cents: amount,
      currency: subscription.plan_currency,
      billing_period_start: usage.period.start,
      billing_period_end: usage.period.end,
      invoice_id: invoiceId,
      crossed_at: now,
    };
    await tx.emit(usageThresholdCrossed, { id, data });
  }
}
