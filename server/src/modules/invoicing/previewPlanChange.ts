import { draftInvoice, type InvoiceDraft } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import { endOfPlanPeriod, type InvoicePlan, invoicePlan, priceOfRest, type SubscriptionTerms } from '@farthing/core/subscriptions';
import { localMidnight } from '@farthing/core/time';
import type { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { conflict, invalid, notFound } from '../../kernel/problem.ts';
import { checkOverrides, findPlan, overridePlan, type PlanRow } from '../catalog/index.ts';
import { decideChange, findSubscription, loadPhasePlan, nextStatus, type PlanChange, presentPhase, termsOf } from '../subscriptions/index.ts';
import { loadFacts, partFor } from './loadFacts.ts';
import type { ChangePlanPreviewRequest, ChangePlanPreviewResponse } from './planChange.schemas.ts';
import { prepaidOf, presentDraft } from './previewInvoice.ts';
import { creditLeft, sumOfCredits } from './reckonCredits.ts';
import { unusedByChange, unusedCredits } from './unusedDays.ts';

type Reply = z.output<typeof ChangePlanPreviewResponse>;

/** What a change of plan would come to: the decision, the invoice and the credits that it would post, none of them posted. */
export async function previewPlanChange({ db, scope }: Read, reference: string, body: z.output<typeof ChangePlanPreviewRequest>): Promise<Reply> {
  const row = await findSubscription(db, reference);
  if (row === undefined) throw notFound('subscription');
  nextStatus(row.status, 'change_plan');
  if (row.status === 'pending') throw conflict('subscription_not_active', 'The subscription has not started: its plan changes at no cost.');
  const plan = await findPlan(db, body.new_plan_id);
  if (plan === undefined) throw invalid('new_plan_id', 'not_found', 'There is no such plan.');
  const current = await loadPhasePlan(db, presentPhase(row));
  const overrides = await checkOverrides(db, plan.id, body.overrides ?? null);
  const at = body.effective_date ?? scope.now;
  refuseOtherPeriod(termsOf(row), at, scope.now);
  const change = decideChange(row, plan, { timing: body.timing, proration: body.proration, overrides }, at);
  const covered = invoicePlan(change.terms, change.turn.at, 'plan_change');
  const of = { customerId: row.customer_id, currency: change.terms.currency, draftId: null };
  const part = covered === null ? null : await partFor(db, row, { plan: current, terms: change.terms, nextPlanId: plan.id }, covered);
  const draft = part === null ? null : draftInvoice(await loadFacts(db, of, [part]));
  const unused = unusedByChange(change.terms, change.turn.at);
  const credits = unused === null ? [] : await unusedCredits(db, row.id, unused);
  return {
    current_plan: summaryOf(current.row),
    new_plan: summaryOf(overridePlan(plan, overrides)),
    currency: plan.currency,
    change_type: change.kind,
    timing: change.timing,
    effective_date: change.turn.at,
    proration: prorationOf(change, covered, draft, credits),
    invoice: draft === null ? null : { ...presentDraft(draft, [current]), prepaid_credit_amount_cents: await prepaidOf({ db }, { customerId: row.customer_id, onlyPlan: row.plan_code }, draft, await creditLeft(db, credits)) },
  };
}

/** What an invoice to come will have billed is not known yet. */
function refuseOtherPeriod(terms: SubscriptionTerms, at: Temporal.Instant, now: Temporal.Instant): void {
  if (Temporal.Instant.compare(at, now) < 0) throw invalid('effective_date', 'in_the_past', 'A plan cannot be changed in the past.');
  const end = localMidnight(endOfPlanPeriod(terms, now), terms.zone);
  if (Temporal.Instant.compare(at, end) >= 0) throw invalid('effective_date', 'beyond_period', `The open period of the plan ends at ${end}.`);
}

const summaryOf = ({ id, name, code, interval, amount_cents: amount, currency }: PlanRow) => ({ id, name, code, interval, amount_cents: Amount.of(amount), currency });

type Credits = Awaited<ReturnType<typeof unusedCredits>>;

function prorationOf(change: PlanChange, covered: InvoicePlan | null, draft: InvoiceDraft | null, credits: Credits): Reply['proration'] {
  const { terms, turn, proration, timing } = change;
  const next = terms.successor?.terms ?? terms;
  const rest = priceOfRest(next, next.opened?.day ?? turn.day);
  const notBilled = proration === 'day' && timing === 'now' && !terms.plan.payInAdvance ? priceOfRest(terms, turn.day).amount : Amount.zero;
  // The lines of the plan come first on a draft, in the order in which they are covered.
  const charged = (covered?.planFees ?? []).map(({ advance }, index) => (advance ? draft?.fees[index]?.amount : undefined) ?? Amount.zero);
  const charge = next.plan.payInAdvance ? Amount.sum(charged) : rest.amount;
  const credit = Amount.add(sumOfCredits(credits), notBilled);
  return {
    days_remaining: rest.days,
    total_days: rest.of,
    current_plan_credit_cents: credit,
    new_plan_charge_cents: charge,
    net_amount_cents: Amount.subtract(charge, credit),
  };
}
