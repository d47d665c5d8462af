import { systemNow } from '../../kernel/clock.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, notFound } from '../../kernel/problem.ts';
import { presentWebhook } from './presentWebhook.ts';
import { MAX_ATTEMPTS } from './retryPlan.ts';
import type { DeliverJob } from './webhooks.jobs.ts';
import { changeWebhook, findWebhook, lockEndpoint, lockWebhook } from './webhooks.sql.ts';

/**
 * Has a message sent again at once, to the letter and under the same id. One that still waits is brought forward; one that
 * succeeded or was given up begins its plan of attempts anew.
 */
export async function retryWebhook(tx: Tx, id: string, deliver: DeliverJob) {
  const found = await findWebhook(tx.db, id);
  if (found === undefined) throw notFound('webhook');
  const endpoint = await lockEndpoint(tx.db, found.webhook_endpoint_id);
  if (endpoint?.status !== 'active')
    throw conflict('webhook_endpoint_inactive', 'The endpoint of this webhook is inactive or deleted; nothing is sent to it.');
  const { status, attempts, max_retries: planned } = await lockWebhook(tx.db, id);
  const row = await changeWebhook(tx.db, id, {
    status: 'pending',
    next_attempt_at: systemNow(),
    max_retries: status === 'pending' ? planned : attempts + MAX_ATTEMPTS - 1,
    updated_at: tx.scope.now,
  });
  await tx.enqueue(deliver, { webhook_endpoint_id: found.webhook_endpoint_id });
  return presentWebhook(row);
}
