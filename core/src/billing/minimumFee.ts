import { Amount, Precise, Quantity } from '../money/index.ts';
import { paidDays } from '../subscriptions/index.ts';
import { type FeeDraft, feeOf } from './draft.ts';
import { explainNode } from './explain.ts';
import type { ChargeDefinition, UsageFacts } from './facts.ts';

/**
 * What a charge's fees, over all its filters and groups, are short of its least amount (I1): minimum × days ÷ period days less what was
 * posted, rounded once; null where nothing is missing. Days of a trial do not count.
 */
export function minimumFee(facts: UsageFacts, definition: ChargeDefinition, posted: Amount): FeeDraft | null {
  const { minAmount, id, code, displayName, metric } = definition;
  if (minAmount === null) return null;
  const { usage, subscription } = facts;
  const { currency } = subscription.terms;
  const days = paidDays(subscription.terms, usage);
  const least = Precise.scale(Precise.ofMinor(minAmount), days);
  const precise = Precise.subtract(least, Precise.ofMinor(posted));
  if (Amount.compare(Precise.toAmount(precise), Amount.zero) <= 0) return null;
  const whole = days.numerator === days.denominator;
  const { start, end } = usage.period;
  const price = `${Amount.toMajor(minAmount, currency)} ${currency}`;
  const share = whole ? `The least amount of a period, ${price}` : `${days.numerator} of ${days.denominator} days of the least amount, ${price}`;
  return feeOf({
    type: 'charge',
    kind: 'minimum',
    description: whole ? `${displayName} (minimum)` : `${displayName} (minimum, ${days.numerator} of ${days.denominator} days)`,
    chargeId: id,
    planCode: definition.planCode,
    filterId: null,
    groupedBy: null,
    metricCode: metric.code,
    units: Quantity.one,
    eventsCount: 0n,
    precise,
    from: start,
    to: end,
    properties: { min_amount_cents: Amount.toNumber(minAmount), days: Number(days.numerator), period_days: Number(days.denominator) },
    price: explainNode('minimum', 'What the fees of this charge are short of its least amount', {
      amount: precise,
      children: [
        explainNode('proration', share, {
          inputs: { min_amount_cents: minAmount.toString(), days: days.numerator.toString(), period_days: days.denominator.toString() },
          amount: least,
        }),
        explainNode('billed', 'Fees of this charge', { amount: Precise.negate(Precise.ofMinor(posted)) }),
      ],
    }),
    quantity: null,
    inputs: { charge: code, from: start.toString(), to: end.toString() },
  });
}
