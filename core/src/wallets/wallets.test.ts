import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, Precise, Quantity, Rate } from '../money/index.ts';
import { creditsOf, type DueFee, dueFees, forecastDepletion, type Lot, payFromWallets, type SpendableWallet, takeFromLots, worthOf } from './index.ts';

const at = (day: string) => Temporal.Instant.from(`2026-${day}T00:00:00Z`);
const everything = { planCodes: null, feeTypes: null, metricCodes: null };

function lot(id: string, cents: number, { kind = 'promotional', expires, granted = '01-01' }: { kind?: Lot['kind']; expires?: string; granted?: string } = {}): Lot {
  return { id, kind, remaining: Amount.of(cents), expiresAt: expires === undefined ? null : at(expires), grantedAt: at(granted) };
}

function wallet(id: string, lots: readonly Lot[], rest: Partial<SpendableWallet> = {}): SpendableWallet {
  return { id, priority: 1, createdAt: at('01-01'), scope: everything, lots, owed: Amount.zero, ...rest };
}

function fee(id: string, cents: number, rest: Partial<DueFee> = {}): DueFee {
  return { id, type: 'charge', planCode: 'pro', metricCode: 'calls', due: Amount.of(cents), ...rest };
}

const shown = (uses: ReturnType<typeof payFromWallets>) => uses.map(({ walletId, lotId, feeId, amount }) => `${walletId}/${lotId} pays ${amount} of ${feeId}`);

describe('what credits are worth', () => {
  it.each([
    ['100', '1', 100n],
    ['2.5', '10', 25n],
    ['0.5', '0.5', null], // a quarter of a minor unit
    ['3', '0.333', null], // 0.999
    ['1000', '0.333', 333n],
    ['0', '7', 0n],
  ])('%s credits at %s minor units each', (credits, rate, worth) => {
    expect(worthOf(Quantity.parse(credits), Rate.parse(rate))).toBe(worth);
  });

  it('gives back as many credits as were worth it', () => {
    expect(Quantity.toString(creditsOf(Amount.of(333), Rate.parse('0.333')))).toBe('1000');
    // 100 ÷ 3 does not end.
    expect(Quantity.toString(creditsOf(Amount.of(100), Rate.parse('3')))).toMatch(/^33\.3{38,}$/);
  });
});

describe('wallets pay', () => {
  it('by priority, then the older first, each what is left by those before it', () => {
    const wallets = [
      wallet('young', [lot('y', 50)], { createdAt: at('02-01') }),
      wallet('last', [lot('l', 500)], { priority: 2 }),
      wallet('old', [lot('o', 30)]),
    ];
    // 100 due: 30 of the older wallet of priority 1, 50 of the younger, the last 20 of priority 2.
    expect(shown(payFromWallets([fee('f', 100)], wallets))).toEqual(['old/o pays 30 of f', 'young/y pays 50 of f', 'last/l pays 20 of f']);
  });

  it('with what was given before what was bought, soonest expiry first, then the older', () => {
    const lots = [
      lot('bought', 10, { kind: 'cash', expires: '02-01' }),
      lot('kept', 10),
      lot('later', 10, { expires: '05-01' }),
      lot('younger', 10, { expires: '03-01', granted: '01-20' }),
      lot('soon', 10, { expires: '03-01' }),
    ];
    expect(shown(payFromWallets([fee('f', 45)], [wallet('w', lots)]))).toEqual([
      'w/soon pays 10 of f', 'w/younger pays 10 of f', 'w/later pays 10 of f', 'w/kept pays 10 of f', 'w/bought pays 5 of f',
    ]);
  });

  it('the fees they cover, in the order of the document', () => {
    const fees = [fee('plan', 60, { type: 'subscription', metricCode: null }), fee('calls', 50), fee('storage', 40, { metricCode: 'storage' })];
    const calls = wallet('calls', [lot('c', 70)], { scope: { ...everything, metricCodes: ['calls'] } });
    const plan = wallet('plan', [lot('p', 100)], { priority: 2, scope: { ...everything, feeTypes: ['subscription', 'commitment'] } });
    const rest = wallet('rest', [lot('r', 15)], { priority: 3, scope: { ...everything, planCodes: ['pro'] } });
    // 50 of calls, though 70 are there; 60 of the plan; of storage the 15 that are left.
    expect(shown(payFromWallets(fees, [rest, plan, calls]))).toEqual(['calls/c pays 50 of calls', 'plan/p pays 60 of plan', 'rest/r pays 15 of storage']);
  });

  it('with what is not owed for credits that were drawn, and nothing where more is owed', () => {
    const lots = [lot('given', 30), lot('bought', 40, { kind: 'cash' })];
    const owing = (owed: number) => shown(payFromWallets([fee('f', 20), fee('g', 80)], [wallet('w', lots, { owed: Amount.of(owed) }), wallet('next', [lot('n', 5)], { priority: 2 })]));
    // 70 less 25 are 45: 20 of f, 25 of g (10 of what was given, 15 of what was bought); the next wallet pays on.
    expect(owing(25)).toEqual(['w/given pays 20 of f', 'w/given pays 10 of g', 'w/bought pays 15 of g', 'next/n pays 5 of g']);
    expect(owing(70)).toEqual(['next/n pays 5 of f']);
    expect(owing(90)).toEqual(['next/n pays 5 of f']);
  });

  it('only fees that every list allows', () => {
    const scope = { planCodes: ['pro'], feeTypes: ['charge'], metricCodes: null };
    const fees = [fee('other', 10, { planCode: 'basic' }), fee('plan', 10, { type: 'subscription', metricCode: null }), fee('set-up', 10, { type: 'add_on', planCode: null }), fee('calls', 10)];
    expect(shown(payFromWallets(fees, [wallet('w', [lot('l', 100)], { scope })]))).toEqual(['w/l pays 10 of calls']);
  });

  it('one fee after the other across credits', () => {
    const lots = [lot('a', 30), lot('b', 30, { granted: '01-02' })];
    expect(shown(payFromWallets([fee('x', 20), fee('y', 20), fee('z', 50)], [wallet('w', lots)]))).toEqual([
      'w/a pays 20 of x', 'w/a pays 10 of y', 'w/b pays 10 of y', 'w/b pays 20 of z',
    ]);
  });
});

describe('what is due on fees', () => {
  const due = (totals: readonly number[], credit: number) => {
    const fees = totals.map((total, index) => ({ id: `f${index}`, type: 'charge', planCode: null, metricCode: null, total: Amount.of(total) }));
    return dueFees(fees, Amount.of(credit)).map((one) => Number(one.due));
  };

  it('is what a credit note leaves of them, spread in proportion', () => {
    // 50 over 100, 100 and 101: 16.61…, 16.61… and 16.77…: 16 each, and the two units left go to the third and, of the equal ones, the first.
    expect(due([100, 100, 101], 50)).toEqual([83, 84, 84]);
    expect(due([100, 0], 0)).toEqual([100, 0]);
    expect(due([], 0)).toEqual([]);
  });

  it('is what is due on the invoice, also where a fee is below nothing', () => {
    // 3000, 1000 and −871 are 3129: 871 × 3000 ÷ 4000 = 653.25 and 217.75, so 653 and 218. With 129 of credit, 750 and 250 of 1000.
    expect(due([3000, 1000, -871], 0)).toEqual([2347, 782, 0]);
    expect(due([3000, 1000, -871], 129)).toEqual([2250, 750, 0]);
    expect(due([100, -871], 0)).toEqual([0, 0]);
  });
});

it('an amount is taken from credits whole or not at all', () => {
  const lots = [lot('bought', 10, { kind: 'cash' }), lot('given', 10)];
  expect(takeFromLots(lots, Amount.of(15))).toEqual([{ lotId: 'given', amount: 10n }, { lotId: 'bought', amount: 5n }]);
  expect(takeFromLots(lots, Amount.of(21))).toBeNull();
});

describe('a forecast', () => {
  it.each([
    [1000, 300, 30, '10', 100],
    [1001, 300, 30, '10', 101], // a hundred days and a part of one
    [0, 300, 30, '10', 0],
    [1000, 0, 30, '0', null],
    [1000, 1, 3, '0.3333333333333333333333333333333333333333333333', 3000],
  ])('of %d left and %d spent in %d days', (balance, consumed, days, average, remaining) => {
    const forecast = forecastDepletion({ balance: Amount.of(balance), consumed: Amount.of(consumed), days });
    expect([Precise.toString(forecast.average).slice(0, 30), forecast.daysRemaining]).toEqual([average.slice(0, 30), remaining]);
  });
});

describe('laws', () => {
  const cents = fc.integer({ min: 0, max: 5000 }).map(Amount.of);
  const types = fc.constantFrom('charge', 'subscription', 'add_on');
  const fees = fc.array(fc.record({ due: cents, type: types }), { maxLength: 8 }).map((list) => list.map((given, index) => fee(`f${index}`, 0, { ...given, metricCode: null })));
  const lots = fc.array(fc.record({ remaining: cents, kind: fc.constantFrom<Lot['kind']>('cash', 'promotional'), expires: fc.integer({ min: 0, max: 3 }) }), { maxLength: 4 });
  const scopes = fc.constantFrom(everything, { ...everything, feeTypes: ['charge'] }, { ...everything, planCodes: ['pro'] }, { ...everything, planCodes: ['none'] });
  const wallets = fc.array(fc.record({ lots, priority: fc.integer({ min: 1, max: 3 }), scope: scopes }), { maxLength: 4 }).map((list) =>
    list.map((given, w) => wallet(`w${w}`, given.lots.map((l, n) => ({ ...lot(`w${w}l${n}`, 0), remaining: l.remaining, kind: l.kind, expiresAt: l.expires === 0 ? null : at(`0${l.expires}-01`) })), { priority: given.priority, scope: given.scope })),
  );

  it('take no more than there is and is due, and leave nothing unpaid that a wallet could pay', () => {
    fc.assert(
      fc.property(fees, wallets, (due, own) => {
        const uses = payFromWallets(due, own);
        const sumBy = (key: 'feeId' | 'lotId', id: string) => uses.filter((use) => use[key] === id).reduce((sum, use) => sum + use.amount, 0n);
        for (const { amount } of uses) expect(amount > 0n).toBe(true);
        for (const line of due) expect(sumBy('feeId', line.id) <= line.due).toBe(true);
        for (const each of own)
          for (const l of each.lots) {
            expect(sumBy('lotId', l.id) <= l.remaining).toBe(true);
            // With something left, every fee it covers is paid whole.
            const { planCodes, feeTypes } = each.scope;
            if (sumBy('lotId', l.id) < l.remaining && !planCodes?.includes('none'))
              for (const line of due) if (feeTypes === null || feeTypes.includes(line.type)) expect(sumBy('feeId', line.id)).toBe(line.due);
          }
      }),
      { numRuns: 300 },
    );
  });

  it('parts of a document sum to the whole: what is due is what wallets pay and what is left, in any currency', () => {
    const totals = fc.array(fc.integer({ min: 0, max: 10_000_000 }).map(Amount.of), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(totals, fc.double({ min: 0, max: 1, noNaN: true }), wallets, (list, share, own) => {
        const total = Amount.sum(list);
        const credit = Amount.of(BigInt(Math.floor(Number(total) * share)));
        const lines = dueFees(list.map((part, index) => ({ id: `f${index}`, type: 'charge', planCode: 'pro', metricCode: 'calls', total: part })), credit);
        const due = lines.map((line) => line.due);
        expect(Amount.sum(due)).toBe(Amount.subtract(total, credit));
        for (const [index, part] of due.entries()) expect(part >= 0n && part <= (list[index] ?? 0n)).toBe(true);
        const uses = payFromWallets(lines, own);
        const paid = Amount.sum(uses.map(({ amount }) => amount));
        const left = due.map((part, index) => part - uses.filter(({ feeId }) => feeId === `f${index}`).reduce((sum, use) => sum + use.amount, 0n));
        expect(left.every((part) => part >= 0n)).toBe(true);
        expect(credit + paid + left.reduce((sum, part) => sum + part, 0n)).toBe(total);
      }),
      { numRuns: 300 },
    );
  });

  it('credits that are worth an amount are what that amount is in credits', () => {
    const rates = fc.constantFrom('1', '0.5', '0.333', '10', '100', '2.5', '7');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), rates, (credits, rate) => {
        const [given, at1] = [Quantity.fromInteger(credits), Rate.parse(rate)];
        const worth = worthOf(given, at1);
        if (worth !== null) expect(Quantity.compare(creditsOf(worth, at1), given)).toBe(0);
      }),
    );
  });
});
