import { Amount, Precise } from '../../money/index.ts';
import { computeTaxes, resolveTaxes, type TaxedLine } from '../../taxes/index.ts';
import type { FeeDraft, InvoiceDraft } from '../draft.ts';
import { type ExplainNode, explainNode } from '../explain.ts';
import type { DeductionFacts } from '../facts.ts';

/**
 * The tax on what is left of the fees after credit and coupons (M5). What is in a price already is taken out of it: the fee is net from
 * here on, and the total stays what it was.
 */
export function taxes(facts: DeductionFacts, draft: InvoiceDraft): InvoiceDraft {
  const resolved = draft.fees.map((fee) => resolveTaxes(facts.taxes, fee));
  const computed = computeTaxes(draft.fees.map((fee, index) => ({ amount: netOf(fee), taxes: resolved[index] ?? [] })));
  return {
    ...draft,
    fees: draft.fees.map((fee, index) => taxed(fee, computed.lines[index])),
    taxes: computed.groups,
    tax: Amount.sum(computed.groups.map(({ amount }) => amount)),
  };
}

/** What a fee is taxed on. */
function netOf({ amount, progressive, coupons }: FeeDraft): Amount {
  return Amount.subtract(Amount.subtract(amount, progressive), coupons);
}

function taxed(fee: FeeDraft, line: TaxedLine | undefined): FeeDraft {
  if (line === undefined) return fee;
  const { included, parts } = line;
  const own = { taxParts: parts, taxes: Amount.sum(parts.map(({ amount }) => amount)), taxCategory: parts[0]?.tax.category ?? 'O' };
  if (Amount.isZero(included)) return { ...fee, ...own };
  const precise = Precise.subtract(fee.precise, Precise.ofMinor(included));
  return {
    ...fee,
    ...own,
    included,
    amount: Amount.subtract(fee.amount, included),
    precise,
    unitAmount: Precise.perUnit(precise, fee.units),
    explain: withoutTax(fee.explain, included),
  };
}

function withoutTax(explain: ExplainNode, included: Amount): ExplainNode {
  const taken = Precise.negate(Precise.ofMinor(included));
  const leaf = explainNode('tax_included', 'Tax that is in the price, taken out of it', { amount: taken });
  return { ...explain, amount: Precise.add(explain.amount ?? Precise.zero, taken), children: [...explain.children, leaf] };
}
