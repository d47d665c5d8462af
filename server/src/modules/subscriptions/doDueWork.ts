import type { DueWork } from '@farthing/core/subscriptions';
import type { Tx } from '../../kernel/envelope.ts';
import { agreedChange } from './agreedChange.ts';
import { openPhase } from './changePlan.ts';
import { endSubscription } from './endSubscription.ts';
import { nextDue } from './nextDue.ts';
import { passBoundary } from './passBoundary.ts';
import { startSubscription } from './startSubscription.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';

/** Does one thing that fell due; the columns say when it was due, however late it is done. */
export async function doDueWork(tx: Tx, row: SubscriptionRow, due: DueWork): Promise<SubscriptionRow> {
  if (due.kind === 'activate') return startSubscription(tx, row, due.at, due.at);
  if (due.kind === 'end') return endSubscription(tx, row, due.at);
  if (due.kind === 'plan_change') return openPhase(tx, row, agreedChange(row));
  return passBoundary(tx, row, due);
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
