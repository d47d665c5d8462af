import { z } from 'zod';
import { Precise, Quantity } from '../../money/index.ts';
import type { ChargeModel } from '../chargeModel.ts';
import { rated, tierStep } from '../layOnTiers.ts';
import { tierWords } from '../phrases.ts';
import { type GroupKeys, groupKeysShape, propertySchema, readGroupKeys, writeGroupKeys } from '../propertySchema.ts';
import { priceRanges, priceTiers, readTiers, type Tier, tierHolding, writePriceRanges } from '../tiers.ts';
import { negativeUsage, pricedBy } from '../usage.ts';

export interface VolumeProperties extends GroupKeys {
  readonly model: 'volume';
  readonly tiers: readonly Tier[];
}

const fields = z.strictObject({ volume_ranges: priceRanges, tiers: priceTiers, ...groupKeysShape });

/** volume: all units at the price of the tier their number reaches, plus its flat amount; prorated, the full units choose the tier (P2, P5). */
export const volume: ChargeModel<VolumeProperties> = {
  name: 'volume',
  synonyms: [['volume_ranges', 'tiers']],
  properties: propertySchema<typeof fields, VolumeProperties>(
    fields,
    (given, refuse) => ({
      model: 'volume',
      tiers: readTiers('volume_ranges', given.volume_ranges, given.tiers, refuse),
      ...readGroupKeys(given, refuse),
    }),
    (p) => ({ volume_ranges: writePriceRanges(p.tiers), ...writeGroupKeys(p) }),
  ),
  price(p, usage, currency) {
    const { units } = usage;
    if (Quantity.isNegative(units)) return negativeUsage(units);
    const { tier, index, lower } = tierHolding(p.tiers, usage.fullUnits ?? units);
    const amount = Precise.add(rated(units, tier.rate, 'price', currency), Precise.ofMajor(tier.flat, currency));
    return pricedBy([tierStep(tier, index, lower, 'price', units, amount)]);
  },
  needsEvents: () => false,
  describe: (p, locale, currency) => `all units: ${tierWords(p.tiers, 'price', locale, currency)}`,
};
