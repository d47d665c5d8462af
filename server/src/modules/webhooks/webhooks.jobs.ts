import type { Logger } from 'pino';
import { z } from 'zod';
import { job, type JobType } from '../../kernel/job.ts';
import type { Egress } from './createEgress.ts';
import { deliverDue } from './deliverDue.ts';

const payload = z.object({ webhook_endpoint_id: z.uuid() });

export type DeliverJob = JobType<typeof payload>;

/**
 * Sends what is due to one endpoint. Enqueued for every new message and every retry by hand; between attempts, one job per
 * endpoint waits for the next. Messages have their own plan of attempts, so the job needs few.
 */
export function deliverJob(egress: Egress, logger: Logger): DeliverJob {
  const deliver: DeliverJob = job({
    name: 'webhooks.deliver',
    payload,
    maxAttempts: 5,
    handle: (context) => deliverDue(context, { egress, logger, deliver }),
  });
  return deliver;
}
