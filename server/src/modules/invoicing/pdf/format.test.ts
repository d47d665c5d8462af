import { Amount, Currency } from '@farthing/core/money';
import { describe, expect, it } from 'vitest';
import { formatsFor } from './format.ts';

/** Intl parts its groups with no-break spaces of two widths; the tests read them as spaces. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f\u2009]/g, ' ');

const formats = (locale: string, currency = 'USD', zone = 'UTC') => formatsFor(locale, Currency.parse(currency), zone);
const money = (minor: bigint, currency: string, locale: string): string =>
  plain(formats(locale, currency).money(Amount.of(minor)));

describe('money', () => {
  it.each([
    [123456n, 'USD', 'en-US', '$1,234.56'],
    [123456n, 'USD', 'en-CA', 'US$1,234.56'],
    [123456n, 'EUR', 'de', '1.234,56 €'],
    [123456n, 'EUR', 'nl', '€ 1.234,56'],
    // No minor unit: 123456 yen, not 1234.56.
    [123456n, 'JPY', 'en-US', '¥123,456'],
    // Three digits: 123456 is 123.456 dinars.
    [123456n, 'KWD', 'de', '123,456 KWD'],
    // Four digits: 123456 is 12.3456 units of development.
    [123456n, 'CLF', 'es', '12,3456 CLF'],
    [-5n, 'USD', 'en-US', '-$0.05'],
    // The largest amount there is, 2^53 - 1, has more digits than a double prints.
    [9007199254740991n, 'KWD', 'de', '9.007.199.254.740,991 KWD'],
    [-9007199254740991n, 'EUR', 'fr', '-90 071 992 547 409,91 €'],
  ])('%s minor units of %s in %s', (minor, currency, locale, printed) => {
    expect(money(minor, currency, locale)).toBe(printed);
  });

  it('prints what is taken off with a minus, and nothing taken off without one', () => {
    expect(formats('en').deduction(Amount.of(250))).toBe('-$2.50');
    expect(formats('en').deduction(Amount.zero)).toBe('$0.00');
  });
});

describe('decimal', () => {
  it.each([
    ['4218903', 'en', '4,218,903'],
    ['812.4375', 'de', '812,4375'],
    ['-0.000000000000000000000000000001', 'en', '-0.000000000000000000000000000001'],
    ['12345678901234567890123456789012345678', 'en', '12,345,678,901,234,567,890,123,456,789,012,345,678'],
    ['1.50', 'en', '1.5'],
  ])('%s in %s, with all its digits', (text, locale, printed) => {
    expect(formats(locale).decimal(text)).toBe(printed);
  });

  it.each(['', 'NaN', '1e5', '0x10', '1,5', ' 1', 'Infinity'])('refuses %j', (text) => {
    expect(() => formats('en').decimal(text)).toThrow(RangeError);
  });
});

describe('percent', () => {
  it.each([
    ['20.0', 'en', '20%'],
    ['8.8750', 'en', '8.875%'],
    ['0', 'de', '0 %'],
  ])('%s in %s', (text, locale, printed) => {
    expect(plain(formats(locale).percent(text))).toBe(printed);
  });
});

describe('dates', () => {
  const period = (zone: string, start: string, end: string): string =>
    plain(formats('en', 'USD', zone).period({ start: Temporal.Instant.from(start), end: Temporal.Instant.from(end) }));

  it('prints the last local day, not the midnight after it', () => {
    // Summer time ends on 1 November 2026: that day begins at 04:00 UTC, 1 December at 05:00.
    expect(period('America/New_York', '2026-11-01T04:00:00Z', '2026-12-01T05:00:00Z')).toBe('Nov 1 – 30, 2026');
  });

  it('prints the days of the customer, not those of UTC', () => {
    // 15:00 UTC is midnight of the next day in Tokyo.
    expect(period('Asia/Tokyo', '2026-09-30T15:00:00Z', '2026-10-31T15:00:00Z')).toBe('Oct 1 – 31, 2026');
  });

  it('prints one day once, be it whole, a part, or an instant', () => {
    expect(period('UTC', '2026-05-05T00:00:00Z', '2026-05-06T00:00:00Z')).toBe('May 5, 2026');
    expect(period('UTC', '2026-05-05T08:00:00Z', '2026-05-05T09:00:00Z')).toBe('May 5, 2026');
    expect(period('UTC', '2026-05-05T00:00:00Z', '2026-05-05T00:00:00Z')).toBe('May 5, 2026');
  });

  it('counts the day of a termination in the middle of it', () => {
    expect(period('UTC', '2026-05-01T00:00:00Z', '2026-05-10T12:34:56Z')).toBe('May 1 – 10, 2026');
  });

  it('writes a date as the locale does', () => {
    const day = Temporal.PlainDate.from('2026-12-01');
    expect(formats('de').date(day)).toBe('01.12.2026');
    expect(formats('en-GB').date(day)).toBe('1 Dec 2026');
  });
});

describe('country', () => {
  it('names countries in the language of the document and leaves what it does not know', () => {
    expect(formats('de').country('PL')).toBe('Polen');
    expect(formats('fr').country('us')).toBe('États-Unis');
    expect(formats('en').country('Atlantis')).toBe('Atlantis');
    expect(formats('en').country('QX')).toBe('QX');
  });
});
