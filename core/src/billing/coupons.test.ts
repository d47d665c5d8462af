import { describe, expect, it } from 'vitest';
import { noTaxes } from '../taxes/index.ts';
import { Amount, Currency, Precise, Quantity, Rate } from '../money/index.ts';
import { type CouponFacts, draftOfFees, explainInvoice, InvariantBroken, leavesSum, oneOffFee } from './index.ts';
import { chargeOf, draftSingle, factsAt, propertiesOf, used } from './testing.ts';

const usd = Currency.parse('USD');
const coupon = (name: string, discount: CouponFacts['discount'], limits: Partial<CouponFacts['limits']> = {}): CouponFacts => ({
  ...{ id: name, code: name.toLowerCase(), name, appliedAt: Temporal.Instant.from('2026-01-01T00:00:00Z'), discount },
  limits: { metricCodes: [], planCodes: [], feeTypes: [], ...limits },
});
const off = (rate: string) => ({ type: 'percentage' as const, rate: Rate.parse(rate) });
const fixed = (amount: number, currency = usd) => ({ type: 'fixed_amount' as const, amount: Amount.of(amount), currency });

const calls = chargeOf('calls', 'count', propertiesOf('standard', { amount: '1' }), used('3', 3));
const seats = chargeOf('seats', 'max', propertiesOf('standard', { amount: '10' }), used('2', 2));

describe('coupons on an invoice', () => {
  // 49.00 for 17 of 31 days is 26.87; three calls are 3.00, two seats 20.00: 49.87.
  const draftWith = (...coupons: CouponFacts[]) => draftSingle({ ...factsAt('2026-02-01', 'periodic', [calls, seats]), coupons });

  it('take their parts of the fees, and the total is what is left', () => {
    const draft = draftWith(coupon('Ten', fixed(1000)), coupon('Half of calls', off('50'), { metricCodes: ['calls'] }));
    // Half of 300 are 150. 1000 over 2687, 150, 2000 of 4837: 555.509…, 31.011…, 413.479…, so 556, 31, 413.
    expect(draft.fees.map(({ amount, coupons }) => [amount, coupons])).toEqual([[2687n, 556n], [300n, 181n], [2000n, 413n]]);
    expect([draft.subtotal, draft.coupons, draft.total]).toEqual([4987n, 1150n, 3837n]);
    expect(draft.couponsTaken.map(({ name, amount }) => [name, amount])).toEqual([['Half of calls', 150n], ['Ten', 1000n]]);
  });

  it('are explained down to the share of each fee', () => {
    const draft = draftWith(coupon('Ten', fixed(1000)), coupon('Nothing', off('50'), { metricCodes: ['other'] }));
    const root = explainInvoice(draft);
    expect(Precise.toString(leavesSum(root))).toBe('3987');
    const [node, ...others] = root.children.filter(({ kind }) => kind === 'coupon');
    expect([node?.label, others]).toEqual(['Ten: 10.00 USD of what is left of the fees it covers', []]);
    // 1000 × 2687 ÷ 4987 = 538.800…, 1000 × 300 ÷ 4987 = 60.156…, 1000 × 2000 ÷ 4987 = 401.042…
    const shares = node?.children.map(({ label, amount }) => `${label}: ${Precise.toString(amount ?? Precise.zero)}`);
    expect(shares).toEqual(['Its share of Growth (17 of 31 days): -539', 'Its share of calls: -60', 'Its share of seats: -401']);
  });

  it('see what is left after what was billed within the period', () => {
    const facts = factsAt('2026-02-01', 'periodic', [calls, seats]);
    const progressive = [{ chargeId: 'charge-seats', billed: Amount.of(1500) }];
    const draft = draftSingle({ ...facts, progressive, coupons: [coupon('Tenth', off('10'), { metricCodes: ['seats'] })] });
    // A tenth of the 5.00 that are left of the seats.
    expect([draft.progressiveCredit, draft.coupons, draft.total]).toEqual([1500n, 50n, 3437n]);
  });

  it('of a plan are for its fee, its usage and its commitment', () => {
    const facts = factsAt('2026-02-01', 'periodic', [calls]);
    const { start, end } = facts.invoicePlan.billingPeriod;
    const commitment = { id: 'c', amount: Amount.of(10_000), displayName: 'Minimum', posted: Amount.zero, period: { fees: { start, end }, usage: { start, end }, service: { start, end }, days: { numerator: 17n, denominator: 31n } } };
    const all = (planCode: string) => draftSingle({ ...facts, commitment, coupons: [coupon('Free', off('100'), { planCodes: [planCode] })] });
    expect([all('growth').total, all('growth').fees.length]).toEqual([0n, 3]);
    expect(all('other').couponsTaken).toEqual([]);
  });

  it('act on lines that somebody asked for, but not where they are limited to a plan', () => {
    const at = Temporal.Instant.from('2026-02-01T00:00:00Z');
    const line = oneOffFee({ description: 'Set-up', quantity: Quantity.one, unitPrice: Rate.parse('10'), metricCode: null }, usd, at);
    const coupons = [coupon('Plan', off('50'), { planCodes: ['growth'] }), coupon('Add-ons', off('30'), { feeTypes: ['add_on'] })];
    const draft = draftOfFees({ coupons, taxes: noTaxes }, { fees: [line], at, currency: usd, billingPeriod: { start: at, end: at } });
    expect([draft.coupons, draft.total, draft.couponsTaken.map(({ name }) => name)]).toEqual([300n, 700n, ['Add-ons']]);
  });

  it('in another currency are a fault of whoever handed them in', () => {
    expect(() => draftWith(coupon('Ten', fixed(1000, Currency.parse('EUR'))))).toThrow(InvariantBroken);
  });
});
