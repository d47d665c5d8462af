import { Amount } from '@farthing/core/money';
import { encodeProperties, overlayProperties } from '@farthing/core/rating';
import type { z } from 'zod';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { type FieldError, invalidFields } from '../../kernel/problem.ts';
import { type ChargeRow, chargesOf } from './catalog.sql.ts';
import { checkEvents, parse } from './checkCharges.ts';
import type { PlanOverrides, PlanOverridesInput } from './overrides.schemas.ts';
import type { Refuse } from './readConditions.ts';

type Input = z.output<typeof PlanOverridesInput>;

/**
 * Overrides as they are stored: each charge's given properties laid over its own, and checked like those of a plan, those of the charge's
 * filters laid over them included. Null where nothing is overridden. Throws a 422 that names every field at fault.
 */
export async function checkOverrides(db: ReadDb, planId: string, input: Input | null): Promise<PlanOverrides | null> {
  if (input === null) return null;
  const { amount_cents: amount, minimum_cents: minimum, trial_period_days: trial, charges = [] } = input;
  const errors: FieldError[] = [];
  const rows = charges.length === 0 ? [] : await chargesOf(db, [planId]);
  const checked = charges.map((given, index) => {
    const refuse: Refuse = (path, code, message) => errors.push({ path: `overrides.charges.${index}.${path}`, code, message });
    if (charges.findIndex(({ charge_code: code }) => code === given.charge_code) !== index)
      refuse('charge_code', 'duplicate', `The charge ${given.charge_code} is overridden twice.`);
    return checkCharge(rows, given.charge_code, given.properties, refuse);
  });
  if (errors.length > 0) throw invalidFields(errors);
  const cents = (value: Amount | undefined): number | null => (value === undefined ? null : Amount.toNumber(value));
  const stored = {
    amount_cents: cents(amount),
    minimum_cents: cents(minimum),
    trial_period_days: trial ?? null,
    charges: checked.filter((charge) => charge !== null),
  };
  const isEmpty = stored.charges.length === 0 && amount === undefined && minimum === undefined && trial === undefined;
  return isEmpty ? null : stored;
}

function checkCharge(rows: readonly ChargeRow[], code: string, given: Readonly<Record<string, unknown>>, refuse: Refuse): PlanOverrides['charges'][number] | null {
  const row = rows.find((candidate) => candidate.code === code);
  if (row === undefined) {
    refuse('charge_code', 'not_found', `The plan has no charge with the code ${code}.`);
    return null;
  }
  const base = parse(row.charge_model, overlayProperties(row.charge_model, row.properties, given), 'properties', refuse);
  if (base === null) return null;
  const properties = encodeProperties(row.charge_model, base);
  checkEvents(base, row, 'properties', refuse);
  checkFilters(row, properties, refuse);
  return { charge_code: code, charge_model: row.charge_model, properties: { ...properties } };
}

/** What a filter has of its own is laid over the override, as it was over the charge. */
function checkFilters({ charge_model: model, filters, ...row }: ChargeRow, base: Readonly<Record<string, unknown>>, refuse: Refuse): void {
  for (const filter of filters) {
    const complete = parse(model, overlayProperties(model, base, filter.properties), 'properties', (path, code, message) =>
      refuse(path, code, `${message} That is with the filter on ${filter.conditions.map(({ key }) => key).join(', ')} laid over it.`),
    );
    if (complete !== null) checkEvents(complete, row, 'properties', refuse);
  }
}

/** Whether overrides that were checked against a plan before still fit the charges it has now. */
export function stillFits(overrides: PlanOverrides, rows: readonly ChargeRow[]): boolean {
  let fits = true;
  const refuse = () => {
    fits = false;
  };
  for (const { charge_code: code, charge_model: model, properties } of overrides.charges) {
    const row = rows.find((candidate) => candidate.code === code);
    if (row?.charge_model !== model) return false;
    checkCharge(rows, code, properties, refuse);
  }
  return fits;
}
