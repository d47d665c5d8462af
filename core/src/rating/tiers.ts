/**
 * Tiers of graduated, volume and graduated_percentage prices: their two notations and the checks both must pass (P1).
 * Only the upper bound decides, inclusive: tier n covers (bound of the tier before, own bound]. Stored as ranges.
 */
import { z } from 'zod';
import { nonNegativeQuantityCodec, Quantity, Rate } from '../money/index.ts';
import { optionalRate, type Refuse } from './propertySchema.ts';

export interface Tier {
  /** As it was written: 0, then the bound before or that plus 1. Shown, never computed with. */
  readonly from: Quantity;
  /** Inclusive; null is the open end. */
  readonly to: Quantity | null;
  /** Price per unit in major units, or percent of the amount. */
  readonly rate: Rate;
  /** Major units, once when the tier is reached. */
  readonly flat: Rate;
}

const MAX_TIERS = 1000;

const bounds = { from_value: nonNegativeQuantityCodec, to_value: nonNegativeQuantityCodec.nullable() } as const;
const upTo = { up_to: nonNegativeQuantityCodec.nullable() } as const;

/** `[{from_value, to_value, per_unit_amount, flat_amount}]` */
export const priceRanges = z
  .array(z.strictObject({ ...bounds, per_unit_amount: optionalRate, flat_amount: optionalRate }))
  .max(MAX_TIERS)
  .nullish();

/** `[{up_to, unit_price, flat_amount}]` */
export const priceTiers = z
  .array(z.strictObject({ ...upTo, unit_price: optionalRate, flat_amount: optionalRate }))
  .max(MAX_TIERS)
  .nullish();

/** `[{from_value, to_value, rate, flat_amount}]`; `percentage` is another name of `rate`. */
export const percentRanges = z
  .array(z.strictObject({ ...bounds, rate: optionalRate, percentage: optionalRate, flat_amount: optionalRate }))
  .max(MAX_TIERS)
  .nullish();

/** `[{up_to, rate, flat_amount}]`; `percentage` and `unit_price` are other names of `rate`. */
export const percentTiers = z
  .array(
    z.strictObject({
      ...upTo,
      rate: optionalRate,
      percentage: optionalRate,
      unit_price: optionalRate,
      flat_amount: optionalRate,
    }),
  )
  .max(MAX_TIERS)
  .nullish();

/** A tier of either notation, as its codecs read it. */
interface TierFields {
  readonly from_value?: Quantity;
  readonly to_value?: Quantity | null;
  readonly up_to?: Quantity | null;
  readonly per_unit_amount?: Rate | null | undefined;
  readonly unit_price?: Rate | null | undefined;
  readonly rate?: Rate | null | undefined;
  readonly percentage?: Rate | null | undefined;
  readonly flat_amount?: Rate | null | undefined;
}

const RATE_NAMES = ['per_unit_amount', 'rate', 'percentage', 'unit_price'] as const;

/** Reads whichever notation was given and checks the tiers (P1); every refusal has the path of the field that is wrong. */
export function readTiers(
  rangesKey: string,
  ranges: readonly TierFields[] | null | undefined,
  tiers: readonly TierFields[] | null | undefined,
  refuse: Refuse,
): readonly Tier[] {
  if (ranges != null && tiers != null) refuse(['tiers'], `is another notation of ${rangesKey}: give one of them`);
  const given = ranges ?? tiers ?? null;
  const key = ranges == null && tiers != null ? 'tiers' : rangesKey;
  if (given === null) refuse([key], 'is required');
  else if (given.length === 0) refuse([key], 'must have at least one tier');

  const read: Tier[] = [];
  let bound: Quantity | null = Quantity.zero;
  (given ?? []).forEach((fields, index) => {
    const refuseHere: Refuse = (path, message) => refuse([key, index, ...path], message);
    const isLast = index === (given ?? []).length - 1;
    const from: Quantity = checkedFrom(fields, bound, index === 0, refuseHere);
    const to = checkedBound(fields, key, bound, isLast, refuseHere);
    read.push({ from, to, rate: readRate(fields, refuseHere), flat: fields.flat_amount ?? Rate.zero });
    bound = to;
  });
  return read;
}

/** `from_value` must be 0 first, then the bound before or that plus 1; the other notation has none and gets the bound before. */
function checkedFrom(fields: TierFields, bound: Quantity | null, isFirst: boolean, refuse: Refuse): Quantity {
  const from = fields.from_value;
  // After an open end there is no bound to continue from; the tier that has it is refused already.
  if (from === undefined || bound === null) return bound ?? Quantity.zero;
  if (isFirst) {
    if (!Quantity.isZero(from)) refuse(['from_value'], 'must be 0 in the first tier');
    return from;
  }
  const next = Quantity.add(bound, Quantity.one);
  if (Quantity.compare(from, bound) !== 0 && Quantity.compare(from, next) !== 0) {
    const [a, b] = [Quantity.toString(bound), Quantity.toString(next)];
    refuse(['from_value'], `must continue the tier before: ${a} or ${b}`);
  }
  return from;
}

function checkedBound(
  fields: TierFields,
  key: string,
  before: Quantity | null,
  isLast: boolean,
  refuse: Refuse,
): Quantity | null {
  const name = key === 'tiers' ? 'up_to' : 'to_value';
  const to = fields[name] ?? null;
  if (isLast && to !== null) refuse([name], 'must be null in the last tier, which has no upper bound');
  if (!isLast && to === null) refuse([name], 'must not be null before the last tier');
  if (to !== null && before !== null && Quantity.compare(to, before) <= 0) {
    refuse([name], `must be above ${Quantity.toString(before)}, where the tier begins`);
  }
  return to;
}

function readRate(fields: TierFields, refuse: Refuse): Rate {
  const given = RATE_NAMES.filter((name) => fields[name] != null);
  const [first, second] = given;
  if (second !== undefined) refuse([second], `is another name of ${first}: give one of them`);
  if (first === undefined && fields.flat_amount == null) refuse([], 'needs a price per unit, a rate or a flat amount');
  return (first === undefined ? null : fields[first]) ?? Rate.zero;
}

/** The stored form of price tiers. */
export function writePriceRanges(tiers: readonly Tier[]): {
  from_value: Quantity;
  to_value: Quantity | null;
  per_unit_amount: Rate;
  flat_amount: Rate;
}[] {
  return tiers.map(({ from, to, rate, flat }) => ({
    from_value: from,
    to_value: to,
    per_unit_amount: rate,
    flat_amount: flat,
  }));
}

/** The stored form of percentage tiers. */
export function writePercentRanges(tiers: readonly Tier[]): {
  from_value: Quantity;
  to_value: Quantity | null;
  rate: Rate;
  flat_amount: Rate;
}[] {
  return tiers.map(({ from, to, rate, flat }) => ({ from_value: from, to_value: to, rate, flat_amount: flat }));
}

/** The tier whose (lower, upper] holds the units, with its lower bound; the first one at zero and below (P1, P2). */
export function tierHolding(tiers: readonly Tier[], units: Quantity): { tier: Tier; index: number; lower: Quantity } {
  let lower = Quantity.zero;
  for (const [index, tier] of tiers.entries()) {
    if (tier.to === null || Quantity.compare(units, tier.to) <= 0) return { tier, index, lower };
    lower = tier.to;
  }
  throw new RangeError('the last tier must be open');
}
