import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, Currency, Quantity } from '../money/index.ts';
import { type ComparedInvoice, type ComparedLine, diffInvoices } from './diffInvoices.ts';

const usd = Currency.parse('USD');

type Short = readonly [key: string, units: number | string, cents: number, description?: string];

function invoiceOf(...lines: readonly Short[]): ComparedInvoice {
  const compared = lines.map(([key, units, cents, description = key]): ComparedLine => ({ key, description, units: Quantity.parse(String(units)), amount: Amount.of(cents) }));
  const subtotal = Amount.sum(compared.map(({ amount }) => amount));
  return { lines: compared, sums: { subtotal, progressiveCredit: Amount.zero, coupons: Amount.zero, tax: Amount.zero, total: subtotal } };
}

const words = (before: ComparedInvoice, after: ComparedInvoice): string[] => {
  const { lines, summary } = diffInvoices(before, after, usd);
  return [...lines.map((line) => line.words), summary];
};

describe('how two versions of an invoice differ', () => {
  it.each<[string, ComparedInvoice, ComparedInvoice, string[]]>([
    ['a late event', invoiceOf(['Plan', 1, 1000], ['Calls', 100, 1000]), invoiceOf(['Plan', 1, 1000], ['Calls', 101, 1010]), [
      'Plan: 10.00 USD, unchanged',
      'Calls: 100 → 101 units, 10.00 → 10.10 USD (+0.10)',
      'Lines: 1 changed; the total goes from 20.00 to 20.10 USD (+0.10).',
    ]],
    ['a line that came and one that went', invoiceOf(['Disk', '2.5', 500]), invoiceOf(['Calls', 3, 30]), [
      'Calls: 0.30 USD, new',
      'Disk: 5.00 USD, no longer there',
      'Lines: 1 added, 1 removed; the total goes from 5.00 to 0.30 USD (-4.70).',
    ]],
    ['units without a price, and other words', invoiceOf(['Calls', 3, 0], ['Plan', 1, 1000]), invoiceOf(['Calls', 4, 0], ['Plan', 1, 1000, 'Service']), [
      'Calls: 3 → 4 units',
      'Service: called “Plan” before',
      'Lines: 2 changed; the total stays 10.00 USD.',
    ]],
    ['lines of one key, by their order', invoiceOf(['Set-up', 1, 100], ['Set-up', 1, 200]), invoiceOf(['Set-up', 1, 100], ['Set-up', 1, 300]), [
      'Set-up: 1.00 USD, unchanged',
      'Set-up: 2.00 → 3.00 USD (+1.00)',
      'Lines: 1 changed; the total goes from 3.00 to 4.00 USD (+1.00).',
    ]],
    ['nothing', invoiceOf(['Plan', 1, 0]), invoiceOf(['Plan', 1, 0]), ['Plan: 0.00 USD, unchanged', 'No line differs; the total stays 0.00 USD.']],
  ])('%s', (_name, before, after, expected) => {
    expect(words(before, after)).toEqual(expected);
  });

  it('adds up: the lines make the difference of the subtotal, and the other way round it is its opposite', () => {
    const line = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(9), fc.integer({ min: -500, max: 500 }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.array(line, { maxLength: 6 }), (left, right) => {
        const [before, after] = [invoiceOf(...left), invoiceOf(...right)];
        const there = diffInvoices(before, after, usd);
        expect(Amount.sum(there.lines.map(({ difference }) => difference))).toBe(there.sums.subtotal.difference);
        expect(diffInvoices(after, before, usd).sums.subtotal.difference).toBe(Amount.negate(there.sums.subtotal.difference));
        expect(there.lines.length).toBeGreaterThanOrEqual(Math.max(left.length, right.length));
      }),
    );
  });
});
