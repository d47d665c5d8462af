import { endOfPlanPeriod } from '@farthing/core/subscriptions';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { invalid } from '../../kernel/problem.ts';
import { checkOverrides, findPlan, overridePlan, type PlanOverrides, type PlanOverridesInput, type PlanRow } from '../catalog/index.ts';
import { type ChangeAsked, decideChange, type PlanChange, refuseOtherCurrency } from './decideChange.ts';
import { comingAnchor, trialEndFor } from './nextPhase.ts';
import { pendingAnchor } from './moveAnchor.ts';
import { nextStatus } from './nextStatus.ts';
import { closePhase } from './phases.sql.ts';
import { presentSubscription } from './presentSubscription.ts';
import {
  subscriptionBillingDue,
  subscriptionPlanChanged,
  subscriptionTrialEnded,
  subscriptionUpdated,
} from './subscriptions.events.ts';
import { changeRow, holdPlan, reread, type SubscriptionRow } from './subscriptions.sql.ts';
import { termsOf } from './termsOf.ts';
import { moveComingUnits } from './units.sql.ts';

/** How a plan is to change, and what the subscription will have instead of that plan's. */
interface ChangeRequest extends Omit<ChangeAsked, 'overrides'> {
  readonly overrides?: z.output<typeof PlanOverridesInput> | null | undefined;
}

/** Changes the plan of a subscription that is locked and up to date: now, or at the end of its period; naming its own plan takes a pending change back. */
export async function changePlan(tx: Tx, row: SubscriptionRow, reference: string, { overrides: given, ...asked }: ChangeRequest): Promise<SubscriptionRow> {
  nextStatus(row.status, 'change_plan');
  const plan = await takePlan(tx, reference);
  if (plan.id === row.plan_id) return row.pending_plan_id === null || row.pending_plan_id === row.plan_id ? row : agreeOn(tx, row, null);
  const overrides = await checkOverrides(tx.db, plan.id, given ?? null);
  if (row.status === 'pending') return replacePlan(tx, row, plan, overrides);
  const change = decideChange(row, plan, { ...asked, overrides }, tx.scope.now);
  if (change.timing === 'period_end') return agreeOn(tx, row, change);
  const changed = await openPhase(tx, row, change);
  const anchor = comingAnchor(row);
  // The anchor waits on: what has begun now is the new plan's period.
  return anchor === null ? changed : changeRow(tx, row.id, pendingAnchor(changed, anchor, tx.scope.now));
}

/** Closes the present phase and opens the next; what is to be billed of both is billed in the same transaction (T3a). The plan may stay, where only the anchor moves. */
export async function openPhase(
  tx: Tx,
  row: SubscriptionRow,
  { turn, next, proration }: Pick<PlanChange, 'turn' | 'next' | 'proration'>,
): Promise<SubscriptionRow> {
  const { now } = tx.scope;
  await closePhase(tx, row, turn, proration);
  const trialGoesOn = next.trial_ends_at !== null && Temporal.Instant.compare(turn.at, next.trial_ends_at) < 0;
  const trialEnds = row.trial_ends_at !== null && row.trial_ended_at === null && !trialGoesOn;
  const samePlan = next.plan_id === row.plan_id;
  const trialDays = row.own_trial ? row.trial_period_days : next.plan_trial_period_days;
  const { phase, plan_id, overrides, pay_in_advance, trial_ends_at, subscription_at, anchor_day, opened_at, opened_day } = next;
  const changed = await changeRow(tx, row.id, {
    ...{ phase, plan_id, overrides, pay_in_advance, trial_ends_at, subscription_at, anchor_day, opened_at, opened_day },
    trial_ended_at: trialGoesOn ? null : trialEnds ? turn.at : row.trial_ended_at,
    trial_period_days: trialDays,
    ...(samePlan ? {} : { previous_plan_id: row.plan_id }),
    pending_plan_id: null,
    pending_day: null,
    pending_overrides: null,
    pending_anchor_day: null,
    pending_subscription_at: null,
    downgraded_at: null,
    done_through_at: turn.at,
  });
  // What was to count from the next period on waits for the end of the one that begins now.
  if (row.units.length > 0) await moveComingUnits(tx, row.id, turn.day, endOfPlanPeriod(termsOf(changed), turn.at));
  const told = { id: row.id, data: presentSubscription(changed, now), before: presentSubscription(row, now) };
  await tx.emit(samePlan ? subscriptionUpdated : subscriptionPlanChanged, told);
  if (trialEnds) await tx.emit(subscriptionTrialEnded, told);
  const due = { subscription_ids: [row.id], at: turn.at, kind: 'plan_change' as const, turn: phase };
  await tx.emit(subscriptionBillingDue, { id: row.id, data: due });
  return reread(tx.db, row.id);
}

/** Notes a change of plan for the end of the period, instead of one noted before, or none at all; an anchor that is to move then still does. */
async function agreeOn(tx: Tx, row: SubscriptionRow, change: PlanChange | null): Promise<SubscriptionRow> {
  const { now } = tx.scope;
  const waits = comingAnchor(row) === null ? null : { plan_id: row.plan_id, day: row.pending_day };
  const after = await changeRow(tx, row.id, {
    pending_plan_id: change?.next.plan_id ?? waits?.plan_id ?? null,
    pending_day: change?.turn.day.toString() ?? waits?.day ?? null,
    pending_overrides: change?.next.overrides ?? null,
    downgraded_at: change?.kind === 'downgrade' ? now : null,
  });
  await tx.emit(subscriptionUpdated, { id: row.id, data: presentSubscription(after, now), before: presentSubscription(row, now) });
  return after;
}

/** A subscription that has not started has nothing to settle: it simply starts on the other plan. */
async function replacePlan(tx: Tx, row: SubscriptionRow, given: PlanRow, overrides: PlanOverrides | null): Promise<SubscriptionRow> {
  const { now } = tx.scope;
  refuseOtherCurrency(row, given);
  const plan = overridePlan(given, overrides);
  const days = row.own_trial ? row.trial_period_days : plan.trial_period_days;
  const after = await changeRow(tx, row.id, {
    plan_id: plan.id,
    overrides,
    pay_in_advance: row.own_payment_time ? row.pay_in_advance : plan.pay_in_advance,
    trial_period_days: days,
    trial_ends_at: trialEndFor({ ...row, trial_period_days: days }, row.started_at),
  });
  await tx.emit(subscriptionPlanChanged, { id: row.id, data: presentSubscription(after, now), before: presentSubscription(row, now) });
  return after;
}

async function takePlan(tx: Tx, reference: string): Promise<PlanRow> {
  const found = await findPlan(tx.db, reference);
  const plan = found === undefined ? undefined : await holdPlan(tx.db, found.id);
  if (plan === undefined) throw invalid('plan_id', 'not_found', 'There is no such plan.');
  return plan;
}
