import { Currency, Quantity, Rate } from '../money/index.ts';
import type { RateKind } from './layOnTiers.ts';
import type { Tier } from './tiers.ts';

// Intl reads decimal strings digit by digit, so no float is involved; 38 digits is all a price can have (M8).
const ALL_DIGITS = 38;

/** A price in major units for people: every digit it has, with the currency's sign and at least its usual digits when given. */
export function priceWords(price: Rate, locale: string, currency?: Currency): string {
  const text = Rate.toString(price) as Intl.StringNumericLiteral;
  if (currency === undefined) return numberFormat(locale, {}).format(text);
  const digits = { minimumFractionDigits: Currency.exponent(currency) };
  return numberFormat(locale, { style: 'currency', currency, ...digits }).format(text);
}

/** A number of units for people. */
export function unitWords(units: Quantity, locale: string): string {
  return numberFormat(locale, {}).format(Quantity.toString(units) as Intl.StringNumericLiteral);
}

/** A percentage for people: "2.9%". */
export function percentWords(percent: Rate, locale: string): string {
  return `${numberFormat(locale, {}).format(Rate.toString(percent) as Intl.StringNumericLiteral)}%`;
}

/** Tiers for people: "$0.00 up to 1,000; $0.002 above 1,000". Flat amounts of zero are left out. */
export function tierWords(tiers: readonly Tier[], kind: RateKind, locale: string, currency?: Currency): string {
  return tiers
    .map(({ to, rate, flat }, index) => {
      const price = kind === 'price' ? `${priceWords(rate, locale, currency)} per unit` : percentWords(rate, locale);
      const flatWords = Rate.isZero(flat) ? '' : ` plus ${priceWords(flat, locale, currency)}`;
      return `${price}${flatWords}${boundWords(to, tiers[index - 1]?.to ?? null, locale)}`;
    })
    .join('; ');
}

function boundWords(to: Quantity | null, lower: Quantity | null, locale: string): string {
  if (to !== null) return ` up to ${unitWords(to, locale)}`;
  return lower === null ? '' : ` above ${unitWords(lower, locale)}`;
}

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { ...options, maximumFractionDigits: ALL_DIGITS });
}
