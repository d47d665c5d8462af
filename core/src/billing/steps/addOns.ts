import { addOnFee } from '../addOnFee.ts';
import type { InvoiceDraft } from '../draft.ts';
import type { BillingFacts } from '../facts.ts';

/** What was sold to the customer to stand on its next invoice (I1), in the order in which it was. */
export function addOns(facts: BillingFacts, draft: InvoiceDraft): InvoiceDraft {
  return { ...draft, fees: [...draft.fees, ...facts.addOns.map((applied) => addOnFee(applied, draft.currency, draft.at))] };
}
