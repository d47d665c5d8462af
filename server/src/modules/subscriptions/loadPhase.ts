import type { SubscriptionTerms } from '@farthing/core/subscriptions';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { closedPhases } from './phases.sql.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';
import { termsOf, termsOfPhase } from './termsOf.ts';

/** The time of a subscription on one plan, as billing needs it. */
export interface SubscriptionPhase {
  readonly planId: string;
  readonly terms: SubscriptionTerms;
}

/** One phase of a subscription: the present one, or one that is over with what followed it. */
export async function loadPhase(db: ReadDb, row: SubscriptionRow, phase: number): Promise<SubscriptionPhase> {
  if (phase === row.phase) return { planId: row.plan_id, terms: termsOf(row) };
  const closed = await closedPhases(db, row.id);
  const then = closed.find(({ phase: number }) => number === phase);
  if (then === undefined) throw new Error(`The subscription ${row.id} had no phase ${phase}.`);
  return { planId: then.plan_id, terms: termsOfPhase(row, closed, phase) };
}

/** All phases of a subscription that has started, newest first. */
export async function loadPhases(db: ReadDb, row: SubscriptionRow): Promise<readonly SubscriptionPhase[]> {
  const closed = row.phase === 0 ? [] : await closedPhases(db, row.id);
  const past = closed.map(({ phase, plan_id: planId }) => ({ planId, terms: termsOfPhase(row, closed, phase) }));
  return [{ planId: row.plan_id, terms: termsOf(row) }, ...past.toReversed()];
}
