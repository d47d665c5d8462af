import { Amount, Fraction, Precise } from '../money/index.ts';
import type { DatePeriod } from '../time/index.ts';

/** An amount that is earned day by day over the local days it was paid for. */
export interface Deferral {
  readonly amount: Amount;
  /** Half-open. */
  readonly days: DatePeriod;
}

/** What is earned of a deferral in one month; it counts from the last of its days in that month. */
export interface Release {
  readonly on: Temporal.PlainDate;
  readonly amount: Amount;
}

const compare = Temporal.PlainDate.compare;

export function laterOf(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return compare(a, b) < 0 ? b : a;
}

function earlierOf(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return compare(a, b) < 0 ? a : b;
}

/**
 * What is earned by the end of a day: amount × days so far ÷ all days, rounded once, half away from zero (M3), like the fee for
 * these days alone. The part of any stretch of days is the difference of two such sums, so that parts sum to the whole however
 * it is cut: a day's to its month's, the months' to the amount. A deferral without days is earned at once.
 */
export function earnedThrough({ amount, days }: Deferral, day: Temporal.PlainDate): Amount {
  if (compare(day, days.start) < 0) return Amount.zero;
  const through = day.add({ days: 1 });
  if (compare(through, days.end) >= 0) return amount;
  const share = Fraction.of(days.start.until(through).days, days.start.until(days.end).days);
  return Precise.toAmount(Precise.scale(Precise.ofMinor(amount), share));
}

/** Whether a day that is paid for lies after this one. */
export function isAhead(days: DatePeriod, day: Temporal.PlainDate): boolean {
  return compare(day.add({ days: 1 }), days.end) < 0 && compare(days.start, days.end) < 0;
}

const endOfMonth = (day: Temporal.PlainDate) => day.with({ day: day.daysInMonth });

/**
 * The releases of a deferral that is posted on a day: one for each calendar month, of what its days earn. Months before the one
 * it is posted in are closed: their days are earned with the first. In order of their days; they sum to the amount.
 */
export function releasesOf(deferral: Deferral, postedOn: Temporal.PlainDate): Release[] {
  const { amount, days } = deferral;
  if (!isAhead(days, postedOn)) return Amount.isZero(amount) ? [] : [{ on: postedOn, amount }];
  const last = days.end.subtract({ days: 1 });
  const releases: Release[] = [];
  let earned = Amount.zero;
  for (let day = laterOf(days.start, postedOn); compare(day, last) <= 0; day = endOfMonth(day).add({ days: 1 })) {
    const on = earlierOf(endOfMonth(day), last);
    const through = earnedThrough(deferral, on);
    if (through !== earned) releases.push({ on, amount: Amount.subtract(through, earned) });
    earned = through;
  }
  return releases;
}
