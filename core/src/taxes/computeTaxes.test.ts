import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount } from '../money/index.ts';
import { computeTaxes } from './computeTaxes.ts';
import type { Tax } from './tax.ts';
import { taxOf } from './testing.ts';

/** "rate on base = amount" of each group, and for each line what was in its price and the amounts of its taxes. */
function told(...lines: readonly (readonly [amount: number, ...taxes: Tax[]])[]) {
  const computed = computeTaxes(lines.map(([amount, ...taxes]) => ({ amount: Amount.of(amount), taxes })));
  return {
    groups: computed.groups.map(({ tax, base, amount }) => `${tax.name} on ${base} = ${amount}`),
    lines: computed.lines.map(({ included, parts }) => [Number(included), ...parts.map(({ amount }) => Number(amount))]),
  };
}

const vat19 = taxOf('19');
const vat7 = taxOf('7');
const gst = taxOf('5', { name: 'GST', code: 'gst' });
const qst = taxOf('9.5', { name: 'QST', code: 'qst', compound: true });
const vat20 = taxOf('20', { name: 'VAT', code: 'vat20', inclusive: true });

describe('taxes on top', () => {
  it('are rounded once for all lines, not line by line', () => {
    // Three lines of 0.10 at 19 %: 0.30 × 19 % = 5.7 cents, posted 6; line by line it would be 3 × round(1.9) = 6 as well, at 0.03 not:
    // 9 × 19 % = 1.71, posted 2; by line 3 × round(0.57) = 3. Shares of 0.57 each: cut to 0, two units left for the first two.
    expect(told([3, vat19], [3, vat19], [3, vat19])).toEqual({ groups: ['Tax 19 on 9 = 2'], lines: [[0, 1], [0, 1], [0, 0]] });
  });

  it('round half away from zero', () => {
    // 50 × 19 % = 9.5, posted 10; shares 4.75 and 4.75: cut to 4 and 4, two left.
    expect(told([25, vat19], [25, vat19])).toEqual({ groups: ['Tax 19 on 50 = 10'], lines: [[0, 5], [0, 5]] });
  });

  it('spread as the design note has it', () => {
    // 3999 + 2000 + 2001 = 8000 at 7.7 % = 616: 307.923, 154, 154.077.
    const swiss = taxOf('7.7');
    expect(told([3999, swiss], [2000, swiss], [2001, swiss])).toEqual({ groups: ['Tax 7.7 on 8000 = 616'], lines: [[0, 308], [0, 154], [0, 154]] });
  });

  it('are a group for each tax, code, rate and category; several of one line add up', () => {
    // 19 % of 10000 and of 500: 1995. 7 % of 2000: 140. A city's 1.5 % on the first and the third: 10500 × 1.5 % = 157.5, posted 158;
    // shares 150 and 7.5: 150 and 8.
    const city = taxOf('1.5', { name: 'City', code: 'city' });
    expect(told([10_000, vat19, city], [2000, vat7], [500, vat19, city])).toEqual({
      groups: ['Tax 19 on 10500 = 1995', 'City on 10500 = 158', 'Tax 7 on 2000 = 140'],
      lines: [[0, 1900, 150], [0, 140], [0, 95, 8]],
    });
  });

  it('of nothing are named all the same', () => {
    const exempt = taxOf('0', { name: 'Exempt', category: 'E' });
    expect(told([10_000, exempt], [0, vat19])).toEqual({ groups: ['Exempt on 10000 = 0', 'Tax 19 on 0 = 0'], lines: [[0, 0], [0, 0]] });
  });
});

describe('a compound tax', () => {
  it('is on the net amount and the taxes before it, whatever the order they were applied in', () => {
    // 10000 at 5 % = 500; 10500 at 9.5 % = 997.5, posted 998.
    const expected = { groups: ['GST on 10000 = 500', 'QST on 10500 = 998'], lines: [[0, 500, 998]] };
    expect(told([10_000, gst, qst])).toEqual(expected);
    expect(told([10_000, qst, gst])).toEqual(expected);
  });

  it('on a line without others is on its net amount', () => {
    // 10500 × 9.5 % and 1000 × 9.5 %: 997.5 + 95 = 1092.5, posted 1093; the half goes up on the first.
    expect(told([10_000, gst, qst], [1000, qst])).toEqual({ groups: ['GST on 10000 = 500', 'QST on 11500 = 1093'], lines: [[0, 500, 998], [0, 95]] });
  });
});

describe('a tax in the price', () => {
  it('leaves what is paid as it is', () => {
    // 120.00 with 20 % in it: 12000 × 20 ÷ 120 = 2000, net 10000. 9.99: 999 × 20 ÷ 120 = 166.5, posted 167, net 832.
    expect(told([12_000, vat20])).toEqual({ groups: ['VAT on 10000 = 2000'], lines: [[2000, 2000]] });
    expect(told([999, vat20])).toEqual({ groups: ['VAT on 832 = 167'], lines: [[167, 167]] });
  });

  it('is rounded once over all prices', () => {
    // Three of 0.99: 297 × 20 ÷ 120 = 49.5, posted 50: 16.5 each, cut to 16, the two units left to the first two.
    expect(told([99, vat20], [99, vat20], [99, vat20])).toEqual({ groups: ['VAT on 247 = 50'], lines: [[17, 17], [17, 17], [16, 16]] });
  });

  it('shares the price with others in it', () => {
    // 11.25 holds 5 % and 7.5 % of the net 10.00: the second is taken out as 7.5 ÷ 112.5, the first as 5 ÷ 105 of what is left.
    const [one, two] = [taxOf('5', { inclusive: true }), taxOf('7.5', { inclusive: true })];
    expect(told([1125, one, two])).toEqual({ groups: ['Tax 5 on 1000 = 50', 'Tax 7.5 on 1000 = 75'], lines: [[125, 50, 75]] });
  });

  it('may be compound: the outermost is taken out first', () => {
    // Net 100.00, 5 % = 5.00, 10 % on 105.00 = 10.50: 115.50. 11550 × 10 ÷ 110 = 1050, then 10500 × 5 ÷ 105 = 500.
    const inner = taxOf('5', { inclusive: true });
    const outer = taxOf('10', { inclusive: true, compound: true });
    expect(told([11_550, inner, outer])).toEqual({ groups: ['Tax 5 on 10000 = 500', 'Tax 10 on 10500 = 1050'], lines: [[1550, 500, 1050]] });
  });

  it('is out of the price before others come on top', () => {
    // 120.00 with 20 % in it is net 100.00; 5 % of that on top.
    expect(told([12_000, vat20, gst])).toEqual({ groups: ['VAT on 10000 = 2000', 'GST on 10000 = 500'], lines: [[2000, 2000, 500]] });
  });
});

const tax = fc
  .tuple(fc.integer({ min: 0, max: 300_000 }), fc.boolean(), fc.boolean(), fc.integer({ min: 0, max: 2 }))
  .map(([rate, compound, inclusive, code]) => taxOf((rate / 10_000).toFixed(4), { code: `code-${code}`, compound, inclusive }));
const lines = fc
  .tuple(fc.array(tax, { minLength: 1, maxLength: 4 }), fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.subarray([0, 1, 2, 3])), { maxLength: 8 }))
  .map(([taxes, given]) => given.map(([amount, which]) => ({ amount: Amount.of(amount), taxes: which.flatMap((index) => taxes[index] ?? []) })));

it('has parts that sum to their groups, whatever the lines', () => {
  fc.assert(
    fc.property(lines, (given) => {
      const { groups, lines: taxed } = computeTaxes(given);
      for (const group of groups) {
        const own = taxed.flatMap(({ parts }) => parts.filter((part) => part.tax === group.tax));
        expect(Amount.sum(own.map(({ amount }) => amount))).toBe(group.amount);
      }
      for (const [index, line] of taxed.entries()) {
        const inPrice = Amount.sum(line.parts.filter(({ tax: one }) => one.inclusive).map(({ amount }) => amount));
        expect(line.included).toBe(inPrice);
        expect(line.included <= (given[index]?.amount ?? 0n)).toBe(true);
        expect(line.parts.every(({ amount }) => amount >= 0n)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});
