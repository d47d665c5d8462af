import { Amount, Precise } from '../money/index.ts';
import type { FeeDraft, InvoiceDraft } from './draft.ts';
import { type ExplainNode, leavesSum } from './explain.ts';
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
  check(Precise.toAmount(precise) === amount, `${description}: ${amount} is not ${Precise.toString(precise)} rounded`);
  check(!Amount.isNegative(progressive) && progressive <= Amount.max(amount, Amount.zero), `${description}: ${progressive} of ${amount} is credited`);
  check(Temporal.Instant.compare(from, to) <= 0, `${description}: covers ${from} to ${to}`);
  check(Amount.sum(taxParts.map((part) => part.amount)) === taxes, `${description}: its taxes do not sum to ${taxes}`);
  assertExplained(fee.explain);
}

/** Every node that carries money is the sum of the leaves below it. */
function assertExplained(node: ExplainNode): void {
  const sum = leavesSum(node);
  const amount = node.amount ?? Precise.zero;
  check(
    Precise.compare(sum, amount) === 0,
    `${node.label}: the parts sum to ${Precise.toString(sum)}, the whole is ${Precise.toString(amount)}`,
  );
  node.children.forEach(assertExplained);
}

/** What is split over the fees sums to the whole (M6). */
function checkParts(name: string, whole: Amount, parts: readonly Amount[]): void {
  const sum = parts.reduce((sofar, part) => sofar + part, 0n);
  check(sum === whole, `the ${name} of the fees sum to ${sum}, the whole is ${whole}`);
}

function check(condition: boolean, message: string): void {
  if (!condition) throw new InvariantBroken(message);
}
