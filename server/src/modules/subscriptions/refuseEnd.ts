import { endOf } from '@farthing/core/subscriptions';
import { invalid } from '../../kernel/problem.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';
import { ownTerms } from './termsOf.ts';

/**
 * Refuses an `ending_at` that could no longer take effect. What counts is when the subscription would end: an end on the first local day
 * of a period is one at that day's midnight (T3).
 */
export function refuseImpossibleEnd(row: SubscriptionRow, now: Temporal.Instant): void {
  if (row.ending_at === null) return;
  const terms = ownTerms({ ...row, cancels_at: null });
  const end = (terms === null ? null : endOf(terms)) ?? row.ending_at;
  if (Temporal.Instant.compare(end, now) <= 0)
    throw invalid('ending_at', 'in_the_past', `The subscription would have ended at ${end}; to end it now, terminate it.`);
  if (row.started_at !== null && Temporal.Instant.compare(end, row.started_at) <= 0)
    throw invalid('ending_at', 'before_start', `The subscription starts at ${row.started_at}; it cannot end before.`);
}
