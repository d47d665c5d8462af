import { Amount } from '../../money/index.ts';
import type { PartDraft } from '../draft.ts';
import type { PartFacts } from '../facts.ts';
import { minimumFee } from '../minimumFee.ts';

/**
 * One line for each charge whose fees are short of its least amount (I1), in the order of the plan; fees of invoices that were asked for
 * before count. On such an invoice itself there is none: what is missing shows at the end of the period.
 */
export function minimums(facts: PartFacts, draft: PartDraft): PartDraft {
  const { usage } = facts.invoicePlan;
  if (usage === null || facts.invoicePlan.kind === 'interim') return draft;
  const fees = facts.charges
    .filter(({ definition }) => definition.invoiceable)
    .map(({ definition }) => minimumFee({ ...facts, usage }, definition, postedOf(facts, draft, definition.id)));
  const advance = facts.advance
    .filter(({ definition }) => definition.invoiceable)
    .map(({ definition, posted }) => minimumFee({ ...facts, usage }, definition, posted));
  return { ...draft, fees: [...draft.fees, ...[...fees, ...advance].filter((fee) => fee !== null)] };
}

/** What the usage of the whole period comes to. */
function postedOf({ interim }: PartFacts, { fees, lateCredits }: PartDraft, chargeId: string): Amount {
  const sumOf = (parts: readonly { chargeId: string | null; amount: Amount }[]): Amount =>
    Amount.sum(parts.filter((part) => part.chargeId === chargeId).map(({ amount }) => amount));
  return Amount.subtract(Amount.add(sumOf(fees), sumOf(interim.usage?.lines ?? [])), sumOf(lateCredits));
}
