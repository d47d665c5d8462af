import { Amount, Precise, Quantity } from '../../money/index.ts';
import type { PlanFeeLine } from '../../subscriptions/index.ts';
import { Period } from '../../time/index.ts';
import { type FeeDraft, feeOf, type PartDraft } from '../draft.ts';
import { explainNode } from '../explain.ts';
import type { PartFacts } from '../facts.ts';
import { restOf } from '../restOf.ts';

/** The plan's price: of the coming period in advance, of the ended one in arrears (I1). A free plan keeps its line of 0. */
export function planFees(facts: PartFacts, draft: PartDraft): PartDraft {
  const fees = facts.invoicePlan.planFees.map((line) => restOfPlanFee(facts, line, planFee(facts, line)));
  return { ...draft, fees: [...draft.fees, ...fees.filter((fee) => fee !== null)] };
}

/** What is left of a fee in arrears, settled ahead or not, after invoices that were asked for billed days of it; null where nothing is. */
function restOfPlanFee({ interim }: PartFacts, line: PlanFeeLine, whole: FeeDraft): FeeDraft | null {
  const before = interim.planFees.filter(({ service }) => Period.contains(line.service, service.start));
  const last = before.at(-1);
  if (last === undefined) return whole;
  const rest = line.days.numerator - before.reduce((sum, { days }) => sum + days, 0n);
  const missing = Amount.subtract(whole.amount, Amount.sum(before.map(({ amount }) => amount)));
  if (Amount.isNegative(missing) || (rest <= 0n && Amount.isZero(missing))) return null;
  const { numerator, denominator } = line.days;
  return restOf(whole, missing, {
    description: `${line.plan.name} (${rest} of ${denominator} days)`,
    units: whole.units,
    eventsCount: 0n,
    from: last.service.end,
    properties: { ...propertiesOf(line), days: Number(rest), days_in_all: Number(numerator) },
  });
}

function planFee(facts: PartFacts, line: PlanFeeLine): FeeDraft {
  const { currency } = facts.subscription.terms;
  const { name: planName, amount } = line.plan;
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
    planCode: line.plan.code,
    planId: line.plan.id,
    filterId: null,
    groupedBy: null,
    metricCode: null,
    units: Quantity.one,
    eventsCount: 0n,
    precise,
    from: line.service.start,
    to: line.service.end,
    properties: propertiesOf(line),
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

function propertiesOf({ plan, advance, days: { numerator, denominator } }: PlanFeeLine) {
  return {
    amount_cents: Amount.toNumber(plan.amount),
    interval: plan.interval,
    interval_count: plan.intervalCount,
    pay_in_advance: advance,
    days: Number(numerator),
    period_days: Number(denominator),
  };
}
