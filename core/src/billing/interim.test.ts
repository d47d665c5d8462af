import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, Quantity } from '../money/index.ts';
import { invoicePlan } from '../subscriptions/index.ts';
import { coverOf, local, termsOf } from '../subscriptions/testing.ts';
import type { InterimFacts, InvoiceDraft } from './index.ts';
import { chargeOf, draftSingle, factsAt, propertiesOf, used } from './testing.ts';

const terms = termsOf({ startedAt: '2026-01-01' });
const tiers = propertiesOf('graduated', {
  tiers: [
    { up_to: 100, unit_price: '0.10', flat_amount: '1' },
    { up_to: null, unit_price: '0.003' },
  ],
});
const calls = (count: number) => chargeOf('calls', 'count', tiers, used(String(count), count));

/** What these drafts billed, as the next one finds it. */
function interimOf(drafts: readonly InvoiceDraft[]): InterimFacts {
  const fees = drafts.flatMap((draft) => draft.fees);
  const planFees = fees.filter(({ type }) => type === 'subscription').map(({ from, to, amount, properties }) => {
    const { days } = properties as { days: number };
    return { service: { start: from, end: to }, days: BigInt(days), amount };
  });
  const usage = fees.filter(({ chargeId }) => chargeId !== null);
  const through = drafts.at(-1)?.at;
  const line = {
    chargeId: 'charge-calls',
    displayName: 'calls',
    filterId: null,
    group: null,
    amount: Amount.sum(usage.map(({ amount }) => amount)),
    units: usage.reduce((sum, { units }) => Quantity.add(sum, units), Quantity.zero),
    eventsCount: usage.reduce((sum, { eventsCount }) => sum + eventsCount, 0n),
  };
  return { planFees, usage: through === undefined ? null : { billedPeriodId: 'part', through, lines: usage.length === 0 ? [] : [line] } };
}

const lines = ({ fees }: InvoiceDraft): string[] => fees.map(({ description, units, amount }) => `${description} ${Quantity.toString(units)} = ${amount}`);

describe('what an invoice that is asked for covers', () => {
  const cover = (at: string, more: Parameters<typeof termsOf>[0] = {}) => {
    const subscription = termsOf({ startedAt: '2026-01-01', ...more });
    const plan = invoicePlan(subscription, local(at, subscription.zone), 'interim') ?? expect.fail('it covers something');
    return [coverOf(plan, subscription.zone), plan.billsThrough];
  };
  it.each<[string, string, Parameters<typeof termsOf>[0], string]>([
    ['the days that are over', '2026-01-11 12:00', {}, 'arrears 10/31 of 2026-01-01..2026-01-11; usage 2026-01-01..2026-01-11 12:00:00'],
    ['at a midnight, the days before it', '2026-01-11', {}, 'arrears 10/31 of 2026-01-01..2026-01-11; usage 2026-01-01..2026-01-11'],
    ['usage alone in advance', '2026-01-11 12:00', { plan: { payInAdvance: true } }, 'usage 2026-01-01..2026-01-11 12:00:00'],
    ['usage alone in a trial', '2026-01-11 12:00', { trialEndsAt: '2026-01-20' }, 'usage 2026-01-01..2026-01-11 12:00:00'],
    ['usage alone on the first day', '2026-01-01 12:00', {}, 'usage 2026-01-01..2026-01-01 12:00:00'],
    ['nothing after the end', '2026-01-11', { terminatedAt: '2026-01-10' }, ''],
    ['of a quarter with monthly usage, all its days', '2026-02-11', { plan: { interval: 'quarterly', billChargesMonthly: true }, billedThrough: { at: local('2026-02-01', terms.zone), day: Temporal.PlainDate.from('2026-02-01') } }, 'arrears 41/90 of 2026-01-01..2026-02-11; usage 2026-02-01..2026-02-11'],
  ])('%s', (_name, at, more, expected) => {
    expect(cover(at, more)).toEqual([expected, null]);
  });
});

describe('the invoice of the end of a period of which a part was billed', () => {
  it('bills the rest of each line', () => {
    // 4900 × 10 ÷ 31 = 1580.6… and 80 calls at 0.10 with the flat 1.00. At the end 4900 less that, and 120 calls: 10.00 + 1.00 + 20 × 0.003
    // = 11.06, less 9.00.
    const first = draftSingle(factsAt('2026-01-11 12:00', 'interim', [calls(80)], terms));
    expect(lines(first)).toEqual(['Growth (10 of 31 days) 1 = 1581', 'calls 80 = 900']);
    const rest = draftSingle({ ...factsAt('2026-02-01', 'periodic', [calls(120)], terms), interim: interimOf([first]) });
    expect(lines(rest)).toEqual(['Growth (21 of 31 days) 1 = 3319', 'calls 40 = 206']);
    expect(rest.fees.map(({ from }) => from)).toEqual([local('2026-01-11', terms.zone), local('2026-01-11 12:00', terms.zone)]);
  });

  it('credits what is less than was billed, of a line that is smaller and of one that is gone', () => {
    const first = draftSingle(factsAt('2026-01-11', 'interim', [calls(80)], terms));
    const credits = (count: number[]) =>
      draftSingle({ ...factsAt('2026-02-01', 'periodic', [chargeOf('calls', 'count', tiers, ...count.map((n) => used(String(n), n)))], terms), interim: interimOf([first]) }).lateCredits;
    // 30 calls are 4.00 of 9.00; without any the flat 1.00 is left.
    expect(credits([30])).toMatchObject([{ billedPeriodId: 'part', chargeId: 'charge-calls', amount: 500n }]);
    expect(credits([])).toMatchObject([{ amount: 800n }]);
  });

  it('credits all that was billed of a charge that the plan does not have any more, or that no invoice carries now', () => {
    const first = draftSingle(factsAt('2026-01-11', 'interim', [calls(80)], terms));
    const notInvoiced = { ...calls(90), definition: { ...calls(90).definition, invoiceable: false } };
    const ends = [[], [notInvoiced]].map((charges) => draftSingle({ ...factsAt('2026-02-01', 'periodic', charges, terms), interim: interimOf([first]) }));
    // 80 calls were 8.00 and the flat 1.00. Of the plan 4900 less 4900 × 10 ÷ 31 = 1580.6… is left.
    for (const end of ends) {
      expect(lines(end)).toEqual(['Growth (21 of 31 days) 1 = 3319']);
      expect(end.lateCredits).toEqual([{ billedPeriodId: 'part', chargeId: 'charge-calls', description: 'calls (less than was billed)', amount: 900n }]);
    }
  });

  it('raises the whole to the least amount of the charge, and an invoice before never', () => {
    const least = (count: number) => ({ ...calls(count), definition: { ...calls(count).definition, minAmount: Amount.of(2000) } });
    const first = draftSingle(factsAt('2026-01-11', 'interim', [least(80)], terms));
    const rest = draftSingle({ ...factsAt('2026-02-01', 'periodic', [least(90)], terms), interim: interimOf([first]) });
    // 90 calls are 10.00; 10.00 more are missing.
    expect([lines(first), lines(rest)].map((list) => list.slice(1))).toEqual([['calls 80 = 900'], ['calls 10 = 100', 'calls (minimum) 1 = 1000']]);
  });

  it('makes the price of the period together with those before it, whenever they were asked for', () => {
    const asks = fc.array(fc.record({ day: fc.integer({ min: 1, max: 31 }), more: fc.integer({ min: 0, max: 200 }) }), { maxLength: 5 });
    fc.assert(
      fc.property(asks, fc.integer({ min: 0, max: 200 }), (list, last) => {
        let count = 0;
        const drafts: InvoiceDraft[] = [];
        for (const { day, more } of list.toSorted((a, b) => a.day - b.day)) {
          count += more;
          const at = `2026-01-${String(day).padStart(2, '0')} 12:00`;
          drafts.push(draftSingle({ ...factsAt(at, 'interim', [calls(count)], terms), interim: interimOf(drafts) }));
        }
        const end = factsAt('2026-02-01', 'periodic', [calls(count + last)], terms);
        drafts.push(draftSingle({ ...end, interim: interimOf(drafts) }));
        expect(drafts.reduce((sum, { total }) => sum + total, 0n)).toBe(draftSingle(end).total);
      }),
      { numRuns: 50 },
    );
  });
});
