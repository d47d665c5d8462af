import { Amount } from '../../money/index.ts';
import type { FeeDraft, PartDraft } from '../draft.ts';
import type { ProgressiveFacts } from '../facts.ts';

/**
 * Credits what invoices within the period billed of its usage (I1): charge by charge, at most what the charge's fees come to here, its
 * least amount included, and spread over them by largest remainder (M6). What is left of a charge is not taken from another one.
 */
export function progressiveCredit({ progressive }: ProgressiveFacts, draft: PartDraft): PartDraft {
  const parts = new Map(progressive.flatMap(({ chargeId, billed }) => sharesOf(draft.fees.filter((fee) => isOf(fee, chargeId)), billed)));
  const fees = draft.fees.map((fee) => ({ ...fee, progressive: parts.get(fee) ?? Amount.zero }));
  return { ...draft, fees, progressiveCredit: Amount.sum(fees.map((fee) => fee.progressive)) };
}

/** Late usage of another period is not what was billed within this one. */
function isOf(fee: FeeDraft, chargeId: string): boolean {
  return fee.chargeId === chargeId && fee.billedPeriodId === null;
}

function sharesOf(fees: readonly FeeDraft[], billed: Amount): (readonly [FeeDraft, Amount])[] {
  const amounts = fees.map(({ amount }) => amount);
  const shares = fees.length === 0 ? [] : Amount.allocate(Amount.min(billed, Amount.sum(amounts)), amounts);
  return fees.map((fee, index) => [fee, shares[index] ?? Amount.zero]);
}
