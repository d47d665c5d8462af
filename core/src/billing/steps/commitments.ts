import { Amount, Precise, Quantity } from '../../money/index.ts';
import { type FeeDraft, feeOf, type LateCredit, type PartDraft } from '../draft.ts';
import { explainNode } from '../explain.ts';
import type { PartFacts, CommitmentFacts } from '../facts.ts';
import type { ClosedPeriod } from '../../subscriptions/index.ts';
import type { Period } from '../../time/index.ts';

const { compare } = Temporal.Instant;

/**
 * What a period of the plan is short of the minimum that was committed to (I1): minimum × billed days ÷ period days, less the period's
 * plan fee and usage fees, wherever they were posted, less what is given back of them; rounded once. It stands on the invoice that closes the period.
 */
export function commitments(facts: PartFacts, draft: PartDraft): PartDraft {
  if (facts.commitment === null) return draft;
  const fee = trueUp(facts, facts.commitment, draft);
  return fee === null ? draft : { ...draft, fees: [...draft.fees, fee] };
}

function trueUp(facts: PartFacts, commitment: CommitmentFacts, { fees, lateCredits }: PartDraft): FeeDraft | null {
  const { id, amount, displayName, period, posted } = commitment;
  const { numerator: days, denominator: periodDays } = period.days;
  const { currency } = facts.subscription.terms;
  const here = Amount.sum(fees.filter((fee) => isIn(fee.type === 'charge' ? period.usage : period.fees, fee)).map((fee) => fee.amount));
  const back = Amount.sum(lateCredits.filter((credit) => isOfPeriod(facts, period, credit)).map((credit) => credit.amount));
  const least = Precise.scale(Precise.ofMinor(amount), period.days);
  const precise = Precise.subtract(least, Precise.ofMinor(Amount.subtract(Amount.add(posted, here), back)));
  if (Amount.compare(Precise.toAmount(precise), Amount.zero) <= 0) return null;
  const whole = days === periodDays;
  const price = `${Amount.toMajor(amount, currency)} ${currency}`;
  const share = whole ? `The minimum of a period, ${price}` : `${days} of ${periodDays} days of the minimum, ${price}`;
  return feeOf({
    type: 'commitment',
    kind: 'regular',
    description: whole ? displayName : `${displayName} (${days} of ${periodDays} days)`,
    chargeId: null,
    planCode: facts.subscription.terms.plan.code,
    commitmentId: id,
    filterId: null,
    groupedBy: null,
    metricCode: null,
    units: Quantity.one,
    eventsCount: 0n,
    precise,
    from: period.service.start,
    to: period.service.end,
    properties: { amount_cents: Amount.toNumber(amount), days: Number(days), period_days: Number(periodDays) },
    price: explainNode('minimum', 'What the period is short of the minimum', {
      amount: precise,
      children: [
        explainNode('proration', share, {
          inputs: { amount_cents: amount.toString(), days: days.toString(), period_days: periodDays.toString() },
          amount: least,
        }),
        explainNode('billed', 'Plan and usage of the period on this invoice', { amount: Precise.negate(Precise.ofMinor(here)) }),
        explainNode('billed', 'Plan and usage of the period billed before', { amount: Precise.negate(Precise.ofMinor(posted)) }),
        ...(Amount.isZero(back) ? [] : [explainNode('billed', 'Usage of the period that was billed before and is given back', { amount: Precise.ofMinor(back) })]),
      ],
    }),
    quantity: null,
    inputs: { from: period.service.start.toString(), to: period.service.end.toString() },
  });
}

/** Whether what is given back was billed in this period: for the part of it that an invoice was asked for, or for one of its cuts. */
function isOfPeriod({ interim, late }: PartFacts, { usage }: ClosedPeriod, { billedPeriodId: id }: LateCredit): boolean {
  return interim.usage?.billedPeriodId === id || late.some(({ billedPeriodId, usage: { period } }) => billedPeriodId === id && isIn(usage, { from: period.start, to: period.end }));
}

/** A line of no length is of what ends there: an invoice may have been asked for at the very instant of a change. */
function isIn({ start, end }: Period, { from, to }: Pick<FeeDraft, 'from' | 'to'>): boolean {
  return compare(start, from) <= 0 && compare(start, to) < 0 && (compare(from, end) < 0 || to.equals(end));
}
