import type { Tx } from '../../kernel/envelope.ts';
import { type TimerType, timer } from '../../kernel/timer.ts';
import { doDueWork, hasCome } from './doDueWork.ts';
import { nextDue } from './nextDue.ts';
import { lockSubscription, type SubscriptionRow, subscriptionsOfCustomer, timersOfCustomer } from './subscriptions.sql.ts';

/**
 * One timer per subscription, set to what falls due next. It is only the alarm: what there is to do, the row and its terms say, so that
 * a timer that fires too early, too late or for nothing does no harm. Each run does one thing; a process that was off for weeks catches
 * up boundary by boundary, each in a transaction of its own.
 */
export const subscriptionDue: TimerType = timer({
  kind: 'subscription.due',
  handle: async (tx, { subjectId }) => {
    const row = await lockSubscription(tx, subjectId);
    const due = nextDue(row);
    await scheduleNext(tx, due !== null && hasCome(tx, due.at) ? await doDueWork(tx, row, due) : row);
  },
});

/** Sets the timer to what falls due next, or removes it. */
export async function scheduleNext(tx: Tx, row: SubscriptionRow): Promise<void> {
  const due = nextDue(row);
  if (due === null) await tx.unschedule(subscriptionDue, row.id);
  else await tx.schedule(subscriptionDue, row.id, due.at);
}

/** Moves the timers of a customer's subscriptions to where its zone has the boundaries now. */
export async function rescheduleCustomer(tx: Tx, customerId: string): Promise<void> {
  const timers = await timersOfCustomer(tx.db, subscriptionDue.kind, customerId);
  for (const row of await subscriptionsOfCustomer(tx.db, customerId)) {
    const due = nextDue(row);
    if (due !== null && timers.get(row.id)?.equals(due.at) !== true) await tx.schedule(subscriptionDue, row.id, due.at);
  }
}
