import { describe, expect, it } from 'vitest';
import { Amount } from '../money/index.ts';
import { returnedShare } from './index.ts';

/** Gives back parts of a fee one after the other; answers the share of the coupons in each. */
function shares(amount: number, coupons: number, ...parts: number[]): number[] {
  let [credited, returned] = [Amount.zero, Amount.zero];
  return parts.map((part) => {
    const share = returnedShare({ amount: Amount.of(amount), coupons: Amount.of(coupons), credited, returned }, Amount.of(part));
    [credited, returned] = [Amount.add(credited, Amount.of(part)), Amount.add(returned, share)];
    return Amount.toNumber(share);
  });
}

describe('the share of the coupons in what is given back', () => {
  it.each([
    ['of a fee without coupons is nothing', shares(6200, 0, 6000), [0]],
    // 3100 × 6000 ÷ 6200.
    ['is in proportion', shares(6200, 3100, 6000), [3000]],
    // 100 × 1 ÷ 3 is 33.33…, twice 33; the last takes the 34 that are left.
    ['is rounded each time, and the last takes the rest', shares(300, 100, 100, 100, 100), [33, 33, 34]],
    // 10 × 55 ÷ 100 = 5.5, posted 6; 10 × 44 ÷ 100 = 4.4, 4; nothing is left for the last.
    ['never exceeds the coupons', shares(100, 10, 55, 44, 1), [6, 4, 0]],
    // 4 × 1 ÷ 10 = 0.4, six times 0: then the coupons' 4.00 are the four that are left, and each of them is wholly theirs.
    ['never leaves more of the coupons than of the fee', shares(10, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1), [0, 0, 0, 0, 0, 0, 1, 1, 1, 1]],
    ['is all of it where a coupon had paid all', shares(4900, 4900, 3319, 1581), [3319, 1581]],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});
