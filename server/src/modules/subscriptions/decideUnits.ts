import { priceOfUnits } from '@farthing/core/billing';
import { Precise, Quantity } from '@farthing/core/money';
import { endOfPlanPeriod, openDay, type SubscriptionTerms, unitsOn } from '@farthing/core/subscriptions';
import type { z } from 'zod';
import { conflict, notFound } from '../../kernel/problem.ts';
import type { Plan } from '../catalog/index.ts';
import { heldUnits } from './heldUnits.ts';
import { nextStatus } from './nextStatus.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';
import { ownTerms } from './termsOf.ts';
import type { SubscriptionFixedChargeUpdate } from './units.schemas.ts';
import type { UnitsColumns } from './units.sql.ts';

type FixedCharge = Plan['fixedCharges'][number];
type Asked = z.output<typeof SubscriptionFixedChargeUpdate>;

/** Another number of units of a fixed charge with all that follows from it, done or only shown. */
export interface UnitsDecision {
  readonly charge: FixedCharge;
  /** Turns of numbers that have not come to count and never will. */
  readonly dropped: readonly number[];
  /** The number that begins; null where the one in force stays. */
  readonly begins: UnitsColumns | null;
  /** Whether it settles the running period at once. */
  readonly settles: boolean;
  /** The subscription as it is then. */
  readonly changed: SubscriptionRow;
}

/**
 * What asking for so many units at an instant comes to: from today where a period costs the same or more, else from the next one, unless the request
 * says otherwise (T3a); before the start it is simply the number to start with. Throws 404 for an add-on that the plan does not charge, 409 for a
 * subscription that has ended, and now in a pause, which has no running days to settle.
 */
export function decideUnits(row: SubscriptionRow, plan: Plan, addOnCode: string, asked: Asked, now: Temporal.Instant): UnitsDecision {
  nextStatus(row.status, 'update');
  const charge = plan.fixedCharges.find(({ code }) => code === addOnCode);
  if (charge === undefined) throw notFound('fixed charge');
  const terms = ownTerms(row);
  if (row.done_through_at === null || terms === null) {
    const own = row.units.filter(({ add_on_id: id }) => id === charge.addOnId).map(({ turn }) => turn);
    return decided(row, charge, own, { ...noted(row, charge, asked.units, now), timing: 'start', from_day: null }, false);
  }
  const held = heldUnits(row, charge);
  const today = openDay(terms, now);
  const coming = held.changes.filter(({ day }) => Temporal.PlainDate.compare(today, day) < 0).map(({ turn }) => turn);
  const inForce = unitsOn(held, today);
  if (Quantity.compare(asked.units, inForce) === 0) return decided(row, charge, coming, null, false);
  const price = (units: Quantity): Precise => priceOfUnits(charge, units, plan.currency).amount;
  const isLess = Precise.compare(price(asked.units), price(inForce)) < 0;
  const timing = asked.timing ?? (isLess ? 'period_end' : 'now');
  if (timing === 'now' && row.status === 'paused')
    throw conflict('subscription_not_active', 'The subscription is paused: resume it first, or let the number change with the next period.');
  // In arrears the end of the period bills each number its days; the whole price of a period is not given back.
  const settles = timing === 'now' && charge.payInAdvance && (charge.prorated || !isLess);
  return decided(row, charge, coming, { ...noted(row, charge, asked.units, now), timing, from_day: firstDay(terms, timing, now).toString() }, settles);
}

const firstDay = (terms: SubscriptionTerms, timing: 'now' | 'period_end', now: Temporal.Instant): Temporal.PlainDate =>
  timing === 'now' ? openDay(terms, now) : endOfPlanPeriod(terms, now);

function noted(row: SubscriptionRow, { addOnId }: FixedCharge, units: Quantity, now: Temporal.Instant): Omit<UnitsColumns, 'timing' | 'from_day'> {
  const turn = Math.max(0, ...row.units.map((other) => other.turn)) + 1;
  return { add_on_id: addOnId, turn, units: Quantity.toString(units), asked_at: now.toString() };
}

function decided(row: SubscriptionRow, charge: FixedCharge, dropped: readonly number[], begins: UnitsColumns | null, settles: boolean): UnitsDecision {
  const kept = row.units.filter(({ turn }) => !dropped.includes(turn));
  return { charge, dropped, begins, settles, changed: { ...row, units: begins === null ? kept : [...kept, begins] } };
}
