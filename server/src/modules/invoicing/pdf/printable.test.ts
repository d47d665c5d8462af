import { Currency } from '@farthing/core/money';
import { describe, expect, it } from 'vitest';
import { coveredBy, fontBytes, hasGlyph } from './fonts.ts';
import { catalogues } from './labels.ts';
import { printable } from './printable.ts';

describe('printable', () => {
  it.each([
    'Łódź, Gdańsk, Škoda, Győr, İstanbul, Reykjavík, Đà Nẵng',
    'Ελλάδα, Кириллица, Україна, 5 μm',
    '€ £ ¥ ₹ ₽ ₺ ₴ ₪ ₩ ₫ ₱ ₦ – — · … “” „“ «» ’ × ≤ № ° ½',
  ])('keeps %s', (text) => {
    expect(printable(text)).toBe(text);
  });

  it('composes what was written in parts', () => {
    expect(printable('Zo\u0065\u0308')).toBe('Zoë');
  });

  it('drops what prints nothing and keeps line ends', () => {
    expect(printable('a\u200b\u00ad\u200f\u0000b\r\nc\u2028d\te')).toBe('ab\nc\nd e');
  });

  it('marks what is in no font instead of losing it', () => {
    expect(printable('東京 🎉!')).toBe('\ufffd\ufffd \ufffd!');
    expect(printable('￥5, 7 ₾')).toBe('¥5, 7 GEL');
  });
});

describe('the fonts', () => {
  it('cover the same characters in both cuts', () => {
    expect(coveredBy(fontBytes('semibold'))).toEqual(coveredBy(fontBytes('regular')));
  });

  it('cover every label and every currency sign that can be printed with them', () => {
    const texts = Object.values(catalogues).flatMap((labels) => Object.values(labels));
    const signs = Object.keys(catalogues).flatMap((locale) =>
      Currency.all().map(({ code }) => new Intl.NumberFormat(locale, { style: 'currency', currency: code }).format(-1234)),
    );
    const missing = [...texts, ...signs].flatMap((text) => [...text]).filter((character) => !hasGlyph(character.codePointAt(0) ?? 0));
    expect(missing).toEqual([]);
  });
});
