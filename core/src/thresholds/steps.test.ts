import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, Quantity } from '../money/index.ts';
import { reachedSteps, timesReached, type UsageThreshold } from './index.ts';

/** "10" once, "10+" again and again; in minor units. */
function thresholds(...texts: readonly string[]): UsageThreshold[] {
  return texts.map((id) => ({ id, amount: Amount.of(Number.parseInt(id, 10)), recurring: id.endsWith('+') }));
}

const reached = (given: readonly UsageThreshold[], usage: number): string[] =>
  reachedSteps(given, Amount.of(usage)).map(({ thresholdId, step }) => `${thresholdId} at ${step}`);

describe('the steps that usage has reached', () => {
  it.each<[string, string[], string[]]>([
    ['none without usage', reached(thresholds('0', '10', '5+'), 0), []],
    ['none of a credit', reached(thresholds('0'), -5), []],
    ['one at 0 by the least usage', reached(thresholds('0'), 1), ['0 at 0']],
    ['none just below', reached(thresholds('10'), 9), []],
    ['one exactly', reached(thresholds('10'), 10), ['10 at 10']],
    ['several at once', reached(thresholds('10', '20', '50'), 30), ['10 at 10', '20 at 20']],
    ['the highest multiple', reached(thresholds('10+'), 39), ['10+ at 30']],
    ['a multiple exactly', reached(thresholds('10+'), 40), ['10+ at 40']],
    // Above 20 every further 5: 25, 30, 35.
    ['multiples above the highest of the others', reached(thresholds('10', '20', '5+'), 34), ['10 at 10', '20 at 20', '5+ at 30']],
    ['no multiple below it', reached(thresholds('10', '20', '5+'), 24), ['10 at 10', '20 at 20']],
    ['two that recur', reached(thresholds('5+', '7+'), 16), ['5+ at 15', '7+ at 14']],
  ])('%s', (_name, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('never fall as usage grows, and are never above it', () => {
    const given = fc.array(fc.record({ amount: fc.integer({ min: 1, max: 500 }), recurring: fc.boolean() }), { maxLength: 5 });
    fc.assert(
      fc.property(given, fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 5000 }), (list, usage, more) => {
        const all = list.map(({ amount, recurring }, index) => ({ id: String(index), amount: Amount.of(amount), recurring }));
        const [before, after] = [reachedSteps(all, Amount.of(usage)), reachedSteps(all, Amount.of(usage + more))];
        for (const { step } of before) expect(step <= BigInt(usage)).toBe(true);
        for (const { thresholdId, step } of before) {
          const then = after.find((found) => found.thresholdId === thresholdId);
          expect(then !== undefined && then.step >= step).toBe(true);
        }
      }),
    );
  });
});

describe('how many times a value was reached', () => {
  const times = (value: string, recurring: boolean, current: string) =>
    Quantity.toString(timesReached({ value: Quantity.parse(value), recurring }, Quantity.parse(current)));

  it.each<[string, boolean, string, string]>([
    ['100', false, '99.9', '0'],
    ['100', false, '100', '1'],
    ['100', false, '1000', '1'],
    ['100', true, '99.9', '0'],
    ['100', true, '350', '3'],
    // 0.7 ÷ 0.1 is exactly 7, which floats get wrong.
    ['0.1', true, '0.7', '7'],
    ['3', true, '1000000', '333333'],
    ['100', true, '-500', '0'],
  ])('value %s, recurring %s, usage %s: %s', (value, recurring, current, expected) => {
    expect(times(value, recurring, current)).toBe(expected);
  });

  it('is the largest number whose multiple is not above the usage', () => {
    const digits = fc.bigInt({ min: 1n, max: 10n ** 30n });
    fc.assert(
      fc.property(digits, digits, (value, current) => {
        expect(times(String(value), true, String(current))).toBe(String(current / value));
      }),
    );
  });
});
