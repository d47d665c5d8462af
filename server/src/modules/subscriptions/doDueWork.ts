import { type DueWork, dueWork, endOf, invoiceKindOf } from '@farthing/core/subscriptions';
import type { Tx } from '../../kernel/envelope.ts';
import { agreedChange } from './agreedChange.ts';
import { openPhase } from './changePlan.ts';
import { endSubscription } from './endSubscription.ts';
import { presentSubscription } from './presentSubscription.ts';
import { startSubscription } from './startSubscription.ts';
import { subscriptionBillingDue, subscriptionTrialEnded } from './subscriptions.events.ts';
import { changeRow, reread, type SubscriptionRow } from './subscriptions.sql.ts';
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

/** Does one thing that fell due; the columns say when it was due, however late it is done. */
export async function doDueWork(tx: Tx, row: SubscriptionRow, due: DueWork): Promise<SubscriptionRow> {
  if (due.kind === 'activate') return startSubscription(tx, row, due.at, due.at);
  if (due.kind === 'end') return endSubscription(tx, row, due.at);
  if (due.kind === 'plan_change') return openPhase(tx, row, agreedChange(row));
  const now = tx.scope.now;
  const trialEnds = due.trialEnds && row.trial_ended_at === null;
  const passed = await changeRow(tx, row.id, {
    ...(due.kind === 'period_end' ? { done_through_at: due.at } : {}),
    ...(trialEnds ? { trial_ended_at: due.at } : {}),
  });
  if (trialEnds)
    await tx.emit(subscriptionTrialEnded, { id: row.id, data: presentSubscription(passed, now), before: presentSubscription(row, now) });
  await tx.emit(subscriptionBillingDue, { id: row.id, data: { subscription_id: row.id, at: due.at, kind: invoiceKindOf[due.kind], turn: 0 } });
  return reread(tx.db, row.id);
}

/** Does all that is due by now, so that what follows acts on a subscription that is billed up to date. */
export async function catchUp(tx: Tx, row: SubscriptionRow): Promise<SubscriptionRow> {
  let current = row;
  for (let due = nextDue(current); due !== null && hasCome(tx, due.at); due = nextDue(current)) current = await doDueWork(tx, current, due);
  return current;
}

export function hasCome(tx: Tx, at: Temporal.Instant): boolean {
  return Temporal.Instant.compare(at, tx.scope.now) <= 0;
}
