import { describe, expect, it } from 'vitest';
import { Precise } from '../money/index.ts';
import type { ChargeFilter } from './filters.ts';
import { type CollectedUsage, rateCharge } from './rate.ts';
import { properties, USD, usageOf } from './testing.ts';

const base = properties('standard', { amount: '1' });

function filter(id: string, region: string, amount: string, invoiceDisplayName: string | null = null): ChargeFilter {
  const conditions = [{ key: 'region', values: [region] }];
  return { id, conditions, properties: properties('standard', { amount }), invoiceDisplayName };
}

function collected(filterId: string | null, units: string, group: CollectedUsage['group'] = null): CollectedUsage {
  return { filterId, group, usage: usageOf({ units }) };
}

function rate(filters: readonly ChargeFilter[], usage: readonly CollectedUsage[]) {
  const lines = rateCharge({ properties: base, filters, displayName: 'Calls' }, usage, USD);
  return lines.map((line) => [
    line.filter?.id ?? null,
    line.group,
    line.displayName,
    Precise.toString(line.priced.amount),
    line.collected !== null,
  ]);
}

describe('rateCharge (P4)', () => {
  it('is one line without a group where there is no usage', () => {
    expect(rate([], [])).toEqual([[null, null, 'Calls', '0', false]]);
  });

  it('prices zero usage by the model: the minimum applies (P2)', () => {
    const charge = { properties: properties('standard', { amount: '1', min_price: '5' }), filters: [], displayName: 'x' };
    expect(rateCharge(charge, [], USD).map(({ priced }) => Precise.toString(priced.amount))).toEqual(['500']);
  });

  it('prices each filter with its own properties, in the order declared, and last what matches none', () => {
    const filters = [filter('f-us', 'us', '3', 'US calls'), filter('f-eu', 'eu', '2')];
    expect(rate(filters, [collected(null, '1'), collected('f-eu', '10')])).toEqual([
      ['f-us', null, 'US calls', '0', false],
      ['f-eu', null, 'Calls', '2000', true],
      [null, null, 'Calls', '100', true],
    ]);
  });

  it('is one line per group, priced on its own, in the order of the values', () => {
    const usage = [
      collected(null, '3', { model: 'large' }),
      collected(null, '5', { model: null }),
      collected('f', '2', { model: 'large' }),
    ];
    expect(rate([filter('f', 'eu', '2')], usage)).toEqual([
      ['f', { model: 'large' }, 'Calls', '400', true],
      [null, { model: 'large' }, 'Calls', '300', true],
      [null, { model: null }, 'Calls', '500', true],
    ]);
  });

  it('hands back what each line was made from', () => {
    const part = { ...collected(null, '1'), note: 'kept' };
    const [line] = rateCharge({ properties: base, filters: [], displayName: 'x' }, [part], USD);
    expect(line?.collected?.note).toBe('kept');
  });

  it('refuses usage that would be billed never or twice', () => {
    expect(() => rate([], [collected('gone', '1')])).toThrow('usage of a filter the charge does not have: gone');
    const twice = [collected(null, '1', { a: '1', b: '2' }), collected(null, '1', { b: '2', a: '1' })];
    expect(() => rate([], twice)).toThrow('given twice');
  });
});
