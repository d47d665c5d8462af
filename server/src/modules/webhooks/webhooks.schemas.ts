import { z } from 'zod';
import { idInput, instant, text, uuid } from '../../kernel/wire.ts';

const fields = {
  url: text(1, 2048).meta({ description: 'http or https, on the public network or in the server’s allow list; live endpoints need https outside that list.' }),
  signature_algo: z.enum(['hmac']),
  event_types: z
    .array(text(1, 100))
    .min(1)
    .max(500)
    .transform((names) => [...new Set(names)])
    .nullable()
    .meta({ description: 'The events to send, by name as under `webhooks` in this document; null for all of them.' }),
};

export const WebhookEndpointCreate = z
  .strictObject(fields)
  .partial()
  .required({ url: true })
  .meta({ id: 'WebhookEndpointCreate' });

export const WebhookEndpointUpdate = z
  .strictObject({ ...fields, status: z.enum(['active', 'inactive']) })
  .partial()
  .meta({ id: 'WebhookEndpointUpdate' });

export const RotateWebhookSecret = z
  .strictObject({
    overlap_hours: z.int().min(0).max(168).optional().meta({ description: 'How long the secret before goes on signing beside the new one; default 24.' }),
  })
  .meta({ id: 'RotateWebhookSecret' });

export const WebhookEndpointResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    url: z.string(),
    signature_algo: z.string(),
    status: z.enum(['active', 'inactive']),
    event_types: z.array(z.string()).nullable(),
    previous_secret_expires_at: instant.nullable().meta({ description: 'Until when, in real time, the secret before signs too.' }),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'WebhookEndpointResponse' });

export const WebhookEndpointCreateResponse = z
  .object({ ...WebhookEndpointResponse.shape, secret: z.string().meta({ description: 'Signs every message; shown once.' }) })
  .meta({ id: 'WebhookEndpointCreateResponse' });

const messageStatus = z.enum(['pending', 'succeeded', 'failed']);

export const WebhookResponse = z
  .object({
    id: uuid,
    public_id: z.string().meta({ description: 'The `webhook-id` header of every attempt.' }),
    webhook_endpoint_id: uuid,
    webhook_type: z.string(),
    object_type: z.string().nullable(),
    object_id: uuid.nullable(),
    payload: z.record(z.string(), z.unknown()).meta({ description: 'The body as it is sent: {type, timestamp, data}.' }),
    status: messageStatus,
    retries: z.int().meta({ description: 'Attempts after the first.' }),
    max_retries: z.int().meta({ description: 'After how many retries it is given up.' }),
    last_retried_at: instant.nullable(),
    next_attempt_at: instant.nullable().meta({ description: 'In real time; null once succeeded or given up.' }),
    http_status: z.int().nullable().meta({ description: 'Of the last attempt.' }),
    response: z.string().nullable().meta({ description: 'The beginning of the last answer.' }),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'WebhookResponse' });

export const WebhookDeliveryAttemptResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    webhook_id: uuid,
    attempt_number: z.int(),
    http_status: z.int().nullable(),
    response_body: z.string().nullable(),
    success: z.boolean(),
    error_message: z.string().nullable(),
    attempted_at: instant,
  })
  .meta({ id: 'WebhookDeliveryAttemptResponse' });

export const EndpointDeliveryStats = z
  .object({
    endpoint_id: uuid,
    total: z.int(),
    pending: z.int(),
    succeeded: z.int(),
    failed: z.int(),
    success_rate: z.number().meta({ description: 'Percent of the messages that succeeded or failed, one decimal; 0 before the first.' }),
  })
  .meta({ id: 'EndpointDeliveryStats' });

export const endpointParams = z.object({ endpoint_id: idInput('we') });
export const webhookParams = z.object({ webhook_id: idInput('wh') });

export const webhookFilters = {
  webhook_type: text(1, 100).optional(),
  status: messageStatus.optional(),
  webhook_endpoint_id: idInput('we').optional(),
};
