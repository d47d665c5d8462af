import { describe, expect, it } from 'vitest';
import { Amount, Precise } from '../money/index.ts';
import { Period } from '../time/index.ts';
import { creditForUnusedDays, dayAfter } from './index.ts';
import { local } from './testing.ts';

const ZONE = 'America/New_York';
const day = (text: string) => Temporal.PlainDate.from(text);
const period = (start: string, end: string) => Period.of(local(start, ZONE), local(end, ZONE));
const january = period('2026-01-01', '2026-02-01');

/** A fee of 49.00 for the whole of January. */
const whole = { price: Precise.ofMinor(Amount.of(4900)), posted: Amount.of(4900), credited: Amount.zero, service: january, full: january };
/** The fee of a start on 15 January: 4900 × 17 ÷ 31 = 2687.09…, posted as 2687. */
const partial = { ...whole, posted: Amount.of(2687), service: period('2026-01-15', '2026-02-01') };

describe('credit for unused days', () => {
  it.each([
    // The day of the termination is billed, so 11 days are left: 4900 × 11 ÷ 31 = 1738.709…
    ['a whole period, ended on the 20th', whole, '2026-01-21', '11/31', 1739],
    ['a partial period by the price of the full one', partial, '2026-01-21', '11/31', 1739],
    // A change of plan takes its own day along: 12 days, 4900 × 12 ÷ 31 = 1896.77…
    ['a whole period, changed on the 20th', whole, '2026-01-20', '12/31', 1897],
    ['the last day used', whole, '2026-02-01', '0/31', 0],
    ['after the end', whole, '2026-02-20', '0/31', 0],
    // All 17 days unused give back what they cost.
    ['from before the start', partial, '2026-01-01', '17/31', 2687],
    ['less what was credited before', { ...whole, credited: Amount.of(739) }, '2026-01-21', '11/31', 1000],
    ['never below zero', { ...whole, credited: Amount.of(2000) }, '2026-01-21', '11/31', 0],
    // A fee that was posted for less than its days are worth now gives back no more than itself.
    ['never more than the fee', { ...whole, posted: Amount.of(1500) }, '2026-01-21', '11/31', 1500],
  ])('%s', (_name, fee, firstUnused, days, amount) => {
    const credit = creditForUnusedDays(fee, day(firstUnused), ZONE);
    expect(`${credit.days.numerator}/${credit.days.denominator}`).toBe(days);
    expect(Amount.toNumber(credit.amount)).toBe(amount);
  });

  it('keeps the quotient to at least 30 digits', () => {
    // 53900 ÷ 31 by hand: 1738.70967741935483870967741935…
    const { precise } = creditForUnusedDays(whole, day('2026-01-21'), ZONE);
    expect(Precise.toString(precise)).toMatch(/^1738\.70967741935483870967741935/);
  });

  it('counts a fee that ends inside a day to the end of that day', () => {
    // Paid up to an end on the 10th at 18:00; ended on the 8th instead: the 9th and the 10th are left.
    const fee = { ...whole, posted: Amount.of(1581), service: period('2026-01-01', '2026-01-10 18:00') };
    const credit = creditForUnusedDays(fee, dayAfter(local('2026-01-08 12:00', ZONE), ZONE), ZONE);
    expect(credit.days.numerator).toBe(2n);
    // 4900 × 2 ÷ 31 = 316.129…
    expect(credit.amount).toBe(316n);
  });

  it('leaves exactly the used days paid, within one minor unit', () => {
    for (let used = 1; used <= 31; used += 1) {
      const { amount } = creditForUnusedDays(whole, day('2026-01-01').add({ days: used }), ZONE);
      const kept = 4900n - amount;
      const exact = (4900n * BigInt(used) * 1000n) / 31n;
      expect(Math.abs(Number(kept * 1000n - exact))).toBeLessThanOrEqual(501);
    }
  });
});

describe('the day after an instant', () => {
  it('is the same day at its midnight, else the next one', () => {
    expect(dayAfter(local('2026-01-20', ZONE), ZONE).toString()).toBe('2026-01-20');
    expect(dayAfter(local('2026-01-20 00:00:01', ZONE), ZONE).toString()).toBe('2026-01-21');
  });

  it('knows midnights that the clocks skip', () => {
    // In Cairo 24 April 2026 begins at 01:00, when summer time starts.
    const opens = Temporal.Instant.from('2026-04-23T22:00:00Z');
    expect(dayAfter(opens, 'Africa/Cairo').toString()).toBe('2026-04-24');
    expect(dayAfter(opens.add({ seconds: 1 }), 'Africa/Cairo').toString()).toBe('2026-04-25');
  });
});
