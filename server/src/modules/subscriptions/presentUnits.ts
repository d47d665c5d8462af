import { encodeProperties } from '@farthing/core/rating';
import { openDay, unitsOn } from '@farthing/core/subscriptions';
import { localMidnight } from '@farthing/core/time';
import type { z } from 'zod';
import type { Plan } from '../catalog/index.ts';
import { heldUnits } from './heldUnits.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';
import { ownTerms } from './termsOf.ts';
import type { SubscriptionFixedCharge } from './units.schemas.ts';

/** A fixed charge of its plan as a subscription has it at an instant. */
export function presentUnits(row: SubscriptionRow, charge: Plan['fixedCharges'][number], now: Temporal.Instant): z.output<typeof SubscriptionFixedCharge> {
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
