import { currencyTable } from './currencyTable.ts';
import { UnknownCurrency } from './errors.ts';

declare const brand: unique symbol;

/** An active ISO 4217 code, in capitals. */
export type Currency = string & { readonly [brand]: 'Currency' };

interface CurrencyInfo {
  readonly code: Currency;
  /** Digits of the minor unit: 0 to 4. */
  readonly exponent: number;
  readonly name: string;
}

const known: ReadonlyMap<string, CurrencyInfo> = new Map(
  currencyTable.map(([code, exponent, name]) => [code, { code: code as Currency, exponent, name }]),
);
const list: readonly CurrencyInfo[] = [...known.values()];

export const Currency = {
  /** Reads a code; capitals only, as ISO 4217 writes them. Throws UnknownCurrency. */
  parse(code: string): Currency {
    const found = known.get(code);
    if (found === undefined) throw new UnknownCurrency(code);
    return found.code;
  },
  /** Whether the text is the code of an active currency. */
  is: (code: string): code is Currency => known.has(code),
  /** Digits of the minor unit: JPY 0, USD 2, KWD 3, CLF 4 (M1). */
  exponent: (currency: Currency): number => info(currency).exponent,
  name: (currency: Currency): string => info(currency).name,
  /** All active currencies in the order of their codes. */
  all: (): readonly CurrencyInfo[] => list,
} as const;

function info(currency: Currency): CurrencyInfo {
  const found = known.get(currency);
  if (found === undefined) throw new UnknownCurrency(currency);
  return found;
}
