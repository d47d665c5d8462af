import type { Tx } from '../../kernel/envelope.ts';
import { endSubscription } from './endSubscription.ts';
import { scheduleNext } from './subscriptions.jobs.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';
import { takeSubscription } from './takeSubscription.ts';

/** Ends a subscription now. What is billed and credited is what the request says, else what the subscription says. */
export async function terminateSubscription(
  tx: Tx,
  reference: string,
  action: SubscriptionRow['on_termination_action'] | undefined,
): Promise<void> {
  const row = await takeSubscription(tx, reference);
  await scheduleNext(tx, await endSubscription(tx, row, tx.scope.now, action));
}
