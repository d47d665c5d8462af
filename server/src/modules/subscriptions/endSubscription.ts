import type { Tx } from '../../kernel/envelope.ts';
import { nextStatus } from './nextStatus.ts';
import { presentSubscription } from './presentSubscription.ts';
import { subscriptionBillingDue, subscriptionTerminated } from './subscriptions.events.ts';
import { changeRow, reread, type SubscriptionRow } from './subscriptions.sql.ts';

/** Ends a subscription at an instant and has its last invoice made (I1a); one that never started has nothing to bill. */
export async function endSubscription(
  tx: Tx,
  row: SubscriptionRow,
  at: Temporal.Instant,
  action: SubscriptionRow['on_termination_action'] = row.cancel_action ?? row.on_termination_action,
): Promise<SubscriptionRow> {
  const now = tx.scope.now;
  const hasRun = row.done_through_at !== null;
  const ended = await changeRow(tx, row.id, {
    status: nextStatus(row.status, 'terminate'),
    on_termination_action: action,
    cancel_action: null,
    terminated_at: at,
    done_through_at: hasRun ? at : null,
  });
  await tx.emit(subscriptionTerminated, { id: row.id, data: presentSubscription(ended, now), before: presentSubscription(row, now) });
  if (!hasRun) return ended;
  await tx.emit(subscriptionBillingDue, { id: row.id, data: { subscription_ids: [row.id], at, kind: 'termination', turn: 0 } });
  return reread(tx.db, row.id);
}
