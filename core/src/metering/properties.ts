import { NotADecimal, Quantity, RawNumber } from '../money/index.ts';

/** A property of an event as it came: JSON, in which a number that a double cannot hold is a RawNumber (M2). */
export type PropertyValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | RawNumber
  | readonly PropertyValue[]
  | { readonly [key: string]: PropertyValue };

export type EventProperties = Readonly<Record<string, PropertyValue>>;

/** A property by its name; null when the event does not have it. Names inherited from Object are not properties. */
export function propertyOf(properties: EventProperties, name: string): PropertyValue {
  return Object.hasOwn(properties, name) ? (properties[name] ?? null) : null;
}

/**
 * The exact decimal in a property: a number, or a string that is one (P7). Null for an absent or null property.
 * Throws NotADecimal for anything else, NaN and Infinity included (M8).
 */
export function decimalOf(value: PropertyValue): Quantity | null {
  if (value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return Quantity.parse(value);
  if (value instanceof RawNumber) return Quantity.parse(value);
  throw new NotADecimal('must be a decimal number');
}

/**
 * The text by which filters, groups and unique counts tell values apart: strings as they are, numbers by value (1, 1.0 and 1e0 are
 * "1"), booleans as "true" and "false". Null for an absent property, and for lists and objects, which have no such text.
 */
export function textOf(value: PropertyValue): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof RawNumber) {
    return numberText(value instanceof RawNumber ? value.source : String(value));
  }
  return null;
}

/** A number beyond the limits of M8 keeps the digits it came with: it can still tell two events apart. */
function numberText(digits: string): string {
  try {
    return Quantity.toString(Quantity.parse(digits));
  } catch (error) {
    if (error instanceof NotADecimal) return digits;
    throw error;
  }
}
