import { Amount, Precise } from '../money/index.ts';
import { type FeeDraft, type FeeParts, feeOf } from './draft.ts';
import { explainNode } from './explain.ts';

/**
 * The fee for what is left of a period after a part of it was billed: what the whole comes to less what was billed, so that both make
 * what the whole would have cost, in its tiers and with its flat amounts once, to the last unit. `missing` is that difference.
 */
export function restOf(whole: FeeDraft, missing: Amount, parts: Pick<FeeParts, 'description' | 'units' | 'eventsCount' | 'from' | 'properties'>): FeeDraft {
  const { type, kind, chargeId, planCode, planId, filterId, groupedBy, metricCode, to } = whole;
  const precise = Precise.ofMinor(missing);
  const billed = Precise.ofMinor(Amount.subtract(missing, whole.amount));
  return feeOf({
    ...{ type, kind, chargeId, planCode, planId, filterId, groupedBy, metricCode, to, precise, ...parts },
    price: explainNode('rest', 'The whole period, less what was billed of it before', {
      amount: precise,
      children: [whole.explain, explainNode('billed', 'Billed before for this period', { amount: billed })],
    }),
    quantity: null,
    inputs: { from: parts.from.toString(), to: to.toString() },
  });
}
