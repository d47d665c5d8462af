import { isLess } from '@farthing/core/billing';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { heldUnits, loadPhasePlan, type SubscriptionPhase, type SubscriptionRow } from '../subscriptions/index.ts';
import type { UnusedFrom } from './unusedDays.ts';

/** What was paid ahead of a fixed charge is not used from the day on which its units become fewer; null where they do not (T3a). */
export async function unusedByUnits(db: ReadDb, subscription: SubscriptionRow, phase: SubscriptionPhase, turn: number): Promise<UnusedFrom | null> {
  const { fixedCharges } = await loadPhasePlan(db, phase);
  for (const charge of fixedCharges) {
    const held = heldUnits(subscription, charge);
    const change = held.changes.find((candidate) => candidate.turn === turn);
    if (change === undefined || !charge.prorated || !isLess({ ...charge, ...held }, change, phase.terms.currency)) continue;
    return { at: change.at, reason: 'order_change', firstUnused: () => change.day, fixedChargeId: charge.id };
  }
  return null;
}
