import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, Fraction, Precise } from '../money/index.ts';
import type { SubscriptionTerms } from '../subscriptions/index.ts';
import { termsOf } from '../subscriptions/testing.ts';
import type { ChargeFacts } from './index.ts';
import { chargeOf, draftSingle, factsAt, propertiesOf, used } from './testing.ts';

const standard = propertiesOf('standard', { amount: '1.50' });

function withMinimum(minimum: number, charge: ChargeFacts, rest: Partial<ChargeFacts['definition']> = {}): ChargeFacts {
  return { ...charge, definition: { ...charge.definition, minAmount: Amount.of(minimum), ...rest } };
}

/** The lines of the charge at the end of January. */
function lines(charge: ChargeFacts, terms: SubscriptionTerms = termsOf({ startedAt: '2026-01-01' }), at = '2026-02-01'): string[] {
  const { fees } = draftSingle(factsAt(at, at === '2026-02-01' ? 'periodic' : 'termination', [charge], terms));
  return fees.filter(({ type }) => type === 'charge').map(({ description, kind, amount }) => `${kind} ${description} ${amount}`);
}

const three = chargeOf('calls', 'count', standard, used('3', 3));

describe('the least amount of a charge (I1)', () => {
  it.each<[string, string[], string[]]>([
    // 3 × 150 = 450; 5000 − 450 = 4550.
    ['a full month', lines(withMinimum(5000, three)), ['regular calls 450', 'minimum calls (minimum) 4550']],
    // 40 × 150 = 6000 is more than 5000.
    ['usage that reaches it', lines(withMinimum(5000, chargeOf('calls', 'count', standard, used('40', 40)))), ['regular calls 6000']],
    ['usage that is it', lines(withMinimum(450, three)), ['regular calls 450']],
    ['no usage', lines(withMinimum(5000, chargeOf('calls', 'count', standard))), ['minimum calls (minimum) 5000']],
    // From the 15th: 5000 × 17 ÷ 31 = 2741.935…; less 450 that is 2291.935…, posted 2292.
    ['a part of the month', lines(withMinimum(5000, three), termsOf()), ['regular calls 450', 'minimum calls (minimum, 17 of 31 days) 2292']],
    // The trial's last day, the 29th, is the first that counts: 5000 × 3 ÷ 31 = 483.870…; less 450: 33.87, posted 34.
    [
      'a trial',
      lines(withMinimum(5000, three), termsOf({ trialEndsAt: '2026-01-29 10:00' })),
      ['regular calls 450', 'minimum calls (minimum, 3 of 31 days) 34'],
    ],
    ['a trial that lasts on', lines(withMinimum(5000, three), termsOf({ trialEndsAt: '2026-02-03' })), ['regular calls 450']],
    // Ended on the 20th at 18:00: from the 15th six days. 5000 × 6 ÷ 31 = 967.741…; less 450: 517.741…, posted 518.
    [
      'an end',
      lines(withMinimum(5000, three), termsOf(), '2026-01-20 18:00'),
      ['regular calls 450', 'minimum calls (minimum, 6 of 31 days) 518'],
    ],
    ['a charge that is not invoiced', lines(withMinimum(5000, three, { invoiceable: false })), []],
  ])('%s', (_name, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('is that of all filters and groups together', () => {
    const group = (model: string) => used('1', 1, { group: { model } });
    const charge = withMinimum(500, chargeOf('calls', 'count', standard, group('small'), group('large')));
    // 150 + 150 are 200 short of 500.
    expect(lines(charge)).toEqual(['regular calls, model: large 150', 'regular calls, model: small 150', 'minimum calls (minimum) 200']);
  });

  it('makes up to itself, rounded once, whatever was used and however long', () => {
    const days = fc.integer({ min: 1, max: 31 });
    const fees = fc.array(fc.integer({ min: 0, max: 9999 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), days, fees, (minimum, day, prices) => {
        // 0.00n a unit: amounts of fractions of a cent, each rounded by itself.
        const price = propertiesOf('standard', { amount: '0.001' });
        const groups = prices.map((units, index) => used(String(units), 1, { group: { n: String(index) } }));
        const charge = withMinimum(minimum, chargeOf('calls', 'sum', price, ...groups));
        const terms = termsOf({ startedAt: `2026-01-${String(day).padStart(2, '0')}` });
        const posted = draftSingle(factsAt('2026-02-01', 'periodic', [charge], terms)).fees.filter(({ type }) => type === 'charge');
        const regular = Amount.sum(posted.filter(({ kind }) => kind === 'regular').map(({ amount }) => amount));
        const least = Precise.toAmount(Precise.scale(Precise.ofMinor(Amount.of(minimum)), Fraction.of(32 - day, 31)));
        expect(Amount.sum(posted.map(({ amount }) => amount))).toBe(Amount.max(regular, least));
      }),
    );
  });
});
