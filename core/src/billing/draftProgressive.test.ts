import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noTaxes } from '../taxes/index.ts';
import { Amount, Precise } from '../money/index.ts';
import { type ChargeFacts, draftProgressive, explainInvoice, type InvoiceDraft, leavesSum, type ProgressiveFacts } from './index.ts';
import { chargeOf, draftSingle, factsAt, propertiesOf, usageFactsOf, used } from './testing.ts';

const at = (day: number) => Temporal.Instant.from('2026-01-15T05:00:00Z').add({ hours: 24 * day });

/** The invoice of the usage so far on a day of January, after these. */
function progressive(charges: readonly ChargeFacts[], before: readonly InvoiceDraft[], day: number): InvoiceDraft {
  const { usage } = factsAt('2026-02-01', 'periodic', charges).invoicePlan;
  return draftProgressive({
    ...usageFactsOf(charges, usage ?? expect.fail('a boundary has usage')),
    progressive: billedBy(before),
    interim: null,
    coupons: [],
    taxes: noTaxes,
    at: at(day),
  });
}

/** What invoices within the period billed of each charge: each net of what it credited. */
function billedBy(drafts: readonly InvoiceDraft[]): ProgressiveFacts['progressive'] {
  const fees = Map.groupBy(drafts.flatMap((draft) => draft.fees), (fee) => fee.chargeId ?? '');
  return [...fees].map(([chargeId, own]) => ({ chargeId, billed: Amount.sum(own.map((fee) => Amount.subtract(fee.amount, fee.progressive))) }));
}

const standard = propertiesOf('standard', { amount: '1' });
const calls = (count: number) => chargeOf('calls', 'count', standard, used(String(count), count));
const seats = (count: number) => chargeOf('seats', 'latest', standard, used(String(count), 1));

describe('the invoice of usage so far', () => {
  it('bills what no earlier one did, and covers the time up to it', () => {
    const first = progressive([calls(12), seats(0)], [], 3);
    const second = progressive([calls(20), seats(4)], [first], 5);
    const shown = ({ fees, total }: InvoiceDraft) => [...fees.map((fee) => `${fee.kind} ${fee.description} ${fee.amount} - ${fee.progressive} to ${fee.to}`), total];
    // A charge without usage has no line. 2000 + 400 − 1200.
    expect(shown(first)).toEqual(['progressive calls 1200 - 0 to 2026-01-18T05:00:00Z', 1200n]);
    expect(shown(second)).toEqual(['progressive calls 2000 - 1200 to 2026-01-20T05:00:00Z', 'progressive seats 400 - 0 to 2026-01-20T05:00:00Z', 1200n]);
    expect([second.billingPeriod.start, second.billingPeriod.end].map(String)).toEqual(['2026-01-15T05:00:00Z', '2026-01-20T05:00:00Z']);
    expect(Precise.compare(leavesSum(explainInvoice(second)), Precise.ofMinor(second.total))).toBe(0);
  });

  it('with those of its period and what is given back at the end comes to what one invoice would have', () => {
    const digits = fc.integer({ min: 0, max: 40_000 }).map((value) => (value / 10).toFixed(1));
    const tiers = propertiesOf('graduated', {
      tiers: [{ up_to: 100, unit_price: '0.333', flat_amount: '1' }, { up_to: null, unit_price: '0.0117', flat_amount: '0.5' }],
    });
    const pack = propertiesOf('package', { amount: '0.77', package_size: 7, free_units: 3 });
    // What the metrics have measured, each time: as it grows, and as it may fall.
    const moment = fc.tuple(digits, digits, digits, digits).map(([a, b, c, d]) => [
      chargeOf('tokens', 'sum', tiers, used(a, 1, { group: { model: 'a' } }), used(b, 1, { group: { model: 'b' } })),
      chargeOf('seats', 'latest', pack, used(c, 1)),
      { ...chargeOf('level', 'max', standard, used(d, 1)), definition: { ...chargeOf('level', 'max', standard).definition, minAmount: Amount.of(5000) } },
    ]);
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 4 }), moment, (moments, end) => {
        const drafts: InvoiceDraft[] = [];
        for (const [day, charges] of moments.entries()) drafts.push(progressive(charges, drafts, day));
        const billed = billedBy(drafts);
        const facts = factsAt('2026-02-01', 'periodic', end);
        const [last, alone] = [draftSingle({ ...facts, progressive: billed }), draftSingle(facts)];
        const creditOf = (id: string) => Amount.sum(last.fees.filter(({ chargeId }) => chargeId === id).map((fee) => fee.progressive));
        const rest = billed.map(({ chargeId, billed: amount }) => Amount.subtract(amount, creditOf(chargeId)));
        for (const left of rest) expect(Amount.isNegative(left)).toBe(false);
        const all = Amount.sum([...drafts, last].map(({ total }) => total));
        expect(Amount.subtract(all, Amount.sum(rest))).toBe(alone.total);
      }),
      { numRuns: 200 },
    );
  });
});
