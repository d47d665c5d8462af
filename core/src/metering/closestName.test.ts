import { describe, expect, it } from 'vitest';
import { closestName } from './closestName.ts';

describe('the closest name', () => {
  it.each([
    // One character left out; one too many; one changed; two swapped.
    ['api_cals', { name: 'api_calls', distance: 1 }],
    ['api_callss', { name: 'api_calls', distance: 1 }],
    ['api_kalls', { name: 'api_calls', distance: 1 }],
    ['api_clals', { name: 'api_calls', distance: 1 }],
    // tokens_im -> tokens_in: m changed.
    ['tokens_im', { name: 'tokens_in', distance: 1 }],
    // tokens -> tokens_in: three added, of nine characters.
    ['tokens', { name: 'tokens_in', distance: 3 }],
    // Only case and spaces differ.
    [' API_Calls', { name: 'api_calls', distance: 1 }],
    // Nothing in common with more than half of any.
    ['storage', null],
    ['', null],
  ])('to "%s" is %j', (meant, expected) => {
    expect(closestName(meant, ['api_calls', 'tokens_in', 'tokens_out'])).toEqual(expected);
  });

  it('of several as close is the first; of none there is none', () => {
    expect(closestName('ab', ['ax', 'ay'])).toEqual({ name: 'ax', distance: 1 });
    expect(closestName('ab', [])).toBeNull();
  });

  it('is the name itself where it is known', () => {
    expect(closestName('Calls', ['calls', 'Calls'])).toEqual({ name: 'Calls', distance: 0 });
  });
});
