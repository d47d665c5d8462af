import { type DueWork, dueWork, endOf } from '@farthing/core/subscriptions';
import type { SubscriptionRow } from './subscriptions.sql.ts';
import { agreedEnd, ownTerms } from './termsOf.ts';

/**
 * The next thing that falls due for a subscription after what is done already; it may lie in the past. Null: nothing will. What is done
 * are the boundaries up to `done_through_at` and, apart from them, the end of the trial: a change of zone may put a boundary before it.
 */
export function nextDue(row: SubscriptionRow): DueWork | null {
  if (row.status === 'terminated') return null;
  const terms = ownTerms(row);
  // Waiting to be activated by hand: only an end can come before that.
  const end = agreedEnd(row);
  if (terms === null) return end === null ? null : { at: end, kind: 'end', trialEnds: false };
  const after = row.done_through_at;
  const due = dueWork(terms, after);
  if (due?.kind === 'trial_end' && row.trial_ended_at !== null) return dueWork(terms, due.at);
  if (due !== null || after === null || endOf(terms) === null) return due;
  // A change of zone has moved the end behind the boundary that is done already: it is due there.
  return { at: after, kind: 'end', trialEnds: false };
}
