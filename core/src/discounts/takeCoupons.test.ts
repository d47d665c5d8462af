import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, Currency, Rate } from '../money/index.ts';
import { type GivenCoupon, takeCoupons } from './index.ts';

const usd = Currency.parse('USD');
const noLimits = { metricCodes: [], planCodes: [], feeTypes: [] };
const day = (n: number) => Temporal.Instant.from('2026-01-01T00:00:00Z').add({ hours: 24 * n });

type Given = Partial<GivenCoupon['limits']> & { on?: number };
function give(id: string, discount: GivenCoupon['discount'], { on = 0, ...limits }: Given = {}): GivenCoupon {
  return { id, appliedAt: day(on), discount, limits: { ...noLimits, ...limits } };
}
const fixed = (id: string, amount: number, given?: Given) => give(id, { type: 'fixed_amount', amount: Amount.of(amount), currency: usd }, given);
const percent = (id: string, rate: string, given?: Given) => give(id, { type: 'percentage', rate: Rate.parse(rate) }, given);

const fee = (net: number, more: Partial<{ type: string; metricCode: string; planCode: string }> = {}) => ({ type: 'charge', metricCode: null, planCode: null, ...more, net: Amount.of(net) });

/** "coupon amount: part, part", one line for each coupon that takes something. */
function table(coupons: readonly GivenCoupon[], ...fees: readonly ReturnType<typeof fee>[]): string[] {
  return takeCoupons(coupons, fees).map(({ coupon, amount, parts }) => `${coupon.id} ${amount}: ${parts.join(', ')}`);
}

describe('a coupon', () => {
  // 1000 over 4999, 2500, 2501: 499.9, 250, 250.1; rounded down 499, 250, 250, the unit left to the largest remainder, 0.9.
  it('of a fixed amount is split over the fees by largest remainder', () => {
    expect(table([fixed('a', 1000)], fee(4999), fee(2500), fee(2501))).toEqual(['a 1000: 500, 250, 250']);
  });

  it('of a fixed amount takes no more than there is', () => {
    expect(table([fixed('a', 1000)], fee(300), fee(450))).toEqual(['a 750: 300, 450']);
  });

  // 12.5 % of 1001 is 125.125, of 1004 exactly 125.5: half away from zero.
  it.each([
    ['12.5', 1001, 125],
    ['12.5', 1004, 126],
    ['0.01', 4999, 0],
    ['100', 4999, 4999],
  ])('of %s %% takes of %d the amount %d', (rate, net, amount) => {
    expect(table([percent('a', rate)], fee(net))).toEqual(amount === 0 ? [] : [`a ${amount}: ${amount}`]);
  });

  it.each([
    ['to metrics', { metricCodes: ['calls'] }],
    ['to plans', { planCodes: ['pro'] }],
    ['to types of fees', { feeTypes: ['charge'] }],
    ['to usage of a metric in a plan', { metricCodes: ['calls', 'seats'], planCodes: ['pro'] }],
  ])('that is limited %s leaves the other fees alone', (_, limits) => {
    const others = [fee(500, { type: 'add_on' }), fee(500, { type: 'subscription', planCode: 'free' })];
    expect(table([percent('a', '10', limits)], fee(1000, { metricCode: 'calls', planCode: 'pro' }), ...others)).toEqual(['a 100: 100, 0, 0']);
    expect(table([percent('a', '10', limits)], ...others)).toEqual([]);
  });

  it('takes nothing of nothing, and is then not used', () => {
    expect(table([fixed('a', 1000), percent('b', '10'), percent('c', '0')])).toEqual([]);
    expect(table([fixed('a', 0), fixed('b', 500)], fee(0), fee(100))).toEqual(['b 100: 0, 100']);
  });

  // What is left in all is 1000 - 400 = 600: 10 % of it are 60, and 900 are capped at the 540 left then. The negative fee has no part in it.
  it('does not make an invoice negative on which a fee is negative', () => {
    expect(table([percent('a', '10'), fixed('b', 900)], fee(1000), fee(-400))).toEqual(['a 60: 60, 0', 'b 540: 540, 0']);
    // Of the plan alone 700 are left, but of the whole invoice only 300.
    expect(table([fixed('a', 900, { planCodes: ['pro'] })], fee(700, { planCode: 'pro' }), fee(-400))).toEqual(['a 300: 300, 0']);
    expect(table([fixed('a', 900)], fee(100), fee(-400))).toEqual([]);
  });
});

describe('several coupons', () => {
  const calls = fee(2000, { metricCode: 'calls', planCode: 'pro' });
  const plan = fee(4900, { type: 'subscription', planCode: 'pro' });

  it('act in the order metrics, plans, the rest, oldest first in each, whatever order they are given in', () => {
    const given = [
      percent('rest-new', '10', { on: 2 }),
      fixed('types', 100, { on: 1, feeTypes: ['charge'] }),
      percent('plan-new', '50', { on: 9, planCodes: ['pro'] }),
      fixed('plan-old', 900, { on: 8, planCodes: ['pro'] }),
      percent('metric', '25', { on: 10, metricCodes: ['calls'], planCodes: ['pro'] }),
    ];
    // 25 % of 2000 are 500: 1500 and 4900 are left. 900 over them: 210.9375 and 689.0625, so 211 and 689: 1289 and 4211. Half of 5500 is
    // 2750: 644.5 and 2105.5, the first gets the unit, 644 and 2106 are left. 100 of the usage: 544. A tenth of 2650 is 265: 54.4 and 210.6,
    // so 54 and 211.
    const expected = ['metric 500: 500, 0', 'plan-old 900: 211, 689', 'plan-new 2750: 645, 2105', 'types 100: 100, 0', 'rest-new 265: 54, 211'];
    expect(table(given, calls, plan)).toEqual(expected);
    expect(table(given.toReversed(), calls, plan)).toEqual(expected);
  });

  it('that were applied at one instant act in the order of their ids', () => {
    expect(table([percent('b', '50'), fixed('a', 100)], fee(1000))).toEqual(['a 100: 100', 'b 450: 450']);
  });

  it('are not used once nothing is left', () => {
    expect(table([percent('a', '100'), fixed('b', 500), percent('c', '50')], fee(1000))).toEqual(['a 1000: 1000']);
  });
});

describe('any coupons on any fees', () => {
  const codes = fc.constantFrom('a', 'b', 'c');
  const list = fc.array(codes, { maxLength: 2 });
  const rate = fc.integer({ min: 0, max: 10_000 }).map((n) => Rate.parse((n / 100).toFixed(2)));
  const discount = (currency: Currency): fc.Arbitrary<GivenCoupon['discount']> =>
    fc.oneof(
      fc.record({ type: fc.constant('percentage' as const), rate }),
      fc.bigInt({ min: 0n, max: 10n ** 7n }).map((amount) => ({ type: 'fixed_amount' as const, amount: Amount.of(amount), currency })),
    );
  const fees = fc.array(
    fc.record({ type: codes, metricCode: fc.option(codes), planCode: fc.option(codes), net: fc.bigInt({ min: 0n, max: 10n ** 8n }).map(Amount.of) }),
    { maxLength: 6 },
  );
  const coupons = (currency: Currency) =>
    fc.array(fc.record({ days: fc.integer({ min: 0, max: 5 }), discount: discount(currency), limits: fc.record({ metricCodes: list, planCodes: list, feeTypes: list }) }), { maxLength: 5 });

  // 2,500 invoices in each of four currencies, of 0, 2, 3 and 4 digits.
  it.each(['JPY', 'USD', 'KWD', 'CLF'])('sum to their wholes, take nothing below 0 and act in turn (%s)', (code) => {
    fc.assert(
      fc.property(fees, coupons(Currency.parse(code)), (fees, drawn) => {
        const given = drawn.map(({ days, ...coupon }, index) => ({ ...coupon, id: String(index), appliedAt: day(days) }));
        const taken = takeCoupons(given, fees);
        let left = fees.map(({ net }) => net as bigint);
        const sound = taken.every(({ amount, base, parts }) => {
          left = left.map((net, index) => net - (parts[index] ?? 0n));
          return parts.reduce((sum, part) => sum + part, 0n) === amount && amount > 0n && amount <= base && left.every((net) => net >= 0n);
        });
        const turns = taken.map(({ coupon: { limits, appliedAt, id } }) => {
          const turn = limits.metricCodes.length > 0 ? 0 : limits.planCodes.length > 0 ? 1 : 2;
          return `${turn} ${appliedAt} ${id}`;
        });
        return sound && turns.join() === turns.toSorted().join();
      }),
      { numRuns: 2500 },
    );
  });
});
