/**
 * The local date of an instant, as billing reckons days: day d runs from the start of d to the start of the next day (T1).
 * Where a zone sets its clocks back across midnight, the repeated minutes of the old date belong to the new day, so that days
 * follow each other without overlap. Throws RangeError for an unknown zone.
 */
export function localDate(instant: Temporal.Instant, zone: string): Temporal.PlainDate {
  const shown = instant.toZonedDateTimeISO(zone).toPlainDate();
  const next = shown.add({ days: 1 });
  return Temporal.Instant.compare(instant, localMidnight(next, zone)) < 0 ? shown : next;
}

/**
 * The first instant of a local day: its midnight, or where the zone's clocks skip midnight the end of the gap (T1).
 * Of a midnight that happens twice it is the first. Throws RangeError for an unknown zone.
 */
export function localMidnight(day: Temporal.PlainDate, zone: string): Temporal.Instant {
  return day.toZonedDateTime(zone).toInstant();
}

/**
 * The end of a trial: the same wall time `days` local days after the start (T4). A wall time the zone skips on that day is moved
 * forward by the length of the gap, one that happens twice is the first. Throws RangeError when `days` is negative or no integer.
 */
export function trialEnd(startedAt: Temporal.Instant, days: number, zone: string): Temporal.Instant {
  if (!Number.isInteger(days) || days < 0) throw new RangeError(`trial days must be a whole number, not negative: ${days}`);
  return startedAt.toZonedDateTimeISO(zone).add({ days }).toInstant();
}
