import type { DemoCustomer } from './customers.ts';

/** The first day of the history, everywhere. */
export const firstDay = Temporal.PlainDate.from('2025-11-01');
/** How many days into its last month the clock stands at the end: early enough for drafts to be open. */
const daysAfter = 3;

/**
 * A halt of the clock: noon (UTC) before `day` begins anywhere. Wherever customers live between UTC-12 and UTC+12, nothing of
 * `day` has fallen due yet, and its beginning lies less than 24 hours ahead: all usage before it can be sent now, in time for
 * the invoices that close then.
 */
export interface Halt {
  readonly day: Temporal.PlainDate;
  readonly at: Temporal.Instant;
}

const haltBefore = (day: Temporal.PlainDate): Halt => ({ day, at: day.toZonedDateTime('UTC').toInstant().subtract({ hours: 12 }) });

/** A day of the month counted from the history's first month, or that month's last. */
function dayOf([months, day]: readonly [number, number]): Temporal.PlainDate {
  const month = firstDay.add({ months });
  return month.with({ day: Math.min(day, month.daysInMonth) });
}

export const startOf = (customer: DemoCustomer): Temporal.PlainDate => dayOf(customer.starts);
export const endOf = ({ ends }: DemoCustomer): Temporal.PlainDate | null => (ends === undefined ? null : dayOf(ends.after));

/** The last halt but one, at noon of a day early in the month after the last. */
function lastDay(months: number): Halt {
  return haltBefore(firstDay.add({ months }).add({ days: daysAfter + 1 }));
}

/** The days on which something of a customer's subscription may begin or end, besides those of the calendar. */
function daysOf(customer: DemoCustomer, trialDays: number, months: number): readonly (Temporal.PlainDate | null)[] {
  const start = startOf(customer);
  const anniversaries = customer.billing_time === 'anniversary' ? Array.from({ length: months }, (_, passed) => start.add({ months: passed })) : [];
  return [start, start.add({ days: trialDays }), endOf(customer), ...anniversaries];
}

/** The halts, in order: before every day on which a period, a trial or a subscription of anybody may begin or end. */
export function haltsOf(customers: readonly DemoCustomer[], trialDays: (plan: string) => number, months: number): readonly Halt[] {
  const last = lastDay(months);
  const own = new Set(customers.flatMap((customer) => daysOf(customer, trialDays(customer.plan), months)).map(String));
  const halts: Halt[] = [];
  for (let day = firstDay; ; day = day.add({ days: 1 })) {
    const halt = haltBefore(day);
    // A minute later everything that belongs to the last day has been sent, and the history is complete.
    if (halt.at.equals(last.at)) return [...halts, last, { day: last.day, at: last.at.add({ minutes: 1 }) }];
    // Months and more begin on the 1st, weeks on Mondays.
    if (day.day === 1 || day.dayOfWeek === 1 || own.has(String(day))) halts.push(halt);
  }
}
