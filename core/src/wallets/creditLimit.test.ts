import { expect, it } from 'vitest';
import { Amount } from '../money/index.ts';
import { availableOf, isLimitReached, owedOf } from './creditLimit.ts';

const standing = (balance: number, limit: number, receivable = 0, unbilled = 0) =>
  ({ balance: Amount.of(balance), limit: Amount.of(limit), receivable: Amount.of(receivable), unbilled: Amount.of(unbilled) });

// Balance, limit, due on invoices, not billed yet: what is owed, what may be taken, whether the limit is reached.
const worked: readonly [...Parameters<typeof standing>, number, number, boolean][] = [
  // Paid ahead: what is there, whatever else is owed.
  [5000, 0, 0, 0, 0, 5000, false],
  [5000, 0, 9000, 8000, 12000, 5000, true],
  // 50.00 there and 100.00 on credit.
  [5000, 10000, 0, 0, 0, 15000, false],
  // 80.00 of usage take the 50.00 and owe 30.00: 70.00 more, which owe 100.00 in all once the usage is billed.
  [5000, 10000, 0, 8000, 3000, 7000, false],
  // 60.00 due on invoices on top of that leave 10.00 of credit, which is less than what is there.
  [5000, 10000, 6000, 8000, 9000, 5000, false],
  // 20.00 were drawn: 80.00 more.
  [-2000, 10000, 0, 0, 2000, 8000, false],
  // Nothing is left at the limit exactly, nor beyond.
  [-4000, 10000, 6000, 0, 10000, 0, true],
  [-4000, 10000, 6000, 1, 10001, 0, true],
  [-4000, 10000, 5999, 0, 9999, 1, false],
  // The limit was lowered, or the customer pays ahead from now on: what was drawn stays owed.
  [-4000, 0, 0, 0, 4000, 0, true],
];

it.each(worked)('of %i with a limit of %i, %i due and %i unbilled: %i owed, %i to be taken', (balance, limit, receivable, unbilled, owed, available, isReached) => {
  const given = standing(balance, limit, receivable, unbilled);
  expect([Amount.toNumber(owedOf(given)), Amount.toNumber(availableOf(given)), isLimitReached(given)]).toEqual([owed, available, isReached]);
});
