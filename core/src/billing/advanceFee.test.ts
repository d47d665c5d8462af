import fc from 'fast-check';
import { noTaxes } from '../taxes/index.ts';
import { describe, expect, it } from 'vitest';
import { Amount, Precise, Quantity } from '../money/index.ts';
import { invoicePlan } from '../subscriptions/index.ts';
import { local, termsOf } from '../subscriptions/testing.ts';
import { advanceFee, draftOfFees, type FeeDraft, usageFees } from './index.ts';
import { chargeOf, draftSingle, factsAt, propertiesOf, usageFactsOf, used } from './testing.ts';

const terms = termsOf({ startedAt: '2026-01-01' });
const span = invoicePlan(terms, local('2026-02-01', terms.zone), 'periodic')?.usage ?? expect.fail('January has usage');

/** The fees of events that bring the usage to these totals, one after the other. */
function feesOf(raw: object, totals: readonly string[], model: 'graduated' | 'standard' | 'volume' = 'graduated'): FeeDraft[] {
  const charge = chargeOf('calls', 'sum', propertiesOf(model, raw));
  let mark = Precise.zero;
  let before = Quantity.zero;
  return totals.map((units, index) => {
    const fee = advanceFee(usageFactsOf([], span), charge, { usage: used(units, index + 1), unitsBefore: before, mark });
    mark = Precise.add(mark, fee.precise);
    before = Quantity.parse(units);
    return fee;
  });
}

const line = ({ kind, units, amount }: FeeDraft): string => `${kind} ${Quantity.toString(units)} = ${amount}`;

describe('a fee for a single event (P6)', () => {
  it('pays what its event adds, the first one the first tier’s flat amount', () => {
    // To 2 at 1.00 and 0.30 flat, above at 0.50: 1 is 130, 2 are 230, 5 are 380.
    const tiers = [{ up_to: 2, unit_price: '1', flat_amount: '0.30' }, { up_to: null, unit_price: '0.50' }];
    expect(feesOf({ tiers }, ['1', '2', '5']).map(line)).toEqual(['in_advance 1 = 130', 'in_advance 1 = 100', 'in_advance 3 = 150']);
  });

  it('gives nothing back, and pays again only above the highest cost billed', () => {
    // To 10 at 1.00, else all at 0.50: 10 are 1000, 11 are 550, 30 are 1500.
    const tiers = [{ up_to: 10, unit_price: '1' }, { up_to: null, unit_price: '0.50' }];
    expect(feesOf({ tiers }, ['10', '11', '30'], 'volume').map(line)).toEqual(['in_advance 10 = 1000', 'in_advance 1 = 0', 'in_advance 19 = 500']);
  });

  it('is rounded on its own', () => {
    // 0.4 cents each: three fees of 0, where together they would be 1.2, posted 1.
    const fees = feesOf({ amount: '0.004' }, ['1', '2', '3'], 'standard');
    expect(fees.map(({ amount, precise }) => [amount, Precise.toString(precise)])).toEqual(Array(3).fill([0n, '0.4']));
  });

  it('sums, before rounding, to the highest cost the usage ever had', () => {
    const totals = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 8 });
    const raw = { tiers: [{ up_to: 100, unit_price: '0.013', flat_amount: '0.07' }, { up_to: null, unit_price: '0.002' }] };
    fc.assert(
      fc.property(totals, (list) => {
        const fees = feesOf(raw, list.map(String));
        const costs = list.map((units, index) => usageFees(usageFactsOf([chargeOf('calls', 'sum', propertiesOf('graduated', raw), used(String(units), index + 1))], span)));
        const highest = costs.flat().reduce((max, { precise }) => Precise.max(max, precise), Precise.zero);
        expect(Precise.toString(Precise.sum(fees.map(({ precise }) => precise)))).toBe(Precise.toString(highest));
        expect(draftOfFees({ coupons: [], taxes: noTaxes }, { fees, at: span.period.end, currency: terms.currency, billingPeriod: span.period }).total).toBe(fees.reduce((sum, { amount }) => sum + amount, 0n));
      }),
    );
  });

  it('counts towards the least amount of its charge', () => {
    const charge = chargeOf('calls', 'count', propertiesOf('standard', { amount: '1' }));
    const definition = { ...charge.definition, minAmount: Amount.of(500) };
    const facts = factsAt('2026-02-01', 'periodic', [], terms);
    const { fees } = draftSingle({ ...facts, advance: [{ definition, posted: Amount.of(130) }] });
    // 500 less the 130 that single events paid.
    expect(fees.filter(({ kind }) => kind === 'minimum').map(({ amount }) => amount)).toEqual([370n]);
  });
});
