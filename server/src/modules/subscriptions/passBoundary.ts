import { type DueWork, invoiceKindOf } from '@farthing/core/subscriptions';
import type { Tx } from '../../kernel/envelope.ts';
import { nextDue } from './nextDue.ts';
import { presentSubscription } from './presentSubscription.ts';
import { scheduleFailed } from './scheduleNext.ts';
import { subscriptionBillingDue, subscriptionTrialEnded } from './subscriptions.events.ts';
import { changeRow, lockOthersOfCustomer, reread, type SubscriptionRow } from './subscriptions.sql.ts';

/** A subscription and what falls due for it. */
interface Due {
  readonly row: SubscriptionRow;
  readonly due: DueWork;
}

/**
 * Moves a subscription over the end of its trial or of a period and has billed what falls due with it. At the end of a period those of the
 * same customer and currency whose next boundary is at the same instant move with it and are billed on one invoice: either all of them or
 * none. Their own timers find nothing to do then, and are set anew where they had failed.
 */
export async function passBoundary(tx: Tx, row: SubscriptionRow, due: DueWork): Promise<SubscriptionRow> {
  const others = due.kind === 'period_end' ? await dueTogether(tx, row, due.at) : [];
  const all = [{ row, due }, ...others].toSorted((a, b) => (a.row.id < b.row.id ? -1 : 1));
  for (const one of all) await move(tx, one);
  const kind = invoiceKindOf[due.kind];
  await tx.emit(subscriptionBillingDue, { id: row.id, data: { subscription_ids: all.map((one) => one.row.id), at: due.at, kind, turn: 0 } });
  await scheduleFailed(tx, others.map((one) => one.row.id));
  return reread(tx.db, row.id);
}

async function dueTogether(tx: Tx, row: SubscriptionRow, at: Temporal.Instant): Promise<readonly Due[]> {
  if (row.invoice_separately) return [];
  return (await lockOthersOfCustomer(tx, row)).flatMap((other) => {
    const due = other.plan_currency === row.plan_currency && !other.invoice_separately ? nextDue(other) : null;
    return due?.kind === 'period_end' && due.at.equals(at) ? [{ row: other, due }] : [];
  });
}

async function move(tx: Tx, { row, due }: Due): Promise<void> {
  const now = tx.scope.now;
  const trialEnds = due.trialEnds && row.trial_ended_at === null;
  const passed = await changeRow(tx, row.id, {
    ...(due.kind === 'period_end' ? { done_through_at: due.at } : {}),
    ...(trialEnds ? { trial_ended_at: due.at } : {}),
  });
  if (trialEnds)
    await tx.emit(subscriptionTrialEnded, { id: row.id, data: presentSubscription(passed, now), before: presentSubscription(row, now) });
}
