import { systemNow } from '../../kernel/clock.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { nextId } from '../../kernel/nextId.ts';
import type { EgressResult } from './createEgress.ts';
import { MAX_ATTEMPTS, nextAttempt } from './retryPlan.ts';
import { disableEndpoint } from './saveEndpoint.ts';
import { addAttempt, changeWebhook, findWebhook, lockWebhook, type WebhookRow } from './webhooks.sql.ts';

const isSuccess = (result: EgressResult) => result.ok && result.status >= 200 && result.status < 300;
const isGone = (result: EgressResult) => result.ok && result.status === 410;

function reasonOf(result: EgressResult): string | null {
  if (!result.ok) return result.message;
  return isSuccess(result) ? null : `The receiver answered ${result.status}.`;
}

/** When a message that just failed is tried again, by its plan; null when the plan is used up. */
function planNext(row: WebhookRow, attempts: number, result: EgressResult): Temporal.Instant | null {
  // A retry by hand begins a plan anew: max_retries says where the present one ends.
  const beforePlan = row.max_retries + 1 - MAX_ATTEMPTS;
  const retryAfterSeconds = result.ok ? result.retryAfterSeconds : null;
  return nextAttempt({ attemptsMade: attempts - beforePlan, since: systemNow(), seed: row.id, retryAfterSeconds });
}

type Standing = Pick<WebhookRow, 'status' | 'next_attempt_at'>;

/** Success stands whatever comes after it; only a message that still waits is planned on. */
function standingAfter(row: WebhookRow, attemptedAt: Temporal.Instant, attempts: number, result: EgressResult): Standing {
  if (isSuccess(result)) return { status: 'succeeded', next_attempt_at: null };
  const { status, next_attempt_at: planned } = row;
  // No longer waiting: given up with its endpoint meanwhile, or settled by a worker that took this turn over.
  if (status !== 'pending' || planned === null) return { status, next_attempt_at: planned };
  // Asked for again by hand while this attempt was under way.
  if (Temporal.Instant.compare(planned, attemptedAt) > 0) return { status, next_attempt_at: planned };
  const next = planNext(row, attempts, result);
  return { status: next === null ? 'failed' : 'pending', next_attempt_at: next };
}

/**
 * Writes down one attempt and what follows from it. A receiver that answers 410 wants no more: its endpoint is switched
 * off. Answers a line for the log where somebody should look, else null.
 */
export async function recordAttempt(tx: Tx, webhookId: string, attemptedAt: Temporal.Instant, result: EgressResult): Promise<string | null> {
  const found = await findWebhook(tx.db, webhookId);
  if (found === undefined) return null;
  // The endpoint's row before the message's, as everywhere.
  if (isGone(result)) await disableEndpoint(tx, found.webhook_endpoint_id);
  const row = await lockWebhook(tx.db, webhookId);
  const attempts = row.attempts + 1;
  const http = { status: result.status ?? null, body: result.ok ? result.body : null };
  await addAttempt(tx.db, {
    tenant_id: tx.scope.tenant.id,
    id: nextId(),
    webhook_id: webhookId,
    attempt_number: attempts,
    http_status: http.status,
    response_body: http.body,
    success: isSuccess(result),
    error_message: reasonOf(result),
    attempted_at: attemptedAt,
  });
  const standing = standingAfter(row, attemptedAt, attempts, result);
  await changeWebhook(tx.db, webhookId, {
    ...standing,
    attempts,
    last_attempt_at: attemptedAt,
    http_status: http.status,
    response: http.body,
    updated_at: tx.scope.now,
  });
  if (isGone(result)) return 'the receiver answered 410: its webhook endpoint was switched off';
  return row.status === 'pending' && standing.status === 'failed' ? 'a webhook was given up after its last attempt' : null;
}
