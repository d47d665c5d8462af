import type { Tx } from '../../kernel/envelope.ts';
import { notFound } from '../../kernel/problem.ts';
import { catchUp } from './doDueWork.ts';
import { scheduleNext } from './scheduleNext.ts';
import { findSubscription, lockSubscription, type SubscriptionRow } from './subscriptions.sql.ts';

/**
 * The subscription a reference names, locked and with everything done that has fallen due by now: a boundary that passed a moment ago
 * is billed before anything else happens to it. Throws 404.
 */
export async function takeSubscription(tx: Tx, reference: string): Promise<SubscriptionRow> {
  const found = await findSubscription(tx.db, reference);
  if (found === undefined) throw notFound('subscription');
  const row = await lockSubscription(tx, found.id);
  const current = await catchUp(tx, row);
  // Its timer may have been given up over what is done now.
  if (current !== row) await scheduleNext(tx, current);
  return current;
}
