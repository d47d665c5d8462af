import { systemNow } from '../../kernel/clock.ts';
import type { Tx } from '../../kernel/envelope.ts';
import type { OccurredEvent } from '../../kernel/event.ts';
import { nextId } from '../../kernel/nextId.ts';
import { MAX_ATTEMPTS } from './retryPlan.ts';
import { webhookBody } from './signWebhook.ts';
import type { DeliverJob } from './webhooks.jobs.ts';
import { addWebhooks, listeningEndpoints } from './webhooks.sql.ts';

/**
 * Makes one message of an event for every endpoint that wants it, each with the job that sends it. What this transaction
 * makes, it enqueues; a repeat finds the messages made and adds nothing.
 */
export async function fanOut(tx: Tx, occurred: OccurredEvent, deliver: DeliverJob): Promise<void> {
  const { db, scope } = tx;
  const listening = await listeningEndpoints(db, occurred.type);
  if (listening.length === 0) return;
  const payload = webhookBody(occurred.type, occurred.occurredAt, occurred.data);
  const added = await addWebhooks(
    db,
    listening.map(({ id }) => ({
      tenant_id: scope.tenant.id,
      id: nextId(),
      webhook_endpoint_id: id,
      event_id: occurred.id,
      webhook_type: occurred.type,
      object_type: occurred.subjectType,
      object_id: occurred.subjectId,
      payload,
      max_retries: MAX_ATTEMPTS - 1,
      next_attempt_at: systemNow(),
      created_at: scope.now,
      updated_at: scope.now,
    })),
  );
  for (const { webhook_endpoint_id } of added) await tx.enqueue(deliver, { webhook_endpoint_id });
}
