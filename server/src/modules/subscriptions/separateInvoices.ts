import type { Tx } from '../../kernel/envelope.ts';
import { notFound } from '../../kernel/problem.ts';
import { nextStatus } from './nextStatus.ts';
import { presentSubscription } from './presentSubscription.ts';
import { subscriptionUpdated } from './subscriptions.events.ts';
import { changeRow, findSubscription, lockSubscription } from './subscriptions.sql.ts';

/**
 * Says whether a subscription has invoices of its own. Unlike other changes it does nothing first that is due: so one that cannot be billed is set
 * apart, and keeps the others of its customer from their invoice no longer. Throws 404, 409 where it has ended.
 */
export async function separateInvoices(tx: Tx, reference: string, separately: boolean) {
  const { now } = tx.scope;
  const found = await findSubscription(tx.db, reference);
  if (found === undefined) throw notFound('subscription');
  const before = await lockSubscription(tx, found.id);
  const after = await changeRow(tx, before.id, { invoice_separately: separately, status: nextStatus(before.status, 'update') });
  const data = presentSubscription(after, now);
  await tx.emit(subscriptionUpdated, { id: after.id, data, before: presentSubscription(before, now) });
  return data;
}
