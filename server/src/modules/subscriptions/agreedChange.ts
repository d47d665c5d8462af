import { localMidnight } from '@farthing/core/time';
import type { PlanChange } from './decideChange.ts';
import { comingAnchor, nextPhase, ownPlan } from './nextPhase.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';

/** The change of plan, of the anchor or of both that a subscription has pending, as it comes at the end of its period. Throws where none was agreed on. */
export function agreedChange(row: SubscriptionRow): Pick<PlanChange, 'turn' | 'next' | 'proration'> {
  const { pending_day: pending, pending_plan: plan } = row;
  if (pending === null || plan === null) throw new Error(`The subscription ${row.id} has no change pending.`);
  const day = Temporal.PlainDate.from(pending);
  const turn = { at: localMidnight(day, row.effective_timezone), day };
  const coming = { ...plan, amount_cents: BigInt(plan.amount_cents), overrides: row.pending_overrides };
  const next = nextPhase(row, plan.id === row.plan_id ? ownPlan(row) : coming, turn, day, comingAnchor(row));
  return { turn, next, proration: 'day' };
}
