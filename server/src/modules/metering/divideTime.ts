/** A stretch of time, half-open; from null: since ever. */
interface Span {
  readonly from: Temporal.Instant | null;
  readonly to: Temporal.Instant;
}

/** A stretch, and what it is read from: whole days of UTC, whole hours of UTC, or the events themselves. */
export interface Stretch extends Span {
  readonly kind: 'days' | 'hours' | 'events';
}

const floor = (instant: Temporal.Instant) => instant.round({ smallestUnit: 'hour', roundingMode: 'floor' });
const ceil = (instant: Temporal.Instant) => instant.round({ smallestUnit: 'hour', roundingMode: 'ceil' });
// An instant rounds to divisors of a day only, of which 24 hours is one.
const wholeDay = { smallestUnit: 'hour', roundingIncrement: 24 } as const;
const floorDay = (instant: Temporal.Instant) => instant.round({ ...wholeDay, roundingMode: 'floor' });
const ceilDay = (instant: Temporal.Instant) => instant.round({ ...wholeDay, roundingMode: 'ceil' });

const isBefore = (a: Temporal.Instant, b: Temporal.Instant) => Temporal.Instant.compare(a, b) < 0;
const isNotEmpty = ({ from, to }: Span) => from === null || isBefore(from, to);

/** Whole hours as days where they fill them. */
function inDays({ from, to }: Span): Stretch[] {
  const [first, last] = [from === null ? null : ceilDay(from), floorDay(to)];
  if (first !== null && !isBefore(first, last)) return [{ kind: 'hours', from, to }];
  const before: Stretch[] = first === null ? [] : [{ kind: 'hours', from, to: first }];
  return [...before, { kind: 'days', from: first, to: last }, { kind: 'hours', from: last, to }];
}

/**
 * Divides the time from `start` to `end` into what fills days of UTC, what fills hours, and what is left; with `carries` all time to
 * `end`, so that no hour or day lies on both sides of `start`.
 */
export function divideTime({ start, end, carries }: { readonly start: Temporal.Instant; readonly end: Temporal.Instant; readonly carries: boolean }): Stretch[] {
  const [cut, first, last] = [floor(start), ceil(start), floor(end)];
  const edge: Stretch = { kind: 'events', from: last, to: end };
  const all: Stretch[] = [];
  if (carries && !isBefore(start, last)) all.push(...inDays({ from: null, to: last }), edge);
  else if (carries) all.push(...inDays({ from: null, to: cut }), { kind: 'events', from: cut, to: first }, ...inDays({ from: first, to: last }), edge);
  else if (isBefore(last, first)) all.push({ kind: 'events', from: start, to: end });
  else all.push({ kind: 'events', from: start, to: first }, ...inDays({ from: first, to: last }), edge);
  return all.filter(isNotEmpty);
}
