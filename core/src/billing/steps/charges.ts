import { Amount, Quantity } from '../../money/index.ts';
import type { FeeDraft, InvoiceDraft } from '../draft.ts';
import type { BillingFacts } from '../facts.ts';
import { chargeFees } from '../usageFees.ts';

/** Usage, charge by charge in the order of the plan. A line without units and amount is left out: it says nothing (M3, P4). */
export function charges(facts: BillingFacts, draft: InvoiceDraft): InvoiceDraft {
  const { usage } = facts.invoicePlan;
  if (usage === null) return draft;
  const fees = facts.charges
    .filter(({ definition }) => definition.invoiceable)
    .flatMap((charge) => chargeFees({ ...facts, usage }, charge))
    .filter(isWorthALine);
  return { ...draft, fees: [...draft.fees, ...fees] };
}

function isWorthALine(fee: FeeDraft): boolean {
  return !Quantity.isZero(fee.units) || !Amount.isZero(fee.amount);
}
