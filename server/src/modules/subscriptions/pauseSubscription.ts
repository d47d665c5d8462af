import { dayAfter } from '@farthing/core/subscriptions';
import type { Tx } from '../../kernel/envelope.ts';
import { nextStatus } from './nextStatus.ts';
import { presentSubscription } from './presentSubscription.ts';
import { subscriptionBillingDue, subscriptionPaused } from './subscriptions.events.ts';
import { scheduleNext } from './scheduleNext.ts';
import { changeRow, insertPause, reread } from './subscriptions.sql.ts';
import { takeSubscription } from './takeSubscription.ts';

/** Pauses an active subscription: from the day after, its price is not due; what was paid for those days is credited (T3b). */
export async function pauseSubscription(tx: Tx, reference: string) {
  const { now } = tx.scope;
  const before = await takeSubscription(tx, reference);
  const status = nextStatus(before.status, 'pause');
  const turn = await insertPause(tx, before, dayAfter(now, before.effective_timezone));
  const paused = await changeRow(tx, before.id, { status, paused_at: now, resumed_at: null });
  await tx.emit(subscriptionPaused, { id: before.id, data: presentSubscription(paused, now), before: presentSubscription(before, now) });
  await tx.emit(subscriptionBillingDue, { id: before.id, data: { subscription_ids: [before.id], at: now, kind: 'pause', turn } });
  const after = await reread(tx.db, before.id);
  await scheduleNext(tx, after);
  return presentSubscription(after, now);
}
