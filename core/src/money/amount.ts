import { Currency } from './currency.ts';
import { AmountOutOfRange } from './errors.ts';

declare const brand: unique symbol;

/** A posted amount: an integer of the currency's minor unit, inside ±2^53 (M1). */
export type Amount = bigint & { readonly [brand]: 'Amount' };

const LIMIT = BigInt(Number.MAX_SAFE_INTEGER);

function of(minor: bigint | number): Amount {
  if (typeof minor === 'number' && !Number.isSafeInteger(minor)) throw new AmountOutOfRange();
  const value = BigInt(minor);
  if (value > LIMIT || value < -LIMIT) throw new AmountOutOfRange();
  return value as Amount;
}

const zero = of(0n);

export const Amount = {
  zero,
  /** Throws AmountOutOfRange for anything that is not an integer inside ±2^53. So do all sums. */
  of,
  add: (a: Amount, b: Amount): Amount => of(a + b),
  subtract: (a: Amount, b: Amount): Amount => of(a - b),
  negate: (a: Amount): Amount => of(-a),
  abs: (a: Amount): Amount => (a < 0n ? of(-a) : a),
  min: (a: Amount, b: Amount): Amount => (b < a ? b : a),
  max: (a: Amount, b: Amount): Amount => (b > a ? b : a),
  compare: (a: Amount, b: Amount): -1 | 0 | 1 => (a < b ? -1 : a > b ? 1 : 0),
  isZero: (a: Amount): boolean => a === 0n,
  isNegative: (a: Amount): boolean => a < 0n,
  sum: (list: Iterable<Amount>): Amount => {
    let total = 0n;
    for (const a of list) total += a;
    return of(total);
  },
  /** For the wire only: exact, because amounts are inside ±2^53. */
  toNumber: (a: Amount): number => Number(a),
  toBigInt: (a: Amount): bigint => a,
  allocate,
  /** Major units in plain notation with all digits of the currency: 1234 USD is "12.34", 5 JPY is "5". For files and vendors. */
  toMajor: (a: Amount, currency: Currency): string => majorText(a, currency),
  /** For people: the amount with its currency sign, grouped and signed as the locale writes it. Throws RangeError for a malformed locale. */
  format: (a: Amount, currency: Currency, locale: string): string =>
    formatterFor(currency, locale).format(majorText(a, currency)),
} as const;

/**
 * Splits `total` in proportion to `weights` by largest remainder (M6): the parts always sum to `total`, and each differs from its
 * exact share by less than one minor unit. Equal remainders go to the first. A negative total is split like its opposite.
 * Weights are of one sign; when all are zero, everything is on the first. Throws RangeError for weights of mixed signs, or when
 * there are no weights for a total other than zero.
 */
function allocate(total: Amount, weights: readonly Amount[]): Amount[] {
  if (weights.length === 0) {
    if (total === 0n) return [];
    throw new RangeError('nothing to allocate the amount on');
  }
  const sizes = weights.map((w) => (w < 0n ? -w : w));
  if (weights.some((w) => w < 0n) && weights.some((w) => w > 0n)) {
    throw new RangeError('weights of an allocation must be of one sign');
  }
  const whole = sizes.reduce((sum, size) => sum + size, 0n);
  if (whole === 0n) return sizes.map((_, i) => (i === 0 ? total : zero));

  const sign = total < 0n ? -1n : 1n;
  const magnitude = sign * total;
  const shares = sizes.map((size, index) => ({
    index,
    part: (magnitude * size) / whole,
    remainder: (magnitude * size) % whole,
  }));
  const left = magnitude - shares.reduce((sum, share) => sum + share.part, 0n);
  // Array sort is stable, so shares of equal remainder stay in their order and the first of them is served first.
  const byRemainder = shares.toSorted((a, b) => (a.remainder > b.remainder ? -1 : a.remainder < b.remainder ? 1 : 0));
  for (const share of byRemainder.slice(0, Number(left))) share.part += 1n;
  return shares.map((share) => of(sign * share.part));
}

function majorText(amount: Amount, currency: Currency): Intl.StringNumericLiteral {
  const places = Currency.exponent(currency);
  const digits = (amount < 0n ? -amount : amount).toString().padStart(places + 1, '0');
  const point = digits.length - places;
  const text = places === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return (amount < 0n ? `-${text}` : text) as Intl.StringNumericLiteral;
}

// Making a formatter costs tens of microseconds and a document writes hundreds of amounts; it depends on nothing but its two keys.
const formatters = new Map<string, Intl.NumberFormat>();

function formatterFor(currency: Currency, locale: string): Intl.NumberFormat {
  const key = `${currency} ${locale}`;
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const places = Currency.exponent(currency);
  const made = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
  formatters.set(key, made);
  return made;
}
