import { describe, expect, it } from 'vitest';
import { Amount, Precise } from '../money/index.ts';
import { type ChargeFacts, explainInvoice, leavesSum } from './index.ts';
import { chargeOf, draftSingle, factsAt, propertiesOf, used } from './testing.ts';

const standard = propertiesOf('standard', { amount: '1' });
const calls = (count: number): ChargeFacts => chargeOf('calls', 'count', standard, used(String(count), count));
const seats = (count: number): ChargeFacts => chargeOf('seats', 'sum', standard, used(String(count), 1));

/** A minimum of so much for a charge. */
const atLeast = (minimum: number, charge: ChargeFacts): ChargeFacts => ({ ...charge, definition: { ...charge.definition, minAmount: Amount.of(minimum) } });

/** What invoices within the period billed, in minor units, by the code of the charge. */
const billed = (amounts: Readonly<Record<string, number>>) =>
  Object.entries(amounts).map(([code, amount]) => ({ chargeId: `charge-${code}`, billed: Amount.of(amount) }));

/** The lines of usage at the end of January: amount and what is credited of it; and the invoice's credit. */
function lines(charges: readonly ChargeFacts[], amounts: Readonly<Record<string, number>>): string[] {
  const draft = draftSingle({ ...factsAt('2026-02-01', 'periodic', charges), progressive: billed(amounts) });
  expect(Precise.compare(leavesSum(explainInvoice(draft)), Precise.ofMinor(draft.total))).toBe(0);
  const usage = draft.fees.filter(({ type }) => type === 'charge');
  return [...usage.map((fee) => `${fee.description} ${fee.amount} - ${fee.progressive}`), `credit ${draft.progressiveCredit}`];
}

describe('what was billed within the period (I1)', () => {
  it.each<[string, string[], string[]]>([
    ['nothing', lines([calls(30)], {}), ['calls 3000 - 0', 'credit 0']],
    ['a part', lines([calls(30)], { calls: 1200 }), ['calls 3000 - 1200', 'credit 1200']],
    ['all of it', lines([calls(30)], { calls: 3000 }), ['calls 3000 - 3000', 'credit 3000']],
    // 500 are left over; the invoice credits no more than the fee.
    ['more than there is by now', lines([calls(30)], { calls: 3500 }), ['calls 3000 - 3000', 'credit 3000']],
    // What is left of calls is not taken from seats.
    ['charge by charge', lines([calls(10), seats(20)], { calls: 1500, seats: 700 }), ['calls 1000 - 1000', 'seats 2000 - 700', 'credit 1700']],
    ['a charge without usage by now', lines([calls(10)], { seats: 700 }), ['calls 1000 - 0', 'credit 0']],
    // 400 over lines of 200 and 700 and 100: 80, 280, 40.
    [
      'spread over groups',
      lines([chargeOf('calls', 'count', standard, used('2', 2, { group: { m: 'a' } }), used('7', 7, { group: { m: 'b' } }), used('1', 1, { group: { m: 'c' } }))], { calls: 400 }),
      ['calls, m: a 200 - 80', 'calls, m: b 700 - 280', 'calls, m: c 100 - 40', 'credit 400'],
    ],
    // From the 15th, 17 of 31 days of 10.00 are 548.387…, posted 548 − 300 = 248 missing; 400 over 300 and 248: 218.978… and 181.021…
    ['the least amount of the charge', lines([atLeast(1000, calls(3))], { calls: 400 }), ['calls 300 - 219', 'calls (minimum, 17 of 31 days) 248 - 181', 'credit 400']],
  ])('%s', (_name, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('is not taken from usage of another period that came late', () => {
    const facts = factsAt('2026-02-01', 'periodic', [calls(10)]);
    const usage = facts.invoicePlan.usage ?? expect.fail('a boundary has usage');
    const late = { billedPeriodId: 'december', usage, charge: calls(50), billed: { amount: Amount.zero, units: facts.charges[0]?.usage[0]?.usage.units ?? expect.fail(), eventsCount: 0n } };
    const { fees } = draftSingle({ ...facts, late: [late], progressive: billed({ calls: 1500 }) });
    expect(fees.map(({ kind, amount, progressive }) => `${kind} ${amount} - ${progressive}`)).toEqual(['regular 2687 - 0', 'regular 1000 - 1000', 'late_usage 5000 - 0']);
  });
});
