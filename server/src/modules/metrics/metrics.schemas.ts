import { aggregationTypes, textOf } from '@farthing/core/metering';
import { RawNumber } from '@farthing/core/money';
import { z } from 'zod';
import { code, instant, text, uuid } from '../../kernel/wire.ts';

const fields = {
  name: text(1, 255),
  description: text(0, 5000).nullable(),
  field_name: text(1, 255).nullable().meta({ description: 'The event property that is aggregated; for every aggregation but count and custom.' }),
  recurring: z.boolean().meta({ description: 'A period starts from where the one before it ended; with every aggregation but custom.' }),
  rounding_function: z.enum(['round', 'ceil', 'floor']).nullable(),
  rounding_precision: z
    .int()
    .min(-15)
    .max(15)
    .nullable()
    .meta({ description: 'Decimal places, 0 unless given; negative rounds to tens, hundreds and so on. Needs a rounding_function.' }),
  expression: text(1, 2000)
    .nullable()
    .meta({ description: 'For the aggregation custom: + - * / ( ), round, ceil, floor, comparisons and a ? b : c over the properties of an event.' }),
};

export const BillableMetricCreate = z
  .strictObject({ code: code(255), aggregation_type: z.enum(aggregationTypes), ...fields })
  .partial()
  .required({ code: true, name: true, aggregation_type: true })
  .meta({ id: 'BillableMetricCreate' });

export const BillableMetricUpdate = z.strictObject(fields).partial().meta({ id: 'BillableMetricUpdate' });

export const BillableMetricResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    code: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    aggregation_type: z.enum(aggregationTypes),
    field_name: z.string().nullable(),
    recurring: z.boolean(),
    rounding_function: z.enum(['round', 'ceil', 'floor']).nullable(),
    rounding_precision: z.int().nullable(),
    expression: z.string().nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'BillableMetricResponse' });

const counts = Object.fromEntries(aggregationTypes.map((type) => [type, z.int()]));

export const BillableMetricStats = z
  .object({ total: z.int(), by_aggregation_type: z.object(counts) })
  .meta({ id: 'BillableMetricStats' });

/** A string, number or boolean as the text by which the properties of events are matched. */
const valueText = z
  .unknown()
  .transform((value, context) => {
    const scalar = ['string', 'number', 'boolean'].includes(typeof value) || value instanceof RawNumber;
    const shown = scalar ? textOf(value as string | number | boolean | RawNumber) : null;
    if (shown !== null && shown.length >= 1 && shown.length <= 255) return shown;
    context.addIssue({ code: 'custom', message: 'Expected a text of 1 to 255 characters, a number or a boolean.' });
    return z.NEVER;
  })
  .meta({ override: { type: ['string', 'number', 'boolean'] } });

export const BillableMetricFilterCreate = z
  .strictObject({
    key: text(1, 255).meta({ description: 'The event property.' }),
    values: z
      .array(valueText)
      .max(1000)
      .transform((values) => [...new Set(values)])
      .optional()
      .meta({ description: 'The values that charge filters may name; empty allows any.' }),
  })
  .meta({ id: 'BillableMetricFilterCreate' });

export const BillableMetricFilterResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    billable_metric_id: uuid,
    key: z.string(),
    values: z.array(z.string()),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'BillableMetricFilterResponse' });

/** An id, its prefixed form, or a code. */
const reference = z.string().min(1).max(300);
export const metricParams = z.object({ metric_id: reference });
export const metricCodeParams = z.object({ code: reference });
export const filterParams = z.object({ code: reference, filter_id: z.string().min(1).max(64) });
