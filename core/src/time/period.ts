import { Fraction } from '../money/index.ts';
import { localDate, localMidnight } from './localDay.ts';

/** A half-open span of time [start, end) (T1). */
export interface Period {
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
}

const compare = Temporal.Instant.compare;

export const Period = {
  /** Throws RangeError when the end is before the start; an empty period is allowed. */
  of(start: Temporal.Instant, end: Temporal.Instant): Period {
    if (compare(end, start) < 0) throw new RangeError(`a period cannot end (${end}) before it starts (${start})`);
    return { start, end };
  },
  contains: (p: Period, instant: Temporal.Instant): boolean => compare(p.start, instant) <= 0 && compare(instant, p.end) < 0,
  isEmpty: (p: Period): boolean => compare(p.start, p.end) === 0,
  equals: (a: Period, b: Period): boolean => a.start.equals(b.start) && a.end.equals(b.end),
  /** The part two periods share, or null when they share no instant. */
  intersect(a: Period, b: Period): Period | null {
    const start = compare(a.start, b.start) < 0 ? b.start : a.start;
    const end = compare(a.end, b.end) < 0 ? a.end : b.end;
    return compare(start, end) < 0 ? { start, end } : null;
  },
  /**
   * Local days the period touches in any part (T3). A day of 23 or 25 hours counts as one; an end exactly at local midnight does
   * not touch the day that begins there; an empty period touches none.
   */
  days(p: Period, zone: string): number {
    if (Period.isEmpty(p)) return 0;
    const first = localDate(p.start, zone);
    const last = localDate(p.end, zone);
    const whole = first.until(last).days;
    return localMidnight(last, zone).equals(p.end) ? whole : whole + 1;
  },
} as const;

/**
 * The share of a full period that a part of it bills: whole local days of the part over the real days of the full period (T3).
 * What lies outside the full period does not count, so the share is never above one. Throws RangeError when `full` is empty.
 */
export function proration(part: Period, full: Period, zone: string): Fraction {
  const inside = Period.intersect(part, full);
  return Fraction.of(inside === null ? 0 : Period.days(inside, zone), Period.days(full, zone));
}
