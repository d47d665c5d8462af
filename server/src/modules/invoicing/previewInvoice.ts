import { draftInvoice, type InvoiceDraft } from '@farthing/core/billing';
import { nextInvoice } from '@farthing/core/subscriptions';
import type { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { conflict, invalid } from '../../kernel/problem.ts';
import type { Plan } from '../catalog/index.ts';
import { findSubscription, loadPhasePlan, presentPhase } from '../subscriptions/index.ts';
import type { InvoicePreviewRequest, InvoicePreviewResponse } from './invoicing.schemas.ts';
import { Amount } from '@farthing/core/money';
import { factsFor } from './loadFacts.ts';

/** The next invoice of a subscription as it would be with the usage so far: the same facts and the same draft, not posted. */
export async function previewInvoice(
  { db, scope }: Read,
  body: z.output<typeof InvoicePreviewRequest>,
): Promise<z.output<typeof InvoicePreviewResponse>> {
  const subscription = await findSubscription(db, body.subscription_id);
  if (subscription === undefined) throw invalid('subscription_id', 'not_found', 'There is no such subscription.');
  const phase = presentPhase(subscription);
  const { terms } = phase;
  const plan = await loadPhasePlan(db, phase);
  const covered = nextInvoice(terms, body.billing_period_start ?? scope.now);
  if (covered === null) throw conflict('nothing_to_invoice', 'No further invoice of this subscription will be made.');
  const facts = await factsFor(db, subscription, plan, terms, covered);
  const draft = draftInvoice(facts);
  return presentDraft(draft, plan);
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
    fees: draft.fees.map((fee) => ({
      description: fee.description,
      units: fee.units,
      unit_amount_cents: fee.unitAmount,
      precise_amount_cents: fee.precise,
      amount_cents: fee.amount,
      charge_model: fee.chargeId === null ? null : (models.get(fee.chargeId) ?? null),
      metric_code: fee.metricCode,
      grouped_by: fee.groupedBy ?? {},
      from_datetime: fee.from,
      to_datetime: fee.to,
    })),
  };
}
