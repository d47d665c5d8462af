import { Amount } from '../../money/index.ts';
import type { InvoiceDraft } from '../draft.ts';
import type { DeductionFacts } from '../facts.ts';

/** total = fees − progressive credit − coupons + tax (I7). */
export function totals(_facts: DeductionFacts, draft: InvoiceDraft): InvoiceDraft {
  const subtotal = Amount.sum(draft.fees.map(({ amount }) => amount));
  const net = Amount.subtract(Amount.subtract(subtotal, draft.progressiveCredit), draft.coupons);
  return { ...draft, subtotal, total: Amount.add(net, draft.tax) };
}
