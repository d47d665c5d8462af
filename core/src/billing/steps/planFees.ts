import { Amount, Precise, Quantity } from '../../money/index.ts';
import type { PlanFeeLine } from '../../subscriptions/index.ts';
import { type FeeDraft, feeOf, type InvoiceDraft } from '../draft.ts';
import { explainNode } from '../explain.ts';
import type { BillingFacts } from '../facts.ts';

/** The plan's price: of the coming period in advance, of the ended one in arrears (I1). A free plan keeps its line of 0. */
export function planFees(facts: BillingFacts, draft: InvoiceDraft): InvoiceDraft {
  const fees = facts.invoicePlan.planFees.map((line) => planFee(facts, line));
  return { ...draft, fees: [...draft.fees, ...fees] };
}

function planFee(facts: BillingFacts, line: PlanFeeLine): FeeDraft {
  const { currency } = facts.subscription.terms;
  const { name: planName, amount, interval, intervalCount } = line.plan;
  const { numerator: days, denominator: periodDays } = line.days;
  const whole = days === periodDays;
  const precise = Precise.scale(Precise.ofMinor(amount), line.days);
  const price = `${Amount.toMajor(amount, currency)} ${currency}`;
  const share = whole ? `The whole period of ${periodDays} days at ${price}` : `${days} of ${periodDays} days of ${price}`;
  return feeOf({
    type: 'subscription',
    kind: 'regular',
    description: whole ? planName : `${planName} (${days} of ${periodDays} days)`,
    chargeId: null,
    filterId: null,
    groupedBy: null,
    metricCode: null,
    units: Quantity.one,
    eventsCount: 0n,
    precise,
    from: line.service.start,
    to: line.service.end,
    properties: {
      amount_cents: Amount.toNumber(amount),
      interval,
      interval_count: intervalCount,
      pay_in_advance: line.advance,
      days: Number(days),
      period_days: Number(periodDays),
    },
    price: explainNode('proration', share, {
      inputs: { price_cents: amount.toString(), days: days.toString(), period_days: periodDays.toString() },
      amount: precise,
    }),
    quantity: null,
    inputs: {
      plan: planName,
      paid: line.advance ? 'in advance' : 'in arrears',
      from: line.service.start.toString(),
      to: line.service.end.toString(),
    },
  });
}
