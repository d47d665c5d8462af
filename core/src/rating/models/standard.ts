import { z } from 'zod';
import { type Currency, Precise, Quantity, Rate } from '../../money/index.ts';
import type { ChargeModel } from '../chargeModel.ts';
import { priceWords } from '../phrases.ts';
import {
  type GroupKeys,
  groupKeysShape,
  oneOf,
  optionalRate,
  propertySchema,
  readGroupKeys,
  unlessZero,
  writeGroupKeys,
} from '../propertySchema.ts';
import { negativeUsage, pricedBy, type Step, step } from '../usage.ts';

/** Prices in major units; null bounds are none. */
export interface StandardProperties extends GroupKeys {
  readonly model: 'standard';
  readonly amount: Rate;
  readonly minPrice: Rate | null;
  readonly maxPrice: Rate | null;
}

const fields = z.strictObject({
  amount: optionalRate,
  unit_price: optionalRate,
  min_price: optionalRate,
  max_price: optionalRate,
  ...groupKeysShape,
});

/** standard: units × amount, held between min_price and max_price where given; the minimum applies without usage too. */
export const standard: ChargeModel<StandardProperties> = {
  name: 'standard',
  synonyms: [['amount', 'unit_price']],
  properties: propertySchema<typeof fields, StandardProperties>(
    fields,
    (given, refuse) => {
      const amount = oneOf(['amount', 'unit_price'], given, refuse);
      const minPrice = unlessZero(given.min_price, Rate.isZero);
      const maxPrice = unlessZero(given.max_price, Rate.isZero);
      if (minPrice !== null && maxPrice !== null && Rate.compare(minPrice, maxPrice) > 0) {
        refuse(['max_price'], 'must not be below min_price');
      }
      if (amount === null) return refuse(['amount'], 'is required');
      return { model: 'standard', amount, minPrice, maxPrice, ...readGroupKeys(given, refuse) };
    },
    (p) => ({
      amount: p.amount,
      ...(p.minPrice === null ? {} : { min_price: p.minPrice }),
      ...(p.maxPrice === null ? {} : { max_price: p.maxPrice }),
      ...writeGroupKeys(p),
    }),
  ),
  price(p, usage, currency) {
    if (Quantity.isNegative(usage.units)) return negativeUsage(usage.units);
    const amount = Precise.price(usage.units, p.amount, currency);
    const steps = [step('units at the unit price', amount, { units: usage.units, unitPrice: p.amount })];
    return pricedBy([...steps, ...bounding(p, amount, currency)]);
  },
  needsEvents: () => false,
  describe(p, locale, currency) {
    const parts = [`${priceWords(p.amount, locale, currency)} per unit`];
    if (p.minPrice !== null) parts.push(`at least ${priceWords(p.minPrice, locale, currency)}`);
    if (p.maxPrice !== null) parts.push(`at most ${priceWords(p.maxPrice, locale, currency)}`);
    return parts.join(', ');
  },
};

/** The step that lifts an amount to the minimum or lowers it to the maximum, if one of them is passed. */
function bounding({ minPrice, maxPrice }: StandardProperties, amount: Precise, currency: Currency): Step[] {
  const min = minPrice === null ? null : Precise.ofMajor(minPrice, currency);
  const max = maxPrice === null ? null : Precise.ofMajor(maxPrice, currency);
  if (min !== null && Precise.compare(amount, min) < 0) {
    return [step('raised to the minimum price', Precise.subtract(min, amount), { flat: minPrice })];
  }
  if (max !== null && Precise.compare(amount, max) > 0) {
    return [step('lowered to the maximum price', Precise.subtract(max, amount), { flat: maxPrice })];
  }
  return [];
}
