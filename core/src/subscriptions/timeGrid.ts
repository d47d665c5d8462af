import { type Calendar, localDate, periodAt } from '../time/index.ts';
import { invoiceKindOf, invoicePlan, overdueWork, type SubscriptionTerms } from './index.ts';
import { termsOf } from './testing.ts';

/** Zones that differ in what matters: far east and west, half and quarter hours, clocks that skip or repeat midnight or hardly change. */
const gridZones = [
  'UTC', 'Europe/London', 'Europe/Berlin', 'Europe/Dublin', 'Europe/Istanbul', 'Africa/Cairo', 'Africa/Casablanca', 'Africa/Lagos',
  'Asia/Beirut', 'Asia/Gaza', 'Asia/Tehran', 'Asia/Amman', 'Asia/Kolkata', 'Asia/Kathmandu', 'Asia/Tokyo', 'Asia/Shanghai',
  'Australia/Sydney', 'Australia/Lord_Howe', 'Pacific/Auckland', 'Pacific/Chatham', 'Pacific/Kiritimati', 'Pacific/Pago_Pago',
  'America/New_York', 'America/Los_Angeles', 'America/St_Johns', 'America/Sao_Paulo', 'America/Havana', 'America/Asuncion',
  'America/Nuuk', 'Atlantic/Azores',
];

/**
 * One life of the grid: a monthly anniversary subscription of an anchor's day that starts in a month. Where the month is too short for the day,
 * it starts on the last day of it, and its anchor is that day of the month before, which is always long enough.
 */
export interface GridPlace {
  readonly zone: string;
  readonly month: number;
  readonly day: number;
}

const [years, months, days] = [10, 12, 31];

/** Every place of the grid, 31 days of 12 months in each zone, in an order that spreads any even share of them over all zones, months and days. */
export function* gridPlaces(): Generator<GridPlace> {
  for (const zone of gridZones) for (let month = 1; month <= months; month++) for (let day = 1; day <= days; day++) yield { zone, month, day };
}

/** The lives of a zone begin in ten years one after the other, so that they meet all that its clocks did in twenty; that of 29 February in a leap year. */
const firstYearOf = ({ month, day }: GridPlace): number => 2015 + ((month + day) % years);

/** So many months after the month of the start, by plain arithmetic: its year, its month, and how many days that has. */
function monthOf(place: GridPlace, n: number): { readonly year: number; readonly month: number; readonly length: number } {
  const count = firstYearOf(place) * months + place.month - 1 + n;
  const [year, month] = [Math.floor(count / months), (count % months) + 1];
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return { year, month, length: lengths[month - 1] ?? 0 };
}

/** The day of the boundary number n: the anchor's day, or the last one of a month that is shorter. */
function expectedDay(place: GridPlace, n: number): Temporal.PlainDate {
  const { year, month, length } = monthOf(place, n);
  return Temporal.PlainDate.from({ year, month, day: Math.min(place.day, length) });
}

/** The day from which the life is counted: that of its start where it is long enough, else of the month before. */
function anchorOf(place: GridPlace): Temporal.PlainDate {
  const { year, month } = monthOf(place, monthOf(place, 0).length < place.day ? -1 : 0);
  return Temporal.PlainDate.from({ year, month, day: place.day }, { overflow: 'reject' });
}

const midnight = (day: Temporal.PlainDate, zone: string): Temporal.Instant => day.toZonedDateTime(zone).toInstant();

/** The same by the calendar alone, some ten times as fast: each period of ten years opens where the one before closed, on the anchor's day. */
export function tileGrid(place: GridPlace): string | null {
  const calendar: Calendar = { interval: 'monthly', intervalCount: 1, billingTime: 'anniversary', anchor: anchorOf(place), zone: place.zone };
  let open = midnight(expectedDay(place, 0), place.zone);
  for (let n = 1; n <= years * months; n++) {
    const { start, end } = periodAt(calendar, open);
    const expected = midnight(expectedDay(place, n), place.zone);
    if (!start.equals(open) || !end.equals(expected)) return `period ${n} is ${start} to ${end} instead of ${open} to ${expected}`;
    open = end;
  }
  return null;
}

/**
 * Lives ten years of one place and answers the first thing that is wrong, or null: each period ends on the anchor's day in the zone, at
 * the first instant of that day; it opens where the one before closed; what is billed of it is the whole of it.
 */
export function liveGrid(place: GridPlace): string | null {
  const [anchor, start] = [anchorOf(place), expectedDay(place, 0)];
  const asked = anchor.equals(start) ? {} : { subscriptionAt: anchor.toString() };
  const terms: SubscriptionTerms = termsOf({ zone: place.zone, billingTime: 'anniversary', startedAt: start.toString(), ...asked });
  const last = midnight(expectedDay(place, years * months), place.zone);
  let [n, open] = [0, terms.startedAt];
  for (const due of overdueWork(terms, null, last)) {
    if (due.kind === 'activate') continue;
    n++;
    const expected = expectedDay(place, n);
    const day = localDate(due.at, place.zone);
    if (!day.equals(expected)) return `period ${n} ends on ${day} instead of ${expected}`;
    if (!midnight(expected, place.zone).equals(due.at)) return `period ${n} ends at ${due.at}, which is not where ${expected} begins`;
    const plan = invoicePlan(terms, due.at, invoiceKindOf[due.kind]);
    const [fee] = plan?.planFees ?? [];
    if (plan?.usage === null || plan === null || fee === undefined) return `period ${n} bills nothing`;
    if (!plan.usage.period.start.equals(open) || !plan.usage.period.end.equals(due.at)) return `the usage of period ${n} is not all of it`;
    if (!fee.service.start.equals(open) || !fee.service.end.equals(due.at)) return `the fee of period ${n} is not for all of it`;
    if (fee.days.numerator !== fee.days.denominator) return `period ${n} is billed ${fee.days.numerator} of ${fee.days.denominator} days`;
    open = due.at;
  }
  return n === years * months ? null : `${n} periods in ten years`;
}
