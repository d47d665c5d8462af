import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, Quantity } from '../money/index.ts';
import { invoicePlan, type UsageSpan } from '../subscriptions/index.ts';
import { local, termsOf } from '../subscriptions/testing.ts';
import { type ChargeFacts, explainInvoice, type InvoiceDraft, leavesSum } from './index.ts';
import { chargeOf, draftSingle, factsAt, propertiesOf, used } from './testing.ts';

const terms = termsOf({ startedAt: '2026-01-01' });
const januarySpan: UsageSpan = invoicePlan(terms, local('2026-02-01', terms.zone), 'periodic')?.usage ?? expect.fail('January has usage');
const dime = propertiesOf('standard', { amount: '0.10' });
const tiers = propertiesOf('graduated', {
  tiers: [
    { up_to: 100, unit_price: '0.10' },
    { up_to: null, unit_price: '0.01' },
  ],
});

/** The invoice of 1 March of a charge without usage in February, after January was billed this amount and these units. */
function marchInvoice(charge: ChargeFacts, amount: number, units = '0'): InvoiceDraft {
  const facts = factsAt('2026-03-01', 'periodic', [], termsOf({ startedAt: '2026-01-01', billedThrough: { at: local('2026-02-01', terms.zone), day: Temporal.PlainDate.from('2026-02-01') } }));
  const billed = { amount: Amount.of(amount), units: Quantity.parse(units), eventsCount: BigInt(units) };
  return draftSingle({ ...facts, late: [{ billedPeriodId: 'january', usage: januarySpan, charge, billed }] });
}

function lateOf({ fees, lateCredits }: InvoiceDraft): string[] {
  const lines = fees.filter(({ kind }) => kind === 'late_usage');
  return [
    ...lines.map(({ description, units, amount }) => `${description} ${Quantity.toString(units)} = ${amount}`),
    ...lateCredits.map(({ description, amount }) => `credit ${description} ${amount}`),
  ];
}

describe('usage that came after its period was billed (E3)', () => {
  it.each<[string, string[], string[]]>([
    // 102 × 10 = 1020, of which 1000 were billed.
    ['adds the difference', lateOf(marchInvoice(chargeOf('calls', 'count', dime, used('102', 102)), 1000, '100')), ['calls (late usage of 2026-01-01 to 2026-01-31) 2 = 20']],
    // 100 at 0.10 and 2 at 0.01 are 1002; billed were 99 × 10 = 990. Priced by themselves the three would have cost 30.
    ['is priced in the tiers of its period', lateOf(marchInvoice(chargeOf('calls', 'count', tiers, used('102', 102)), 990, '99')), ['calls (late usage of 2026-01-01 to 2026-01-31) 3 = 12']],
    ['makes no line where nothing changes', lateOf(marchInvoice(chargeOf('calls', 'count', dime, used('100', 100)), 1000, '100')), []],
    // The latest value fell from 50 to 30: 300 instead of 500.
    ['is a credit where the period is cheaper', lateOf(marchInvoice(chargeOf('disk', 'latest', dime, used('30', 2)), 500, '50')), ['credit disk (late usage of 2026-01-01 to 2026-01-31) 200']],
    ['bills a period without any usage before', lateOf(marchInvoice(chargeOf('calls', 'count', dime, used('1', 1)), 0)), ['calls (late usage of 2026-01-01 to 2026-01-31) 1 = 10']],
  ])('%s', (_name, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('counts towards the least amount of its period', () => {
    const charge = chargeOf('calls', 'count', dime, used('60', 60));
    const withMinimum = { ...charge, definition: { ...charge.definition, minAmount: Amount.of(500) } };
    // 40 calls were 400, raised to 500. 60 calls are 600: 100 more. 45 calls are still 500: nothing more.
    expect(lateOf(marchInvoice(withMinimum, 500, '40'))).toEqual(['calls (late usage of 2026-01-01 to 2026-01-31) 20 = 100']);
    expect(lateOf(marchInvoice({ ...withMinimum, usage: [used('45', 45)] }, 500, '40'))).toEqual([]);
  });

  it('covers the period it belongs to and is explained by it', () => {
    const draft = marchInvoice(chargeOf('calls', 'count', tiers, used('102', 102)), 990, '99');
    const fee = draft.fees.find(({ kind }) => kind === 'late_usage') ?? expect.fail('there is late usage');
    expect([fee.from, fee.to, fee.billedPeriodId]).toEqual([januarySpan.period.start, januarySpan.period.end, 'january']);
    expect(leavesSum(explainInvoice(draft))).toEqual(leavesSum({ ...explainInvoice(draft), children: draft.fees.map(({ explain }) => explain) }));
  });

  it('makes up to the price of the whole period, however often and in whatever order events come late', () => {
    const arrivals = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(arrivals, fc.constantFrom(dime, tiers), (batches, price) => {
        let billed = 0n;
        let total = 0;
        for (const batch of batches) {
          total += batch;
          const { fees, lateCredits } = marchInvoice(chargeOf('calls', 'count', price, used(String(total), total)), Number(billed));
          billed += fees.filter(({ kind }) => kind === 'late_usage').reduce((sum, { amount }) => sum + amount, 0n);
          billed -= lateCredits.reduce((sum, { amount }) => sum + amount, 0n);
        }
        const whole = draftSingle(factsAt('2026-02-01', 'periodic', [chargeOf('calls', 'count', price, used(String(total), total))], terms));
        expect(billed).toBe(whole.fees.filter(({ type }) => type === 'charge').reduce((sum, { amount }) => sum + amount, 0n));
      }),
    );
  });
});
