import { Amount, Precise, Quantity } from '../../money/index.ts';
import { type FeeDraft, feeOf, type PartDraft, type LateCredit } from '../draft.ts';
import { explainNode } from '../explain.ts';
import type { PartFacts, LateUsageFacts } from '../facts.ts';
import { minimumFee } from '../minimumFee.ts';
import { chargeFees } from '../usageFees.ts';

/**
 * Usage that came after its period was billed (E3): one line for each period and charge, the price of the whole period as it is known
 * now, least amount included, less what it was billed. Where that is negative it is no line but a credit.
 */
export function lateUsage(facts: PartFacts, draft: PartDraft): PartDraft {
  const settled = facts.late.map((late) => settle(facts, late));
  return {
    ...draft,
    fees: [...draft.fees, ...settled.flatMap(({ fee }) => fee)],
    lateCredits: [...draft.lateCredits, ...settled.flatMap(({ credit }) => credit)],
  };
}

interface Settled {
  readonly fee: readonly FeeDraft[];
  readonly credit: readonly LateCredit[];
}

function settle(facts: PartFacts, late: LateUsageFacts): Settled {
  const { usage, charge, billed, billedPeriodId } = late;
  const { id, displayName } = charge.definition;
  const regular = chargeFees({ ...facts, usage }, charge);
  const posted = Amount.sum(regular.map(({ amount }) => amount));
  const minimum = minimumFee({ ...facts, usage }, charge.definition, posted);
  const parts = minimum === null ? regular : [...regular, minimum];
  const missing = Amount.subtract(Amount.sum(parts.map(({ amount }) => amount)), billed.amount);
  const { firstDay, lastDay } = usage.days;
  const description = `${displayName} (late usage of ${firstDay} to ${lastDay})`;
  if (Amount.isZero(missing)) return { fee: [], credit: [] };
  if (Amount.isNegative(missing)) return { fee: [], credit: [{ billedPeriodId, chargeId: id, description, amount: Amount.negate(missing) }] };
  return { fee: [lateFee(late, parts, missing, description)], credit: [] };
}

function lateFee(late: LateUsageFacts, parts: readonly FeeDraft[], missing: Amount, description: string): FeeDraft {
  const { usage, charge, billed, billedPeriodId } = late;
  const { id, code, planCode, metric } = charge.definition;
  const { start, end } = usage.period;
  const regular = parts.filter(({ kind }) => kind === 'regular');
  const units = regular.reduce((sum, fee) => Quantity.add(sum, fee.units), Quantity.zero);
  const events = regular.reduce((sum, { eventsCount }) => sum + eventsCount, 0n) - billed.eventsCount;
  const precise = Precise.ofMinor(missing);
  const before = explainNode('billed', 'Billed before for this period', { amount: Precise.negate(Precise.ofMinor(billed.amount)) });
  return feeOf({
    type: 'charge',
    kind: 'late_usage',
    description,
    chargeId: id,
    planCode,
    filterId: null,
    groupedBy: null,
    metricCode: metric.code,
    units: Quantity.subtract(units, billed.units),
    eventsCount: events < 0n ? 0n : events,
    precise,
    billedPeriodId,
    from: start,
    to: end,
    properties: { billed_amount_cents: Amount.toNumber(billed.amount), price_amount_cents: Amount.toNumber(Amount.add(billed.amount, missing)) },
    price: explainNode('late_usage', 'The whole period with the events that came late, less what it was billed', {
      amount: precise,
      children: [...parts.map(({ explain }) => explain), before],
    }),
    quantity: null,
    inputs: { charge: code, from: start.toString(), to: end.toString() },
  });
}
