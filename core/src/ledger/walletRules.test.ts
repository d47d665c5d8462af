import { expect, it } from 'vitest';
import { Amount } from '../money/index.ts';
import type { Entry } from './entry.ts';
import { invoiceFinalized } from './rules.ts';
import { creditsCaptured, creditsConsumed, creditsDrawn, creditsGranted, creditsHeld, creditsLapsed, creditsMoved, creditsNotSold, creditsPaid, creditsRepaid } from './walletRules.ts';

const on = Temporal.PlainDate.from('2026-01-31');
const cents = Amount.of;
const shown = (entries: readonly Entry[]) => entries.map(({ account, amount, walletId }) => [account, walletId, Amount.toNumber(amount)]);

it('credits that are given are owed from then on, and cost', () => {
  expect(shown(creditsGranted('w', cents(500), on))).toEqual([['promotions', null, 500], ['wallet_promotional', 'w', -500]]);
});

it('credits that are sold are no revenue: they are on their way until they are paid, then owed', () => {
  const fee = { id: 'f', amount: cents(300), coupons: cents(0), days: null, isCredits: true };
  expect(shown(invoiceFinalized({ total: cents(300), fees: [fee], taxes: [] }, on))).toEqual([['receivable', null, 300], ['wallet_pending', null, -300]]);
  expect(shown(creditsPaid('w', cents(300), on))).toEqual([['wallet_pending', null, 300], ['wallet_cash', 'w', -300]]);
});

it('credits that nobody pays for leave neither a sale nor a loss', () => {
  // Of 300 sold 180 are given up: the write-off of the invoice is taken out again, and of what was on its way the 120 that were paid are left.
  expect(shown(creditsNotSold(cents(180), on))).toEqual([['wallet_pending', null, 180], ['write_off', null, -180]]);
});

it('credits that pay an invoice lower what is receivable; given back, it is the other way round', () => {
  expect(shown(creditsConsumed('w', { cash: cents(100), promotional: cents(500) }, on))).toEqual([['wallet_cash', 'w', 100], ['wallet_promotional', 'w', 500], ['receivable', null, -600]]);
  expect(shown(creditsConsumed('w', { cash: cents(-100), promotional: cents(0) }, on))).toEqual([['wallet_cash', 'w', -100], ['receivable', null, 100]]);
});

it('credits that lapse are earned where they were bought, and were never given where they were given', () => {
  expect(shown(creditsLapsed('w', { cash: cents(70), promotional: cents(30) }, on))).toEqual([
    ['wallet_cash', 'w', 70], ['wallet_promotional', 'w', 30], ['revenue', null, -70], ['promotions', null, -30],
  ]);
});

it('credits that are held stay the wallet’s until they are captured', () => {
  expect(shown(creditsHeld('w', { cash: cents(20), promotional: cents(30) }, on))).toEqual([['wallet_cash', 'w', 20], ['wallet_promotional', 'w', 30], ['wallet_held', 'w', -50]]);
  expect(shown(creditsCaptured('w', cents(50), on))).toEqual([['wallet_held', 'w', 50], ['revenue', null, -50]]);
});

it('credits that are taken beforehand are owed to us until others pay them back', () => {
  expect(shown(creditsDrawn('w', cents(20), on))).toEqual([['wallet_drawn', 'w', 20], ['wallet_cash', 'w', -20]]);
  expect(shown(creditsRepaid('w', { cash: cents(15), promotional: cents(5) }, on))).toEqual([
    ['wallet_cash', 'w', 15], ['wallet_promotional', 'w', 5], ['wallet_drawn', 'w', -20],
  ]);
});

it('credits that move to another wallet stay what they are', () => {
  expect(shown(creditsMoved('a', 'b', { cash: cents(20), promotional: cents(0) }, on))).toEqual([['wallet_cash', 'a', 20], ['wallet_cash', 'b', -20]]);
});
