import { allDone } from '../../kernel/db/together.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { nextDue } from './nextDue.ts';
import { dueTimer, holdFailedTimer, reread, type SubscriptionRow, subscriptionsOfCustomer, timersOfCustomer } from './subscriptions.sql.ts';

/** Sets the timer to what falls due next, or removes it. */
export async function scheduleNext(tx: Tx, row: SubscriptionRow): Promise<void> {
  const due = nextDue(row);
  if (due === null) await tx.unschedule(dueTimer, row.id);
  else await tx.schedule(dueTimer, row.id, due.at);
}

/** Moves the timers of a customer's subscriptions to where its zone has the boundaries now. */
export async function rescheduleCustomer(tx: Tx, customerId: string): Promise<void> {
  const timers = await timersOfCustomer(tx.db, dueTimer.kind, customerId);
  for (const row of await subscriptionsOfCustomer(tx.db, customerId)) {
    const due = nextDue(row);
    if (due !== null && timers.get(row.id)?.equals(due.at) !== true) await tx.schedule(dueTimer, row.id, due.at);
  }
}

/**
 * Sets anew those timers that had failed, of subscriptions that another one took over their boundary: what they failed at is done, and one that was
 * given up never rings. The others ring by themselves and find nothing to do.
 */
export async function scheduleFailed(tx: Tx, ids: readonly string[]): Promise<void> {
  const failed = await allDone(ids.map((id) => holdFailedTimer(tx.db, id)));
  for (const timer of failed) if (timer !== undefined) await scheduleNext(tx, await reread(tx.db, timer.subject_id));
}
