import { aggregationTypes } from '@farthing/core/metering';
import { quantityCodec } from '@farthing/core/money';
import { z } from 'zod';
import { instant, text, timeZone } from '../../kernel/wire.ts';

const window = z.enum(['hour', 'day', 'month']);
const name = text(1, 255);

const filters = z
  .string()
  .max(4000)
  .transform((value, context) => {
    try {
      const parsed = z.record(z.string().min(1), z.union([text(0, 255), z.array(text(0, 255)).min(1).max(100)])).safeParse(JSON.parse(value));
      if (parsed.success) return parsed.data;
    } catch {
      // Not JSON: refused below.
    }
    context.addIssue({ code: 'custom', message: 'Expected a JSON object of keys and values, such as {"region": ["eu", "us"]}.' });
    return z.NEVER;
  });

export const seriesQuery = z.strictObject({
  metric: name.meta({ description: 'The code of the billable metric.' }),
  window: window.optional().meta({ description: 'Default day. In the time zone.' }),
  from: instant.meta({ description: 'The window that holds it is the first.' }),
  to: instant.meta({ description: 'Not included; the window that it lies in is whole. At most 744 hours, 366 days or 120 months.' }),
  timezone: timeZone.optional().meta({ description: 'Default: the organization’s.' }),
  group_by: text(1, 1000).optional().meta({ description: 'Declared filter keys of the metric, separated by commas.' }),
  filters: filters.optional().meta({ override: { type: 'string' }, description: 'A JSON object of declared filter keys, each with a value or several.' }),
  external_customer_id: name.optional(),
  external_subscription_id: name.optional().meta({ description: 'Events that name this subscription, or none.' }),
});

export const UsageSeriesResponse = z
  .object({
    metric: z.string(),
    aggregation_type: z.enum(aggregationTypes),
    window,
    timezone: z.string(),
    from: instant,
    to: instant,
    series: z.array(
      z
        .object({
          group: z.record(z.string(), z.string().nullable()),
          points: z.array(z.object({ timestamp: instant, value: quantityCodec, events_count: z.int() }).meta({ id: 'UsagePoint' })),
        })
        .meta({ id: 'UsageSeries' }),
    ),
  })
  .meta({ id: 'UsageSeriesResponse' });
