import { Amount, type Currency } from '@farthing/core/money';
import { localDate, type Period } from '@farthing/core/time';

/** Writes values as the document's locale does. Nothing here rounds: amounts and decimals are printed with all their digits. */
export interface Formats {
  money(amount: Amount): string;
  /** What is taken off: the opposite sign of a magnitude. */
  deduction(amount: Amount): string;
  /** Plain decimal text of any precision. Throws RangeError for anything else. */
  decimal(text: string): string;
  percent(text: string): string;
  date(day: Temporal.PlainDate): string;
  /** First and last local day of a half-open period (T1); one date when they are the same. */
  period(period: Period): string;
  /** ISO 3166-1 alpha-2 to a name; an unknown code is printed as it is. */
  country(code: string): string;
}

// Decimals carry at most 38 digits (M8), products of two such at most twice that.
const ALL_DIGITS = 76;

export function formatsFor(locale: string, currency: Currency, timeZone: string): Formats {
  const decimals = new Intl.NumberFormat(locale, { numberingSystem: 'latn', maximumFractionDigits: ALL_DIGITS });
  const percents = new Intl.NumberFormat(locale, {
    numberingSystem: 'latn',
    style: 'unit',
    unit: 'percent',
    maximumFractionDigits: ALL_DIGITS,
  });
  // The instants become local dates before they are formatted, so the formatter itself must not shift them again.
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', calendar: 'gregory', numberingSystem: 'latn' });
  const countries = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' });
  const money = (amount: Amount): string => Amount.format(amount, currency, locale);
  return {
    money,
    deduction: (amount) => money(Amount.negate(amount)),
    decimal: (text) => decimals.format(plainDecimal(text)),
    percent: (text) => percents.format(plainDecimal(text)),
    date: (day) => dates.format(day),
    period: (period) => {
      const [first, last] = localDays(period, timeZone);
      return dates.formatRange(first, last);
    },
    country: (code) => (/^[A-Za-z]{2}$/.test(code) ? (countries.of(code.toUpperCase()) ?? code) : code),
  };
}

/** The end of a period at local midnight does not touch the day that begins there (T3), so the last day is that of the moment before. */
function localDays({ start, end }: Period, timeZone: string): [Temporal.PlainDate, Temporal.PlainDate] {
  const first = localDate(start, timeZone);
  if (Temporal.Instant.compare(end, start) <= 0) return [first, first];
  return [first, localDate(end.subtract({ nanoseconds: 1 }), timeZone)];
}

function plainDecimal(text: string): Intl.StringNumericLiteral {
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new RangeError(`not a plain decimal: ${text.slice(0, 60)}`);
  return text as Intl.StringNumericLiteral;
}
