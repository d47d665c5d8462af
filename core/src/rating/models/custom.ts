import { z } from 'zod';
import { Precise, Quantity, type Rate } from '../../money/index.ts';
import type { ChargeModel } from '../chargeModel.ts';
import { priceWords } from '../phrases.ts';
import {
  type GroupKeys,
  groupKeysShape,
  optionalRate,
  propertySchema,
  readGroupKeys,
  writeGroupKeys,
} from '../propertySchema.ts';
import { negativeUsage, pricedBy, step } from '../usage.ts';

/** Prices in major units. */
export interface CustomProperties extends GroupKeys {
  readonly model: 'custom';
  readonly price: { readonly kind: 'total' | 'unit'; readonly amount: Rate };
}

const fields = z.strictObject({ custom_amount: optionalRate, unit_price: optionalRate, ...groupKeysShape });

/** custom: a fixed total whatever the usage, or units × unit price. */
export const custom: ChargeModel<CustomProperties> = {
  name: 'custom',
  synonyms: [['custom_amount', 'unit_price']],
  properties: propertySchema<typeof fields, CustomProperties>(
    fields,
    (given, refuse) => {
      const total = given.custom_amount ?? null;
      const unit = given.unit_price ?? null;
      if (total !== null && unit !== null) refuse(['unit_price'], 'cannot be combined with custom_amount');
      const amount = total ?? unit;
      if (amount === null) return refuse(['custom_amount'], 'is required, or unit_price');
      const price = { kind: total === null ? 'unit' : 'total', amount } as const;
      return { model: 'custom', price, ...readGroupKeys(given, refuse) };
    },
    (p) => ({
      ...(p.price.kind === 'total' ? { custom_amount: p.price.amount } : { unit_price: p.price.amount }),
      ...writeGroupKeys(p),
    }),
  ),
  price({ price: { kind, amount } }, { units }, currency) {
    if (Quantity.isNegative(units)) return negativeUsage(units);
    if (kind === 'total') return pricedBy([step('fixed amount', Precise.ofMajor(amount, currency), { units, flat: amount })]);
    const priced = Precise.price(units, amount, currency);
    return pricedBy([step('units at the unit price', priced, { units, unitPrice: amount })]);
  },
  needsEvents: () => false,
  describe({ price: { kind, amount } }, locale, currency) {
    const words = priceWords(amount, locale, currency);
    return kind === 'total' ? `${words} in total` : `${words} per unit`;
  },
};
