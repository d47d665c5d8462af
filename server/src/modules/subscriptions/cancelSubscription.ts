import { cancellationEnd } from '@farthing/core/subscriptions';
import type { Tx } from '../../kernel/envelope.ts';
import { catchUp } from './doDueWork.ts';
import { nextStatus } from './nextStatus.ts';
import { presentSubscription } from './presentSubscription.ts';
import { subscriptionCanceled, subscriptionUncanceled } from './subscriptions.events.ts';
import { scheduleNext } from './scheduleNext.ts';
import { changeRow, type SubscriptionRow } from './subscriptions.sql.ts';
import { takeSubscription } from './takeSubscription.ts';
import { ownTerms } from './termsOf.ts';

/**
 * Cancels a subscription: it runs, and is billed, to the end of the plan period that is open, in a trial to the end of the trial, and
 * can be taken back until then. One that has not started will not start: it ends on the day it was to, and at once where it has none.
 */
export async function cancelSubscription(tx: Tx, reference: string, action: SubscriptionRow['on_termination_action'] | undefined) {
  const { now } = tx.scope;
  const before = await takeSubscription(tx, reference);
  const status = nextStatus(before.status, 'cancel');
  const canceled = await changeRow(tx, before.id, { status, canceled_at: now, cancels_at: cancellationEnd(ownTerms(before), now), cancel_action: action ?? null });
  await tx.emit(subscriptionCanceled, { id: canceled.id, data: presentSubscription(canceled, now), before: presentSubscription(before, now) });
  const after = await catchUp(tx, canceled);
  await scheduleNext(tx, after);
  return presentSubscription(after, now);
}

/** Takes a cancellation back: the subscription is again what it was before. */
export async function uncancelSubscription(tx: Tx, reference: string) {
  const { now } = tx.scope;
  const before = await takeSubscription(tx, reference);
  const running = before.paused_at === null ? 'active' : 'paused';
  const status = nextStatus(before.status, 'uncancel', before.done_through_at === null ? 'pending' : running);
  const after = await changeRow(tx, before.id, { status, canceled_at: null, cancels_at: null, cancel_action: null });
  const data = presentSubscription(after, now);
  await tx.emit(subscriptionUncanceled, { id: after.id, data, before: presentSubscription(before, now) });
  await scheduleNext(tx, after);
  return data;
}
