import { Fraction, Rate } from '../money/index.ts';

/** The categories of UNCL5305 that invoices use. */
export const taxCategories = ['S', 'Z', 'E', 'AE', 'K', 'G', 'O', 'L', 'M'] as const;
export type TaxCategory = (typeof taxCategories)[number];

/** Categories under which no tax is charged: zero rated, exempt, reverse charge, intra-community, export, out of scope. */
export const untaxedCategories: ReadonlySet<TaxCategory> = new Set(['Z', 'E', 'AE', 'K', 'G', 'O']);

/** What a tax can be applied to, from the most particular to the most general. */
export const taxableTypes = ['charge', 'fixed_charge', 'add_on', 'commitment', 'plan', 'customer', 'billing_entity', 'organization'] as const;
export type TaxableType = (typeof taxableTypes)[number];

/** A tax as it stands on a document. */
export interface Tax {
  readonly id: string | null;
  readonly code: string;
  readonly name: string;
  /** Percent (M4). */
  readonly rate: Rate;
  readonly category: TaxCategory;
  /** For whom it is collected. */
  readonly jurisdiction: string;
  /** On top of the net amount and the taxes before it. */
  readonly compound: boolean;
  /** Prices have it in them. */
  readonly inclusive: boolean;
  /** Why none is charged, where none is. */
  readonly reason: string | null;
}

const MILLION = 1_000_000n;

/** The rate as a fraction of the amount: 20 % is 200000 of 1000000 (M4: four decimals at most). */
export function fractionOf(tax: Tax): Fraction {
  const [whole = '0', decimals = ''] = Rate.toString(tax.rate).split('.');
  return Fraction.of(BigInt(`${whole}${decimals.padEnd(4, '0').slice(0, 4)}`), MILLION);
}
