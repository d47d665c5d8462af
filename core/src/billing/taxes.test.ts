import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, Currency, Precise, Quantity } from '../money/index.ts';
import { Period } from '../time/index.ts';
import { noTaxes, type TaxFacts } from '../taxes/index.ts';
import { taxOf } from '../taxes/testing.ts';
import { addOnFee, draftOfFees, explainInvoice, type FeeDraft, leavesSum } from './index.ts';
import { totals } from './steps/totals.ts';
import { taxes } from './steps/taxes.ts';
import { chargeOf, draftSingle, factsAt, propertiesOf, used } from './testing.ts';

const calls = chargeOf('calls', 'count', propertiesOf('standard', { amount: '1' }), used('3', 3));
const at = Temporal.Instant.from('2026-02-01T00:00:00Z');

/** "type net + tax category" of each line, and the sums. */
function told(facts: TaxFacts): string[] {
  const draft = draftSingle({ ...factsAt('2026-02-01', 'periodic', [calls]), taxes: facts });
  expect(Precise.compare(leavesSum(explainInvoice(draft)), Precise.ofMinor(draft.total))).toBe(0);
  return [...draft.fees.map((fee) => `${fee.type} ${fee.amount} + ${fee.taxes} ${fee.taxCategory}`), `${draft.subtotal} + ${draft.tax} = ${draft.total}`];
}

const vat = taxOf('19');
const reduced = taxOf('7');
const inPrice = taxOf('19', { inclusive: true });

describe('an invoice with taxes', () => {
  it.each<[string, TaxFacts, string[]]>([
    ['none', noTaxes, ['subscription 2687 + 0 O', 'charge 300 + 0 O', '2987 + 0 = 2987']],
    // 2987 × 19 % = 567.53, posted 568; shares 510.53 and 57.
    ['of the organization', { ...noTaxes, general: [[], [], [vat]] }, ['subscription 2687 + 511 S', 'charge 300 + 57 S', '2987 + 568 = 3555']],
    // The plan's 19 % on 2687 are 510.53, posted 511; the charge's own 7 % on 300 are 21.
    [
      'of the plan, and of a charge',
      { ...noTaxes, applied: new Map([['plan-growth', [vat]], ['charge-calls', [reduced]]]) },
      ['subscription 2687 + 511 S', 'charge 300 + 21 S', '2987 + 532 = 3519'],
    ],
    // 2987 × 19 ÷ 119 = 476.915…, posted 477; of it 429.016… and 47.899…: 429 and 48. What is paid stays 2987.
    ['in the price', { ...noTaxes, general: [[inPrice], [], []] }, ['subscription 2258 + 429 S', 'charge 252 + 48 S', '2510 + 477 = 2987']],
    [
      'that the customer need not pay',
      { ...noTaxes, exemption: { category: 'AE', reason: 'Reverse charge' }, general: [[vat], [], []] },
      ['subscription 2687 + 0 AE', 'charge 300 + 0 AE', '2987 + 0 = 2987'],
    ],
  ])('%s', (_name, facts, expected) => {
    expect(told(facts)).toEqual(expected);
  });

  it('keeps what each tax comes to on each fee, and its price: net and what was in it', () => {
    const draft = draftSingle({ ...factsAt('2026-02-01', 'periodic', [calls]), taxes: { ...noTaxes, general: [[inPrice], [], []] } });
    expect(draft.fees.map(({ amount, included, taxParts }) => [amount + included, taxParts.map((part) => [part.base, part.amount])])).toEqual([
      [2687n, [[2258n, 429n]]],
      [300n, [[252n, 48n]]],
    ]);
    // 2687.0967… without 429.
    expect(draft.fees.map(({ precise }) => Precise.toString(precise).slice(0, 9))).toEqual(['2258.0967', '252']);
  });

  it('credits late usage by its price: the note takes the tax out of it', () => {
    const facts = factsAt('2026-02-01', 'periodic', []);
    const usage = facts.invoicePlan.usage ?? expect.fail('a boundary has usage');
    // 300 are the price now, 419 were billed.
    const late = { billedPeriodId: 'december', usage, charge: calls, billed: { amount: Amount.of(419), units: Quantity.parse('4'), eventsCount: 4n } };
    const draft = draftSingle({ ...facts, late: [late], taxes: { ...noTaxes, general: [[inPrice], [], []] } });
    expect(draft.lateCredits.map(({ amount }) => amount)).toEqual([119n]);
  });
});

// Digits after the point: 0, 2, 3, 4.
const currency = fc.constantFrom('JPY', 'EUR', 'KWD', 'CLF').map((code) => Currency.parse(code));
const tax = fc
  .record({ rate: fc.integer({ min: 0, max: 400_000 }), code: fc.integer({ min: 0, max: 3 }), compound: fc.boolean(), inclusive: fc.boolean() })
  .map(({ rate, code, ...more }) => taxOf((rate / 10_000).toFixed(4), { code: `tax-${code}`, ...more }));
const level = fc.array(tax, { maxLength: 3 });
const line = fc.record({ amount: fc.bigInt({ min: 0n, max: 10n ** 13n }), off: fc.integer({ min: 0, max: 100 }), addOn: fc.integer({ min: 0, max: 2 }) });

it('adds up, whatever the lines, their coupons and their taxes (M5, M6)', () => {
  fc.assert(
    fc.property(currency, fc.array(line, { minLength: 1, maxLength: 6 }), fc.array(level, { minLength: 6, maxLength: 6 }), (code, lines, levels) => {
      const [one = [], two = [], ...general] = levels;
      const facts: TaxFacts = { ...noTaxes, applied: new Map([['add-on-0', one], ['add-on-1', two]]), general };
      const fees = lines.map(({ amount, addOn }) => addOnFee({ addOnId: `add-on-${addOn}`, code: 'x', displayName: 'x', amount: Amount.of(amount) }, code, at));
      const couponed = fees.map((fee, index): FeeDraft => ({ ...fee, coupons: Amount.of((fee.amount * BigInt(lines[index]?.off ?? 0)) / 100n) }));
      const coupons = Amount.sum(couponed.map((fee) => fee.coupons));
      const plain = draftOfFees({ coupons: [], taxes: noTaxes }, { fees, at, currency: code, billingPeriod: Period.of(at, at) });
      const deductions = { coupons: [] as const, taxes: facts };
      const draft = totals(deductions, taxes(deductions, { ...plain, fees: couponed, coupons }));
      const sum = (amounts: readonly Amount[]) => Amount.sum(amounts);
      expect(sum(draft.fees.map(({ amount }) => amount))).toBe(draft.subtotal);
      expect(sum(draft.fees.map((fee) => fee.taxes))).toBe(draft.tax);
      expect(sum(draft.taxes.map(({ amount }) => amount))).toBe(draft.tax);
      expect(draft.total).toBe(draft.subtotal - coupons + draft.tax);
      // The price was not touched by what is in it: what is paid is price − coupons + the taxes on top.
      const onTop = sum(draft.taxes.filter((group) => !group.tax.inclusive).map(({ amount }) => amount));
      expect(draft.total).toBe(sum(fees.map(({ amount }) => amount)) - coupons + onTop);
      for (const fee of draft.fees) {
        expect(fee.amount - fee.coupons >= 0n).toBe(true);
        expect(Precise.toAmount(fee.precise)).toBe(fee.amount);
        expect(Precise.compare(leavesSum(fee.explain), Precise.ofMinor(fee.amount))).toBe(0);
      }
    }),
    { numRuns: 10_000 },
  );
});
