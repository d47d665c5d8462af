import type { Turn } from '@farthing/core/subscriptions';
import { localDate, trialEnd } from '@farthing/core/time';
import type { PlanRow } from '../catalog/index.ts';
import type { Phase } from './phases.sql.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';

/** What a change needs of the plan it goes to: its columns, the overrides applied, and those. */
export interface NextPlan extends PlanColumns {
  readonly overrides: unknown;
}

type PlanColumns = Pick<
  PlanRow,
  'id' | 'code' | 'name' | 'interval' | 'interval_count' | 'amount_cents' | 'bill_charges_monthly' | 'has_fixed_advance' | 'has_fixed_arrears' | 'pay_in_advance' | 'trial_period_days'
>;

/** From where periods are counted: the local date, and the instant it was asked for with. */
export interface Anchor {
  readonly subscription_at: Temporal.Instant | null;
  readonly anchor_day: string;
}

/** The plan a subscription has, as one it could go to: where the anchor moves, the plan stays. */
export function ownPlan(row: SubscriptionRow): NextPlan {
  return {
    id: row.plan_id,
    code: row.plan_code,
    name: row.plan_name,
    interval: row.plan_interval,
    interval_count: row.plan_interval_count,
    amount_cents: row.plan_amount_cents,
    bill_charges_monthly: row.plan_bill_charges_monthly,
    has_fixed_advance: row.plan_has_fixed_advance,
    has_fixed_arrears: row.plan_has_fixed_arrears,
    pay_in_advance: row.pay_in_advance,
    trial_period_days: row.trial_period_days,
    overrides: row.overrides,
  };
}

/** The anchor that is to count from the end of the open period on; null where none is. */
export function comingAnchor({ pending_anchor_day: anchorDay, pending_subscription_at: at }: SubscriptionRow): Anchor | null {
  return anchorDay === null ? null : { anchor_day: anchorDay, subscription_at: at };
}

/**
 * The phase that a change of plan, or of the anchor, opens. Trial and payment time are the subscription's own where it was given any, else the new plan's;
 * a trial is counted from the first start, whatever plan it was under (T4). The anchor outlives the change (T2): it is fixed by the first
 * one after the trial, while in the trial it goes on following its end; `anchor` is another one from here on.
 */
export function nextPhase(row: SubscriptionRow, plan: NextPlan, turn: Turn, opens: Temporal.PlainDate, anchor: Anchor | null = null): Phase {
  const keepsTrial = row.own_trial || plan.id === row.plan_id;
  return {
    phase: row.phase + 1,
    plan_id: plan.id,
    plan_code: plan.code,
    plan_name: plan.name,
    plan_interval: plan.interval,
    plan_interval_count: plan.interval_count,
    plan_amount_cents: plan.amount_cents,
    plan_bill_charges_monthly: plan.bill_charges_monthly,
    plan_has_fixed_advance: plan.has_fixed_advance,
    plan_has_fixed_arrears: plan.has_fixed_arrears,
    plan_trial_period_days: plan.trial_period_days,
    overrides: plan.overrides,
    pay_in_advance: row.own_payment_time ? row.pay_in_advance : plan.pay_in_advance,
    trial_ends_at: keepsTrial ? row.trial_ends_at : trialEndFor({ ...row, trial_period_days: plan.trial_period_days }, row.started_at),
    ...(anchor ?? { subscription_at: row.subscription_at, anchor_day: isInTrial(row, turn.at) ? row.anchor_day : anchorOf(row) }),
    opened_at: turn.at,
    opened_day: opens.toString(),
  };
}

/** The end of the trial of one that starts at an instant (T4); null without a trial or without a start. */
export function trialEndFor(row: Pick<SubscriptionRow, 'trial_period_days' | 'start_zone' | 'effective_timezone'>, startedAt: Temporal.Instant | null) {
  if (startedAt === null || row.trial_period_days === 0) return null;
  return trialEnd(startedAt, row.trial_period_days, row.start_zone ?? row.effective_timezone);
}

export function isInTrial({ trial_ends_at: endsAt, trial_ended_at: endedAt }: SubscriptionRow, at: Temporal.Instant): boolean {
  return endsAt !== null && endedAt === null && Temporal.Instant.compare(at, endsAt) < 0;
}

/** The local date that the periods are counted from now (T2). */
function anchorOf(row: SubscriptionRow): string | null {
  if (row.anchor_day !== null) return row.anchor_day;
  const at = row.subscription_at ?? row.trial_ends_at ?? row.started_at;
  return at === null ? null : localDate(at, row.start_zone ?? row.effective_timezone).toString();
}
