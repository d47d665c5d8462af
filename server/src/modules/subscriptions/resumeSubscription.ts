import { changeDays, endOfPlanPeriod, openDay } from '@farthing/core/subscriptions';
import { localDate } from '@farthing/core/time';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { invalid } from '../../kernel/problem.ts';
import { openPhase } from './changePlan.ts';
import { isInTrial, nextPhase, ownPlan } from './nextPhase.ts';
import { nextStatus } from './nextStatus.ts';
import { presentSubscription } from './presentSubscription.ts';
import { subscriptionBillingDue, subscriptionResumed } from './subscriptions.events.ts';
import { scheduleNext } from './scheduleNext.ts';
import type { SubscriptionResume } from './subscriptions.schemas.ts';
import { changeRow, closePause, reread, type SubscriptionRow } from './subscriptions.sql.ts';
import { takeSubscription } from './takeSubscription.ts';
import { termsOf } from './termsOf.ts';

/**
 * Resumes a paused subscription: this day is billed again, in advance with all that is left of the period; no boundary moves (T3b).
 * Asked for, a new period begins with this day instead: the old one is settled up to the day before, and the anchor is this day.
 */
export async function resumeSubscription(tx: Tx, reference: string, { reset_anchor: resets = false }: z.output<typeof SubscriptionResume> = {}) {
  const { now } = tx.scope;
  const before = await takeSubscription(tx, reference);
  const status = nextStatus(before.status, 'resume');
  if (resets) refuseReset(before, now);
  await closePause(tx, before, localDate(now, before.effective_timezone));
  const resumed = await changeRow(tx, before.id, { status, paused_at: null, resumed_at: now });
  await tx.emit(subscriptionResumed, { id: before.id, data: presentSubscription(resumed, now), before: presentSubscription(before, now) });
  if (resets) await beginPeriod(tx, await reread(tx.db, before.id));
  else await billResumption(tx, before);
  const after = await reread(tx.db, before.id);
  await scheduleNext(tx, after);
  return presentSubscription(after, now);
}

async function billResumption(tx: Tx, row: SubscriptionRow): Promise<void> {
  const due = { subscription_ids: [row.id], at: tx.scope.now, kind: 'resumption' as const, turn: row.pauses.length };
  await tx.emit(subscriptionBillingDue, { id: row.id, data: due });
}

/** Closes the phase with yesterday and opens one whose periods are counted from today. What is agreed on for the end of the period waits for the new one's. */
async function beginPeriod(tx: Tx, row: SubscriptionRow): Promise<void> {
  const { now } = tx.scope;
  const terms = termsOf({ ...row, pending_day: null });
  const day = changeDays(terms, now, 'day').opens;
  const turn = { at: now, day };
  const anchor = { subscription_at: now, anchor_day: day.toString() };
  const opened = await openPhase(tx, row, { turn, next: nextPhase(row, ownPlan(row), turn, day, anchor), proration: 'day' });
  // What is settled ahead up to a later day is charged again, for the pause has credited it; what followed that gives way to the new period.
  if (Temporal.PlainDate.compare(openDay(terms, now), day) < 0) await billResumption(tx, row);
  if (row.pending_plan_id === null || row.pending_plan_id === row.plan_id) return;
  const { pending_plan_id, pending_overrides, downgraded_at } = row;
  await changeRow(tx, row.id, { pending_plan_id, pending_overrides, downgraded_at, pending_day: endOfPlanPeriod(termsOf(opened), now).toString() });
}

function refuseReset(row: SubscriptionRow, now: Temporal.Instant): void {
  const refused = (code: string, message: string) => invalid('reset_anchor', code, message);
  if (row.billing_time === 'calendar') throw refused('by_calendar', 'The periods of this subscription follow the calendar: they have no anchor.');
  if (isInTrial(row, now)) throw refused('in_trial', 'In a trial the first period has not begun yet.');
}
