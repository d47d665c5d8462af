import { z } from 'zod';
import { decimalOf, type EventProperties, propertyOf } from '../../metering/index.ts';
import { type Currency, NotADecimal, Precise, Quantity, Rate } from '../../money/index.ts';
import { type ChargeModel, MissingUsage } from '../chargeModel.ts';
import { type GroupKeys, groupKeysShape, propertySchema, readGroupKeys, writeGroupKeys } from '../propertySchema.ts';
import { negativeUsage, pricedBy, step } from '../usage.ts';

/** The properties of an event that hold the price of a unit, in major units, and the number of units. */
export interface DynamicProperties extends GroupKeys {
  readonly model: 'dynamic';
  readonly priceField: string;
  readonly quantityField: string;
}

const fieldName = z.string().min(1).max(255).nullish();
const fields = z.strictObject({ price_field: fieldName, quantity_field: fieldName, ...groupKeysShape });

/** dynamic: every event brings its price, Σ price × quantity (P2). */
export const dynamic: ChargeModel<DynamicProperties> = {
  name: 'dynamic',
  synonyms: [],
  properties: propertySchema<typeof fields, DynamicProperties>(
    fields,
    (given, refuse) => ({
      model: 'dynamic',
      priceField: given.price_field ?? 'unit_price',
      quantityField: given.quantity_field ?? 'quantity',
      ...readGroupKeys(given, refuse),
    }),
    (p) => ({ price_field: p.priceField, quantity_field: p.quantityField, ...writeGroupKeys(p) }),
  ),
  price(_, { units, eventsCount, dynamic: summed }) {
    if (Quantity.isNegative(units)) return negativeUsage(units);
    if (summed === undefined && eventsCount > 0n) throw new MissingUsage('dynamic', 'sum of price x quantity');
    const amount = summed?.amount ?? Precise.zero;
    return pricedBy([step('sum of price x quantity of the events', amount, { units })]);
  },
  needsEvents: () => false,
  describe: () => 'the price that comes with each event',
};

/** What an event adds to `Usage.dynamic`, in minor units, or why it is refused. */
export type DynamicAmount =
  | { readonly ok: true; readonly amount: Precise }
  | { readonly ok: false; readonly path: string; readonly message: string };

/** price × quantity of one event; an event without a price or without a quantity adds nothing (P2), a non-number is refused. */
export function dynamicAmount(
  { priceField, quantityField }: Pick<DynamicProperties, 'priceField' | 'quantityField'>,
  event: EventProperties,
  currency: Currency,
): DynamicAmount {
  const numbers: Quantity[] = [];
  for (const field of [priceField, quantityField]) {
    try {
      const number = decimalOf(propertyOf(event, field));
      if (number !== null) numbers.push(number);
    } catch (error) {
      if (error instanceof NotADecimal) return { ok: false, path: `properties.${field}`, message: error.reason };
      throw error;
    }
  }
  const [price, quantity] = numbers;
  if (price === undefined || quantity === undefined) return { ok: true, amount: Precise.zero };
  return { ok: true, amount: Precise.price(Quantity.multiply(price, quantity), Rate.one, currency) };
}
