import { draftInvoice, type InvoiceDraft } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import { currentPlanPeriod, type InvoicePlan, invoicePlan, nextInvoice, type SubscriptionTerms } from '@farthing/core/subscriptions';
import { dueOfFees } from '@farthing/core/wallets';
import type { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { conflict, invalid } from '../../kernel/problem.ts';
import type { Plan } from '../catalog/index.ts';
import { supposeCoupons } from '../discounts/index.ts';
import { findSubscription, loadPhasePlan, presentPhase, type SubscriptionRow, supposeSubscription } from '../subscriptions/index.ts';
import { previewPayment } from '../wallets/index.ts';
import { presentTaxes } from './feeTaxes.sql.ts';
import type { InvoicePreviewRequest, InvoicePreviewResponse } from './invoicing.schemas.ts';
import { availableCredit } from './creditNotes.sql.ts';
import { loadFacts, partFor } from './loadFacts.ts';
import { totalOf } from './refreshWallets.ts';

type Reply = z.output<typeof InvoicePreviewResponse>;

/**
 * The next invoice of a subscription as it would be with the usage so far, or the first one of a subscription that might be: the same facts
 * and the same draft, not posted.
 */
export async function previewInvoice(read: Read, body: z.output<typeof InvoicePreviewRequest>): Promise<Reply> {
  const { subscription_id: reference, billing_period_start: after, billing_period_end: _end, coupon_codes: coupons = [], ...terms } = body;
  if (reference !== undefined) {
    const subscription = await findSubscription(read.db, reference);
    if (subscription === undefined) throw invalid('subscription_id', 'not_found', 'There is no such subscription.');
    if (Object.values(terms).some((given) => given !== undefined))
      throw invalid('subscription_id', 'ambiguous', 'Name a subscription, or say what a new one would be: not both.');
    return previewOf(read, subscription, nextInvoice(presentPhase(subscription).terms, after ?? read.scope.now), coupons);
  }
  const { customer_id: customer, plan_id: plan } = terms;
  if (customer === undefined || plan === undefined)
    throw invalid(customer === undefined ? 'customer_id' : 'plan_id', 'required', 'Name a subscription, or a customer and a plan.');
  const supposed = await supposeSubscription(read.db, { ...terms, customer_id: customer, plan_id: plan, billing_time: terms.billing_time ?? 'calendar' }, read.scope.now);
  return previewOf(read, supposed, firstInvoice(presentPhase(supposed).terms, after ?? null, read.scope.now), coupons);
}

/** What is billed first: with the start, be it ahead or now; after a start in the past with the period that is open now. */
function firstInvoice(terms: SubscriptionTerms, after: Temporal.Instant | null, now: Temporal.Instant): InvoicePlan | null {
  if (after !== null) return nextInvoice(terms, after);
  const isPast = Temporal.Instant.compare(terms.startedAt, now) < 0;
  if (!isPast) return nextInvoice(terms, terms.startedAt.subtract({ microseconds: 1 }));
  return invoicePlan(terms, currentPlanPeriod(terms, now)?.start ?? now, 'start') ?? nextInvoice(terms, now);
}

async function previewOf(read: Read, subscription: SubscriptionRow, covered: InvoicePlan | null, coupons: readonly string[]): Promise<Reply> {
  const { db } = read;
  const phase = presentPhase(subscription);
  const { terms } = phase;
  const plan = await loadPhasePlan(db, phase);
  if (covered === null) throw conflict('nothing_to_invoice', 'No further invoice of this subscription will be made.');
  const parts = [await partFor(db, subscription, { ...phase, plan }, covered)];
  const facts = await loadFacts(db, { customerId: subscription.customer_id, currency: terms.currency, draftId: null }, parts);
  const supposed = await supposeCoupons(read, subscription.customer_id, terms.currency, coupons);
  const draft = draftInvoice({ ...facts, coupons: [...facts.coupons, ...supposed] });
  return { ...presentDraft(draft, plan), prepaid_credit_amount_cents: await prepaidOf(read, subscription, draft, Amount.zero) };
}

/** What wallets would pay of it, after the customer's credit notes and those that would be made with it. */
export async function prepaidOf({ db }: Pick<Read, 'db'>, { customer_id: customerId, plan_code: planCode }: SubscriptionRow, { fees, total, currency, at }: InvoiceDraft, credited: Amount): Promise<Amount> {
  const available = Amount.add(credited, Amount.of(await availableCredit(db, customerId, currency)));
  const credit = Amount.min(Amount.max(total, Amount.zero), available);
  const due = dueOfFees(fees.map(totalOf), credit);
  const lines = fees.map(({ type, metricCode, planCode: own }, index) => ({ id: String(index), type, planCode: own ?? planCode, metricCode, due: due[index] ?? Amount.zero }));
  return previewPayment(db, { customerId, currency, at, fees: lines });
}

/** A draft that is not posted, with the models of the plan that its usage was priced by. */
export function presentDraft(draft: InvoiceDraft, plan: Plan): z.output<typeof InvoicePreviewResponse> {
  const models = new Map(plan.charges.map((charge) => [charge.definition.id, charge.model]));
  return {
    subtotal_cents: draft.subtotal,
    progressive_billing_credit_amount_cents: draft.progressiveCredit,
    coupons_amount_cents: draft.coupons,
    tax_amount_cents: draft.tax,
    prepaid_credit_amount_cents: Amount.zero,
    total_cents: draft.total,
    currency: draft.currency,
    billing_period_start: draft.billingPeriod.start,
    billing_period_end: draft.billingPeriod.end,
    issuing_at: draft.at,
    taxes: presentTaxes(draft.taxes),
    fees: draft.fees.map((fee) => ({
      description: fee.description,
      units: fee.units,
      unit_amount_cents: fee.unitAmount,
      precise_amount_cents: fee.precise,
      amount_cents: fee.amount,
      coupons_amount_cents: fee.coupons,
      taxes_amount_cents: fee.taxes,
      tax_category: fee.taxCategory,
      charge_model: fee.chargeId === null ? null : (models.get(fee.chargeId) ?? null),
      metric_code: fee.metricCode,
      grouped_by: fee.groupedBy ?? {},
      from_datetime: fee.from,
      to_datetime: fee.to,
    })),
    coupons: draft.couponsTaken.map(({ code, name, amount }) => ({ coupon_code: code, coupon_name: name, amount_cents: amount })),
  };
}
