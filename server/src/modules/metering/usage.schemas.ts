import { aggregationTypes } from '@farthing/core/metering';
import { amountCodec, preciseCodec, quantityCodec } from '@farthing/core/money';
import { z } from 'zod';
import { instant, text, uuid } from '../../kernel/wire.ts';

const BillableMetricUsage = z
  .object({ code: z.string(), name: z.string(), aggregation_type: z.enum(aggregationTypes) })
  .meta({ id: 'BillableMetricUsage' });

const line = {
  charge_id: uuid,
  charge_code: z.string(),
  charge_filter_id: uuid.nullable(),
  billable_metric: BillableMetricUsage,
  charge_model: z.string(),
  description: z.string().meta({ description: 'What an invoice calls the line.' }),
  filters: z.record(z.string(), z.string()).meta({ description: 'Property -> values, separated by commas, * for any; empty for what matched no filter.' }),
  grouped_by: z.record(z.string(), z.string().nullable()).nullable(),
  units: quantityCodec,
  amount_cents: amountCodec,
};

const ChargeUsage = z
  .object({ ...line, precise_amount_cents: preciseCodec, unit_amount_cents: preciseCodec, events_count: z.int() })
  .meta({ id: 'ChargeUsage' });

const ProjectedChargeUsage = z
  .object({ ...line, current_units: quantityCodec, current_amount_cents: amountCodec })
  .meta({ id: 'ProjectedChargeUsage', description: 'units and amount_cents are those of the end of the period.' });

const period = {
  subscription_id: uuid,
  external_subscription_id: z.string(),
  from_datetime: instant,
  to_datetime: instant.meta({ description: 'Not included.' }),
  amount_cents: amountCodec.meta({ description: 'The sum of the lines.' }),
  currency: z.string(),
};

export const CustomerCurrentUsage = z.object({ ...period, charges: z.array(ChargeUsage) }).meta({ id: 'CustomerCurrentUsage' });

export const CustomerProjectedUsage = z
  .object({ ...period, current_amount_cents: amountCodec, charges: z.array(ProjectedChargeUsage) })
  .meta({ id: 'CustomerProjectedUsage' });

export const SubscriptionCurrentUsage = z
  .object({
    subscription_id: uuid,
    current_usage_amount_cents: amountCodec,
    currency: z.string(),
    billing_period_start: instant,
    billing_period_end: instant,
  })
  .meta({ id: 'SubscriptionCurrentUsage' });

const reference = text(1, 255);

export const customerParams = z.object({ external_id: reference.meta({ description: 'An id, its prefixed form cus_…, or the external_id.' }) });
export const subscriptionParams = z.object({ subscription_id: reference });

export const usageQuery = z.strictObject({
  subscription_id: reference.optional().meta({ description: 'An id, its prefixed form sub_…, or the external_id. Needed where the customer has more than one running.' }),
  external_subscription_id: reference.optional().meta({ description: 'Another name of subscription_id.' }),
});

const maxPeriods = 24;

export const pastUsageQuery = z.strictObject({
  external_subscription_id: reference.optional(),
  subscription_id: reference.optional().meta({ description: 'Another name of external_subscription_id.' }),
  periods_count: z
    .string()
    .regex(/^\d{1,3}$/, 'Expected a whole number.')
    .transform(Number)
    .refine((value) => value >= 1 && value <= maxPeriods, `Expected a whole number from 1 to ${maxPeriods}.`)
    .optional()
    .meta({ override: { type: 'integer', minimum: 1, maximum: maxPeriods, default: 1 } }),
});

/** How many days of usage are read at once. */
export const mostTrendDays = 92;

const [earliest, latest] = [Temporal.PlainDate.from('1970-01-01'), Temporal.PlainDate.from('9998-12-01')];

const dayInput = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'Expected a date such as 2026-01-31.')
  .transform((text, context) => {
    try {
      const day = Temporal.PlainDate.from(text, { overflow: 'reject' });
      if (Temporal.PlainDate.compare(earliest, day) <= 0 && Temporal.PlainDate.compare(day, latest) <= 0) return day;
    } catch {
      // No such day: refused below.
    }
    context.addIssue({ code: 'custom', message: 'There is no such day from 1970 to 9998.' });
    return z.NEVER;
  })
  .optional();

export const usageTrendQuery = z.strictObject({
  start_date: dayInput.meta({ description: 'The first day, a local date of the customer. Default: 29 days before the last.' }),
  end_date: dayInput.meta({ description: 'The last day, included. Default: today.' }),
});

const day = z.codec(z.iso.date(), z.custom<Temporal.PlainDate>(), {
  decode: (text) => Temporal.PlainDate.from(text),
  encode: (date) => date.toString(),
});

const UsageTrendPoint = z.object({ date: day, value: quantityCodec, events_count: z.int() }).meta({ id: 'UsageTrendPoint' });

export const UsageTrendResponse = z
  .object({ subscription_id: uuid, start_date: day, end_date: day, data_points: z.array(UsageTrendPoint) })
  .meta({ id: 'UsageTrendResponse' });
