import { describe, expect, it } from 'vitest';
import { Amount, Quantity } from '../money/index.ts';
import { parseProperties } from '../rating/index.ts';
import { invoicePlan, type SubscriptionTerms } from '../subscriptions/index.ts';
import { local, termsOf } from '../subscriptions/testing.ts';
import { noTaxes } from '../taxes/index.ts';
import type { FixedChargeFacts } from './facts.ts';
import { draftSingle } from './testing.ts';

const ZONE = 'America/New_York';
const at = (text: string): Temporal.Instant => local(text, ZONE);
const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);

function seats(payInAdvance: boolean, prorated: boolean): FixedChargeFacts {
  const parsed = parseProperties('standard', { amount: '10' });
  if (!parsed.ok) throw new Error('The price cannot be read.');
  return { id: 'x', code: 'seat', displayName: 'Seats', properties: parsed.value, units: Quantity.parse('3'), changes: [], settles: null, payInAdvance, prorated, next: false };
}

/** "Seats 3000" and the like: the fixed charges that the invoice of an instant has, of 3 seats at 10.00; null where there is no invoice. */
function billed(terms: SubscriptionTerms, when: string, kind: Parameters<typeof invoicePlan>[2], ...given: Parameters<typeof seats>): string[] | null {
  const charge = seats(...given);
  const subscription = { id: 's', externalId: 's', terms: { ...terms, plan: { ...terms.plan, fixedCharges: [charge.payInAdvance ? ('advance' as const) : ('arrears' as const)] } } };
  const covered = invoicePlan(subscription.terms, at(when), kind);
  if (covered === null) return null;
  const nothing = { charges: [], advance: [], commitment: null, addOns: [], interim: { planFees: [], usage: null }, late: [], progressive: [], coupons: [], taxes: noTaxes } as const;
  const draft = draftSingle({ customer: { externalId: 'c' }, subscription, invoicePlan: covered, fixedCharges: [charge], ...nothing });
  return draft.fees.filter(({ type }) => type === 'fixed_charge').map(({ description, amount }) => `${description} ${Amount.toNumber(amount)}`);
}

describe('fixed charges', () => {
  const terms = termsOf({ startedAt: '2026-01-15' });

  it('paid ahead make an invoice where the plan’s own fee would make none', () => {
    // 3 × 1000 × 17 ÷ 31 = 1645.16…
    expect(billed(terms, '2026-01-15', 'start', true, true)).toEqual(['Seats (17 of 31 days) 1645']);
    expect(billed(terms, '2026-01-15', 'start', true, false)).toEqual(['Seats 3000']);
    expect(billed(terms, '2026-01-15', 'start', false, true)).toBeNull();
    expect(billed(termsOf({ startedAt: '2026-01-15', trialEndsAt: '2026-01-20 10:00' }), '2026-01-15', 'start', true, false)).toBeNull();
  });

  it('in arrears come with the period that closes, ahead with the one that opens', () => {
    expect(billed(terms, '2026-02-01', 'periodic', false, true)).toEqual(['Seats (17 of 31 days) 1645']);
    expect(billed(terms, '2026-02-01', 'periodic', false, false)).toEqual(['Seats 3000']);
    expect(billed(terms, '2026-02-01', 'periodic', true, true)).toEqual(['Seats 3000']);
  });

  it('leave paused days out by the day; whole they are charged once a period', () => {
    const paused = (from: string) => ({ ...terms, pauses: [{ from: day(from), until: { at: at('2026-02-10 09:00'), day: day('2026-02-10') } }] });
    // Resumed on 10 February: 19 of 28 days, 3000 × 19 ÷ 28 = 2035.71….
    expect(billed(paused('2026-02-03'), '2026-02-10 09:00', 'resumption', true, true)).toEqual(['Seats (19 of 28 days) 2036']);
    expect(billed(paused('2026-02-03'), '2026-02-10 09:00', 'resumption', true, false)).toEqual([]);
    expect(billed(paused('2026-01-20'), '2026-02-10 09:00', 'resumption', true, false)).toEqual(['Seats 3000']);
    // In arrears on 1 March: February without the 3rd to the 9th, 21 of 28 days.
    expect(billed(paused('2026-02-03'), '2026-03-01', 'periodic', false, true)).toEqual(['Seats (21 of 28 days) 2250']);
  });

  it('of an end come in arrears for its days, and are left out of an invoice in between', () => {
    expect(billed(terms, '2026-01-20 12:00', 'termination', false, true)).toEqual(['Seats (6 of 31 days) 581']);
    expect(billed(terms, '2026-01-20 12:00', 'interim', false, true)).toEqual([]);
  });
});
