import { type Currency, Precise, type Quantity } from '../money/index.ts';
import { type Priced, priceUsage } from '../rating/index.ts';
import { fallsDue, type FixedFeeLine, type InvoicePlan, partOf, type SubscriptionTerms, type UnitsChange, unitsOn, unitsOver } from '../subscriptions/index.ts';
import { localDate } from '../time/index.ts';
import type { FixedChargeFacts } from './facts.ts';

/** Days of a fixed charge with one number of units. */
export interface UnitsPart {
  readonly line: FixedFeeLine;
  readonly units: Quantity;
  /** The units that are paid for already, so that only what the others cost above them is due; null where none are. */
  readonly above: Quantity | null;
}

type Line = Pick<FixedFeeLine, 'service' | 'full' | 'days' | 'dates'>;

const compareDays = Temporal.PlainDate.compare;

/** What so many units of a fixed charge cost in a full period. */
export function priceOfUnits({ properties }: Pick<FixedChargeFacts, 'properties'>, units: Quantity, currency: Currency): Priced {
  return priceUsage(properties.model, properties, { units, eventsCount: 0n }, currency);
}

/** What an invoice bills of a fixed charge for a line of its days: one part for each number of units, and none where all is paid. */
export function unitsParts(terms: SubscriptionTerms, { at, kind }: Pick<InvoicePlan, 'at' | 'kind'>, charge: FixedChargeFacts, line: FixedFeeLine): readonly UnitsPart[] {
  if (charge.settles !== null) return settledParts(terms, charge, line, charge.settles);
  if (!line.advance) return arrearsParts(terms, charge, line);
  const opening = (change: UnitsChange): boolean =>
    change.timing === 'period_end' ? compareDays(change.day, line.dates.start) <= 0 : Temporal.Instant.compare(change.at, at) < (fallsDue.has(kind) ? 0 : 1);
  const last = charge.changes.findLast(opening);
  return upToLess(terms, charge, { line, units: last?.units ?? charge.units, above: null }, last?.turn ?? 0);
}

/** By the day each number of units its days; whole, the dearest that the period had. */
function arrearsParts(terms: SubscriptionTerms, charge: FixedChargeFacts, line: FixedFeeLine): readonly UnitsPart[] {
  const stretches = unitsOver(charge, line.dates);
  if (!charge.prorated) return [{ line, units: dearest(terms, charge, stretches.map(({ units }) => units)), above: null }];
  if (stretches.length === 1) return [{ line, units: unitsOn(charge, line.dates.start), above: null }];
  return stretches.flatMap(({ units, days }) => {
    const part = partOf(terms, line, days);
    return part === null ? [] : [{ line: { ...line, ...part }, units, above: null }];
  });
}

/**
 * What a change in a period that is paid ahead costs: more, what the new price is above the old one; less, the new price, for the old one is
 * credited. What is not prorated costs what its price is above the dearest that the period had.
 */
function settledParts(terms: SubscriptionTerms, charge: FixedChargeFacts, line: FixedFeeLine, turn: number): readonly UnitsPart[] {
  const change = charge.changes.find((candidate) => candidate.turn === turn);
  if (change === undefined) return [];
  const { units } = change;
  if (charge.prorated) return upToLess(terms, charge, { line, units, above: isLess(charge, change, terms.currency) ? null : unitsBefore(charge, change) }, turn);
  const most = dearest(terms, charge, heldInPeriod(terms, charge, line, turn));
  const price = (of: Quantity): Precise => priceOfUnits(charge, of, terms.currency).amount;
  return Precise.compare(price(units), price(most)) > 0 ? [{ line, units, above: most }] : [];
}

/** The units in force when a change came. */
function unitsBefore(charge: Pick<FixedChargeFacts, 'units' | 'changes'>, { turn, day }: UnitsChange): Quantity {
  return unitsOn({ units: charge.units, changes: charge.changes.filter((other) => other.turn < turn) }, day);
}

/** Whether a change makes a period cheaper. */
export function isLess(charge: Pick<FixedChargeFacts, 'units' | 'changes' | 'properties'>, change: UnitsChange, currency: Currency): boolean {
  const price = (units: Quantity): Precise => priceOfUnits(charge, units, currency).amount;
  return Precise.compare(price(change.units), price(unitsBefore(charge, change))) < 0;
}

/** A change to less bills all days from its own anew, so that what is billed before it, and still a draft or issued again, ends there. */
function upToLess(terms: SubscriptionTerms, charge: FixedChargeFacts, part: UnitsPart, turn: number): readonly UnitsPart[] {
  const later = charge.changes.filter((change) => change.turn > turn && change.timing === 'now');
  const less = charge.prorated ? later.find((change) => isLess(charge, change, terms.currency)) : undefined;
  if (less === undefined || compareDays(part.line.dates.end, less.day) <= 0) return [part];
  const days = partOf(terms, part.line, { start: part.line.dates.start, end: less.day });
  return days === null ? [] : [{ ...part, line: { ...part.line, ...days } }];
}

/** All numbers of units that the running period had before a change, of this plan. */
function heldInPeriod(terms: SubscriptionTerms, charge: FixedChargeFacts, { full }: Line, turn: number): readonly Quantity[] {
  const began = localDate(full.start, terms.zone);
  const opened = terms.opened?.day ?? began;
  const first = compareDays(began, opened) < 0 ? opened : began;
  const earlier = charge.changes.filter((change) => change.turn < turn);
  const isOlder = ({ timing, day }: UnitsChange): boolean => compareDays(day, first) < (timing === 'period_end' ? 1 : 0);
  const opening = earlier.findLast(isOlder)?.units ?? charge.units;
  return [opening, ...earlier.filter((change) => !isOlder(change)).map(({ units }) => units)];
}

function dearest({ currency }: SubscriptionTerms, charge: FixedChargeFacts, [first, ...others]: readonly Quantity[]): Quantity {
  const price = (units: Quantity): Precise => priceOfUnits(charge, units, currency).amount;
  return others.reduce((most, units) => (Precise.compare(price(most), price(units)) < 0 ? units : most), first ?? charge.units);
}
