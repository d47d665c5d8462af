import { localDate } from '@farthing/core/time';
import type { Tx } from '../../kernel/envelope.ts';
import { nextStatus } from './nextStatus.ts';
import { presentSubscription } from './presentSubscription.ts';
import { subscriptionBillingDue, subscriptionResumed } from './subscriptions.events.ts';
import { scheduleNext } from './subscriptions.jobs.ts';
import { changeRow, closePause, reread } from './subscriptions.sql.ts';
import { takeSubscription } from './takeSubscription.ts';

/** Resumes a paused subscription: this day is billed again, in advance with all that is left of the period; no boundary moves (T3b). */
export async function resumeSubscription(tx: Tx, reference: string) {
  const { now } = tx.scope;
  const before = await takeSubscription(tx, reference);
  const status = nextStatus(before.status, 'resume');
  await closePause(tx, before, localDate(now, before.effective_timezone));
  const resumed = await changeRow(tx, before.id, { status, paused_at: null, resumed_at: now });
  await tx.emit(subscriptionResumed, { id: before.id, data: presentSubscription(resumed, now), before: presentSubscription(before, now) });
  const due = { subscription_id: before.id, at: now, kind: 'resumption' as const, turn: before.pauses.length };
  await tx.emit(subscriptionBillingDue, { id: before.id, data: due });
  const after = await reread(tx.db, before.id);
  await scheduleNext(tx, after);
  return presentSubscription(after, now);
}
