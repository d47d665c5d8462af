import type { Currency } from '../money/index.ts';
import { type ChargeModelName, chargeModels, type PropertiesOf } from './models/index.ts';
import type { Priced, Usage } from './usage.ts';

/** The amount of one fee before rounding (M3), with the steps that explain it. Throws MissingUsage. */
export function priceUsage<M extends ChargeModelName>(
  model: M,
  properties: PropertiesOf[M],
  usage: Usage,
  currency: Currency,
): Priced {
  if (properties.model !== model) throw new RangeError(`properties of ${properties.model} cannot be priced as ${model}`);
  return chargeModels[model].price(properties, usage, currency);
}
