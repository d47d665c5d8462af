import { systemNow } from '../../kernel/clock.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { presentEndpoint } from './presentWebhook.ts';
import { takeEndpoint } from './saveEndpoint.ts';
import { newWebhookSecret } from './signWebhook.ts';
import { webhookEndpointSecretRotated } from './webhooks.events.ts';
import { changeEndpoint } from './webhooks.sql.ts';

const usualOverlapHours = 24;

/**
 * Gives an endpoint a new secret, which only this reply shows. The one before goes on signing beside it for the overlap, in
 * real time, as receivers live in it; one that was still overlapping from an earlier rotation stops at once.
 */
export async function rotateSecret(tx: Tx, id: string, hours: number = usualOverlapHours) {
  const before = await takeEndpoint(tx, id);
  const secret = newWebhookSecret();
  const row = await changeEndpoint(tx.db, id, {
    secret,
    previous_secret: hours === 0 ? null : before.secret,
    previous_secret_expires_at: hours === 0 ? null : systemNow().add({ hours }),
    updated_at: tx.scope.now,
  });
  const after = presentEndpoint(row);
  await tx.emit(webhookEndpointSecretRotated, { id, data: after, before: presentEndpoint(before) });
  return { ...after, secret };
}
