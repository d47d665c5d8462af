import { Amount, Precise, Rate } from '../money/index.ts';
import type { TaxPart } from '../taxes/index.ts';
import { type ExplainNode, explainNode } from './explain.ts';

/** What explaining a breakdown group takes. */
export interface ExplainedTax extends Pick<TaxPart, 'base' | 'amount'> {
  readonly tax: Pick<TaxPart['tax'], 'code' | 'name' | 'rate' | 'category' | 'reason' | 'compound'>;
}

/** One node for each breakdown group: its rate on its base, rounded once (M5). */
export function explainTaxes(groups: readonly ExplainedTax[]): readonly ExplainNode[] {
  return groups.map(({ tax, base, amount }) =>
    explainNode('tax', tax.reason === null ? `${tax.name}: ${Rate.toString(tax.rate)} % of ${base}, in minor units` : tax.name, {
      inputs: {
        tax_code: tax.code,
        tax_rate: Rate.toString(tax.rate),
        tax_category: tax.category,
        base_amount_cents: base.toString(),
        ...(tax.compound ? { compound: 'on the net amount and the taxes before it' } : {}),
        ...(tax.reason === null ? {} : { reason: tax.reason }),
      },
      amount: Precise.ofMinor(Amount.of(amount)),
    }),
  );
}
