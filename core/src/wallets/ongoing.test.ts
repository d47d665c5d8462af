import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount } from '../money/index.ts';
import { isBelow, nextTopUpAt, ongoingBalances, type TopUpSize, topUpAmount, type UnbilledFee } from './index.ts';

const cents = Amount.of;
const everything = { planCodes: null, feeTypes: null, metricCodes: null };
const since = Temporal.Instant.from('2026-01-01T00:00:00Z');
const wallet = (id: string, balance: number, priority = 1, scope: { planCodes: null; feeTypes: readonly string[] | null; metricCodes: readonly string[] | null } = everything) =>
  ({ id, balance: cents(balance), priority, createdAt: since, scope });
const fee = (due: number, metricCode: string | null = 'calls'): UnbilledFee => ({ due: cents(due), type: metricCode === null ? 'subscription' : 'charge', planCode: 'pro', metricCode });
const shown = (...args: Parameters<typeof ongoingBalances>) => Object.fromEntries([...ongoingBalances(...args)].map(([id, left]) => [id, Amount.toNumber(left)]));

describe('an ongoing balance', () => {
  it('of a single wallet is its balance less all the usage and drafts it covers, below nothing if need be', () => {
    expect(shown([wallet('w', 1000)], [fee(300), fee(200, null)])).toEqual({ w: 500 });
    expect(shown([wallet('w', 1000)], [fee(1300)])).toEqual({ w: -300 });
    expect(shown([wallet('w', 1000, 1, { ...everything, metricCodes: ['calls'] })], [fee(300), fee(5000, null)])).toEqual({ w: 700 });
  });

  it('is counted down in the order in which wallets pay, and the last one that covers it owes the rest', () => {
    const wallets = [wallet('second', 100, 2), wallet('first', 300), wallet('other', 50, 3, { ...everything, feeTypes: ['add_on'] })];
    expect(shown(wallets, [fee(350)])).toEqual({ first: 0, second: 50, other: 50 });
    expect(shown(wallets, [fee(450), fee(10)])).toEqual({ first: 0, second: -60, other: 50 });
  });

  it('and the others sum to the balances less what they cover', () => {
    const scopes = fc.constantFrom(everything, { ...everything, feeTypes: ['charge'] });
    const wallets = fc.array(fc.record({ balance: fc.integer({ min: 0, max: 999 }), priority: fc.integer({ min: 1, max: 2 }), scope: scopes }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(wallets, fc.array(fc.record({ due: fc.integer({ min: 0, max: 999 }), usage: fc.boolean() }), { maxLength: 5 }), (list, due) => {
        const own = list.map((given, index) => wallet(`w${index}`, given.balance, given.priority, given.scope));
        const unbilled = due.map((given) => fee(given.due, given.usage ? 'calls' : null));
        const covered = unbilled.filter(({ type }) => own.some(({ scope }) => scope.feeTypes === null || scope.feeTypes.includes(type)));
        const left = [...ongoingBalances(own, unbilled).values()].reduce((sum, part) => sum + part, 0n);
        expect(left).toBe(Amount.sum(own.map(({ balance }) => balance)) - Amount.sum(covered.map((each) => each.due)));
      }),
    );
  });
});

describe('a top-up', () => {
  const fixed: TopUpSize = { method: 'fixed', amount: cents(500) };
  const target = (least: number | null, most: number | null): TopUpSize => ({ method: 'target', target: cents(1000), least: least === null ? null : cents(least), most: most === null ? null : cents(most) });
  it.each([
    ['a fixed amount each interval', fixed, null, 900, 0, 500],
    ['a fixed amount where the threshold was crossed', fixed, 200, 199, 0, 500],
    ['as often as it takes to reach the threshold: 1300 are missing', fixed, 200, -1100, 0, 1500],
    ['what is on its way counts', fixed, 200, -400, 300, 500],
    ['up to a target', target(null, null), 200, 150, 100, 750],
    ['up to a target, at least', target(800, null), 200, 150, 100, 800],
    ['up to a target, at most', target(null, 300), 200, 150, 100, 300],
    ['nothing where the target is reached', target(800, null), null, 1000, 0, 0],
  ])('is %s', (_, size, threshold, ongoing, pending, expected) => {
    const standing = { ongoing: cents(ongoing), pending: cents(pending) };
    expect(topUpAmount({ size, threshold: threshold === null ? null : cents(threshold) }, standing)).toBe(BigInt(expected));
  });

  it('is due below the threshold, not at it', () => {
    expect([99, 100].map((ongoing) => isBelow(cents(100), { ongoing: cents(ongoing), pending: cents(0) }))).toEqual([true, false]);
    expect(isBelow(cents(100), { ongoing: cents(-50), pending: cents(150) })).toBe(false);
  });

  it('by interval comes when the rule starts, then by the calendar of its first day in the customer’s zone', () => {
    const at = (text: string) => Temporal.Instant.from(text);
    const next = (after: string) => nextTopUpAt('monthly', at('2026-01-31T15:00:00Z'), at(after), 'Europe/Paris').toString();
    expect(next('2026-01-10T00:00:00Z')).toBe('2026-01-31T15:00:00Z');
    // 28 February, as there is no 31st, 00:00 in Paris (UTC+1); then 31 March, in summer time (UTC+2).
    expect(next('2026-01-31T15:00:00Z')).toBe('2026-02-27T23:00:00Z');
    expect(next('2026-02-27T23:00:00Z')).toBe('2026-03-30T22:00:00Z');
  });
});
