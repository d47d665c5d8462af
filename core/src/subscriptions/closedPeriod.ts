import { localDate, localMidnight, Period, periodOnDay } from '../time/index.ts';
import type { InvoiceKind } from './invoicePlan.ts';
import { closingDay, type FeeSpan, feeSpan, isBilled } from './spans.ts';
import { calendarOf, type SubscriptionTerms, type Turn } from './terms.ts';

/** A period of the plan that an invoice closes, or as much of it as was this plan's: the days that were billed, and what of it was billed whenever. */
export interface ClosedPeriod extends Pick<FeeSpan, 'service' | 'days'> {
  /** Where fees for days of it begin, each with a day. */
  readonly fees: Period;
  /** Where its usage begins, which is cut at the instants of changes of plan. */
  readonly usage: Period;
}

const { compare } = Temporal.Instant;

/**
 * The plan's own period that closes with the invoice of this kind at this instant, with the days that are billed of it, those of a trial
 * and of pauses left out (I1, T3b, T4). A change of plan closes that of the plan before it, up to the change. Null where none closes: a
 * cut of usage inside a longer period, a start, an end that skips its invoice, an end or a change whose period was closed before, a change after which
 * the price of the plan before it stays due to the end of the period, and where no day of the period is billed.
 */
export function closedPeriod(terms: SubscriptionTerms, at: Temporal.Instant, kind: InvoiceKind): ClosedPeriod | null {
  const calendar = calendarOf(terms);
  if (kind === 'periodic') {
    const day = localDate(at, terms.zone);
    if (!periodOnDay(calendar, day).start.equals(day)) return null;
    return closed(terms, periodOnDay(calendar, day.subtract({ days: 1 })));
  }
  if (kind === 'plan_change') return closedByChange(terms);
  if (kind !== 'termination' || terms.terminationAction === 'skip') return null;
  const ending = periodOnDay(calendar, closingDay(terms, at));
  return isBilled(terms, ending) ? null : closed({ ...terms, terminatedAt: at }, ending);
}

function closedByChange(terms: SubscriptionTerms): ClosedPeriod | null {
  const turn = terms.closed;
  if (turn === null || !localDate(turn.at, terms.zone).equals(turn.day)) return null;
  // A plan that has the period from an earlier day on has it whole, even where it closed on this day, too.
  const next = terms.successor?.terms.opened ?? turn;
  if (Temporal.PlainDate.compare(next.day, turn.day) < 0) return null;
  const period = periodOnDay(calendarOf(terms), turn.day.subtract({ days: 1 }));
  return isBilled(terms, period) ? null : closed(terms, period);
}

function closed(terms: SubscriptionTerms, period: Parameters<typeof feeSpan>[1]): ClosedPeriod | null {
  const span = feeSpan(terms, period);
  if (span === null) return null;
  const { full, service, days } = span;
  const { opened, closed: turn, zone } = terms;
  const midnight = ({ day }: Turn): Temporal.Instant => localMidnight(day, zone);
  return {
    service,
    days,
    // Half a day earlier no fee of the plan before begins, and the first of this one does, whose midnight may have been another zone's.
    fees: cut(full, opened === null ? null : midnight(opened).subtract({ hours: 12 }), turn === null ? null : midnight(turn)),
    usage: cut(full, opened === null ? null : usageOpening(opened, zone), turn === null ? null : turn.at),
  };
}

/** Where a plan has been given the period from an earlier day on, it has that of the plan before with it. */
function usageOpening({ at, day }: Turn, zone: string): Temporal.Instant {
  return Temporal.PlainDate.compare(day, localDate(at, zone)) < 0 ? localMidnight(day, zone) : at;
}

/** What of a period lies between two instants, null being no bound. */
function cut({ start, end }: Period, from: Temporal.Instant | null, to: Temporal.Instant | null): Period {
  const opens = from !== null && compare(start, from) < 0 ? from : start;
  const closes = to !== null && compare(to, end) < 0 ? to : end;
  return Period.of(opens, compare(closes, opens) < 0 ? opens : closes);
}
