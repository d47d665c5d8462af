import { z } from 'zod';
import type { ChargeModel } from '../chargeModel.ts';
import { layOnTiers } from '../layOnTiers.ts';
import { tierWords } from '../phrases.ts';
import { type GroupKeys, groupKeysShape, propertySchema, readGroupKeys, writeGroupKeys } from '../propertySchema.ts';
import { percentRanges, percentTiers, readTiers, type Tier, writePercentRanges } from '../tiers.ts';

export interface GraduatedPercentageProperties extends GroupKeys {
  readonly model: 'graduated_percentage';
  /** Bounds are amounts in major units, rates percent. */
  readonly tiers: readonly Tier[];
}

const fields = z.strictObject({ graduated_percentage_ranges: percentRanges, tiers: percentTiers, ...groupKeysShape });

/** graduated_percentage: each tier's part of the amount at its percentage, each reached tier's flat amount once (P2). */
export const graduatedPercentage: ChargeModel<GraduatedPercentageProperties> = {
  name: 'graduated_percentage',
  synonyms: [['graduated_percentage_ranges', 'tiers']],
  properties: propertySchema<typeof fields, GraduatedPercentageProperties>(
    fields,
    (given, refuse) => ({
      model: 'graduated_percentage',
      tiers: readTiers('graduated_percentage_ranges', given.graduated_percentage_ranges, given.tiers, refuse),
      ...readGroupKeys(given, refuse),
    }),
    (p) => ({ graduated_percentage_ranges: writePercentRanges(p.tiers), ...writeGroupKeys(p) }),
  ),
  price: (p, usage, currency) => layOnTiers(p.tiers, 'percent', usage, currency),
  needsEvents: () => false,
  describe: (p, locale, currency) => tierWords(p.tiers, 'percent', locale, currency),
};
