import { z } from 'zod';
import { Precise, Quantity, type Rate } from '../../money/index.ts';
import type { ChargeModel } from '../chargeModel.ts';
import { priceWords, unitWords } from '../phrases.ts';
import {
  type GroupKeys,
  groupKeysShape,
  oneOf,
  optionalQuantity,
  optionalRate,
  propertySchema,
  readGroupKeys,
  writeGroupKeys,
} from '../propertySchema.ts';
import { negativeUsage, pricedBy, type Step, step } from '../usage.ts';

export interface PackageProperties extends GroupKeys {
  readonly model: 'package';
  /** Price of one package in major units. */
  readonly amount: Rate;
  /** Above zero. */
  readonly packageSize: Quantity;
  readonly freeUnits: Quantity;
}

const fields = z.strictObject({
  amount: optionalRate,
  unit_price: optionalRate,
  package_size: optionalQuantity,
  free_units: optionalQuantity,
  ...groupKeysShape,
});

/** package: every started package of units after the free ones (P2). */
export const packageModel: ChargeModel<PackageProperties> = {
  name: 'package',
  synonyms: [['amount', 'unit_price']],
  properties: propertySchema<typeof fields, PackageProperties>(
    fields,
    (given, refuse) => {
      const amount = oneOf(['amount', 'unit_price'], given, refuse);
      const packageSize = given.package_size ?? Quantity.one;
      if (Quantity.isZero(packageSize)) refuse(['package_size'], 'must be above 0');
      if (amount === null) return refuse(['amount'], 'is required');
      const freeUnits = given.free_units ?? Quantity.zero;
      return { model: 'package', amount, packageSize, freeUnits, ...readGroupKeys(given, refuse) };
    },
    (p) => ({
      amount: p.amount,
      package_size: p.packageSize,
      free_units: p.freeUnits,
      ...writeGroupKeys(p),
    }),
  ),
  price(p, { units }, currency) {
    if (Quantity.isNegative(units)) return negativeUsage(units);
    const billable = Quantity.max(Quantity.zero, Quantity.subtract(units, p.freeUnits));
    const packages = startedPackages(billable, p.packageSize);
    const steps: Step[] = [];
    if (!Quantity.isZero(p.freeUnits)) {
      steps.push(step('free units', Precise.zero, { units: Quantity.min(units, p.freeUnits) }));
    }
    const label = `started packages of ${Quantity.toString(p.packageSize)}`;
    steps.push(step(label, Precise.price(packages, p.amount, currency), { units: packages, unitPrice: p.amount }));
    return pricedBy(steps);
  },
  needsEvents: () => false,
  describe(p, locale, currency) {
    const size = unitWords(p.packageSize, locale);
    const words = `${priceWords(p.amount, locale, currency)} per ${size} units begun`;
    return Quantity.isZero(p.freeUnits) ? words : `${words}, first ${unitWords(p.freeUnits, locale)} units free`;
  },
};

/** ⌈units ÷ size⌉, exactly: a quotient is rounded, so a product says whether the packages hold all units. */
function startedPackages(units: Quantity, size: Quantity): Quantity {
  const whole = Quantity.round(Quantity.divide(units, size), 'floor', 0);
  const holdsAll = Quantity.compare(Quantity.multiply(whole, size), units) >= 0;
  return holdsAll ? whole : Quantity.add(whole, Quantity.one);
}
