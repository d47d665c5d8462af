import { Precise, Quantity } from '../../money/index.ts';
import { encodeProperties } from '../../rating/index.ts';
import type { FixedFeeLine, SubscriptionTerms } from '../../subscriptions/index.ts';
import { localDate } from '../../time/index.ts';
import { type FeeDraft, feeOf, type PartDraft } from '../draft.ts';
import { type ExplainNode, explainNode } from '../explain.ts';
import type { FixedChargeFacts, PartFacts } from '../facts.ts';
import { priceOfUnits, type UnitsPart, unitsParts } from '../fixedUnits.ts';
import { explainPrice } from '../usageFees.ts';

/** Fixed charges: of the coming period in advance, of the ended one in arrears, by the days that the plan's fee would have (I1, T3). */
export function fixedCharges(facts: PartFacts, draft: PartDraft): PartDraft {
  const { terms } = facts.subscription;
  const fees = facts.invoicePlan.fixedFees.flatMap((line) =>
    facts.fixedCharges
      .filter((charge) => charge.payInAdvance === line.advance && charge.next === line.next)
      .filter((charge) => charge.prorated || !paidBefore(terms, facts.invoicePlan.at, line))
      .flatMap((charge) => unitsParts(terms, facts.invoicePlan, charge, line).map((part) => fixedFee(terms, charge, part))),
  );
  return { ...draft, fees: [...draft.fees, ...fees] };
}

/** What is not prorated is charged once a period: a resumption within the period in which the pause began charges it no second time. */
function paidBefore({ pauses, zone }: SubscriptionTerms, at: Temporal.Instant, { full }: FixedFeeLine): boolean {
  const ended = pauses.findLast(({ until }) => until?.at.equals(at) === true);
  return ended !== undefined && Temporal.PlainDate.compare(ended.from, localDate(full.start, zone)) > 0;
}

/** The price of a full period, how it came about, and the units that it is shown to be for. */
interface PartPrice {
  readonly amount: Precise;
  readonly shown: Quantity;
  readonly name: string;
  readonly explain: ExplainNode;
}

function priceOfPart({ currency }: SubscriptionTerms, charge: FixedChargeFacts, { units, above }: UnitsPart): PartPrice {
  const { model } = charge.properties;
  const priced = priceOfUnits(charge, units, currency);
  if (above === null) return { amount: priced.amount, shown: units, name: charge.displayName, explain: explainPrice(model, priced) };
  const paid = priceOfUnits(charge, above, currency).amount;
  const amount = Precise.subtract(priced.amount, paid);
  const more = Quantity.subtract(units, above);
  const [now, before] = [units, above].map(Quantity.toString);
  const explain = explainNode('price', `What ${now} cost above ${before}`, {
    inputs: { units: `${now}`, units_before: `${before}` },
    amount,
    children: [explainPrice(model, priced), explainNode('billed', `${before}, billed before`, { amount: Precise.negate(paid) })],
  });
  // Fewer may cost more where the price of each depends on how many there are.
  return { amount, shown: Quantity.compare(more, Quantity.zero) > 0 ? more : units, name: `${charge.displayName}: ${now} instead of ${before}`, explain };
}

function fixedFee(terms: SubscriptionTerms, charge: FixedChargeFacts, unitsPart: UnitsPart): FeeDraft {
  const { plan, successor } = terms;
  const { line } = unitsPart;
  const { properties, prorated } = charge;
  const of = line.next && successor !== null ? successor.terms.plan : plan;
  const { numerator: days, denominator: periodDays } = line.days;
  const price = priceOfPart(terms, charge, unitsPart);
  const part = prorated && days !== periodDays;
  const precise = part ? Precise.scale(price.amount, line.days) : price.amount;
  return feeOf({
    type: 'fixed_charge',
    kind: 'regular',
    description: part ? `${price.name} (${days} of ${periodDays} days)` : price.name,
    chargeId: null,
    fixedChargeId: charge.id,
    planId: of.id,
    planCode: of.code,
    filterId: null,
    groupedBy: null,
    metricCode: null,
    units: price.shown,
    eventsCount: 0n,
    precise,
    from: line.service.start,
    to: line.service.end,
    properties: {
      add_on_code: charge.code,
      charge_model: properties.model,
      properties: encodeProperties(properties.model, properties),
      price_cents: Precise.toString(price.amount),
      pay_in_advance: line.advance,
      prorated,
      days: Number(days),
      period_days: Number(periodDays),
    },
    price: part ? explainPart(price.amount, line, precise) : price.explain,
    quantity: null,
    inputs: {
      add_on: charge.code,
      units: Quantity.toString(unitsPart.units),
      ...(unitsPart.above === null ? {} : { units_before: Quantity.toString(unitsPart.above) }),
      paid: line.advance ? 'in advance' : 'in arrears',
      from: line.service.start.toString(),
      to: line.service.end.toString(),
    },
  });
}

function explainPart(price: Precise, { days }: FixedFeeLine, precise: Precise): ExplainNode {
  const { numerator, denominator } = days;
  return explainNode('proration', `${numerator} of ${denominator} days of the price`, {
    inputs: { price_cents: Precise.toString(price), days: numerator.toString(), period_days: denominator.toString() },
    amount: precise,
  });
}
