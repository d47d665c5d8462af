import { z } from 'zod';
import { type Currency, Precise, Quantity, Rate } from '../../money/index.ts';
import { type ChargeModel, MissingUsage } from '../chargeModel.ts';
import { rated } from '../layOnTiers.ts';
import { percentWords, priceWords, unitWords } from '../phrases.ts';
import {
  type GroupKeys,
  groupKeysShape,
  oneOf,
  optionalQuantity,
  optionalRate,
  propertySchema,
  readGroupKeys,
  unlessZero,
  writeGroupKeys,
} from '../propertySchema.ts';
import { negativeUsage, pricedBy, type Step, step, type Usage } from '../usage.ts';

/** Amounts in major units; null is none. */
export interface PercentageProperties extends GroupKeys {
  readonly model: 'percentage';
  /** Percent of the amount. */
  readonly rate: Rate;
  /** For each paying event. */
  readonly fixedAmount: Rate;
  /** The first so many events are exempt; a whole number. */
  readonly freeEvents: Quantity | null;
  /** The running total up to here is exempt. */
  readonly freeTotal: Quantity | null;
  readonly minPerEvent: Rate | null;
  readonly maxPerEvent: Rate | null;
}

const fields = z.strictObject({
  rate: optionalRate,
  percentage: optionalRate,
  fixed_amount: optionalRate,
  free_units_per_events: optionalQuantity,
  free_units_per_total_aggregation: optionalQuantity,
  per_transaction_min_amount: optionalRate,
  per_transaction_max_amount: optionalRate,
  ...groupKeysShape,
});

/** percentage: a rate on the amount and a fixed amount per event, with exempt events and bounds for each paying one (P2). */
export const percentage: ChargeModel<PercentageProperties> = {
  name: 'percentage',
  synonyms: [['rate', 'percentage']],
  properties: propertySchema<typeof fields, PercentageProperties>(
    fields,
    (given, refuse) => {
      const rate = oneOf(['rate', 'percentage'], given, refuse);
      const freeEvents = unlessZero(given.free_units_per_events, Quantity.isZero);
      if (freeEvents !== null && !Quantity.isInteger(freeEvents)) {
        refuse(['free_units_per_events'], 'must be a whole number of events');
      }
      const freeTotal = unlessZero(given.free_units_per_total_aggregation, Quantity.isZero);
      const minPerEvent = unlessZero(given.per_transaction_min_amount, Rate.isZero);
      const maxPerEvent = unlessZero(given.per_transaction_max_amount, Rate.isZero);
      if (minPerEvent !== null && maxPerEvent !== null && Rate.compare(minPerEvent, maxPerEvent) > 0) {
        refuse(['per_transaction_max_amount'], 'must not be below per_transaction_min_amount');
      }
      if (rate === null) return refuse(['rate'], 'is required');
      const fixedAmount = given.fixed_amount ?? Rate.zero;
      const exempt = { freeEvents, freeTotal, minPerEvent, maxPerEvent };
      return { model: 'percentage', rate, fixedAmount, ...exempt, ...readGroupKeys(given, refuse) };
    },
    (p) => ({
      rate: p.rate,
      fixed_amount: p.fixedAmount,
      ...(p.freeEvents === null ? {} : { free_units_per_events: p.freeEvents }),
      ...(p.freeTotal === null ? {} : { free_units_per_total_aggregation: p.freeTotal }),
      ...(p.minPerEvent === null ? {} : { per_transaction_min_amount: p.minPerEvent }),
      ...(p.maxPerEvent === null ? {} : { per_transaction_max_amount: p.maxPerEvent }),
      ...writeGroupKeys(p),
    }),
  ),
  price(p, usage, currency) {
    if (Quantity.isNegative(usage.units)) return negativeUsage(usage.units);
    if (!percentage.needsEvents(p)) {
      return pricedBy(payingSteps(p, usage.units, usage.eventsCount, currency));
    }
    return pricedBy(stepsOfEvents(p, eventsOf(usage), currency));
  },
  needsEvents: (p) => [p.freeEvents, p.freeTotal, p.minPerEvent, p.maxPerEvent].some((v) => v !== null),
  describe(p, locale, currency) {
    const parts = [percentWords(p.rate, locale)];
    if (!Rate.isZero(p.fixedAmount)) parts[0] += ` plus ${priceWords(p.fixedAmount, locale, currency)} per event`;
    if (p.freeEvents !== null) parts.push(`first ${unitWords(p.freeEvents, locale)} events free`);
    if (p.freeTotal !== null) parts.push(`first ${unitWords(p.freeTotal, locale)} of the amount free`);
    if (p.minPerEvent !== null) parts.push(`at least ${priceWords(p.minPerEvent, locale, currency)} per event`);
    if (p.maxPerEvent !== null) parts.push(`at most ${priceWords(p.maxPerEvent, locale, currency)} per event`);
    return parts.join(', ');
  },
};

function eventsOf(usage: Usage): readonly { readonly amount: Quantity }[] {
  if (usage.events !== undefined) return usage.events;
  if (usage.eventsCount === 0n) return [];
  throw new MissingUsage('percentage', 'events');
}

/** The rate on what pays, the fixed amount of every event that pays. */
function payingSteps(p: PercentageProperties, amount: Quantity, events: bigint, currency: Currency): Step[] {
  const rate = rated(amount, p.rate, 'percent', currency);
  const steps = [step('rate on the amount', rate, { units: amount, percent: p.rate })];
  if (!Rate.isZero(p.fixedAmount)) {
    const units = Quantity.fromInteger(events);
    const fixed = Precise.price(units, p.fixedAmount, currency);
    steps.push(step('fixed amount of each event', fixed, { units, unitPrice: p.fixedAmount }));
  }
  return steps;
}

function stepsOfEvents(
  p: PercentageProperties,
  events: readonly { readonly amount: Quantity }[],
  currency: Currency,
): Step[] {
  const { paying, exemptEvents, exemptAmount } = splitExempt(p, events);
  const fixed = Precise.ofMajor(p.fixedAmount, currency);
  const min = p.minPerEvent === null ? null : Precise.ofMajor(p.minPerEvent, currency);
  const max = p.maxPerEvent === null ? null : Precise.ofMajor(p.maxPerEvent, currency);
  // The rate on one major unit, so that each of possibly very many events takes one product.
  const ofOneMajor = rated(Quantity.one, p.rate, 'percent', currency);
  let base = Quantity.zero;
  let raised = Precise.zero;
  let lowered = Precise.zero;
  for (const amount of paying) {
    base = Quantity.add(base, amount);
    if (min === null && max === null) continue;
    const fee = Precise.add(Precise.times(ofOneMajor, amount), fixed);
    if (min !== null && Precise.compare(fee, min) < 0) raised = Precise.add(raised, Precise.subtract(min, fee));
    if (max !== null && Precise.compare(fee, max) > 0) lowered = Precise.add(lowered, Precise.subtract(max, fee));
  }
  const steps: Step[] = [];
  if (exemptEvents > 0) steps.push(step(`free: ${counted(exemptEvents)}`, Precise.zero, { units: exemptAmount }));
  steps.push(...payingSteps(p, base, BigInt(paying.length), currency));
  if (!Precise.isZero(raised)) steps.push(step('raised to the minimum of each event', raised, { flat: p.minPerEvent }));
  if (!Precise.isZero(lowered)) steps.push(step('lowered to the maximum of each event', lowered, { flat: p.maxPerEvent }));
  return steps;
}

function counted(events: number): string {
  return events === 1 ? '1 event' : `${events} events`;
}

interface Split {
  /** Per paying event the part of its amount the rate is on: all of it, or for the event that crosses the free total what is above. */
  readonly paying: readonly Quantity[];
  /** Events that pay nothing. */
  readonly exemptEvents: number;
  /** Everything the rate is not on, the free part of the crossing event included. */
  readonly exemptAmount: Quantity;
}

/** Which events pay and on what: the exemption ends, for good, with whichever allowance is used up first (P2). */
function splitExempt(p: PercentageProperties, events: readonly { readonly amount: Quantity }[]): Split {
  const { freeEvents, freeTotal } = p;
  const paying: Quantity[] = [];
  let ended = freeEvents === null && freeTotal === null;
  let total = Quantity.zero;
  let exemptAmount = Quantity.zero;
  for (const [index, { amount }] of events.entries()) {
    if (!ended && freeEvents !== null) ended = Quantity.compare(Quantity.fromInteger(index), freeEvents) >= 0;
    if (ended) {
      paying.push(amount);
      continue;
    }
    total = Quantity.add(total, amount);
    const above = freeTotal === null ? Quantity.zero : Quantity.max(Quantity.zero, Quantity.subtract(total, freeTotal));
    exemptAmount = Quantity.add(exemptAmount, Quantity.subtract(amount, above));
    if (Quantity.isZero(above)) continue;
    ended = true;
    paying.push(above);
  }
  return { paying, exemptEvents: events.length - paying.length, exemptAmount };
}
