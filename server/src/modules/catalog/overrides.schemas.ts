import { Amount, amountCodec } from '@farthing/core/money';
import { type ChargeModelName, chargeModelNames } from '@farthing/core/rating';
import { z } from 'zod';
import { text } from '../../kernel/wire.ts';
import { amount, properties } from './catalog.schemas.ts';

export const PlanOverridesInput = z
  .strictObject({
    amount_cents: amount.meta({ description: 'Instead of the plan’s price of a full period.' }),
    minimum_cents: amount.meta({ description: 'Instead of the plan’s minimum commitment, also where it has none; 0: none.' }),
    trial_period_days: z.int().min(0).max(3650).meta({ description: 'Instead of the plan’s. A length given with the subscription itself wins.' }),
    charges: z
      .array(
        z.strictObject({
          charge_code: text(1, 255),
          properties: properties.meta({ description: 'What differs from the charge’s own properties, key by key.' }),
        }),
      )
      .max(500),
  })
  .partial()
  .meta({ id: 'PlanOverridesInput', description: 'What one subscription has instead of its plan’s, for as long as it is on that plan. Always the whole set.' });

export const PlanOverridesOutput = z
  .object({
    amount_cents: amountCodec.nullable(),
    minimum_cents: amountCodec.nullable(),
    trial_period_days: z.int().nullable(),
    charges: z.array(
      z.object({
        charge_code: z.string(),
        properties: z.record(z.string(), z.unknown()).meta({ description: 'All by which the charge is priced.' }),
      }),
    ),
  })
  .meta({ id: 'PlanOverridesOutput' });

const stored = z.object({
  amount_cents: z.int().nullable(),
  minimum_cents: z.int().nullable(),
  trial_period_days: z.int().nullable(),
  charges: z.array(
    z.object({
      charge_code: z.string(),
      charge_model: z.enum(chargeModelNames as readonly [ChargeModelName, ...ChargeModelName[]]),
      properties: z.record(z.string(), z.unknown()),
    }),
  ),
});

/** What a subscription has instead of its plan's, as it is stored: whole properties, with the model that they were checked against. */
export type PlanOverrides = z.output<typeof stored>;

export function readOverrides(column: unknown): PlanOverrides | null {
  return column === null ? null : stored.parse(column);
}

export function presentOverrides(overrides: PlanOverrides | null): z.output<typeof PlanOverridesOutput> | null {
  if (overrides === null) return null;
  const cents = (value: number | null): Amount | null => (value === null ? null : Amount.of(value));
  return {
    amount_cents: cents(overrides.amount_cents),
    minimum_cents: cents(overrides.minimum_cents),
    trial_period_days: overrides.trial_period_days,
    charges: overrides.charges.map(({ charge_code, properties: own }) => ({ charge_code, properties: own })),
  };
}
