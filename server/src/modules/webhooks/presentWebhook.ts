import { z } from 'zod';
import { parseJson } from '../../kernel/http/json.ts';
import { publicId } from '../../kernel/wire.ts';
import type { EndpointDeliveryStats, WebhookDeliveryAttemptResponse, WebhookEndpointResponse, WebhookResponse } from './webhooks.schemas.ts';
import type { AttemptRow, DeliveryCounts, EndpointRow, WebhookRow } from './webhooks.sql.ts';

/** An endpoint as replies and events show it: without its secrets. */
export function presentEndpoint(row: EndpointRow): z.output<typeof WebhookEndpointResponse> {
  const { secret: _secret, previous_secret: _previous, ...shown } = row;
  return { ...shown, public_id: publicId('we', row.id) };
}

const payload = z.record(z.string(), z.unknown());
// The text was written by us; whatever size an event had, it is shown.
const noLimits = { maxDepth: 10_000, maxKeys: Number.MAX_SAFE_INTEGER, maxLength: Number.MAX_SAFE_INTEGER };

/** A message as replies show it, its body read back with every number's digits. */
export function presentWebhook(row: WebhookRow): z.output<typeof WebhookResponse> {
  const parsed = parseJson(row.payload, noLimits);
  return {
    ...row,
    public_id: publicId('wh', row.id),
    payload: payload.parse(parsed.ok ? parsed.value : null),
    retries: Math.max(0, row.attempts - 1),
    last_retried_at: row.attempts > 1 ? row.last_attempt_at : null,
  };
}

export function presentAttempt(row: AttemptRow): z.output<typeof WebhookDeliveryAttemptResponse> {
  return { ...row, public_id: publicId('wha', row.id) };
}

export function presentStats(counts: DeliveryCounts): z.output<typeof EndpointDeliveryStats> {
  const { succeeded, failed } = counts;
  const settled = succeeded + failed;
  return { ...counts, success_rate: settled === 0 ? 0 : Math.round((succeeded * 1000) / settled) / 10 };
}
