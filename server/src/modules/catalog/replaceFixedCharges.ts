import { randomUUIDv7 } from 'node:crypto';
import { Amount, Currency, Quantity } from '@farthing/core/money';
import { encodeProperties } from '@farthing/core/rating';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { type FieldError, invalidFields } from '../../kernel/problem.ts';
import type { PlanRow } from './catalog.sql.ts';
import { parse } from './checkCharges.ts';
import type { FixedChargeInput } from './fixedCharges.schemas.ts';
import { addOnsToCharge, fixedChargesOf, writeFixedCharges } from './fixedCharges.sql.ts';
import type { Refuse } from './readConditions.ts';

type Input = z.output<typeof FixedChargeInput>;

/** Makes these the plan's only live fixed charges; one on the same add-on keeps its id. Throws a 422 that names every field at fault, before anything is written. */
export async function replaceFixedCharges(tx: Tx, plan: Pick<PlanRow, 'id' | 'currency'>, inputs: readonly Input[]): Promise<void> {
  const { tenant, now } = tx.scope;
  const addOns = await addOnsToCharge(tx.db, inputs.map(({ add_on_code: code }) => code));
  const existing = await fixedChargesOf(tx.db, [plan.id]);
  const errors: FieldError[] = [];
  const rows = inputs.flatMap((input, position) => {
    const refuse: Refuse = (path, code, message) => errors.push({ path: `fixed_charges.${position}.${path}`, code, message });
    const addOn = addOns.get(input.add_on_code);
    if (inputs.findIndex(({ add_on_code: code }) => code === input.add_on_code) !== position)
      refuse('add_on_code', 'duplicate', `The plan has two fixed charges for ${input.add_on_code}: give its units in one.`);
    if (addOn === undefined) {
      refuse('add_on_code', 'not_found', 'There is no such add-on.');
      return [];
    }
    if (addOn.amount_currency !== plan.currency)
      refuse('add_on_code', 'currency_mismatch', `The add-on is priced in ${addOn.amount_currency}, the plan in ${plan.currency}.`);
    const model = input.charge_model ?? 'standard';
    const properties = parse(model, ownPrice(input, addOn) ?? input.properties ?? {}, 'properties', refuse);
    if (properties === null) return [];
    return {
      tenant_id: tenant.id,
      id: existing.find(({ add_on_id: id }) => id === addOn.id)?.id ?? randomUUIDv7(),
      plan_id: plan.id,
      add_on_id: addOn.id,
      position,
      units: Quantity.toString(input.units ?? Quantity.one),
      charge_model: model,
      properties: { ...encodeProperties(properties.model, properties) },
      pay_in_advance: input.pay_in_advance ?? false,
      prorated: input.prorated ?? false,
      created_at: now,
      updated_at: now,
    };
  });
  if (errors.length > 0) throw invalidFields(errors);
  await writeFixedCharges(tx.db, plan.id, rows, now);
}

/** The add-on's price as properties, where a fixed charge gives none. */
function ownPrice(
  { charge_model: model = 'standard', properties = {} }: Input,
  { amount_cents: amount, amount_currency: currency }: { amount_cents: bigint; amount_currency: string },
): Record<string, unknown> | null {
  if (model !== 'standard' || 'amount' in properties || 'unit_price' in properties) return null;
  return { ...properties, amount: Amount.toMajor(Amount.of(amount), Currency.parse(currency)) };
}
