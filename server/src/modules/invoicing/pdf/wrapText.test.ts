import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wrapText } from './wrapText.ts';

/** Every character is 10 wide, so a width of 100 holds ten of them; inside a word one unit is kept free for kerning. */
const measure = (text: string): number => [...text].length * 10;

describe('wrapText', () => {
  it.each([
    ['breaks at spaces', 'one two three', ['one two', 'three']],
    ['keeps paragraphs, empty ones too', 'a\n\nb', ['a', '', 'b']],
    ['holds at no-break spaces', '12\u00a0345\u00a0678 USD', ['12\u00a0345\u00a0678', 'USD']],
    ['breaks a long word after punctuation', 'x https://example.com/a', ['x', 'https://', 'example.', 'com/a']],
    ['breaks a word without punctuation between characters', 'abcdefghijklm', ['abcdefghi', 'jklm']],
    ['never parts a letter from its marks', 'aaaaaaaae\u0301bbb', ['aaaaaaaa', 'e\u0301bbb']],
    ['has one empty line for no text', '', ['']],
  ])('%s', (_, text, lines) => {
    expect(wrapText(text, 100, measure)).toEqual(lines);
  });

  it('never prints a line wider than asked and never loses a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'é', ' ', '-', '\n', '.', 'Ж'), maxLength: 200 }), (text) => {
        const lines = wrapText(text, 60, measure);
        for (const line of lines) expect(measure(line)).toBeLessThanOrEqual(60);
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });
});
