import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount } from '../money/index.ts';
import { taxOf } from '../taxes/testing.ts';
import { amountLeft, composeNote, type CreditableFee, type NoteItem, partOfAmount, voidNote } from './index.ts';

const cents = Amount.of;

const itemOf = (feeId: string, amount: number, taxes: number, coupons = 0): NoteItem => ({
  feeId, amount: cents(amount), coupons: cents(coupons), net: cents(amount - coupons), taxes: cents(taxes), included: Amount.zero,
});

const [standard, reduced] = [taxOf('20'), taxOf('10')];

/** What is taken back: of each item, of its part of the taxes, and of each tax. Fees named in capitals are at the reduced rate. */
function back(items: readonly NoteItem[], taxes: readonly number[], left: number) {
  const groups = taxes.map((amount, index) => ({ tax: index === 0 ? standard : reduced, base: Amount.zero, amount: cents(amount) }));
  const fees = items.map(({ feeId: id }) => ({ id, taxes: [id === id.toUpperCase() ? reduced : standard] }));
  const total = Amount.sum([...items.map(({ net }) => net), ...groups.map(({ amount }) => amount)]);
  const voided = voidNote({ items, taxes: groups, total }, cents(left), fees);
  return [voided.items.map(({ amount }) => Number(amount)), voided.items.map((item) => Number(item.taxes)), voided.taxes.map(({ amount }) => Number(amount))];
}

describe('what is taken back of a note', () => {
  it('is in proportion to its items and taxes', () => {
    // Of 30.00 and 6.00 the 24.00 that are left: 2400 × 3000 ÷ 3600 and 2400 × 600 ÷ 3600.
    expect(back([itemOf('a', 3000, 600)], [600], 2400)).toEqual([[2000], [400], [400]]);
  });

  it('never is tax with nothing under it', () => {
    // Six items of 1.00 with 1.20 of tax, of which 7.19 were used. The cent that is left is 0.138 of each item and 0.166 of the tax, which would
    // have it: but nothing of a fee would be left then to give that tax back with. So it is the first item's.
    const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => itemOf(id, 100, 20));
    expect(back(six, [120], 1)).toEqual([[1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0], [0]]);
    // Six more at 10 %, 0.60 of tax: of 0.02, 0.145 are of the one tax, 0.129 of each item, 0.077 of the other tax. The tax and the first item have
    // one each, and that item is under it.
    const twelve = [...six, ...['A', 'B', 'C', 'D', 'E', 'F'].map((id) => itemOf(id, 100, 10))];
    expect(back(twelve, [120, 60], 2).slice(0, 1)).toEqual([[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]);
    // Where the fees at 10 % come first, that first item is not, so the tax has to leave its cent to one that is.
    expect(back(twelve.toSpliced(0, 6).concat(six), [120, 60], 2)).toEqual([[1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0], Array.from({ length: 12 }, () => 0), [0, 0]]);
  });

  it('can be given back again, however little it is', () => {
    const price = fc.integer({ min: 1, max: 300 });
    const prices = fc.oneof(fc.array(price, { minLength: 1, maxLength: 8 }), fc.tuple(price, fc.integer({ min: 2, max: 9 })).map(([one, times]) => Array.from({ length: times }, () => one)));
    fc.assert(
      fc.property(prices, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 }), (amounts, every, units) => {
        const none = { amount: Amount.zero, included: Amount.zero, coupons: Amount.zero };
        const fees = amounts.map((amount, index): CreditableFee => ({ id: String(index), amount: cents(amount), included: Amount.zero, coupons: Amount.zero, taxes: [index % every === 0 ? standard : reduced], given: none }));
        const taxes = [standard, reduced].map((tax) => ({ tax, left: cents(Math.round(amounts.filter((_, index) => fees[index]?.taxes[0] === tax).reduce((sum, one) => sum + one, 0) / (tax === standard ? 5 : 10))) }));
        const note = composeNote({ fees, taxes }, fees.map((fee) => partOfAmount(fee, fee.amount))) ?? expect.fail('there is something to give back');
        const voided = voidNote(note, Amount.min(cents(units), note.total), fees);
        const given = fees.map((fee, index) => ({ ...fee, given: { ...none, amount: Amount.subtract(fee.amount, voided.items[index]?.amount ?? Amount.zero) } }));
        const left = note.taxes.map(({ tax }, index) => ({ tax, left: voided.taxes[index]?.amount ?? Amount.zero }));
        const again = composeNote({ fees: given, taxes: left }, given.map((fee) => partOfAmount(fee, amountLeft(fee))).filter(({ amount }) => !Amount.isZero(amount)));
        expect(again?.total).toBe(Amount.min(cents(units), note.total));
      }),
      { numRuns: 500 },
    );
  });
});
