import { openDay, type SubscriptionTerms } from '@farthing/core/subscriptions';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { loadPlan, type Plan, type PlanOverrides, readOverrides } from '../catalog/index.ts';
import { type ClosedPhase, closedPhases } from './phases.sql.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';
import { termsOf, termsOfPhase, termsOfPhaseAndLater } from './termsOf.ts';

/** The time of a subscription on one plan, as billing needs it. */
export interface SubscriptionPhase {
  readonly planId: string;
  /** What it had instead of the plan's. */
  readonly overrides: PlanOverrides | null;
  readonly terms: SubscriptionTerms;
  /** The plan of what follows it; null where nothing does. */
  readonly nextPlanId: string | null;
}

/** The present phase. Throws 409 `subscription_not_started` where it has no date of start. */
export function presentPhase(row: SubscriptionRow): SubscriptionPhase {
  return { planId: row.plan_id, overrides: readOverrides(row.overrides), terms: termsOf(row), nextPlanId: row.pending_plan_id };
}

/** The plan of a phase as the subscription has it: the one way in which whatever prices for a subscription loads a plan. */
export async function loadPhasePlan(db: ReadDb, { planId, overrides }: Pick<SubscriptionPhase, 'planId' | 'overrides'>): Promise<Plan> {
  const plan = await loadPlan(db, planId, overrides);
  if (plan === undefined) throw new Error(`The plan ${planId} is gone.`);
  return plan;
}

/** One phase of a subscription: the present one, or one that is over with what followed it; for a resumption with all that followed and has days of its own. */
export async function loadPhase(db: ReadDb, row: SubscriptionRow, phase: number, resumes = false): Promise<SubscriptionPhase> {
  if (phase === row.phase) return presentPhase(row);
  const closed = await closedPhases(db, row.id);
  const then = closed.find(({ phase: number }) => number === phase);
  if (then === undefined) throw new Error(`The subscription ${row.id} had no phase ${phase}.`);
  const terms = (resumes ? termsOfPhaseAndLater : termsOfPhase)(row, closed, phase);
  return { planId: then.plan_id, overrides: readOverrides(then.overrides), terms, nextPlanId: terms.successor?.terms.plan.id ?? null };
}

const planAfter = (row: SubscriptionRow, closed: readonly ClosedPhase[], number: number): string =>
  (closed.find(({ phase }) => phase === number + 1) ?? row).plan_id;

/** Whether the fixed charges of the open period are those of the plan before, because the difference of two prices settled it: the plan's own begin with its next period. */
export async function hasEarlierFixedCharges(db: ReadDb, row: SubscriptionRow, at: Temporal.Instant): Promise<boolean> {
  if (row.phase === 0) return false;
  const { closed, successor, plan } = (await loadPhase(db, row, row.phase - 1)).terms;
  if (closed === null || successor?.proration !== 'difference' || !plan.payInAdvance) return false;
  return Temporal.PlainDate.compare(openDay(successor.terms, at), closed.day) < 0;
}

/** All phases of a subscription that has started, newest first. */
export async function loadPhases(db: ReadDb, row: SubscriptionRow): Promise<readonly SubscriptionPhase[]> {
  const closed = row.phase === 0 ? [] : await closedPhases(db, row.id);
  const past = closed.map(({ phase, plan_id: planId, overrides }) => ({ planId, overrides: readOverrides(overrides), terms: termsOfPhase(row, closed, phase), nextPlanId: planAfter(row, closed, phase) }));
  return [presentPhase(row), ...past.toReversed()];
}
