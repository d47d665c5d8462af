import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Quantity } from '../money/index.ts';
import { type Access, compareAccess, decideAccess, type FeatureType } from './index.ts';

const quantity = (text: string | null): Quantity | null => (text === null ? null : Quantity.parse(text));
const shown = (q: Quantity | null): string => (q === null ? '-' : Quantity.toString(q));

function decide(type: FeatureType, value: string | null, used: string | null = null, wanted: string | null = null): Access {
  return decideAccess({ type, value, used: quantity(used) }, quantity(wanted));
}

describe('access', () => {
  // "reason, limit, what is left". 100 less 99.5 leaves 0.5; 100 less -20, given back, leaves 120.
  it.each<[string, Access, string]>([
    ['what is not granted', decide('boolean', null), 'not_entitled - -'],
    ['a switch that is on', decide('boolean', 'true'), 'granted - -'],
    ['a switch that is off', decide('boolean', 'false'), 'turned_off - -'],
    ['a text', decide('custom', 'gold'), 'granted - -'],
    ['a quantity that nothing measures', decide('quantity', '5'), 'granted 5 -'],
    ['none of it', decide('quantity', '0'), 'limit_reached 0 -'],
    ['as much of it as there is', decide('quantity', '5', null, '5'), 'granted 5 -'],
    ['more of it than there is', decide('quantity', '5', null, '6'), 'limit_reached 5 -'],
    ['nothing used', decide('quantity', '100', '0'), 'granted 100 100'],
    ['a little left', decide('quantity', '100', '99.5'), 'granted 100 0.5'],
    ['more wanted than is left', decide('quantity', '100', '99.5', '1'), 'limit_reached 100 0.5'],
    ['exactly what is left wanted', decide('quantity', '100', '99.5', '0.5'), 'granted 100 0.5'],
    ['the limit reached exactly', decide('quantity', '100', '100'), 'limit_reached 100 0'],
    ['the limit passed', decide('quantity', '100', '250'), 'limit_reached 100 0'],
    ['nothing wanted at the limit', decide('quantity', '100', '100', '0'), 'granted 100 0'],
    ['more given back than used', decide('quantity', '100', '-20'), 'granted 100 120'],
    ['no limit', decide('quantity', 'unlimited', '1000000'), 'granted - -'],
  ])('to %s', (_name, { hasAccess, reason, limit, remaining }, expected) => {
    expect(`${reason} ${shown(limit)} ${shown(remaining)}`).toBe(expected);
    expect(hasAccess).toBe(reason === 'granted');
  });

  it('is never given by using more', () => {
    const units = fc.integer({ min: -1000, max: 1000 }).map(String);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }).map(String), units, fc.integer({ min: 0, max: 500 }), (limit, used, more) => {
        const after = String(Number(used) + more);
        if (decide('quantity', limit, after).hasAccess) expect(decide('quantity', limit, used).hasAccess).toBe(true);
      }),
    );
  });
});

describe('of several', () => {
  it('the one that grants most comes first', () => {
    const inOrder = [
      decide('quantity', 'unlimited', '9'),
      decide('quantity', '100', '10'),
      decide('quantity', '80', '0'),
      decide('quantity', '20', '19'),
      decide('quantity', '100', '100'),
      decide('boolean', 'false'),
      decide('quantity', null),
    ];
    const labels = (list: readonly Access[]) => list.map((access) => inOrder.indexOf(access));
    expect(labels(inOrder.toReversed().toSorted(compareAccess))).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});
