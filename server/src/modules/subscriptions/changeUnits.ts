import { Quantity } from '@farthing/core/money';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { decideUnits } from './decideUnits.ts';
import { loadPhasePlan } from './loadPhase.ts';
import { presentUnits } from './presentUnits.ts';
import { subscriptionBillingDue, subscriptionUnitsChanged } from './subscriptions.events.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';
import { takeSubscription } from './takeSubscription.ts';
import type { SubscriptionFixedCharge, SubscriptionFixedChargeUpdate } from './units.schemas.ts';
import { insertUnits, removeUnits } from './units.sql.ts';

/** Gives a subscription its own number of units of a fixed charge, as `decideUnits` says when; what it settles is billed in the same transaction. */
export async function changeUnits(tx: Tx, reference: string, addOnCode: string, body: z.output<typeof SubscriptionFixedChargeUpdate>) {
  const { now } = tx.scope;
  const row = await takeSubscription(tx, reference);
  const plan = await loadPhasePlan(tx.db, { planId: row.plan_id, overrides: null });
  const { charge, dropped, begins, settles, changed } = decideUnits(row, plan, addOnCode, body, now);
  await removeUnits(tx, row.id, dropped);
  if (begins !== null) await insertUnits(tx, row.id, [begins]);
  if (settles && begins !== null)
    await tx.emit(subscriptionBillingDue, { id: row.id, data: { subscription_ids: [row.id], at: now, kind: 'units_change', turn: begins.turn } });
  const [before, after] = [presentUnits(row, charge, now), presentUnits(changed, charge, now)];
  if (numbersOf(after) !== numbersOf(before)) await tx.emit(subscriptionUnitsChanged, { id: row.id, data: after, before });
  return after;
}

const numbersOf = ({ units, pending_units: coming }: Pick<z.output<typeof SubscriptionFixedCharge>, 'units' | 'pending_units'>): string =>
  `${Quantity.toString(units)}, then ${coming === null ? 'the same' : Quantity.toString(coming)}`;

/** The fixed charges of its plan as a subscription has them, in the order of the plan. */
export async function fixedChargesOf(db: Parameters<typeof loadPhasePlan>[0], row: SubscriptionRow, now: Temporal.Instant) {
  const plan = await loadPhasePlan(db, { planId: row.plan_id, overrides: null });
  return plan.fixedCharges.map((charge) => presentUnits(row, charge, now));
}
