import { endOfPlanPeriod } from '@farthing/core/subscriptions';
import { localDate } from '@farthing/core/time';
import type { Updateable } from 'kysely';
import type { Tx } from '../../kernel/envelope.ts';
import type { Tables } from '../../tables.ts';
import { type Anchor, ownPlan } from './nextPhase.ts';
import { isBilled, type SubscriptionRow } from './subscriptions.sql.ts';
import { termsOf } from './termsOf.ts';

type Columns = Updateable<Tables['subscriptions']>;

/**
 * The columns by which a subscription gets another anchor, null being its start, or the first day after its trial (T2). At once while
 * nothing is billed and where the calendar alone says how periods lie, else at the end of the period already begun. The anchor it has
 * takes a pending one back.
 */
export async function anchorColumns(tx: Tx, row: SubscriptionRow, at: Temporal.Instant | null): Promise<Columns> {
  if (row.status === 'pending') return { subscription_at: at };
  if (sameInstant(at, row.subscription_at)) return row.pending_anchor_day === null ? {} : takenBack(row);
  const anchor = anchorAt(row, at);
  if (row.billing_time === 'calendar' && row.plan_interval_count === 1)
    return { subscription_at: at, anchor_day: row.anchor_day === null ? null : anchor.anchor_day };
  if (row.phase === 0 && !(await isBilled(tx.db, row))) return { subscription_at: at };
  return pendingAnchor(row, anchor, tx.scope.now);
}

/** An anchor for the end of the open period, beside a change of plan that is agreed on for then. */
export function pendingAnchor(row: SubscriptionRow, anchor: Anchor, now: Temporal.Instant): Columns {
  const coming = { pending_plan_id: ownPlan(row).id, pending_day: endOfPlanPeriod(termsOf(row), now).toString() };
  return {
    ...(row.pending_plan_id === null ? coming : {}),
    pending_anchor_day: anchor.anchor_day,
    pending_subscription_at: anchor.subscription_at,
  };
}

function takenBack(row: SubscriptionRow): Columns {
  const alone = row.pending_plan_id === row.plan_id;
  return { pending_anchor_day: null, pending_subscription_at: null, ...(alone ? { pending_plan_id: null, pending_day: null } : {}) };
}

/** The local date that an anchor is, read like that of the start in the zone of then. */
function anchorAt(row: SubscriptionRow, at: Temporal.Instant | null): Anchor {
  const instant = at ?? row.trial_ends_at ?? row.started_at;
  if (instant === null) throw new Error(`The subscription ${row.id} runs without a start.`);
  return { subscription_at: at, anchor_day: localDate(instant, row.start_zone ?? row.effective_timezone).toString() };
}

function sameInstant(a: Temporal.Instant | null, b: Temporal.Instant | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}
