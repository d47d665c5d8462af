import { localDate, localMidnight, Period, periodOnDay } from '../time/index.ts';
import type { InvoiceKind } from './invoicePlan.ts';
import { closingDay, type FeeSpan, feeSpan, isBilled } from './spans.ts';
import { calendarOf, type SubscriptionTerms } from './terms.ts';

/** A period of the plan that an invoice closes: the days of it that were billed, and the whole of it, from where the one before it closed. */
export interface ClosedPeriod extends Pick<FeeSpan, 'service' | 'days'> {
  readonly full: Period;
}

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

/** What the new plan bills of the period begins where the old one's part of it ends. */
function closedByChange(terms: SubscriptionTerms): ClosedPeriod | null {
  const turn = terms.closed;
  if (turn === null || !localDate(turn.at, terms.zone).equals(turn.day)) return null;
  const period = periodOnDay(calendarOf(terms), turn.day.subtract({ days: 1 }));
  const own = isBilled(terms, period) ? null : closed(terms, period);
  return own === null ? null : { ...own, full: Period.of(own.full.start, localMidnight(turn.day, terms.zone)) };
}

function closed(terms: SubscriptionTerms, period: Parameters<typeof feeSpan>[1]): ClosedPeriod | null {
  const span = feeSpan(terms, period, false);
  return span === null ? null : { service: span.service, days: span.days, full: span.full };
}
