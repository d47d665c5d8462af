import { draftInvoice } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import type { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { notFound } from '../../kernel/problem.ts';
import { decideUnits, findSubscription, hasEarlierFixedCharges, loadPhasePlan, presentPhase, presentUnits, type SubscriptionFixedChargeUpdate } from '../subscriptions/index.ts';
import { loadFacts, loadPart } from './loadFacts.ts';
import { prepaidOf, presentDraft } from './previewInvoice.ts';
import { creditLeft, sumOfCredits } from './reckonCredits.ts';
import { unusedByUnits } from './unusedByUnits.ts';
import { unusedCredits } from './unusedDays.ts';
import type { UnitsPreviewResponse } from './unitsPreview.schemas.ts';

type Reply = z.output<typeof UnitsPreviewResponse>;

/** What another number of units of a fixed charge would come to: the decision, the credits and the invoice that it would post, none of them posted. */
export async function previewUnits({ db, scope }: Read, reference: string, addOnCode: string, asked: z.output<typeof SubscriptionFixedChargeUpdate>): Promise<Reply> {
  const { now } = scope;
  const row = await findSubscription(db, reference);
  if (row === undefined) throw notFound('subscription');
  const plan = await loadPhasePlan(db, { planId: row.plan_id, overrides: null });
  const { charge, begins, settles, changed } = decideUnits(row, plan, addOnCode, asked, now);
  const fixedCharge = presentUnits(changed, charge, now);
  const nothing = { credit_cents: Amount.zero, charge_cents: Amount.zero, net_amount_cents: Amount.zero, invoice: null };
  if (!settles || begins === null || (await hasEarlierFixedCharges(db, row, now))) return { fixed_charge: fixedCharge, currency: plan.currency, ...nothing };
  const phase = presentPhase(changed);
  const unused = await unusedByUnits(db, changed, phase, begins.turn);
  const credits = unused === null ? [] : await unusedCredits(db, row.id, unused);
  const part = await loadPart(db, changed, { at: now, kind: 'units_change', phase, turn: begins.turn });
  const of = { customerId: row.customer_id, currency: plan.currency, draftId: null };
  const draft = part === null ? null : draftInvoice(await loadFacts(db, of, [part]));
  const credit = sumOfCredits(credits);
  const charged = Amount.sum((draft?.fees ?? []).filter(({ fixedChargeId }) => fixedChargeId === charge.id).map(({ amount }) => amount));
  const payer = { customerId: row.customer_id, onlyPlan: row.plan_code };
  return {
    fixed_charge: fixedCharge,
    currency: plan.currency,
    credit_cents: credit,
    charge_cents: charged,
    net_amount_cents: Amount.subtract(charged, credit),
    // A change that charges nothing makes no invoice.
    invoice:
      draft === null || draft.fees.length === 0
        ? null
        : { ...presentDraft(draft, [plan]), prepaid_credit_amount_cents: await prepaidOf({ db }, payer, draft, await creditLeft(db, credits)) },
  };
}
