import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, Currency, Precise, Rate } from '../money/index.ts';
import { termsOf } from '../subscriptions/testing.ts';
import { noTaxes } from '../taxes/index.ts';
import { taxOf } from '../taxes/testing.ts';
import { type ChargeFacts, draftInvoice, explainInvoice, leavesSum } from './index.ts';
import { chargeOf, draftSingle, factsAt, propertiesOf, type SingleFacts, used } from './testing.ts';

const callsOf = (units: number): ChargeFacts => chargeOf('calls', 'count', propertiesOf('standard', { amount: '1' }), used(String(units), units));
const setUp = { addOnId: 'set-up', code: 'set_up', displayName: 'Set-up', amount: Amount.of(15000) };

/** The part of a subscription from 1 January, at the boundary of 1 February. */
function part(id: string, amount: number, charges: readonly ChargeFacts[], more: Partial<SingleFacts> = {}, terms: Parameters<typeof termsOf>[0] = {}): SingleFacts {
  const facts = factsAt('2026-02-01', 'periodic', charges, termsOf({ startedAt: '2026-01-01', ...terms, plan: { amount: Amount.of(amount), code: id, name: id, ...terms.plan } }));
  return { ...facts, subscription: { ...facts.subscription, id, externalId: id }, ...more };
}

const whole = { addOns: [], coupons: [], taxes: noTaxes };

describe('an invoice of several subscriptions', () => {
  it('has the fees of each, and coupons and tax over all of them', () => {
    const tenPercent = {
      ...{ id: 'c', code: 'ten', name: 'Ten', appliedAt: Temporal.Instant.from('2026-01-01T00:00:00Z') },
      discount: { type: 'percentage' as const, rate: Rate.parse('10') },
      limits: { metricCodes: [], planCodes: [], feeTypes: [] },
    };
    const parts = [part('Growth', 4900, [callsOf(3)]), part('Store', 2001, [])];
    const draft = draftInvoice({ parts, addOns: [], coupons: [tenPercent], taxes: { ...noTaxes, general: [[taxOf('19')], [], []] } });
    // 10 % of 72.01 are 720.1, posted 720: shares of 490, 30 and 200.
    // 19 % of 64.81 are 1231.39, posted 1231; shares of 837.9, 51.3 and 342.19: 837, 51, 342, and the one left to the largest remainder.
    expect(draft.fees.map(({ subscriptionId, description, amount, coupons, taxes }) => [subscriptionId, description, amount, coupons, taxes])).toEqual([
      ['Growth', 'Growth', 4900n, 490n, 838n],
      ['Growth', 'calls', 300n, 30n, 51n],
      ['Store', 'Store', 2001n, 200n, 342n],
    ]);
    expect([draft.subtotal, draft.coupons, draft.tax, draft.total]).toEqual([7201n, 720n, 1231n, 7712n]);
  });

  it('credits what was billed within the period to the subscription that paid it, though both have the same charge', () => {
    const parts = [part('one', 4900, [callsOf(3)], { progressive: [{ chargeId: 'charge-calls', billed: Amount.of(500) }] }), part('two', 4900, [callsOf(3)])];
    const draft = draftInvoice({ ...whole, parts });
    expect(draft.fees.map(({ subscriptionId, amount, progressive }) => [subscriptionId, amount, progressive])).toEqual([
      ['one', 4900n, 0n],
      ['one', 300n, 300n],
      ['two', 4900n, 0n],
      ['two', 300n, 0n],
    ]);
    // 104.00 less 3.00.
    expect([draft.subtotal, draft.progressiveCredit, draft.total]).toEqual([10400n, 300n, 10100n]);
  });

  it('holds each minimum against the fees of its own subscription', () => {
    const least = { ...callsOf(3), definition: { ...callsOf(3).definition, minAmount: Amount.of(1000) } };
    // Nine calls of the other one make up for nothing: 10.00 less 3.00 is missing.
    const draft = draftInvoice({ ...whole, parts: [part('one', 0, [least]), part('two', 0, [callsOf(9)])] });
    expect(draft.fees.map(({ subscriptionId, kind, amount }) => [subscriptionId, kind, amount])).toEqual([
      ['one', 'regular', 0n],
      ['one', 'regular', 300n],
      ['one', 'minimum', 700n],
      ['two', 'regular', 0n],
      ['two', 'regular', 900n],
    ]);
  });

  it('carries an add-on of the customer once, and as nobody’s', () => {
    const draft = draftInvoice({ ...whole, parts: [part('one', 100, []), part('two', 200, [])], addOns: [setUp] });
    expect(draft.fees.map(({ subscriptionId, amount }) => [subscriptionId, amount])).toEqual([['one', 100n], ['two', 200n], [null, 15000n]]);
  });

  it('bills the time from the first start to the last end', () => {
    // January in arrears, and February ahead.
    const draft = draftInvoice({ ...whole, parts: [part('one', 100, []), part('two', 200, [], {}, { plan: { payInAdvance: true } })] });
    expect([draft.billingPeriod.start, draft.billingPeriod.end].map(String)).toEqual(['2026-01-01T05:00:00Z', '2026-03-01T05:00:00Z']);
  });

  it('refuses what cannot be on one document', () => {
    expect(() => draftInvoice({ ...whole, parts: [] })).toThrow(RangeError);
    expect(() => draftInvoice({ ...whole, parts: [part('one', 100, []), part('two', 100, [], {}, { currency: Currency.parse('EUR') })] })).toThrow(RangeError);
    expect(() => draftInvoice({ ...whole, parts: [part('one', 100, []), factsAt('2026-03-01', 'periodic', [])] })).toThrow(RangeError);
  });
});

describe('any invoice of several subscriptions', () => {
  const one = fc.tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 1000 }), fc.boolean());

  it('is, before coupons and tax, what their own invoices would be', () => {
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 5 }), (given) => {
        const parts = given.map(([amount, calls, billed, payInAdvance], index) =>
          part(`s${index}`, amount, [callsOf(calls)], { progressive: [{ chargeId: 'charge-calls', billed: Amount.of(billed) }] }, { plan: { payInAdvance } }),
        );
        const draft = draftInvoice({ ...whole, parts });
        const singles = parts.map(draftSingle);
        expect(draft.fees).toEqual(singles.flatMap(({ fees }) => fees));
        expect(draft.subtotal).toBe(Amount.sum(singles.map(({ subtotal }) => subtotal)));
        expect(draft.progressiveCredit).toBe(Amount.sum(singles.map(({ progressiveCredit }) => progressiveCredit)));
        expect(draft.total).toBe(Amount.sum(singles.map(({ total }) => total)));
        expect(Precise.compare(leavesSum(explainInvoice(draft)), Precise.ofMinor(draft.total))).toBe(0);
      }),
    );
  });
});
