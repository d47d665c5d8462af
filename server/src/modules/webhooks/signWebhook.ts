import { createHmac, randomBytes } from 'node:crypto';
import { stringifyJson } from '../../kernel/http/json.ts';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** A new signing secret for one endpoint: `whsec_` and 32 random bytes in base64. */
export const newWebhookSecret = (): string => PREFIX + randomBytes(SECRET_BYTES).toString('base64');

/**
 * The body of a message, made once and sent and signed to the letter at every attempt: `{type, timestamp, data}`, the
 * timestamp being that of the event (RFC 3339, UTC).
 */
export const webhookBody = (type: string, timestamp: Temporal.Instant, data: unknown): string =>
  stringifyJson({ type, timestamp: timestamp.toString(), data });

function keyOf(secret: string): Buffer {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : '';
  const key = Buffer.from(encoded, 'base64');
  // Standard Webhooks asks for 24 to 64 bytes; the way back shows whether it was base64 at all.
  if (key.length < 24 || key.length > 64 || key.toString('base64') !== encoded) {
    throw new Error(`A webhook secret is "${PREFIX}" and 24 to 64 bytes in base64.`);
  }
  return key;
}

export interface WebhookMessage {
  /** The same at every attempt, so that receivers can tell a repeat; without a full stop, which separates the signed parts. */
  readonly id: string;
  /** When this attempt is made; receivers refuse what is more than five minutes off their own clock. */
  readonly sentAt: Temporal.Instant;
  readonly body: string;
  /** The endpoint's secret, and during its rotation the one before: one signature each, in this order. */
  readonly secrets: readonly [string, ...string[]];
}

/**
 * The headers of one attempt after Standard Webhooks 1.0.0: id, Unix seconds and HMAC-SHA256 signatures over
 * `id.timestamp.body`. Throws on a malformed secret or id.
 */
export function signWebhook(message: WebhookMessage): Readonly<Record<string, string>> {
  const { id, body, secrets } = message;
  if (!/^[\w-]+$/.test(id)) throw new Error('The id of a webhook message has letters, digits, "_" and "-" only.');
  const timestamp = String(Math.floor(message.sentAt.epochMilliseconds / 1000));
  const signatures = secrets.map((secret) => {
    const digest = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
    return `v1,${digest}`;
  });
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

/**
 * The headers of receivers older than Standard Webhooks: hex HMAC-SHA256 of the body alone, keyed by the current secret as it
 * is written. They carry one signature only, so an overlap of secrets is not for them, and no time, so repeats look alike.
 */
export function legacySignature({ id, body, secrets: [secret] }: WebhookMessage): Readonly<Record<string, string>> {
  return {
    'x-bxb-signature': createHmac('sha256', secret).update(body).digest('hex'),
    'x-bxb-signature-algorithm': 'hmac',
    'x-bxb-webhook-id': id,
  };
}
