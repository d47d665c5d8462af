/** On the way of an event its time is written thrice, and the time of its arrival for every event of the request. */
const texts = new WeakMap<Temporal.Instant, string>();

/** An instant as RFC 3339 in UTC; written once, however often it is asked for. */
export function instantText(instant: Temporal.Instant): string {
  const known = texts.get(instant);
  if (known !== undefined) return known;
  const text = instant.toString();
  texts.set(instant, text);
  return text;
}

/** An instant of which the text is known; it must be the one that it would be written as. */
export function writtenAs(instant: Temporal.Instant, text: string): Temporal.Instant {
  texts.set(instant, text);
  return instant;
}

/** Whether one is before the other. The milliseconds nearly always tell, and are quicker to compare. */
export function isBefore(instant: Temporal.Instant, other: Temporal.Instant): boolean {
  const milliseconds = instant.epochMilliseconds - other.epochMilliseconds;
  return milliseconds < 0 || (milliseconds === 0 && Temporal.Instant.compare(instant, other) < 0);
}
