import { Amount, Quantity } from '../../money/index.ts';
import { groupKey } from '../../rating/index.ts';
import type { FeeDraft, PartDraft, LateCredit } from '../draft.ts';
import type { PartFacts, ChargeDefinition, ChargeFacts, InterimLine, InterimUsage, UsageFacts } from '../facts.ts';
import { restOf } from '../restOf.ts';
import { chargeFees } from '../usageFees.ts';

/**
 * Usage, charge by charge in the order of the plan. A line without units and amount is left out: it says nothing (M3, P4). Where a part
 * of the period was billed before, each line is what is left of it; where it is less than was billed, the difference is a credit, and so is
 * all that was billed of a charge that the plan as it stands does not bill.
 */
export function charges(facts: PartFacts, draft: PartDraft): PartDraft {
  const { usage } = facts.invoicePlan;
  if (usage === null) return draft;
  const { fees, credits } = usageLines({ ...facts, usage }, facts.interim.usage);
  return { ...draft, fees: [...draft.fees, ...fees], lateCredits: [...draft.lateCredits, ...credits] };
}

interface UsageLines {
  readonly fees: readonly FeeDraft[];
  readonly credits: readonly LateCredit[];
}

/** The lines of usage so far of a period of which these parts were billed on request. */
export function usageLines(facts: UsageFacts, before: InterimUsage | null): UsageLines {
  const rated = facts.charges
    .filter(({ definition }) => definition.invoiceable)
    .map((charge) => ({ charge, fees: chargeFees(facts, charge) }));
  if (before === null) return { fees: rated.flatMap(({ fees }) => fees).filter(isWorthALine), credits: [] };
  const rests = rated.map(({ charge, fees }) => restOfCharge(before, charge, fees));
  const kept = new Set(rated.map(({ charge }) => charge.definition.id));
  return { fees: rests.flatMap(({ fees }) => fees), credits: [...rests.flatMap(({ credits }) => credits), ...creditsOfGone(before, kept)] };
}

function isWorthALine(fee: FeeDraft): boolean {
  return !Quantity.isZero(fee.units) || !Amount.isZero(fee.amount);
}

/** Tells the lines of a charge apart. */
const keyOf = (filterId: string | null, group: InterimLine['group']): string => `${filterId ?? ''} ${groupKey(group)}`;

function restOfCharge(before: InterimUsage, { definition }: ChargeFacts, fees: readonly FeeDraft[]): { fees: FeeDraft[]; credits: LateCredit[] } {
  const left = new Map(before.lines.filter(({ chargeId }) => chargeId === definition.id).map((line) => [keyOf(line.filterId, line.group), line]));
  const rest: FeeDraft[] = [];
  let tooMuch = Amount.zero;
  for (const whole of fees) {
    const key = keyOf(whole.filterId, whole.groupedBy);
    const billed = left.get(key);
    left.delete(key);
    const missing = Amount.subtract(whole.amount, billed?.amount ?? Amount.zero);
    if (Amount.isNegative(missing)) tooMuch = Amount.subtract(tooMuch, missing);
    else if (billed === undefined) rest.push(...[whole].filter(isWorthALine));
    else rest.push(...[restOfLine(whole, billed, missing, before.through)].filter(isMore));
  }
  // Of these nothing is left of the usage that was billed: its events were amended, or the charge has other filters now.
  for (const { amount } of left.values()) tooMuch = Amount.add(tooMuch, amount);
  return { fees: rest, credits: creditOf(before, definition, tooMuch) };
}

function creditOf({ billedPeriodId }: InterimUsage, { id, displayName }: Pick<ChargeDefinition, 'id' | 'displayName'>, amount: Amount): LateCredit[] {
  return Amount.isZero(amount) ? [] : [{ billedPeriodId, chargeId: id, description: `${displayName} (less than was billed)`, amount }];
}

/** Of charges that were taken off the plan, or that it does not bill in arrears any more, the period costs nothing. */
function creditsOfGone(before: InterimUsage, kept: ReadonlySet<string>): LateCredit[] {
  const gone = before.lines.filter(({ chargeId }) => !kept.has(chargeId));
  return [...Map.groupBy(gone, ({ chargeId }) => chargeId)].flatMap(([id, lines]) => {
    const amount = Amount.sum(lines.map((line) => line.amount));
    return lines.slice(0, 1).flatMap(({ displayName }) => creditOf(before, { id, displayName }, amount));
  });
}

function restOfLine(whole: FeeDraft, billed: InterimLine, missing: Amount, through: Temporal.Instant): FeeDraft {
  const events = whole.eventsCount - billed.eventsCount;
  return restOf(whole, missing, {
    description: whole.description,
    units: Quantity.subtract(whole.units, billed.units),
    eventsCount: events < 0n ? 0n : events,
    from: through,
    properties: whole.properties,
  });
}

function isMore({ units, amount }: FeeDraft): boolean {
  return Quantity.compare(units, Quantity.zero) > 0 || !Amount.isZero(amount);
}
