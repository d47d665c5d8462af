import { describe, expect, it } from 'vitest';
import { type Group, groupKey, groupOf, matchFilter } from './filters.ts';

function filter(id: string, conditions: Readonly<Record<string, readonly string[]>>) {
  return { id, conditions: Object.entries(conditions).map(([key, values]) => ({ key, values })) };
}

describe('matchFilter (P4)', () => {
  const eu = filter('eu', { region: ['eu', 'uk'] });
  const us = filter('us', { region: ['us'] });
  const euGold = filter('eu gold', { region: ['eu'], tier: ['gold'] });
  const gold = filter('gold', { tier: ['gold'] });
  const anyTier = filter('any tier', { tier: [] });

  it.each([
    [[eu, us], { region: 'uk' }, 'eu'],
    [[eu, us], { region: 'us' }, 'us'],
    [[eu, us], { region: 'asia' }, null],
    [[eu, us], {}, null],
    [[eu, us], { region: null }, null],
    [[eu, euGold], { region: 'eu', tier: 'gold' }, 'eu gold'], // more keys beat fewer, also when declared later
    [[euGold, eu], { region: 'eu', tier: 'gold' }, 'eu gold'],
    [[euGold, eu], { region: 'eu', tier: 'silver' }, 'eu'], // every key must match
    [[gold, eu], { region: 'eu', tier: 'gold' }, 'gold'], // as many keys: the first declared
    [[eu, gold], { region: 'eu', tier: 'gold' }, 'eu'],
    [[anyTier], { tier: 'bronze' }, 'any tier'], // no values: any value the event has
    [[anyTier], { region: 'eu' }, null],
    [[], { region: 'eu' }, null],
    [[filter('empty', {})], { region: 'eu' }, null],
    [[filter('inherited', { constructor: [] })], {}, null], // only the event's own properties count
  ])('case %#', (filters, event, expected) => {
    expect(matchFilter(filters, event)?.id ?? null).toBe(expected);
  });
});

describe('groups (P4)', () => {
  it('take the keys in order, null for what an event does not have', () => {
    expect(groupOf(['region', 'tier'], { tier: 'gold', other: 'x' })).toEqual({ region: null, tier: 'gold' });
    expect(groupOf(['toString'], {})).toEqual({ toString: null });
    expect(groupOf([], { tier: 'gold' })).toBeNull();
  });

  it('have keys that tell them apart, whatever the order of the names', () => {
    expect(groupKey({ a: '1', b: '2' })).toBe(groupKey({ b: '2', a: '1' }));
    const groups: (Group | null)[] = [
      null,
      { a: null },
      { a: 'null' },
      { a: '' },
      { a: '1', b: '2' },
      { a: '1","b":"2' },
      { b: '1' },
    ];
    expect(new Set(groups.map(groupKey)).size).toBe(groups.length);
  });
});
