import { describe, expect, it } from 'vitest';
import { Amount, Precise, Quantity } from '../money/index.ts';
import { parseProperties } from '../rating/index.ts';
import { type InvoiceKind, invoicePlan, type SubscriptionTerms, type UnitsChange } from '../subscriptions/index.ts';
import { local, termsOf } from '../subscriptions/testing.ts';
import { noTaxes } from '../taxes/index.ts';
import { leavesSum } from './explain.ts';
import type { FixedChargeFacts } from './facts.ts';
import { draftSingle } from './testing.ts';

// April 2026 has 30 days, May 31. A seat is 10.00 a month; there are 5 from 1 April on.
const ZONE = 'America/New_York';
const terms = termsOf({ startedAt: '2026-04-01' });

/** "now 8 2026-04-11 12:00", or for the first of a month "period_end 6 2026-05-01", which was asked for the day before. */
function changesOf(...written: string[]): UnitsChange[] {
  return written.map((text, index) => {
    const [timing, units, date, time] = text.split(' ');
    const day = Temporal.PlainDate.from(date ?? '');
    const asked = timing === 'now' ? `${date} ${time}` : `${day.subtract({ days: 1 })} 12:00`;
    return { turn: index + 1, units: Quantity.parse(units ?? ''), timing: timing === 'now' ? 'now' : 'period_end', at: local(asked, ZONE), day };
  });
}

type Shape = Partial<Pick<FixedChargeFacts, 'payInAdvance' | 'prorated' | 'settles'>> & { readonly model?: readonly ['volume' | 'graduated', Record<string, unknown>] };

function billed(changes: readonly UnitsChange[], when: string, kind: InvoiceKind, { model = undefined, ...shape }: Shape = {}, of: SubscriptionTerms = terms): string[] {
  const parsed = model === undefined ? parseProperties('standard', { amount: '10' }) : parseProperties(...model);
  if (!parsed.ok) throw new Error('The price cannot be read.');
  const charge: FixedChargeFacts = {
    id: 'x', code: 'seat', displayName: 'Seats', properties: parsed.value, units: Quantity.parse('5'), changes, settles: null, payInAdvance: true, prorated: true, next: false, ...shape,
  };
  const subscription = { id: 's', externalId: 's', terms: { ...of, plan: { ...of.plan, fixedCharges: [charge.payInAdvance ? ('advance' as const) : ('arrears' as const)] } } };
  const covered = invoicePlan(subscription.terms, local(when, ZONE), kind);
  if (covered === null) return [];
  const nothing = { charges: [], advance: [], commitment: null, addOns: [], interim: { planFees: [], usage: null }, late: [], progressive: [], coupons: [], taxes: noTaxes } as const;
  const { fees } = draftSingle({ customer: { externalId: 'c' }, subscription, invoicePlan: covered, fixedCharges: [charge], ...nothing });
  return fees
    .filter(({ type }) => type === 'fixed_charge')
    .map(({ description, units, amount, explain }) => {
      expect(Precise.compare(leavesSum(explain), Precise.ofMinor(amount))).toBe(0);
      return `${Quantity.toString(units)} ${description} ${Amount.toNumber(amount)}`;
    });
}

describe('units of a fixed charge that is paid ahead', () => {
  const grown = changesOf('now 8 2026-04-11 12:00');

  it('cost what more of them are above those paid for, from the day of the change on', () => {
    // 3 × 1000 × 20 ÷ 30 for 11 to 30 April; the next period has all eight.
    expect(billed(grown, '2026-04-11 12:00', 'units_change', { settles: 1 })).toEqual(['3 Seats: 8 instead of 5 (20 of 30 days) 2000']);
    expect(billed(grown, '2026-05-01', 'periodic')).toEqual(['8 Seats 8000']);
  });

  it('of a number that begins with the next period come with its invoice alone', () => {
    const shrinks = changesOf('period_end 4 2026-05-01');
    expect(billed(shrinks, '2026-05-01', 'periodic')).toEqual(['4 Seats 4000']);
    expect(billed(shrinks, '2026-04-01', 'start')).toEqual(['5 Seats 5000']);
  });

  it('are charged anew from the day on which they become fewer, and what is still a draft ends there', () => {
    const both = changesOf('now 8 2026-04-11 12:00', 'now 4 2026-04-21 09:00');
    // Each day once: 5 to the 20th, 3 more from the 11th to the 20th, then 4 for 21 to 30 April.
    expect(billed(both, '2026-04-21 09:00', 'units_change', { settles: 2 })).toEqual(['4 Seats (10 of 30 days) 1333']);
    expect(billed(both, '2026-04-01', 'start')).toEqual(['5 Seats (20 of 30 days) 3333']);
    expect(billed(both, '2026-04-11 12:00', 'units_change', { settles: 1 })).toEqual(['3 Seats: 8 instead of 5 (10 of 30 days) 1000']);
  });

  it('that become more and fewer on one day leave that day to the last number', () => {
    const sameDay = changesOf('now 8 2026-04-11 12:00', 'now 5 2026-04-11 13:00');
    expect(billed(sameDay, '2026-04-11 12:00', 'units_change', { settles: 1 })).toEqual([]);
    expect(billed(sameDay, '2026-04-11 13:00', 'units_change', { settles: 2 })).toEqual(['5 Seats (20 of 30 days) 3333']);
  });

  it('are not settled in a trial, of which no day is paid; its end bills what there is then', () => {
    const trial = termsOf({ startedAt: '2026-04-01', trialEndsAt: '2026-04-21 10:00' });
    expect(billed(grown, '2026-04-11 12:00', 'units_change', { settles: 1 }, trial)).toEqual([]);
    expect(billed(grown, '2026-04-21 10:00', 'trial_end', {}, trial)).toEqual(['8 Seats (10 of 30 days) 2667']);
  });

  it('end with an end that is known, at which the invoice of the change stops', () => {
    // 11 to 14 April, 4 days: 3 × 1000 × 4 ÷ 30.
    expect(billed(grown, '2026-04-11 12:00', 'units_change', { settles: 1 }, { ...terms, endingAt: local('2026-04-14 18:00', ZONE) })).toEqual([
      '3 Seats: 8 instead of 5 (4 of 30 days) 400',
    ]);
  });

  it('are more where they cost more: of volume prices nine may cost more than ten', () => {
    const tiers = [{ up_to: 9, unit_price: '10' }, { up_to: null, unit_price: '8' }];
    const volume = { model: ['volume', { tiers }] as const };
    const changes = changesOf('now 10 2026-04-11 12:00', 'now 9 2026-04-21 12:00');
    // Five cost 50, ten 80, nine 90: both are more. (8000 − 5000) × 20 ÷ 30, (9000 − 8000) × 10 ÷ 30.
    expect(billed(changes, '2026-04-11 12:00', 'units_change', { settles: 1, ...volume })).toEqual(['5 Seats: 10 instead of 5 (20 of 30 days) 2000']);
    expect(billed(changes, '2026-04-21 12:00', 'units_change', { settles: 2, ...volume })).toEqual(['9 Seats: 9 instead of 10 (10 of 30 days) 333']);
  });

  it('as a whole cost what they are above the most that the period had', () => {
    const whole = { prorated: false };
    const changes = changesOf('now 8 2026-04-11 12:00', 'now 4 2026-04-21 12:00', 'now 8 2026-04-22 12:00', 'now 9 2026-04-23 12:00');
    const settled = (turn: number, day: string) => billed(changes, `${day} 12:00`, 'units_change', { settles: turn, ...whole });
    expect(settled(1, '2026-04-11')).toEqual(['3 Seats: 8 instead of 5 3000']);
    expect(settled(2, '2026-04-21')).toEqual([]);
    expect(settled(3, '2026-04-22')).toEqual([]);
    expect(settled(4, '2026-04-23')).toEqual(['1 Seats: 9 instead of 8 1000']);
    expect(billed(changes, '2026-04-01', 'start', whole)).toEqual(['5 Seats 5000']);
    expect(billed(changes, '2026-05-01', 'periodic', whole)).toEqual(['9 Seats 9000']);
  });

  it('count the last period’s number no more, as a whole', () => {
    // 8 in April, 4 from May on; 6 in May are 2 above 4.
    const changes = changesOf('now 8 2026-04-11 12:00', 'period_end 4 2026-05-01', 'now 6 2026-05-11 12:00');
    expect(billed(changes, '2026-05-11 12:00', 'units_change', { settles: 3, prorated: false })).toEqual(['2 Seats: 6 instead of 4 2000']);
  });
});

describe('units of a fixed charge in arrears', () => {
  const changes = changesOf('now 8 2026-04-11 12:00', 'now 6 2026-04-21 12:00', 'period_end 2 2026-05-01');

  it('are billed each for its days', () => {
    expect(billed(changes, '2026-05-01', 'periodic', { payInAdvance: false })).toEqual([
      '5 Seats (10 of 30 days) 1667', '8 Seats (10 of 30 days) 2667', '6 Seats (10 of 30 days) 2000',
    ]);
    expect(billed(changes, '2026-06-01', 'periodic', { payInAdvance: false })).toEqual(['2 Seats 2000']);
    expect(billed(changes, '2026-04-11 12:00', 'units_change', { payInAdvance: false, settles: 1 })).toEqual([]);
  });

  it('leave paused days out of each', () => {
    // Paused from the 16th to the 24th: 8 for 11 to 15, 6 for 25 to 30 April.
    const pauses = [{ from: Temporal.PlainDate.from('2026-04-16'), until: { at: local('2026-04-25 08:00', ZONE), day: Temporal.PlainDate.from('2026-04-25') } }];
    expect(billed(changes, '2026-05-01', 'periodic', { payInAdvance: false }, { ...terms, pauses })).toEqual([
      '5 Seats (10 of 30 days) 1667', '8 Seats (5 of 30 days) 1333', '6 Seats (6 of 30 days) 1200',
    ]);
  });

  it('as a whole are the most that the period had', () => {
    expect(billed(changes, '2026-05-01', 'periodic', { payInAdvance: false, prorated: false })).toEqual(['8 Seats 8000']);
  });

  it('of the day of an end are those of its last change', () => {
    expect(billed(changes, '2026-04-11 18:00', 'termination', { payInAdvance: false })).toEqual(['5 Seats (10 of 30 days) 1667', '8 Seats (1 of 30 days) 267']);
  });
});
