import { z } from 'zod';
import { instant } from '../../kernel/wire.ts';

const LifecycleEvent = z
  .object({
    timestamp: instant,
    event_type: z.enum(['subscription', 'status_change', 'invoice', 'payment']),
    title: z.string(),
    description: z.string().nullable().meta({ description: 'The invoice’s number, or the plan’s code.' }),
    status: z.string().nullable().meta({ description: 'What the resource was then.' }),
    resource_id: z.string(),
    resource_type: z.string(),
    metadata: z.record(z.string(), z.string()),
  })
  .meta({ id: 'LifecycleEvent' });

export const SubscriptionLifecycleResponse = z
  .object({ events: z.array(LifecycleEvent).meta({ description: 'Oldest first; at most the latest 1,000.' }) })
  .meta({ id: 'SubscriptionLifecycleResponse' });
