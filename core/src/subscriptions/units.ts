import type { Quantity } from '../money/index.ts';
import type { DatePeriod } from '../time/index.ts';

/** Another number of units of a fixed charge, for one subscription. */
export interface UnitsChange {
  /** Which one of the subscription's, over all its fixed charges: the later, the higher. */
  readonly turn: number;
  readonly units: Quantity;
  /** now: it is settled for the running period. period_end: it counts from the next one on. */
  readonly timing: 'now' | 'period_end';
  /** When it was asked for. */
  readonly at: Temporal.Instant;
  /** The first local day of the new number: that of the change, or the one that opens the next period. */
  readonly day: Temporal.PlainDate;
}

/** The units of a fixed charge that a subscription has had. */
export interface HeldUnits {
  /** Before any change. */
  readonly units: Quantity;
  /** In order of their turns, which is that of their days. */
  readonly changes: readonly UnitsChange[];
}

/** The units that count on a day: those of the last change on it or before, whose day belongs to the new number as it would to a new plan (T3). */
export function unitsOn({ units, changes }: HeldUnits, day: Temporal.PlainDate): Quantity {
  return changes.findLast((change) => Temporal.PlainDate.compare(change.day, day) <= 0)?.units ?? units;
}

/** Days in stretches of one number of units each, first to last. */
export function unitsOver(held: HeldUnits, { start, end }: DatePeriod): readonly { readonly units: Quantity; readonly days: DatePeriod }[] {
  const isWithin = (day: Temporal.PlainDate): boolean => Temporal.PlainDate.compare(start, day) < 0 && Temporal.PlainDate.compare(day, end) < 0;
  const turns = held.changes.map(({ day }) => day).filter(isWithin);
  const opens = [start, ...turns.filter((day, index) => turns[index + 1]?.equals(day) !== true)];
  return opens.map((day, index) => ({ units: unitsOn(held, day), days: { start: day, end: opens[index + 1] ?? end } }));
}
