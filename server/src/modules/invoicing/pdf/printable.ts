import { hasGlyph } from './fonts.ts';

// What Intl and customers write that the font lacks, but that can be said with what it has.
const replacements: Readonly<Record<string, string>> = {
  '￥': '¥',
  '₾': 'GEL',
  '₼': 'AZN',
};
const UNKNOWN = '\ufffd';
// Format characters (soft hyphen, zero-width marks, direction marks) and controls print nothing; line feeds part paragraphs.
const INVISIBLE = /(?!\n)[\p{Cc}\p{Cf}]/gu;

/**
 * The text with only characters the fonts can print: composed, without invisible ones, and with U+FFFD for what is in no font. An
 * archival PDF must not refer to a missing glyph, and a visible mark is better than a name that silently loses letters.
 */
export function printable(text: string): string {
  const composed = text
    .normalize('NFC')
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[\t\u2009]/g, ' ')
    .replace(INVISIBLE, '');
  let out = '';
  for (const character of composed) {
    const code = character.codePointAt(0) ?? 0;
    out += character === '\n' || hasGlyph(code) ? character : (replacements[character] ?? UNKNOWN);
  }
  return out;
}
