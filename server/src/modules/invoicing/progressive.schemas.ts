import { amountCodec } from '@farthing/core/money';
import { z } from 'zod';
import { instant, uuid } from '../../kernel/wire.ts';
import { UsageThresholdResponse } from '../subscriptions/index.ts';

/** What is told when usage reaches a threshold. */
export const UsageThresholdCrossing = z
  .object({
    id: uuid,
    usage_threshold: UsageThresholdResponse,
    subscription_id: uuid,
    external_subscription_id: z.string(),
    customer_id: uuid,
    step_amount_cents: amountCodec.meta({ description: 'Of a recurring threshold the highest multiple that was reached, else its amount.' }),
    usage_amount_cents: amountCodec.meta({ description: 'The usage of the period when that was noticed.' }),
    currency: z.string(),
    billing_period_start: instant,
    billing_period_end: instant,
    invoice_id: uuid.nullable().meta({ description: 'The invoice of the usage so far; null where nothing was left to invoice.' }),
    crossed_at: instant,
  })
  .meta({ id: 'UsageThresholdCrossing' });
