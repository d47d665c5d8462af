import { currentPeriod, currentPlanPeriod, type SubscriptionTerms } from '@farthing/core/subscriptions';
import { localDate } from '@farthing/core/time';
import type { Tx } from '../../kernel/envelope.ts';
import { trialEndFor } from './nextPhase.ts';
import { nextStatus } from './nextStatus.ts';
import { presentSubscription } from './presentSubscription.ts';
import { subscriptionBillingDue, subscriptionStarted } from './subscriptions.events.ts';
import { changeRow, reread, type SubscriptionRow } from './subscriptions.sql.ts';
import { ownTerms } from './termsOf.ts';

/**
 * Starts a pending subscription at `startedAt` and bills what a start bills. `through` is where its billing begins: the start itself,
 * or later for a start in the past, whose closed periods are then left out; what the period open then has to pay in advance is due at
 * once.
 */
export async function startSubscription(
  tx: Tx,
  row: SubscriptionRow,
  startedAt: Temporal.Instant,
  through: Temporal.Instant,
): Promise<SubscriptionRow> {
  const now = tx.scope.now;
  const startZone = row.effective_timezone;
  const trialEndsAt = trialEndFor({ ...row, start_zone: startZone }, startedAt);
  const planned = { ...row, started_at: startedAt, start_zone: startZone, trial_ends_at: trialEndsAt };
  const terms = ownTerms(planned);
  const trialIsOver = trialEndsAt !== null && Temporal.Instant.compare(trialEndsAt, through) <= 0;
  const skipped = terms === null ? null : openedAfterStart(terms, through);
  const started = await changeRow(tx, row.id, {
    status: nextStatus(row.status, 'activate'),
    started_at: startedAt,
    start_zone: startZone,
    trial_ends_at: trialEndsAt,
    trial_ended_at: trialIsOver ? trialEndsAt : null,
    billed_through_at: skipped,
    billed_through_day: skipped === null ? null : localDate(skipped, startZone).toString(),
    done_through_at: skipped ?? startedAt,
  });
  await tx.emit(subscriptionStarted, { id: row.id, data: presentSubscription(started, now), before: presentSubscription(row, now) });
  const opened = terms === null ? startedAt : (currentPlanPeriod(terms, through)?.start ?? startedAt);
  const at = trialIsOver && Temporal.Instant.compare(opened, trialEndsAt) < 0 ? trialEndsAt : opened;
  await tx.emit(subscriptionBillingDue, { id: row.id, data: { subscription_ids: [row.id], at, kind: 'start', turn: 0 } });
  return reread(tx.db, row.id);
}

/** Where the usage period open at an instant began, if later than the subscription: all before it is not billed. */
function openedAfterStart(terms: SubscriptionTerms, at: Temporal.Instant): Temporal.Instant | null {
  const opened = currentPeriod(terms, at)?.period.start ?? terms.startedAt;
  return opened.equals(terms.startedAt) ? null : opened;
}
