import { Quantity, quantityCodec } from '@farthing/core/money';
import { z } from 'zod';
import { listQuery } from '../../kernel/http/page.ts';
import { idInput, instant, text, uuid } from '../../kernel/wire.ts';

const measures = z.enum(['units', 'amount']);

const value = quantityCodec
  .refine((quantity) => Quantity.compare(quantity, Quantity.zero) > 0, 'Must be more than 0.')
  .meta({ description: 'Units of the metric; of an amount, minor units of the subscription’s currency.' });
const name = text(1, 255).nullable();

export const UsageAlertCreate = z
  .strictObject({
    subscription_id: idInput('sub'),
    billable_metric_id: idInput('bm').nullable().optional().meta({ description: 'Needed for units; an amount without it is that of all usage.' }),
    measure: measures.optional().meta({ description: 'units: how much was used. amount: what it costs, before coupons and tax. Default: units.' }),
    threshold_value: value,
    recurring: z.boolean().optional().meta({ description: 'At each multiple of the value, in each period anew; else once for ever. Default: false.' }),
    name: name.optional(),
  })
  .meta({ id: 'UsageAlertCreate' });

export const UsageAlertUpdate = z
  .strictObject({ threshold_value: value, recurring: z.boolean(), name })
  .partial()
  .meta({ id: 'UsageAlertUpdate', description: 'Another value, or another way to recur, is watched for anew.' });

export const UsageAlertResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    organization_id: uuid,
    subscription_id: uuid,
    billable_metric_id: uuid.nullable(),
    measure: measures,
    threshold_value: quantityCodec,
    recurring: z.boolean(),
    name: z.string().nullable(),
    times_triggered: z.int(),
    triggered_at: instant.nullable().meta({ description: 'The last time.' }),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'UsageAlertResponse' });

export const UsageAlertTriggerResponse = z
  .object({
    id: uuid,
    usage_alert_id: uuid,
    current_usage: quantityCodec,
    threshold_value: quantityCodec,
    metric_code: z.string().nullable(),
    triggered_at: instant,
  })
  .meta({ id: 'UsageAlertTriggerResponse' });

/** What is told when an alert is triggered. */
export const UsageAlertTriggered = UsageAlertTriggerResponse.extend({
  usage_alert: UsageAlertResponse,
  subscription_id: uuid,
  external_subscription_id: z.string(),
  customer_id: uuid,
  step: quantityCodec.meta({ description: 'Which multiple of the value was reached; 1 for an alert that does not recur.' }),
  billing_period_start: instant,
  billing_period_end: instant,
}).meta({ id: 'UsageAlertTriggered' });

export const UsageAlertStatusResponse = z
  .object({
    alert_id: uuid,
    current_usage: quantityCodec,
    threshold_value: quantityCodec,
    usage_percentage: quantityCodec.meta({ description: 'current_usage ÷ threshold_value × 100, rounded to four decimals.' }),
    billing_period_start: instant,
    billing_period_end: instant,
  })
  .meta({ id: 'UsageAlertStatusResponse' });

export const alertParams = z.object({ alert_id: idInput('ual') });
export const alertsQuery = listQuery({ subscription_id: idInput('sub').optional() });
export const triggersQuery = listQuery({}, { default: 50, max: 200 });
