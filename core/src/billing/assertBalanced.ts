import { Amount, Precise } from '../money/index.ts';
import type { FeeDraft, InvoiceDraft } from './draft.ts';
import type { ExplainNode } from './explain.ts';
import { explainInvoice } from './explainInvoice.ts';

/** Parts that do not sum to their whole. It is a fault of this code: nothing may be posted. */
export class InvariantBroken extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvariantBroken';
  }
}

/** Checks a draft before it leaves core: the counterpart of the checks that posting makes before it writes. Throws InvariantBroken. */
export function assertBalanced(draft: InvoiceDraft): void {
  const { fees, subtotal, progressiveCredit, coupons, tax, total, taxes } = draft;
  const sum = fees.reduce((sofar, { amount }) => sofar + Amount.toBigInt(amount), 0n);
  check(sum === subtotal, `the fees sum to ${sum}, the subtotal is ${subtotal}`);
  const expected = subtotal - progressiveCredit - coupons + tax;
  check(expected === total, `subtotal less deductions and with tax is ${expected}, the total is ${total}`);
  checkParts('progressive credit', progressiveCredit, fees.map((fee) => fee.progressive));
  checkParts('coupons', coupons, fees.map((fee) => fee.coupons));
  checkParts('tax', tax, fees.map((fee) => fee.taxes));
  check(Amount.sum(taxes.map(({ amount }) => amount)) === tax, `the breakdown does not sum to the tax, ${tax}`);
  for (const fee of fees) assertFee(fee);
  assertExplained(explainInvoice(draft));
}

/** A fee is its precise amount rounded once, and covers time that does not run backwards. */
function assertFee(fee: FeeDraft): void {
  const { description, amount, progressive, taxes, taxParts, precise, from, to } = fee;
  if (Precise.toAmount(precise) !== amount) throw new InvariantBroken(`${description}: ${amount} is not ${Precise.toString(precise)} rounded`);
  check(!Amount.isNegative(progressive) && progressive <= Amount.max(amount, Amount.zero), `${description}: ${progressive} of ${amount} is credited`);
  if (Temporal.Instant.compare(from, to) > 0) throw new InvariantBroken(`${description}: covers ${from} to ${to}`);
  check(Amount.sum(taxParts.map((part) => part.amount)) === taxes, `${description}: its taxes do not sum to ${taxes}`);
}

/** Every node that carries money is the sum of the leaves below it, which it returns: each is added up once. */
function assertExplained(node: ExplainNode): Precise {
  const amount = node.amount ?? Precise.zero;
  if (node.children.length === 0) return amount;
  const sum = Precise.sum(node.children.map(assertExplained));
  // Nothing is written that is not needed: decimals become texts at a cost, and every node of every invoice comes by here.
  if (Precise.compare(sum, amount) !== 0) throw new InvariantBroken(`${node.label}: the parts sum to ${Precise.toString(sum)}, the whole is ${Precise.toString(amount)}`);
  return sum;
}

/** What is split over the fees sums to the whole (M6). */
function checkParts(name: string, whole: Amount, parts: readonly Amount[]): void {
  const sum = parts.reduce((sofar, part) => sofar + part, 0n);
  check(sum === whole, `the ${name} of the fees sum to ${sum}, the whole is ${whole}`);
}

function check(condition: boolean, message: string): void {
  if (!condition) throw new InvariantBroken(message);
}
