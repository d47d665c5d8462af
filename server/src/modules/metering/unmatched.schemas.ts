import { z } from 'zod';
import { uuid } from '../../kernel/wire.ts';
import { listQuery } from '../../kernel/http/page.ts';
import { EventResponse } from './metering.schemas.ts';

const reason = z.enum(['unknown_metric', 'unknown_customer', 'unknown_subscription', 'not_priced', 'unreadable']);

export const EventReprocessResponse = z
  .object({
    event_id: uuid,
    status: z.enum(['reprocessing', 'no_active_subscriptions']),
    subscriptions_checked: z.int().meta({ description: 'Subscriptions that count the event.' }),
    reason: reason.nullable().meta({ description: 'Why nothing counts it as things stand now.' }),
  })
  .meta({ id: 'EventReprocessResponse' });

export const UnmatchedEventResponse = z
  .object({
    ...EventResponse.shape,
    current_reason: reason.nullable().meta({ description: 'Why nothing counts it as things stand now; null: something does since. unreadable: its metric, which came later, cannot read it.' }),
    nearest: z
      .object({
        field: z.enum(['code', 'external_customer_id', 'external_subscription_id']),
        value: z.string(),
        distance: z.int().meta({ description: 'Characters added, left out, changed or swapped with a neighbour.' }),
      })
      .meta({ id: 'NearestName' })
      .nullable()
      .meta({ description: 'The known name most like the one that is not known.' }),
  })
  .meta({ id: 'UnmatchedEventResponse' });

export const unmatchedQuery = listQuery(
  { reason: reason.exclude(['unreadable']).optional().meta({ description: 'Why it was not matched when it came in.' }) },
  { default: 50, max: 100 },
);
