import { expect, it } from 'vitest';
import { Amount, Quantity } from '../money/index.ts';

import { chargeOf, draftSingle, factsAt, propertiesOf, used } from './testing.ts';

const setUp = { addOnId: 'add-on-1', code: 'setup', displayName: 'Set-up', amount: Amount.of(15_000) };
const training = { addOnId: 'add-on-2', code: 'training', displayName: 'Training', amount: Amount.of(0) };

it('puts what waits after the plan, its usage and its commitment, one line each, in the order in which it was applied', () => {
  const calls = chargeOf('calls', 'count', propertiesOf('standard', { amount: '1' }), used('3', 3));
  const facts = factsAt('2026-02-01', 'periodic', [calls]);
  const draft = draftSingle({ ...facts, addOns: [setUp, training] });
  expect(draft.fees.map(({ type, description, amount, addOnId }) => [type, description, amount, addOnId])).toEqual([
    ['subscription', 'Growth (17 of 31 days)', 2687n, null],
    ['charge', 'calls', 300n, null],
    ['add_on', 'Set-up', 15_000n, 'add-on-1'],
    ['add_on', 'Training', 0n, 'add-on-2'],
  ]);
  expect([draft.subtotal, draft.total]).toEqual([17_987n, 17_987n]);
  const [, , line] = draft.fees;
  expect([line?.units, line?.from.equals(draft.at), line?.to.equals(draft.at)]).toEqual([Quantity.one, true, true]);
});

it('does not count towards a commitment: that is met by the plan and its usage (I1)', () => {
  const facts = factsAt('2026-02-01', 'periodic', []);
  const { start, end } = facts.invoicePlan.billingPeriod;
  const days = { numerator: 17n, denominator: 31n };
  const period = { fees: { start, end }, usage: { start, end }, service: { start, end }, days };
  // 100.00 × 17 ÷ 31 = 54.838…, less the plan's 26.87: 27.96838…, posted 27.97, whatever was sold beside it.
  const commitment = { id: 'minimum', amount: Amount.of(10_000), displayName: 'Minimum', posted: Amount.zero, period };
  const amounts = draftSingle({ ...facts, commitment, addOns: [setUp] }).fees.map(({ type, amount }) => [type, amount]);
  expect(amounts).toEqual([['subscription', 2687n], ['commitment', 2797n], ['add_on', 15_000n]]);
});
