import { event } from '../../kernel/event.ts';
import { WebhookEndpointResponse } from './webhooks.schemas.ts';

// Kept from webhooks: a receiver must not learn of the others.
const declare = (name: string, action: 'created' | 'updated' | 'deleted', description: string) =>
  event({ name: `webhook_endpoint.${name}`, subject: 'webhook_endpoint', action, description, data: WebhookEndpointResponse, webhook: false });

export const webhookEndpointCreated = declare('created', 'created', 'A webhook endpoint was created.');
export const webhookEndpointUpdated = declare('updated', 'updated', 'A webhook endpoint changed; also when its receiver answered 410 and it was switched off.');
export const webhookEndpointDeleted = declare('deleted', 'deleted', 'A webhook endpoint was deleted; what was sent to it is kept.');
export const webhookEndpointSecretRotated = declare('secret_rotated', 'updated', 'A webhook endpoint got a new secret.');
