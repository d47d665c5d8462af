/**
 * The local date of an instant, as billing reckons days: day d runs from the start of d to the start of the next day (T1).
 * Where a zone sets its clocks back across midnight, the repeated minutes of the old date belong to the new day, so that days
 * follow each other without overlap. Throws RangeError for an unknown zone.
 */
export function localDate(instant: Temporal.Instant, zone: string): Temporal.PlainDate {
  // Clocks change at whole seconds, and days begin at them: what an instant has below a millisecond decides nothing.
  return dates.of(zone, instant.epochMilliseconds, () => dateOf(instant, zone));
}

function dateOf(instant: Temporal.Instant, zone: string): Temporal.PlainDate {
  const shown = instant.toZonedDateTimeISO(zone).toPlainDate();
  const next = shown.add({ days: 1 });
  return Temporal.Instant.compare(instant, localMidnight(next, zone)) < 0 ? shown : next;
}

/**
 * The first instant of a local day: its midnight, or where the zone's clocks skip midnight the end of the gap (T1).
 * Of a midnight that happens twice it is the first. Throws RangeError for an unknown zone.
 */
export function localMidnight(day: Temporal.PlainDate, zone: string): Temporal.Instant {
  return midnights.of(zone, (day.year * 12 + day.month) * 31 + day.day, () => day.toZonedDateTime(zone).toInstant());
}

/**
 * What was worked out last, by zone and number. Billing asks for the days of the same few instants again and again, and of all that it does
 * with time, looking up a zone's clock costs the most. What is kept cannot be changed, so that it makes no difference but time.
 */
class Remembered<T> {
  static readonly #most = 10_000;
  readonly #zones = new Map<string, Map<number, T>>();
  #size = 0;

  of(zone: string, key: number, find: () => T): T {
    const known = this.#zones.get(zone)?.get(key);
    if (known !== undefined) return known;
    const found = find();
    if (this.#size++ === Remembered.#most) this.#forget();
    const here = this.#zones.get(zone) ?? new Map<number, T>();
    this.#zones.set(zone, here.set(key, found));
    return found;
  }

  #forget(): void {
    this.#zones.clear();
    this.#size = 1;
  }
}

const dates = new Remembered<Temporal.PlainDate>();
const midnights = new Remembered<Temporal.Instant>();

/**
 * The end of a trial: the same wall time `days` local days after the start (T4). A wall time the zone skips on that day is moved
 * forward by the length of the gap, one that happens twice is the first. Throws RangeError when `days` is negative or no integer.
 */
export function trialEnd(startedAt: Temporal.Instant, days: number, zone: string): Temporal.Instant {
  if (!Number.isInteger(days) || days < 0) throw new RangeError(`trial days must be a whole number, not negative: ${days}`);
  return startedAt.toZonedDateTimeISO(zone).add({ days }).toInstant();
}
