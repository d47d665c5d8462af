import { describe, expect, it } from 'vitest';
import { Precise } from '../../money/index.ts';
import { MissingUsage } from '../chargeModel.ts';
import { price, properties, refusals, steps, stored, sumOfSteps, USD } from '../testing.ts';
import { percentage } from './percentage.ts';

const card = { rate: '2.9', fixed_amount: '0.30' };

/** The cost of events with these amounts, in cents. */
function costOf(raw: unknown, amounts: readonly string[]): string {
  const units = amounts.reduce((sum, amount) => sum + Number(amount) * 100, 0) / 100;
  const priced = price('percentage', raw, { units: String(units), amounts });
  expect(sumOfSteps(priced)).toBe(Precise.toString(priced.amount));
  return Precise.toString(priced.amount);
}

describe('percentage', () => {
  it('takes the rate of the amount and the fixed amount of each event', () => {
    // 169.95 × 2.9 % = 4.92855, and 3 × 0.30 = 0.90: 5.82855 USD
    expect(costOf(card, ['100.00', '20.00', '49.95'])).toBe('582.855');
    expect(costOf(card, [])).toBe('0');
    expect(costOf({ percentage: '0.5' }, ['10'])).toBe('5');
  });

  it('exempts the first events from both, whatever their amount', () => {
    // The first two pay nothing; 50 × 10 % + 0.30 = 5.30
    expect(costOf({ rate: 10, fixed_amount: '0.30', free_units_per_events: 2 }, ['100', '200', '50'])).toBe('530');
    expect(costOf({ rate: 10, fixed_amount: '0.30', free_units_per_events: 2 }, ['100', '200'])).toBe('0');
  });

  // 10 % + 0.30, the running total up to 100 exempt. Cents in the last column.
  it.each([
    [['60', '40'], '0'], // exactly used up: both are wholly inside
    [['60', '40', '10'], '130'], // 10 × 10 % + 0.30
    [['60', '50', '10'], '260'], // crossing: 10 above × 10 % + the whole 0.30 = 1.30; then 1.00 + 0.30
    [['100.01'], '30.1'], // 0.01 × 10 % + 0.30
    [['0', '0'], '0'],
    [['150', '-70', '20'], '90'], // 50 above → 5.30; ended for good: −7.00 + 0.30; 2.00 + 0.30. Sum 0.90
    [['150', '-140', '20'], '0'], // 5.30 − 13.70 + 2.30 = −6.10: never below zero (P7)
  ])('exempts a running total: %j cost %s', (amounts, expected) => {
    const raw = { rate: '10', fixed_amount: '0.30', free_units_per_total_aggregation: '100' };
    expect(costOf(raw, amounts)).toBe(expected);
  });

  // 10 % + 1.00; the first 2 events or the first 100 exempt, whichever is used up first.
  it.each([
    [['10', '10', '10'], '200'], // two events used up at a total of 20: the third pays 1.00 + 1.00
    [['90', '30', '10'], '500'], // the second crosses: 20 above = 2.00 + 1.00; the third 1.00 + 1.00
    [['120', '10'], '500'], // the first crosses: 2.00 + 1.00; the second 1.00 + 1.00, although only one event was free
    [['50', '50', '10'], '200'], // both used up at once
  ])('ends with both allowances at the first that is used up: %j cost %s', (amounts, expected) => {
    const raw = { rate: 10, fixed_amount: 1, free_units_per_events: 2, free_units_per_total_aggregation: 100 };
    expect(costOf(raw, amounts)).toBe(expected);
  });

  // 10 % + 0.50, each paying event at least 1.00 and at most 5.00.
  it.each([
    [['1'], '100'], // 0.60 raised
    [['5'], '100'], // 0.50 + 0.50: exactly the minimum
    [['20'], '250'],
    [['45'], '500'], // 4.50 + 0.50: exactly the maximum
    [['100'], '500'], // 10.50 lowered
    [['1', '100', '20'], '850'], // each by itself, not the sum
  ])('bounds rate and fixed amount of each event together: %j cost %s', (amounts, expected) => {
    const bounds = { per_transaction_min_amount: '1', per_transaction_max_amount: '5' };
    expect(costOf({ rate: 10, fixed_amount: '0.50', ...bounds }, amounts)).toBe(expected);
  });

  it('leaves an exempt event at zero, the minimum notwithstanding', () => {
    const raw = { rate: 10, free_units_per_events: 1, per_transaction_min_amount: '2' };
    expect(costOf(raw, ['5', '5'])).toBe('200');
  });

  it('bounds the crossing event on what it pays', () => {
    // 10 above the free 100: 1.00 + 0.30, raised to 2.00
    const raw = { rate: 10, fixed_amount: '0.30', free_units_per_total_aggregation: 100, per_transaction_min_amount: 2 };
    expect(costOf(raw, ['110'])).toBe('200');
  });

  it('costs nothing in all when the amount is negative (P7)', () => {
    expect(costOf(card, ['-5'])).toBe('0');
    expect(costOf({ ...card, per_transaction_min_amount: 1 }, ['-5'])).toBe('0');
  });

  it('explains what was free, paid, raised and lowered', () => {
    const bounds = { per_transaction_min_amount: '1', per_transaction_max_amount: '5' };
    const raw = { rate: 10, fixed_amount: '0.50', free_units_per_events: 1, ...bounds };
    expect(steps(price('percentage', raw, { units: '108', amounts: ['7', '1', '100'] }))).toEqual([
      'free: 1 event = 0',
      'rate on the amount = 1010',
      'fixed amount of each event = 100',
      'raised to the minimum of each event = 40',
      'lowered to the maximum of each event = -550',
    ]);
  });

  it('asks for single events only where they matter', () => {
    const needs = (raw: unknown): boolean => percentage.needsEvents(properties('percentage', raw));
    expect(needs(card)).toBe(false);
    expect(needs({ ...card, free_units_per_events: 0, per_transaction_min_amount: '0' })).toBe(false);
    expect(needs({ ...card, free_units_per_events: 3 })).toBe(true);
    expect(needs({ ...card, free_units_per_total_aggregation: '0.5' })).toBe(true);
    expect(needs({ ...card, per_transaction_max_amount: '9' })).toBe(true);
  });

  it('does not price events it was not given', () => {
    const raw = { ...card, free_units_per_events: 3 };
    expect(() => price('percentage', raw, { units: '5', eventsCount: 1n })).toThrow(MissingUsage);
    expect(Precise.toString(price('percentage', raw, { units: '0', eventsCount: 0n }).amount)).toBe('0');
  });

  it('refuses what does not fit together', () => {
    expect(refusals('percentage', { fixed_amount: '0.30' })).toEqual(['rate: is required']);
    expect(refusals('percentage', { rate: 1, percentage: 1 })).toEqual([
      'percentage: is another name of rate: give one of them',
    ]);
    expect(refusals('percentage', { rate: 1, free_units_per_events: '1.5' })).toEqual([
      'free_units_per_events: must be a whole number of events',
    ]);
    expect(
      refusals('percentage', { rate: 1, per_transaction_min_amount: 2, per_transaction_max_amount: 1 }),
    ).toEqual(['per_transaction_max_amount: must not be below per_transaction_min_amount']);
  });

  it('stores one form and says it in words', () => {
    expect(stored('percentage', { percentage: 2.9, free_units_per_events: 3, per_transaction_min_amount: 0 })).toEqual({
      rate: '2.9',
      fixed_amount: '0',
      free_units_per_events: '3',
    });
    const all = {
      ...card,
      free_units_per_events: 3,
      free_units_per_total_aggregation: 500,
      per_transaction_min_amount: '0.5',
      per_transaction_max_amount: '20',
    };
    expect(percentage.describe(properties('percentage', all), 'en-US', USD)).toBe(
      '2.9% plus $0.30 per event, first 3 events free, first 500 of the amount free, ' +
        'at least $0.50 per event, at most $20.00 per event',
    );
  });
});
