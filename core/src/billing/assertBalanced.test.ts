import { describe, expect, it } from 'vitest';
import { Amount, Precise } from '../money/index.ts';
import { assertBalanced } from './assertBalanced.ts';
import { type ExplainNode, type FeeDraft, InvariantBroken, type InvoiceDraft } from './index.ts';
import { draftSingle, factsAt } from './testing.ts';

const sound = draftSingle(factsAt('2026-02-01', 'periodic'));
const cent = Amount.of(1);

/** The draft with its first fee changed, and totals that follow the change. */
function withFee(change: (fee: FeeDraft) => Partial<FeeDraft>): InvoiceDraft {
  const [first, ...rest] = sound.fees;
  if (first === undefined) throw new Error('the draft has fees');
  const fees = [{ ...first, ...change(first) }, ...rest];
  const subtotal = Amount.sum(fees.map(({ amount }) => amount));
  return { ...sound, fees, subtotal, total: subtotal };
}

/** The draft with progressive credit on its first fee, and totals that follow it. */
function credited(of: (fee: FeeDraft) => Amount): InvoiceDraft {
  const draft = withFee((fee) => ({ progressive: of(fee) }));
  const progressiveCredit = Amount.sum(draft.fees.map(({ progressive }) => progressive));
  return { ...draft, progressiveCredit, total: Amount.subtract(draft.subtotal, progressiveCredit) };
}

/** The tree with one more level, whose amount is wrong while its leaves are right. */
function misstated(node: ExplainNode): ExplainNode {
  const middle = { ...node, amount: Precise.parse('1') };
  return { ...node, children: [middle] };
}

describe('a draft that does not add up', () => {
  it.each<[string, InvoiceDraft]>([
    ['fees missing from the subtotal', { ...sound, fees: sound.fees.slice(1) }],
    ['a subtotal that is not the fees', { ...sound, subtotal: Amount.add(sound.subtotal, cent), total: Amount.add(sound.total, cent) }],
    ['a total that forgets the tax', { ...sound, tax: cent }],
    ['a total that forgets a coupon', { ...sound, coupons: cent }],
    ['a total that forgets progressive credit', { ...sound, progressiveCredit: cent }],
    ['a fee that is credited without the invoice', withFee(() => ({ progressive: cent }))],
    ['a fee that is credited more than it comes to', credited(({ amount }) => Amount.add(amount, cent))],
    ['a fee that is credited less than nothing', credited(() => Amount.of(-1))],
    ['a fee that was rounded another way', withFee((fee) => ({ amount: Amount.add(fee.amount, cent) }))],
    ['a fee that runs backwards', withFee((fee) => ({ from: fee.to, to: fee.from }))],
    ['an explanation of another amount', withFee((fee) => ({ precise: Precise.parse('1'), amount: cent, explain: fee.explain }))],
    [
      'an explanation whose parts do not sum',
      withFee((fee) => ({ explain: { ...fee.explain, children: fee.explain.children.slice(1) } })),
    ],
    ['an explanation with a part that its own parts do not sum to', withFee((fee) => ({ explain: misstated(fee.explain) }))],
  ])('%s is refused', (_name, draft) => {
    expect(() => assertBalanced(draft)).toThrow(InvariantBroken);
  });

  it('is told from one that does', () => {
    expect(() => assertBalanced(sound)).not.toThrow();
    expect(() => assertBalanced(withFee(() => ({})))).not.toThrow();
    expect(() => assertBalanced(credited(({ amount }) => amount))).not.toThrow();
    const taxed = { ...sound, tax: Amount.of(3), coupons: cent, progressiveCredit: cent };
    // The explanation of tax and deductions belongs to the steps that make them; without it the invoice is refused.
    expect(() => assertBalanced({ ...taxed, total: Amount.add(sound.total, cent) })).toThrow(InvariantBroken);
  });
});
