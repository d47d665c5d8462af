import { nonNegativeQuantityCodec, quantityCodec } from '@farthing/core/money';
import { z } from 'zod';
import { instant, uuid } from '../../kernel/wire.ts';
import { subscriptionParams } from './subscriptions.schemas.ts';

export const unitsParams = subscriptionParams.extend({ add_on_code: z.string().min(1).max(255).meta({ description: 'Of the fixed charge’s add-on.' }) });

export const SubscriptionFixedChargeUpdate = z
  .strictObject({
    units: nonNegativeQuantityCodec.meta({ description: 'How many from then on; the number it has takes a pending one back.' }),
    timing: z
      .enum(['now', 'period_end'])
      .optional()
      .meta({ description: 'now: from today, settled for the running period. period_end: from the next period of the plan. Default: now where a period costs the same or more, else period_end.' }),
  })
  .meta({ id: 'SubscriptionFixedChargeUpdate' });

export const SubscriptionFixedCharge = z
  .object({
    fixed_charge_id: uuid,
    subscription_id: uuid,
    add_on_id: uuid,
    add_on_code: z.string(),
    units: quantityCodec.meta({ description: 'Its own number, else the plan’s.' }),
    plan_units: quantityCodec,
    pending_units: quantityCodec.nullable().meta({ description: 'The number it has from the next period on.' }),
    pending_units_at: instant.nullable().meta({ description: 'When that begins.' }),
    charge_model: z.string(),
    properties: z.record(z.string(), z.unknown()),
    pay_in_advance: z.boolean(),
    prorated: z.boolean(),
  })
  .meta({ id: 'SubscriptionFixedCharge' });
