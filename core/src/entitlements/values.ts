import { NotADecimal, Quantity } from '../money/index.ts';

/** What a feature is granted by: a switch, so much of something, or a text that only the application understands. */
export const featureTypes = ['boolean', 'quantity', 'custom'] as const;

export type FeatureType = (typeof featureTypes)[number];

/** The value of a quantity without a limit. */
export const unlimited = 'unlimited';

/** A value as it is kept, or why it is none of this type. */
export type ReadValue = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly message: string };

const switches: ReadonlyMap<string, string> = new Map([['true', 'true'], ['1', 'true'], ['false', 'false'], ['0', 'false']]);

/**
 * Reads the value that a feature is granted by, in the one spelling in which it is kept: a switch as true or false, a quantity as a plain
 * decimal that is not negative, or as unlimited; a custom text as it is.
 */
export function readValue(type: FeatureType, given: string): ReadValue {
  if (type === 'custom') return { ok: true, value: given };
  const word = given.toLowerCase();
  if (type === 'boolean') {
    const value = switches.get(word);
    return value === undefined ? refuse('A boolean feature is true or false.') : { ok: true, value };
  }
  return word === unlimited ? { ok: true, value: unlimited } : readQuantity(given);
}

const refuse = (message: string): ReadValue => ({ ok: false, message });

function readQuantity(given: string): ReadValue {
  try {
    const quantity = Quantity.parse(given);
    return Quantity.isNegative(quantity) ? refuse('A quantity must not be negative.') : { ok: true, value: Quantity.toString(quantity) };
  } catch (error) {
    if (error instanceof NotADecimal) return refuse(`A quantity is a decimal, or ${unlimited}: it ${error.reason}.`);
    throw error;
  }
}
