import { Precise, Quantity } from '../../money/index.ts';
import { encodeProperties, type Priced, priceUsage } from '../../rating/index.ts';
import type { FixedFeeLine, SubscriptionTerms } from '../../subscriptions/index.ts';
import { localDate } from '../../time/index.ts';
import { type FeeDraft, feeOf, type InvoiceDraft } from '../draft.ts';
import { type ExplainNode, explainNode } from '../explain.ts';
import type { BillingFacts, FixedChargeFacts } from '../facts.ts';
import { explainPrice } from '../usageFees.ts';

/** Fixed charges: of the coming period in advance, of the ended one in arrears, by the days that the plan's fee would have (I1, T3). */
export function fixedCharges(facts: BillingFacts, draft: InvoiceDraft): InvoiceDraft {
  const { terms } = facts.subscription;
  const fees = facts.invoicePlan.fixedFees.flatMap((line) =>
    facts.fixedCharges
      .filter((charge) => charge.payInAdvance === line.advance && charge.next === line.next)
      .filter((charge) => charge.prorated || !paidBefore(terms, facts.invoicePlan.at, line))
      .map((charge) => fixedFee(terms, charge, line)),
  );
  return { ...draft, fees: [...draft.fees, ...fees] };
}

/** What is not prorated is charged once a period: a resumption within the period in which the pause began charges it no second time. */
function paidBefore({ pauses, zone }: SubscriptionTerms, at: Temporal.Instant, { full }: FixedFeeLine): boolean {
  const ended = pauses.findLast(({ until }) => until?.at.equals(at) === true);
  return ended !== undefined && Temporal.PlainDate.compare(ended.from, localDate(full.start, zone)) > 0;
}

function fixedFee({ currency, plan, successor }: SubscriptionTerms, charge: FixedChargeFacts, line: FixedFeeLine): FeeDraft {
  const { properties, units, prorated } = charge;
  const of = line.next && successor !== null ? successor.terms.plan : plan;
  const { numerator: days, denominator: periodDays } = line.days;
  const priced = priceUsage(properties.model, properties, { units, eventsCount: 0n }, currency);
  const part = prorated && days !== periodDays;
  const precise = part ? Precise.scale(priced.amount, line.days) : priced.amount;
  return feeOf({
    type: 'fixed_charge',
    kind: 'regular',
    description: part ? `${charge.displayName} (${days} of ${periodDays} days)` : charge.displayName,
    chargeId: null,
    fixedChargeId: charge.id,
    planId: of.id,
    planCode: of.code,
    filterId: null,
    groupedBy: null,
    metricCode: null,
    units,
    eventsCount: 0n,
    precise,
    from: line.service.start,
    to: line.service.end,
    properties: {
      add_on_code: charge.code,
      charge_model: properties.model,
      properties: encodeProperties(properties.model, properties),
      price_cents: Precise.toString(priced.amount),
      pay_in_advance: line.advance,
      prorated,
      days: Number(days),
      period_days: Number(periodDays),
    },
    price: part ? explainPart(priced, line, precise) : explainPrice(properties.model, priced),
    quantity: null,
    inputs: {
      add_on: charge.code,
      units: Quantity.toString(units),
      paid: line.advance ? 'in advance' : 'in arrears',
      from: line.service.start.toString(),
      to: line.service.end.toString(),
    },
  });
}

function explainPart(priced: Priced, { days }: FixedFeeLine, precise: Precise): ExplainNode {
  const { numerator, denominator } = days;
  return explainNode('proration', `${numerator} of ${denominator} days of the price`, {
    inputs: { price_cents: Precise.toString(priced.amount), days: numerator.toString(), period_days: denominator.toString() },
    amount: precise,
  });
}
