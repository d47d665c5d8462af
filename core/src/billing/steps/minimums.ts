import { Amount } from '../../money/index.ts';
import type { FeeDraft, InvoiceDraft } from '../draft.ts';
import type { BillingFacts } from '../facts.ts';
import { minimumFee } from '../minimumFee.ts';

/** One line for each charge whose fees are short of its least amount (I1), in the order of the plan. */
export function minimums(facts: BillingFacts, draft: InvoiceDraft): InvoiceDraft {
  const { usage } = facts.invoicePlan;
  if (usage === null) return draft;
  const fees = facts.charges
    .filter(({ definition }) => definition.invoiceable)
    .map(({ definition }) => minimumFee({ ...facts, usage }, definition, postedOf(draft.fees, definition.id)));
  const advance = facts.advance
    .filter(({ definition }) => definition.invoiceable)
    .map(({ definition, posted }) => minimumFee({ ...facts, usage }, definition, posted));
  return { ...draft, fees: [...draft.fees, ...[...fees, ...advance].filter((fee) => fee !== null)] };
}

function postedOf(fees: readonly FeeDraft[], chargeId: string): Amount {
  return Amount.sum(fees.filter((fee) => fee.chargeId === chargeId).map(({ amount }) => amount));
}
