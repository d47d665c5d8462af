import { Amount, Precise } from '../money/index.ts';
import type { InvoiceDraft } from './draft.ts';
import { explainTaxes } from './explainTaxes.ts';
import { type ExplainNode, explainNode, leavesSum } from './explain.ts';

/** Why an invoice's total is what it is: its fees, each down to the events and the tiers. The leaves sum to the total exactly. */
export function explainInvoice(draft: InvoiceDraft): ExplainNode {
  const { billingPeriod, currency, fees, progressiveCredit, couponsTaken, taxes, total } = draft;
  return explainNode('invoice', `Invoice of ${Amount.toMajor(total, currency)} ${currency}`, {
    inputs: { currency, from: billingPeriod.start.toString(), to: billingPeriod.end.toString() },
    amount: Precise.ofMinor(total),
    children: [...fees.map(({ explain }) => explain), ...explainProgressive(progressiveCredit), ...couponsTaken.map(({ explain }) => explain), ...explainTaxes(taxes)],
  });
}

/** The node for what invoices within the period billed before; none where that is nothing. */
export function explainProgressive(credit: Amount): readonly ExplainNode[] {
  if (Amount.isZero(credit)) return [];
  return [explainNode('progressive_credit', 'Billed before, within the period', { amount: Precise.negate(Precise.ofMinor(credit)) })];
}

/** What one of several subscriptions brings to an invoice, of its fees' explanations. */
export function explainSubscription(name: string, fees: readonly ExplainNode[]): ExplainNode {
  return explainNode('subscription', `Subscription ${name}`, { inputs: { subscription: name }, amount: Precise.sum(fees.map(leavesSum)), children: fees });
}
