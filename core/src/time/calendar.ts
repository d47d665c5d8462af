/**
 * Billing calendars (T2). Every boundary is anchor + n intervals, worked out in one step from the anchor and never from the period
 * before it: month ends clamp and recover, and a period a century away costs the same as the current one.
 */
import { localDate, localMidnight } from './localDay.ts';
import { Period } from './period.ts';

export type Interval = 'daily' | 'weekly' | 'monthly' | 'quarterly' | 'semiannual' | 'yearly';
export type BillingTime = 'calendar' | 'anniversary';

export interface Calendar {
  readonly interval: Interval;
  /** Whole intervals in one period, at least 1. */
  readonly intervalCount: number;
  readonly billingTime: BillingTime;
  /**
   * The local date the periods are counted from. In calendar billing with an interval count above 1 it only decides which calendar
   * period the counting begins with: the one that holds it.
   */
  readonly anchor: Temporal.PlainDate;
  /** IANA time zone whose midnights bound the periods. */
  readonly zone: string;
}

/** A period as local dates, half-open: `end` is the first day of the next one. */
export interface DatePeriod {
  readonly start: Temporal.PlainDate;
  readonly end: Temporal.PlainDate;
}

/** The full period [boundary, next boundary) that holds an instant. Throws RangeError for an unknown zone or interval count below 1. */
export function periodAt(c: Calendar, at: Temporal.Instant): Period {
  return toInstants(periodOnDay(c, localDate(at, c.zone)), c.zone);
}

/** The full period that holds a local day, as local dates. */
export function periodOnDay(c: Calendar, day: Temporal.PlainDate): DatePeriod {
  const step = stepOf(c);
  const origin = originOf(c);
  const n = step.unit === 'days' ? indexByDays(origin, day, step.size) : indexByMonths(origin, day, step.size);
  return { start: boundary(origin, step, n), end: boundary(origin, step, n + 1) };
}

/** The first boundary strictly after an instant. */
export function nextBoundary(c: Calendar, at: Temporal.Instant): Temporal.Instant {
  return periodAt(c, at).end;
}

/** The full period before the one that holds the start of `p`. */
export function previousPeriod(c: Calendar, p: Period): Period {
  const { start } = periodOnDay(c, localDate(p.start, c.zone));
  return toInstants(periodOnDay(c, start.subtract({ days: 1 })), c.zone);
}

/**
 * The period that follows one closed at `closedAt` on a boundary reckoned in `closedZone`, after the customer's zone has changed to
 * that of the calendar (T1). It opens where the last one closed and ends at the new zone's boundary; `full` is the calendar's own
 * period, whose days stay the divisor. Without a change of zone both are the same.
 */
export function periodAfter(c: Calendar, closedAt: Temporal.Instant, closedZone: string): { period: Period; full: Period } {
  const full = toInstants(periodOnDay(c, localDate(closedAt, closedZone)), c.zone);
  return { period: Period.of(closedAt, full.end), full };
}

/**
 * The calendar at which usage is cut for `bill_charges_monthly` (T2): monthly, of the same anchor or calendar. Every boundary of a
 * longer interval is one of its boundaries. Days and weeks do not fit into months and keep their own.
 */
export function monthlyCuts(c: Calendar): Calendar {
  return stepOf(c).unit === 'days' ? c : { ...c, interval: 'monthly', intervalCount: 1 };
}

interface Step {
  readonly unit: 'days' | 'months';
  readonly size: number;
}

const STEPS: Readonly<Record<Interval, Step>> = {
  daily: { unit: 'days', size: 1 },
  weekly: { unit: 'days', size: 7 },
  monthly: { unit: 'months', size: 1 },
  quarterly: { unit: 'months', size: 3 },
  semiannual: { unit: 'months', size: 6 },
  yearly: { unit: 'months', size: 12 },
};

function stepOf(c: Calendar): Step {
  if (!Number.isSafeInteger(c.intervalCount) || c.intervalCount < 1) {
    throw new RangeError(`an interval count must be a whole number from 1: ${c.intervalCount}`);
  }
  const { unit, size } = STEPS[c.interval];
  return { unit, size: size * c.intervalCount };
}

/** Boundary number 0: the anchor itself, or the first day of the calendar period that holds it. */
function originOf(c: Calendar): Temporal.PlainDate {
  if (c.billingTime === 'anniversary' || c.interval === 'daily') return c.anchor;
  if (c.interval === 'weekly') return c.anchor.subtract({ days: c.anchor.dayOfWeek - 1 });
  const months = STEPS[c.interval].size;
  return c.anchor.with({ day: 1, month: c.anchor.month - ((c.anchor.month - 1) % months) });
}

/** Boundary number n, which may be negative. Temporal clamps the day to the month it lands in; the origin keeps its own. */
function boundary(origin: Temporal.PlainDate, step: Step, n: number): Temporal.PlainDate {
  return origin.add(step.unit === 'days' ? { days: n * step.size } : { months: n * step.size });
}

function indexByDays(origin: Temporal.PlainDate, day: Temporal.PlainDate, size: number): number {
  return Math.floor(origin.until(day).days / size);
}

/**
 * The boundary of the group of months that holds the day may still lie ahead of it in the same month; the one before is then meant.
 * The next boundary lies in a later month than the day.
 */
function indexByMonths(origin: Temporal.PlainDate, day: Temporal.PlainDate, size: number): number {
  const months = (day.year - origin.year) * 12 + day.month - origin.month;
  const n = Math.floor(months / size);
  return Temporal.PlainDate.compare(origin.add({ months: n * size }), day) > 0 ? n - 1 : n;
}

function toInstants(p: DatePeriod, zone: string): Period {
  return { start: localMidnight(p.start, zone), end: localMidnight(p.end, zone) };
}
