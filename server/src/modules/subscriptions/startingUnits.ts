import { Quantity } from '@farthing/core/money';
import type { z } from 'zod';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { type FieldError, invalidFields } from '../../kernel/problem.ts';
import { loadPlan } from '../catalog/index.ts';
import type { SubscriptionCreate } from './subscriptions.schemas.ts';
import type { UnitsColumns } from './units.sql.ts';

type Given = NonNullable<z.output<typeof SubscriptionCreate>['fixed_charges']>;

/** The units that a subscription starts with, as they are kept. Throws a 422 that names every field at fault. */
export async function startingUnits(db: ReadDb, planId: string, given: Given, now: Temporal.Instant): Promise<readonly UnitsColumns[]> {
  if (given.length === 0) return [];
  const charges = (await loadPlan(db, planId))?.fixedCharges ?? [];
  const errors: FieldError[] = [];
  const rows = given.flatMap(({ add_on_code: code, units }, index): UnitsColumns[] => {
    const path = `fixed_charges.${index}.add_on_code`;
    const charge = charges.find((candidate) => candidate.code === code);
    if (given.findIndex((other) => other.add_on_code === code) !== index)
      errors.push({ path, code: 'duplicate', message: `The units of ${code} are given twice.` });
    if (charge === undefined) {
      errors.push({ path, code: 'not_found', message: `The plan has no fixed charge for ${code}.` });
      return [];
    }
    return [{ add_on_id: charge.addOnId, turn: index + 1, units: Quantity.toString(units), timing: 'start', asked_at: now.toString(), from_day: null }];
  });
  if (errors.length > 0) throw invalidFields(errors);
  return rows;
}
