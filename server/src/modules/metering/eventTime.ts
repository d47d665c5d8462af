/** What is written in UTC, and lies in a year, a month and a day that there are; the 29th of February is left to Temporal. */
const inUtc =
  /^(?:19[789]|[2-8]\d\d|9(?:\d[0-8]|[0-8]\d))\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;

/** Of "2026-01-01T00:00:00Z"; and where a fraction begins. */
const wholeLength = 20;
const microDigits = 6;

const times = new WeakMap<Temporal.Instant, EventTime>();

/**
 * When an event happened, to the microsecond, as events carry it on their way in: as its text, which is hashed, stored and answered, and
 * can be compared. Making a Temporal.Instant of every event's time takes longer than all of that.
 */
export class EventTime {
  /** RFC 3339 in UTC with no more digits than needed, as Temporal writes it. */
  readonly text: string;
  #instant: Temporal.Instant | null = null;

  private constructor(text: string) {
    this.text = text;
  }

  /** Made once for each instant: the time of a request's arrival is that of all of its events. */
  static of(instant: Temporal.Instant): EventTime {
    const known = times.get(instant);
    if (known !== undefined) return known;
    const made = new EventTime(instant.toString());
    made.#instant = instant;
    times.set(instant, made);
    return made;
  }

  /** Reads a text in UTC of the years 1970 to 9989, cut to the microsecond; null for whatever else has to be looked at more closely. */
  static read(text: string): EventTime | null {
    if (!inUtc.test(text)) return null;
    if (text.length === wholeLength) return new EventTime(text);
    let end = Math.min(text.length - 1, wholeLength + microDigits);
    while (text[end - 1] === '0') end--;
    if (text[end - 1] === '.') return new EventTime(`${text.slice(0, end - 1)}Z`);
    return new EventTime(end === text.length - 1 ? text : `${text.slice(0, end)}Z`);
  }

  /** Of the text PostgreSQL writes in a session in UTC: "2026-01-15 05:00:00.5+00". */
  static stored(text: string): EventTime {
    return new EventTime(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`);
  }

  get instant(): Temporal.Instant {
    this.#instant ??= Temporal.Instant.from(this.text);
    return this.#instant;
  }

  equals({ text }: EventTime): boolean {
    return this.text === text;
  }

  /** Texts of the same length compare like times; of others all but the last letter, which is greater than any digit. */
  isBefore({ text }: EventTime): boolean {
    return this.text.length === text.length ? this.text < text : this.text.slice(0, -1) < text.slice(0, -1);
  }
}
