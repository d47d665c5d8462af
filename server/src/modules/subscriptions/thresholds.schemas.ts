import { Amount, amountCodec } from '@farthing/core/money';
import { z } from 'zod';
import { idInput, instant, text, uuid } from '../../kernel/wire.ts';

const amount = amountCodec
  .refine((value) => !Amount.isNegative(value), 'Must not be negative.')
  .meta({ override: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'The usage of a period, in minor units, at which it is invoiced.' } });

export const UsageThresholdCreate = z
  .strictObject({
    amount_cents: amount,
    currency: z.string().length(3).optional().meta({ description: 'Default, and the only one there can be: that of the plan.' }),
    recurring: z.boolean().optional().meta({ description: 'Again for every further amount of usage above the highest threshold that is not recurring. Default: false.' }),
    threshold_display_name: text(1, 255).nullable().optional(),
  })
  .meta({ id: 'UsageThresholdCreateAPI' });

export const UsageThresholdResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    plan_id: uuid.nullable(),
    subscription_id: uuid.nullable(),
    amount_cents: amountCodec,
    currency: z.string(),
    recurring: z.boolean(),
    threshold_display_name: z.string().nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'UsageThresholdResponse' });

export const thresholdParams = z.object({ threshold_id: idInput('uth') });
export const thresholdPlanParams = z.object({ plan_code: z.string().min(1).max(300) });
