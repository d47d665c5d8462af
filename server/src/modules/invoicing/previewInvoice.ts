import { draftInvoice, type InvoiceDraft, totalOfFee } from '@farthing/core/billing';
import { Amount, Currency } from '@farthing/core/money';
import { boundaryInvoice, currentPlanPeriod, type InvoicePlan, invoicePlan, nextInvoice, type SubscriptionTerms } from '@farthing/core/subscriptions';
import { dueFees } from '@farthing/core/wallets';
import type { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { conflict, invalid } from '../../kernel/problem.ts';
import type { Plan } from '../catalog/index.ts';
import { supposeCoupons } from '../discounts/index.ts';
import { findSubscription, loadPhasePlan, presentPhase, type SubscriptionRow, subscriptionsOfCustomer, supposeSubscription } from '../subscriptions/index.ts';
import { previewPayment } from '../wallets/index.ts';
import { presentTaxes } from './feeTaxes.sql.ts';
import type { InvoicePreviewRequest, InvoicePreviewResponse } from './invoicing.schemas.ts';
import { availableCredit } from './creditNotes.sql.ts';
import { leaveOutNothing } from './leaveOutNothing.ts';
import { type LoadedPart, loadFacts, partFor } from './loadFacts.ts';

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
    return previewTogether(read, subscription, after ?? read.scope.now, coupons);
  }
  const { customer_id: customer, plan_id: plan } = terms;
  if (customer === undefined || plan === undefined)
    throw invalid(customer === undefined ? 'customer_id' : 'plan_id', 'required', 'Name a subscription, or a customer and a plan.');
  const supposed = await supposeSubscription(read.db, { ...terms, customer_id: customer, plan_id: plan, billing_time: terms.billing_time ?? 'calendar' }, read.scope.now);
  const preview = await previewOf(read, supposed, [{ row: supposed, covered: firstInvoice(presentPhase(supposed).terms, after ?? null, read.scope.now) }], coupons);
  // Nobody knows yet what it will be called.
  return { ...preview, fees: preview.fees.map((fee) => ({ ...fee, subscription_id: null })) };
}

/** A subscription and its next invoice. */
interface Covered {
  readonly row: SubscriptionRow;
  readonly covered: InvoicePlan | null;
}

/** The next invoice of a subscription, with what others of its customer have on it because they fall due at the same boundary; only its own part where it is left out of it. */
async function previewTogether(read: Read, row: SubscriptionRow, after: Temporal.Instant, coupons: readonly string[]): Promise<Reply> {
  const covered = nextInvoice(presentPhase(row).terms, after);
  if (covered?.kind !== 'periodic' || row.invoice_separately) return previewOf(read, row, [{ row, covered }], coupons);
  const others = (await subscriptionsOfCustomer(read.db, row.customer_id)).flatMap((other) => {
    const together = other.id !== row.id && other.started_at !== null && other.plan_currency === row.plan_currency && !other.invoice_separately;
    const theirs = together ? boundaryInvoice(presentPhase(other).terms, after, covered.at) : null;
    return theirs === null ? [] : [{ row: other, covered: theirs }];
  });
  return previewOf(read, row, [{ row, covered }, ...others].toSorted((a, b) => (a.row.id < b.row.id ? -1 : 1)), coupons);
}

/** What is billed first: with the start, be it ahead or now; after a start in the past with the period that is open now. */
function firstInvoice(terms: SubscriptionTerms, after: Temporal.Instant | null, now: Temporal.Instant): InvoicePlan | null {
  if (after !== null) return nextInvoice(terms, after);
  const isPast = Temporal.Instant.compare(terms.startedAt, now) < 0;
  if (!isPast) return nextInvoice(terms, terms.startedAt.subtract({ microseconds: 1 }));
  return invoicePlan(terms, currentPlanPeriod(terms, now)?.start ?? now, 'start') ?? nextInvoice(terms, now);
}

/** What is shown to whoever asks for one of some subscriptions that are invoiced together. */
async function previewOf(read: Read, asked: SubscriptionRow, of: readonly Covered[], coupons: readonly string[]): Promise<Reply> {
  const { db } = read;
  const plans: Plan[] = [];
  const parts: LoadedPart[] = [];
  for (const { row, covered } of of) {
    if (covered === null) throw conflict('nothing_to_invoice', 'No further invoice of this subscription will be made.');
    const phase = presentPhase(row);
    const plan = await loadPhasePlan(db, phase);
    plans.push(plan);
    parts.push(await partFor(db, row, { ...phase, plan }, covered));
  }
  const customerId = asked.customer_id;
  const currency = Currency.parse(asked.plan_currency);
  const loaded = await loadFacts(db, { customerId, currency, draftId: null }, parts);
  const supposed = await supposeCoupons(read, customerId, currency, coupons);
  const facts = { ...loaded, coupons: [...loaded.coupons, ...supposed] };
  const shown = await leaveOutNothing(read, facts);
  // One that is left out has no share in the invoice of the others: it is shown by itself, over nothing, as it would be without them.
  const own = shown.left.find(({ subscription }) => subscription.id === asked.id);
  const draft = own === undefined ? shown.draft : draftInvoice({ ...facts, parts: [own], addOns: [] });
  const [only, ...more] = of.filter(({ row }) => shown.left.every(({ subscription }) => subscription.id !== row.id));
  const onlyPlan = more.length === 0 ? (only?.row.plan_code ?? null) : null;
  return { ...presentDraft(draft, plans), prepaid_credit_amount_cents: await prepaidOf(read, { customerId, onlyPlan }, draft, Amount.zero) };
}

/** Whose wallets pay for what: what no plan says counts as of the only one there is. */
interface Payer {
  readonly customerId: string;
  readonly onlyPlan: string | null;
}

/** What wallets would pay of it, after the customer's credit notes and those that would be made with it. */
export async function prepaidOf({ db }: Pick<Read, 'db'>, { customerId, onlyPlan }: Payer, { fees, total, currency, at }: InvoiceDraft, credited: Amount): Promise<Amount> {
  const available = Amount.add(credited, Amount.of(await availableCredit(db, customerId, currency)));
  const credit = Amount.min(Amount.max(total, Amount.zero), available);
  const payable = fees.map((fee, index) => ({ id: String(index), type: fee.type, planCode: fee.planCode ?? onlyPlan, metricCode: fee.metricCode, total: totalOfFee(fee) }));
  return previewPayment(db, { customerId, currency, at, fees: dueFees(payable, credit) });
}

/** A draft that is not posted, with the models of the plans that its usage was priced by. */
export function presentDraft(draft: InvoiceDraft, plans: readonly Plan[]): z.output<typeof InvoicePreviewResponse> {
  const models = new Map(plans.flatMap(({ charges }) => charges.map((charge) => [charge.definition.id, charge.model])));
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
      subscription_id: fee.subscriptionId,
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
