import { describe, expect, it } from 'vitest';
import { Amount } from '../money/index.ts';
import type { Tax } from '../taxes/index.ts';
import { taxOf } from '../taxes/testing.ts';
import { composeNote, type CreditableFee, type CreditableInvoice, partOfAmount, partOfPrice } from './index.ts';

const cents = Amount.of;

interface FeeOptions {
  readonly coupons?: number;
  readonly included?: number;
  readonly taxes?: readonly Tax[];
}

/** A fee of which nothing was given back. */
function feeOf(id: string, amount: number, { coupons = 0, included = 0, taxes = [] }: FeeOptions = {}): CreditableFee {
  const none = Amount.zero;
  return { id, amount: cents(amount), included: cents(included), coupons: cents(coupons), taxes, given: { amount: none, included: none, coupons: none } };
}

const invoiceOf = (fees: readonly CreditableFee[], ...taxes: readonly (readonly [Tax, number])[]): CreditableInvoice => ({
  fees,
  taxes: taxes.map(([tax, left]) => ({ tax, left: cents(left) })),
});

/** So much of each fee, without tax. */
const partsOf = ({ fees }: CreditableInvoice, amounts: Readonly<Record<string, number>>) =>
  fees.flatMap((fee) => (amounts[fee.id] === undefined ? [] : [partOfAmount(fee, cents(amounts[fee.id] ?? 0))]));

/** The invoice once a note was issued on it. */
function after(invoice: CreditableInvoice, amounts: Readonly<Record<string, number>>): CreditableInvoice {
  const note = composeNote(invoice, partsOf(invoice, amounts));
  const fees = invoice.fees.map((fee) => {
    const item = note?.items.find(({ feeId }) => feeId === fee.id);
    if (item === undefined) return fee;
    const { given } = fee;
    const sum = { amount: Amount.add(given.amount, item.amount), included: Amount.add(given.included, item.included), coupons: Amount.add(given.coupons, item.coupons) };
    return { ...fee, given: sum };
  });
  const taxes = invoice.taxes.map((one) => ({ ...one, left: Amount.subtract(one.left, note?.taxes.find(({ tax }) => tax === one.tax)?.amount ?? Amount.zero) }));
  return { fees, taxes };
}

/** Items − coupons + tax = total, as numbers. */
function sums(invoice: CreditableInvoice, amounts: Readonly<Record<string, number>>) {
  const note = composeNote(invoice, partsOf(invoice, amounts));
  return note && [Amount.sum(note.items.map(({ amount }) => amount)), note.coupons, note.tax, note.total].map(Amount.toNumber);
}

const [vat, reduced] = [taxOf('19'), taxOf('7')];

describe('what a credit note comes to', () => {
  // 62.00 less a coupon of 31.00, and 19 % on 31.00: 5.89. Of 39.86 half was the coupon's; 19.93 × 19 % = 3.7867, posted 3.79.
  const half = invoiceOf([feeOf('plan', 6200, { coupons: 3100, taxes: [vat] })], [vat, 589]);

  it('is what was paid of the fee, and the tax on that', () => {
    expect(sums(half, { plan: 3986 })).toEqual([3986, 1993, 379, 2372]);
  });

  it('is all that is left for the last of the fee', () => {
    // 62.00 − 39.86 = 22.14 less the 11.07 that are left of the coupon; of the tax 5.89 − 3.79 = 2.10 are left, where 11.07 × 19 % = 2.1033.
    expect(sums(after(half, { plan: 3986 }), { plan: 2214 })).toEqual([2214, 1107, 210, 1317]);
  });

  it('has the tax of each rate on all of its items at once', () => {
    // 49.00 and 47.00 at 19 %, 4.00 at 7 %. Of each 0.03: 6 × 19 % = 1.14, posted 1; 3 × 7 % = 0.21, posted 0. One by one it would be 0.57 twice: 2.
    const invoice = invoiceOf([feeOf('a', 4900, { taxes: [vat] }), feeOf('b', 400, { taxes: [reduced] }), feeOf('c', 4700, { taxes: [vat] })], [vat, 1824], [reduced, 28]);
    const note = composeNote(invoice, partsOf(invoice, { a: 3, b: 3, c: 3 }));
    expect(note?.taxes.map(({ tax, base, amount }) => [tax.code, Number(base), Number(amount)])).toEqual([['tax-19', 6, 1], ['tax-7', 3, 0]]);
    // The one cent is on the first of the two equal items.
    expect(note?.items.map(({ taxes }) => Number(taxes))).toEqual([1, 0, 0]);
    expect(note?.total).toBe(10n);
  });

  it('gives all of the tax back with the last fee that it was on', () => {
    // Three lines of 0.03 at 19 %: the invoice has 1.71, posted 2. A line is 0.57, posted 1; the next 1; nothing is left for the third.
    const lines = invoiceOf(['a', 'b', 'c'].map((id) => feeOf(id, 3, { taxes: [vat] })), [vat, 2]);
    const [second, third] = [after(lines, { a: 3 }), after(after(lines, { a: 3 }), { b: 3 })];
    expect([sums(lines, { a: 3 }), sums(second, { b: 3 }), sums(third, { c: 3 })]).toEqual([[3, 0, 1, 4], [3, 0, 1, 4], [3, 0, 0, 3]]);
    // In the other direction: five lines of 0.02 are 1.90, posted 2; each is 0.38, posted 0, and the last one takes both.
    let left = invoiceOf(['a', 'b', 'c', 'd', 'e'].map((id) => feeOf(id, 2, { taxes: [vat] })), [vat, 2]);
    for (const id of ['a', 'b', 'c', 'd']) left = after(left, { [id]: 2 });
    expect(sums(left, { e: 2 })).toEqual([2, 0, 2, 4]);
  });

  it('has compound tax on the tax before it', () => {
    // 100.00 at 5 % and a compound 9.5 %: 5.00 and 9.98. Of half: 2.50; 52.50 × 9.5 % = 4.9875, posted 4.99.
    const [first, compound] = [taxOf('5'), taxOf('9.5', { compound: true })];
    const invoice = invoiceOf([feeOf('a', 10_000, { taxes: [first, compound] })], [first, 500], [compound, 998]);
    expect(sums(invoice, { a: 5000 })).toEqual([5000, 0, 749, 5749]);
  });

  it('of what a coupon had paid wholly is no note', () => {
    expect(sums(invoiceOf([feeOf('plan', 4900, { coupons: 4900, taxes: [vat] })], [vat, 0]), { plan: 1581 })).toBeNull();
  });

  it('never gives back more than there is', () => {
    expect(() => composeNote(half, [{ feeId: 'plan', amount: cents(6201), included: Amount.zero }])).toThrow(RangeError);
    expect(() => composeNote(half, [{ feeId: 'other', amount: cents(1), included: Amount.zero }])).toThrow(RangeError);
  });
});

describe('a part of a price with tax in it', () => {
  const inclusive = taxOf('20', { inclusive: true });
  const shown = (fee: CreditableFee, price: number) => {
    const part = partOfPrice(fee, cents(price));
    const note = composeNote(invoiceOf([fee], [inclusive, Number(fee.included)]), [part]);
    return [part.amount, part.included, note?.coupons, note?.tax, note?.total].map(Number);
  };

  it('is net, and gives the tax back beside it', () => {
    // 12.00 with 20 % in it are 10.00 and 2.00; 5.00 of it are 4.17 and 500 × 20 ÷ 120 = 83.33, posted 0.83.
    expect(shown(feeOf('calls', 1000, { included: 200, taxes: [inclusive] }), 500)).toEqual([417, 83, 0, 83, 500]);
    // 9.99 is 8.32 and 1.67 (166.5): 5.00 of it are 5.00 all the same.
    expect(shown(feeOf('calls', 832, { included: 167, taxes: [inclusive] }), 500)).toEqual([417, 83, 0, 83, 500]);
    expect(shown(feeOf('calls', 832, { included: 167, taxes: [inclusive] }), 999)).toEqual([832, 167, 0, 167, 999]);
  });

  it('leaves the coupons their share of the price', () => {
    // 120.00 less 12.00 are 108.00 with 18.00 in it: the fee is 102.00. Half: 60.00 less 6.00 are 54.00 with 9.00 in it: the item is 51.00.
    expect(shown(feeOf('plan', 10_200, { included: 1800, coupons: 1200, taxes: [inclusive] }), 6000)).toEqual([5100, 900, 600, 900, 5400]);
  });

  it('is at most what is left of it', () => {
    const fee = feeOf('calls', 1000, { included: 200, taxes: [inclusive] });
    expect(shown({ ...fee, given: { amount: cents(400), included: cents(80), coupons: Amount.zero } }, 1200).slice(0, 2)).toEqual([600, 120]);
  });
});
