import { Amount, Currency } from '@farthing/core/money';
import type { Pause, SubscriptionTerms } from '@farthing/core/subscriptions';
import type { Interval } from '@farthing/core/time';
import { conflict } from '../../kernel/problem.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';

/** What terms need of a plan; the catalogue's `Plan` has it. */
export interface PricedPlan {
  readonly row: { readonly interval: Interval; readonly interval_count: number; readonly bill_charges_monthly: boolean };
  readonly amount: Amount;
  readonly currency: Currency;
}

/** When it ends as far as anything has been agreed on: its `ending_at`, or where a cancellation ends it before. */
export function agreedEnd({ ending_at: ending, cancels_at: cancels }: Pick<SubscriptionRow, 'ending_at' | 'cancels_at'>): Temporal.Instant | null {
  if (ending === null || cancels === null) return ending ?? cancels;
  return Temporal.Instant.compare(ending, cancels) < 0 ? ending : cancels;
}

function pausesOf(row: SubscriptionRow): readonly Pause[] {
  return row.pauses.map(({ from_day: from, resumed_at: at, until_day: day }) => ({
    from: Temporal.PlainDate.from(from),
    until: at === null || day === null ? null : { at: Temporal.Instant.from(at), day: Temporal.PlainDate.from(day) },
  }));
}

/**
 * What billing needs of a subscription under a plan: its own, or one it might change to. Throws 409 `subscription_not_started` for one
 * that waits to be activated by hand and so has no date of start.
 */
export function termsOf(row: SubscriptionRow, plan: PricedPlan): SubscriptionTerms {
  if (row.started_at === null)
    throw conflict('subscription_not_started', 'The subscription has no date of start yet: activate it first.');
  const { billed_through_at: at, billed_through_day: day } = row;
  return {
    startedAt: row.started_at,
    subscriptionAt: row.subscription_at,
    endingAt: agreedEnd(row),
    terminatedAt: row.terminated_at,
    terminationAction: row.cancel_action ?? row.on_termination_action,
    trialEndsAt: row.trial_ends_at,
    billedThrough: at === null || day === null ? null : { at, day: Temporal.PlainDate.from(day) },
    pauses: pausesOf(row),
    billingTime: row.billing_time,
    zone: row.effective_timezone,
    startZone: row.start_zone ?? row.effective_timezone,
    currency: plan.currency,
    plan: {
      interval: plan.row.interval,
      intervalCount: plan.row.interval_count,
      amount: plan.amount,
      payInAdvance: row.pay_in_advance,
      billChargesMonthly: plan.row.bill_charges_monthly,
    },
  };
}

/** The terms under its own plan, of which every row carries what is needed; null where it has no date of start yet. */
export function ownTerms(row: SubscriptionRow): SubscriptionTerms | null {
  if (row.started_at === null) return null;
  return termsOf(row, {
    row: {
      interval: row.plan_interval,
      interval_count: row.plan_interval_count,
      bill_charges_monthly: row.plan_bill_charges_monthly,
    },
    amount: Amount.of(row.plan_amount_cents),
    currency: Currency.parse(row.plan_currency),
  });
}
