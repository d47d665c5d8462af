import { Fraction } from '../money/index.ts';
import { type UsageSpan, unpaused } from './spans.ts';
import { firstFeeDayOf, type SubscriptionTerms, trialEndOf } from './terms.ts';

/**
 * The part of a usage period for which a least amount is due: its local days over the real days of the full period (T3), without the
 * days of a trial (T4) and of pauses (T3b). The day of the start, the day on which a trial ends and the day of the end count whole.
 */
export function paidDays(terms: SubscriptionTerms, { period, days }: UsageSpan): Fraction {
  const { firstDay, lastDay, periodDays } = days;
  const trialEnd = trialEndOf(terms);
  if (trialEnd !== null && Temporal.Instant.compare(period.end, trialEnd) <= 0) return Fraction.of(0, periodDays);
  const paid = firstFeeDayOf(terms);
  const first = Temporal.PlainDate.compare(paid, firstDay) > 0 ? paid : firstDay;
  const stretches = unpaused(terms.pauses, { start: first, end: lastDay.add({ days: 1 }) });
  return Fraction.of(
    stretches.reduce((sum, { start, end }) => sum + start.until(end).days, 0),
    periodDays,
  );
}
