import { describe, expect, it } from 'vitest';
import { Precise } from '../money/index.ts';
import type { ChargeModelName } from './index.ts';
import { aboveMark, priceInAdvance } from './inAdvance.ts';
import { properties, sumOfSteps, USD, usageOf } from './testing.ts';

/** The fees of a series of running totals, each billed as it comes; and the mark at the end. */
function fees(model: ChargeModelName, raw: unknown, totals: readonly string[]): string[] {
  let mark = Precise.zero;
  const amounts = totals.map((units, index) => {
    const usage = usageOf({ units, eventsCount: BigInt(index + 1) });
    const billed = priceInAdvance(model, properties(model, raw), usage, USD, mark);
    mark = billed.mark;
    expect(sumOfSteps(billed.fee)).toBe(Precise.toString(billed.fee.amount));
    return Precise.toString(billed.fee.amount);
  });
  return [...amounts, `mark ${Precise.toString(mark)}`];
}

describe('priceInAdvance (P6)', () => {
  it('bills the first tier’s flat amount with the first event', () => {
    // 1.00 flat and 0.10 per unit: 110 for the first unit, then 10 each.
    const raw = { tiers: [{ up_to: null, unit_price: '0.10', flat_amount: 1 }] };
    expect(fees('graduated', raw, ['1', '2', '4'])).toEqual(['110', '10', '20', 'mark 140']);
  });

  it('costs nothing before the first event, flat amounts and minimums included', () => {
    const noEvents = usageOf({ units: '0' });
    for (const [model, raw] of [
      ['graduated', { tiers: [{ up_to: null, unit_price: 1, flat_amount: 5 }] }],
      ['standard', { amount: 1, min_price: 5 }],
    ] as const) {
      const { fee, mark } = priceInAdvance(model, properties(model, raw), noEvents, USD, Precise.zero);
      expect([Precise.toString(fee.amount), Precise.toString(mark)]).toEqual(['0', '0']);
    }
  });

  it('bills what an event adds across a tier edge', () => {
    // To 2 at 1.00, above at 0.50 and 3.00 once: 2 units 200; 3 units 550; 5 units 650.
    const raw = { tiers: [{ up_to: 2, unit_price: 1 }, { up_to: null, unit_price: '0.50', flat_amount: 3 }] };
    expect(fees('graduated', raw, ['2', '3', '5'])).toEqual(['200', '350', '100', 'mark 650']);
  });

  it('gives nothing back when usage falls, and bills again only above the mark', () => {
    expect(fees('standard', { amount: '1' }, ['5', '2', '4', '6'])).toEqual(['500', '0', '0', '100', 'mark 600']);
  });

  it('gives nothing back when a volume price drops', () => {
    // To 10 at 1.00, then all at 0.50: 1000, at 11 units 550, at 30 units 1500.
    const raw = { tiers: [{ up_to: 10, unit_price: 1 }, { up_to: null, unit_price: '0.50' }] };
    expect(fees('volume', raw, ['10', '11', '30'])).toEqual(['1000', '0', '500', 'mark 1500']);
  });

  it('bills a started package once', () => {
    expect(fees('package', { amount: 5, package_size: 10 }, ['1', '9', '10', '11'])).toEqual([
      '500',
      '0',
      '0',
      '500',
      'mark 1000',
    ]);
  });
});

describe('aboveMark', () => {
  it('is never negative', () => {
    const [five, seven] = [Precise.parse('5'), Precise.parse('7')];
    expect(Precise.toString(aboveMark(seven, five))).toBe('2');
    expect(Precise.toString(aboveMark(five, seven))).toBe('0');
  });
});
