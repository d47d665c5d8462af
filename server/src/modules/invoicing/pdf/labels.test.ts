import { describe, expect, it } from 'vitest';
import { catalogues, fill, languageOf } from './labels.ts';
import { en } from './labels/en.ts';

const braces = (label: string): string[] => (label.match(/\{\w+\}/g) ?? []).toSorted();

describe('catalogues', () => {
  it('has the eight languages', () => {
    expect(Object.keys(catalogues).toSorted()).toEqual(['de', 'en', 'es', 'fr', 'it', 'nl', 'pl', 'pt']);
  });

  it.each(Object.entries(catalogues))('%s has every label, none empty, with the same values to fill in', (_, labels) => {
    expect(Object.keys(labels)).toEqual(Object.keys(en));
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      expect(labels[key].trim(), key).not.toBe('');
      expect(braces(labels[key]), key).toEqual(braces(en[key]));
    }
  });
});

describe('languageOf', () => {
  it.each([
    ['de', 'de', 'Rechnung'],
    ['de-AT', 'de-AT', 'Rechnung'],
    ['pt_BR', 'pt-BR', 'Fatura'],
    // A language without labels takes its numbers from English too: half a document in each would be neither.
    ['sv-SE', 'en', 'Invoice'],
    ['', 'en', 'Invoice'],
    ['not a locale', 'en', 'Invoice'],
    // An extension may not change the digits or the calendar of a fiscal document.
    ['fr-u-nu-arab-ca-buddhist', 'fr', 'Facture'],
    // A name that every object has is no language.
    ['constructor', 'en', 'Invoice'],
  ])('%s is printed as %s', (tag, locale, title) => {
    const language = languageOf(tag);
    expect(language.locale).toBe(locale);
    expect(language.labels.invoice).toBe(title);
  });
});

describe('fill', () => {
  it('puts values in place and does not read braces inside them', () => {
    expect(fill('{name} on {base}', { name: '{base}', base: '$1' })).toBe('{base} on $1');
  });

  it('refuses a label whose value is missing', () => {
    expect(() => fill('Page {page} of {pages}', { page: '1' })).toThrow(RangeError);
  });
});
