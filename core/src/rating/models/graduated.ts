import { z } from 'zod';
import type { ChargeModel } from '../chargeModel.ts';
import { layOnTiers } from '../layOnTiers.ts';
import { tierWords } from '../phrases.ts';
import { type GroupKeys, groupKeysShape, propertySchema, readGroupKeys, writeGroupKeys } from '../propertySchema.ts';
import { priceRanges, priceTiers, readTiers, type Tier, writePriceRanges } from '../tiers.ts';

export interface GraduatedProperties extends GroupKeys {
  readonly model: 'graduated';
  readonly tiers: readonly Tier[];
}

const fields = z.strictObject({ graduated_ranges: priceRanges, tiers: priceTiers, ...groupKeysShape });

/** graduated: each tier's units at its price, each reached tier's flat amount once (P2). */
export const graduated: ChargeModel<GraduatedProperties> = {
  name: 'graduated',
  synonyms: [['graduated_ranges', 'tiers']],
  properties: propertySchema<typeof fields, GraduatedProperties>(
    fields,
    (given, refuse) => ({
      model: 'graduated',
      tiers: readTiers('graduated_ranges', given.graduated_ranges, given.tiers, refuse),
      ...readGroupKeys(given, refuse),
    }),
    (p) => ({ graduated_ranges: writePriceRanges(p.tiers), ...writeGroupKeys(p) }),
  ),
  price: (p, usage, currency) => layOnTiers(p.tiers, 'price', usage, currency),
  needsEvents: () => false,
  describe: (p, locale, currency) => tierWords(p.tiers, 'price', locale, currency),
};
