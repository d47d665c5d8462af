import { Quantity } from '@farthing/core/money';
import type { HeldUnits, UnitsChange } from '@farthing/core/subscriptions';
import type { Plan } from '../catalog/index.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';
import type { UnitsColumns } from './units.sql.ts';

/** The units of one of a plan's fixed charges that a subscription has had: its own from when it had any, before that the plan's. */
export function heldUnits({ units: rows }: Pick<SubscriptionRow, 'units'>, charge: Pick<Plan['fixedCharges'][number], 'addOnId' | 'units'>): HeldUnits {
  const own = rows.filter(({ add_on_id: id }) => id === charge.addOnId);
  const start = own.find(({ timing }) => timing === 'start');
  return { units: start === undefined ? charge.units : Quantity.restore(start.units), changes: own.flatMap(changeOf) };
}

function changeOf({ turn, units, timing, asked_at: at, from_day: day }: UnitsColumns): UnitsChange[] {
  if (timing === 'start' || day === null) return [];
  return [{ turn, units: Quantity.restore(units), timing, at: Temporal.Instant.from(at), day: Temporal.PlainDate.from(day) }];
}
