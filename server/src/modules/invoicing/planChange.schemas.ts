import { amountCodec } from '@farthing/core/money';
import { z } from 'zod';
import { instant, text, uuid } from '../../kernel/wire.ts';
import { PlanOverridesInput } from '../catalog/index.ts';
import { changeOptions } from '../subscriptions/index.ts';
import { InvoicePreviewResponse } from './invoicing.schemas.ts';

export const ChangePlanPreviewRequest = z
  .strictObject({
    new_plan_id: text(1, 255).meta({ description: 'An id, its prefixed form plan_…, or the plan’s code.' }),
    effective_date: instant.optional().meta({ description: 'When it would be asked for: now or later in the open period. Default: now.' }),
    ...changeOptions,
    overrides: PlanOverridesInput.nullable().optional(),
  })
  .meta({ id: 'ChangePlanPreviewRequest' });

const PlanSummary = z
  .object({ id: uuid, name: z.string(), code: z.string(), interval: z.string(), amount_cents: amountCodec, currency: z.string() })
  .meta({ id: 'PlanSummary' });

const ProrationDetail = z
  .object({
    days_remaining: z.int().meta({ description: 'Days of the new plan in its first period.' }),
    total_days: z.int().meta({ description: 'Days of that whole period.' }),
    current_plan_credit_cents: amountCodec.meta({ description: 'Of the old plan: what is credited, or in arrears is not billed, for the days left.' }),
    new_plan_charge_cents: amountCodec.meta({ description: 'Of the new plan: what is charged, or in arrears will be, for its first days.' }),
    net_amount_cents: amountCodec.meta({ description: 'Charge less credit.' }),
  })
  .meta({ id: 'ProrationDetail' });

export const ChangePlanPreviewResponse = z
  .object({
    current_plan: PlanSummary,
    new_plan: PlanSummary,
    currency: z.string(),
    change_type: z.enum(['upgrade', 'downgrade']),
    timing: z.enum(['now', 'period_end']),
    effective_date: instant.meta({ description: 'When the plan would change.' }),
    proration: ProrationDetail,
    invoice: InvoicePreviewResponse.nullable().meta({ description: 'What would be invoiced with the change, usage so far included; null: nothing.' }),
  })
  .meta({ id: 'ChangePlanPreviewResponse' });
