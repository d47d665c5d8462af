import { priceOfUnits } from '@farthing/core/billing';
import { Precise, Quantity } from '@farthing/core/money';
import { encodeProperties } from '@farthing/core/rating';
import { endOfPlanPeriod, openDay, type SubscriptionTerms, unitsOn } from '@farthing/core/subscriptions';
import { localMidnight } from '@farthing/core/time';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, notFound } from '../../kernel/problem.ts';
import type { Plan } from '../catalog/index.ts';
import { heldUnits } from './heldUnits.ts';
import { loadPhasePlan } from './loadPhase.ts';
import { nextStatus } from './nextStatus.ts';
import { subscriptionBillingDue, subscriptionUnitsChanged } from './subscriptions.events.ts';
import { reread, type SubscriptionRow } from './subscriptions.sql.ts';
import { takeSubscription } from './takeSubscription.ts';
import { ownTerms } from './termsOf.ts';
import type { SubscriptionFixedCharge, SubscriptionFixedChargeUpdate } from './units.schemas.ts';
import { insertUnits, removeUnits, type UnitsColumns } from './units.sql.ts';

type FixedCharge = Plan['fixedCharges'][number];
type Body = z.output<typeof SubscriptionFixedChargeUpdate>;

/** A fixed charge of its plan as a subscription has it at an instant. */
function presentUnits(row: SubscriptionRow, charge: FixedCharge, now: Temporal.Instant): z.output<typeof SubscriptionFixedCharge> {
  const { id, addOnId, code, properties, payInAdvance, prorated } = charge;
  const held = heldUnits(row, charge);
  const terms = ownTerms(row);
  const coming = terms === null ? undefined : held.changes.findLast(({ day }) => Temporal.PlainDate.compare(openDay(terms, now), day) < 0);
  return {
    fixed_charge_id: id,
    subscription_id: row.id,
    add_on_id: addOnId,
    add_on_code: code,
    units: terms === null ? held.units : unitsOn(held, openDay(terms, now)),
    plan_units: charge.units,
    pending_units: coming?.units ?? null,
    pending_units_at: terms === null || coming === undefined ? null : localMidnight(coming.day, terms.zone),
    charge_model: properties.model,
    properties: { ...encodeProperties(properties.model, properties) },
    pay_in_advance: payInAdvance,
    prorated,
  };
}

/**
 * Gives a subscription its own number of units of a fixed charge: from today, which settles the running period, or from the next period on;
 * before its start simply the number it starts with. Throws 404 for an add-on that its plan does not charge, 409 for one that has ended,
 * and now in a pause, which has no running days to settle.
 */
export async function changeUnits(tx: Tx, reference: string, addOnCode: string, { units, timing }: Body) {
  const { now } = tx.scope;
  const row = await takeSubscription(tx, reference);
  nextStatus(row.status, 'update');
  const plan = await loadPhasePlan(tx.db, { planId: row.plan_id, overrides: null });
  const charge = plan.fixedCharges.find(({ code }) => code === addOnCode);
  if (charge === undefined) throw notFound('fixed charge');
  const before = presentUnits(row, charge, now);
  const terms = ownTerms(row);
  if (row.done_through_at === null || terms === null) await startWith(tx, row, charge, units);
  else if (Quantity.compare(units, before.units) !== 0) await turnTo(tx, row, { charge, terms, plan }, { units, timing, held: before.units });
  else await removeUnits(tx, row.id, comingTurns(row, charge, terms, now));
  const after = presentUnits(await reread(tx.db, row.id), charge, now);
  if (numbersOf(after) !== numbersOf(before)) await tx.emit(subscriptionUnitsChanged, { id: row.id, data: after, before });
  return after;
}

const numbersOf = ({ units, pending_units: coming }: Pick<z.output<typeof SubscriptionFixedCharge>, 'units' | 'pending_units'>): string =>
  `${Quantity.toString(units)}, then ${coming === null ? 'the same' : Quantity.toString(coming)}`;

async function startWith(tx: Tx, row: SubscriptionRow, { addOnId }: FixedCharge, units: Quantity): Promise<void> {
  await removeUnits(tx, row.id, row.units.filter(({ add_on_id: id }) => id === addOnId).map(({ turn }) => turn));
  await insertUnits(tx, row.id, [{ ...noted(tx, row, addOnId, units), timing: 'start', from_day: null }]);
}

interface Asked {
  readonly units: Quantity;
  readonly timing: Body['timing'];
  /** Those in force. */
  readonly held: Quantity;
}

async function turnTo(tx: Tx, row: SubscriptionRow, { charge, terms, plan }: { charge: FixedCharge; terms: SubscriptionTerms; plan: Plan }, { units, held, ...asked }: Asked): Promise<void> {
  const { now } = tx.scope;
  const price = (of: Quantity): Precise => priceOfUnits(charge, of, plan.currency).amount;
  const isLess = Precise.compare(price(units), price(held)) < 0;
  const timing = asked.timing ?? (isLess ? 'period_end' : 'now');
  if (timing === 'now' && row.status === 'paused')
    throw conflict('subscription_not_active', 'The subscription is paused: resume it first, or let the number change with the next period.');
  await removeUnits(tx, row.id, comingTurns(row, charge, terms, now));
  const day = timing === 'now' ? openDay(terms, now) : endOfPlanPeriod(terms, now);
  const change = { ...noted(tx, row, charge.addOnId, units), timing, from_day: day.toString() };
  await insertUnits(tx, row.id, [change]);
  // In arrears the end of the period bills each number its days; the whole price of a period is not given back.
  if (timing === 'period_end' || !charge.payInAdvance || (isLess && !charge.prorated)) return;
  await tx.emit(subscriptionBillingDue, { id: row.id, data: { subscription_ids: [row.id], at: now, kind: 'units_change', turn: change.turn } });
}

function noted(tx: Tx, row: SubscriptionRow, addOnId: string, units: Quantity): Omit<UnitsColumns, 'timing' | 'from_day'> {
  const turn = Math.max(0, ...row.units.map((other) => other.turn)) + 1;
  return { add_on_id: addOnId, turn, units: Quantity.toString(units), asked_at: tx.scope.now.toString() };
}

function comingTurns(row: SubscriptionRow, charge: FixedCharge, terms: SubscriptionTerms, now: Temporal.Instant): number[] {
  const today = openDay(terms, now);
  return heldUnits(row, charge).changes.filter(({ day }) => Temporal.PlainDate.compare(today, day) < 0).map(({ turn }) => turn);
}

/** The fixed charges of its plan as a subscription has them, in the order of the plan. */
export async function fixedChargesOf(db: Parameters<typeof loadPhasePlan>[0], row: SubscriptionRow, now: Temporal.Instant) {
  const plan = await loadPhasePlan(db, { planId: row.plan_id, overrides: null });
  return plan.fixedCharges.map((charge) => presentUnits(row, charge, now));
}
