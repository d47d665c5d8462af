import { z } from 'zod';
import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { presentAttempt, presentEndpoint, presentStats, presentWebhook } from './presentWebhook.ts';
import { retryWebhook } from './retryWebhook.ts';
import { rotateSecret } from './rotateSecret.ts';
import { createEndpoint, deleteEndpoint, type EndpointRules, updateEndpoint } from './saveEndpoint.ts';
import type { DeliverJob } from './webhooks.jobs.ts';
import {
  EndpointDeliveryStats,
  endpointParams,
  RotateWebhookSecret,
  WebhookDeliveryAttemptResponse,
  WebhookEndpointCreate,
  WebhookEndpointCreateResponse,
  WebhookEndpointResponse,
  WebhookEndpointUpdate,
  WebhookResponse,
  webhookFilters,
  webhookParams,
} from './webhooks.schemas.ts';
import { countDeliveries, findEndpoint, findWebhook, listAttempts, listEndpoints, listWebhooks } from './webhooks.sql.ts';

const tag = 'Webhooks';
const path = '/v1/webhook_endpoints';
const reads = { tag, permission: 'webhooks:read' } as const;
const writes = { tag, permission: 'webhooks:write' } as const;

function endpointQueries(): Operation[] {
  return [
    query({
      ...reads,
      id: 'listWebhookEndpoints',
      method: 'GET',
      path,
      summary: 'List webhook endpoints',
      query: listQuery({}),
      returns: { list: WebhookEndpointResponse },
      handle: async ({ query: page, read }) => {
        const found = await listEndpoints(read.db, page);
        return { ...found, items: found.items.map(presentEndpoint) };
      },
    }),
    query({
      ...reads,
      id: 'getWebhookDeliveryStats',
      method: 'GET',
      path: `${path}/delivery_stats`,
      summary: 'Get delivery stats per endpoint',
      returns: z.array(EndpointDeliveryStats),
      handle: async ({ read }) => (await countDeliveries(read.db)).map(presentStats),
    }),
    query({
      ...reads,
      id: 'getWebhookEndpoint',
      method: 'GET',
      path: `${path}/{endpoint_id}`,
      summary: 'Get a webhook endpoint',
      params: endpointParams,
      returns: WebhookEndpointResponse,
      handle: async ({ params, read }) => {
        const row = await findEndpoint(read.db, params.endpoint_id);
        if (row === undefined) throw notFound('webhook endpoint');
        return presentEndpoint(row);
      },
    }),
  ];
}

function endpointCommands(rules: EndpointRules): Operation[] {
  return [
    command({
      ...writes,
      id: 'createWebhookEndpoint',
      method: 'POST',
      path,
      summary: 'Create a webhook endpoint',
      description: 'Its secret is shown in this reply and never again. Messages are signed after Standard Webhooks 1.0.0.',
      status: 201,
      body: WebhookEndpointCreate,
      returns: WebhookEndpointCreateResponse,
      secret: true,
      problems: { too_many_webhook_endpoints: 'the environment has 20 endpoints' },
      handle: ({ body, tx }) => createEndpoint(tx, body, rules),
    }),
    command({
      ...writes,
      id: 'updateWebhookEndpoint',
      method: 'PUT',
      path: `${path}/{endpoint_id}`,
      summary: 'Update a webhook endpoint',
      description: 'Partial. Setting it inactive gives up at once what waits for it; what waits goes to a new URL from its next attempt on.',
      params: endpointParams,
      body: WebhookEndpointUpdate,
      returns: WebhookEndpointResponse,
      handle: ({ params, body, tx }) => updateEndpoint(tx, params.endpoint_id, body, rules),
    }),
    command({
      ...writes,
      id: 'deleteWebhookEndpoint',
      method: 'DELETE',
      path: `${path}/{endpoint_id}`,
      summary: 'Delete a webhook endpoint',
      description: 'Nothing is sent to it from now on; the log of what was sent is kept.',
      params: endpointParams,
      returns: null,
      handle: ({ params, tx }) => deleteEndpoint(tx, params.endpoint_id),
    }),
    command({
      ...writes,
      id: 'rotateWebhookSecret',
      method: 'POST',
      path: `${path}/{endpoint_id}/rotate_secret`,
      summary: 'Replace the secret of a webhook endpoint',
      description: 'The new secret is shown in this reply and never again. Until the overlap ends, messages carry a signature of each.',
      params: endpointParams,
      body: RotateWebhookSecret.optional(),
      returns: WebhookEndpointCreateResponse,
      secret: true,
      handle: ({ params, body, tx }) => rotateSecret(tx, params.endpoint_id, body?.overlap_hours),
    }),
  ];
}

function webhookOperations(deliver: DeliverJob): Operation[] {
  const item = `${path}/hooks/{webhook_id}`;
  return [
    query({
      ...reads,
      id: 'listWebhooks',
      method: 'GET',
      path: `${path}/hooks/list`,
      summary: 'List webhooks',
      query: listQuery(webhookFilters),
      returns: { list: WebhookResponse },
      handle: async ({ query: page, read }) => {
        const found = await listWebhooks(read.db, page);
        return { ...found, items: found.items.map(presentWebhook) };
      },
    }),
    query({
      ...reads,
      id: 'getWebhook',
      method: 'GET',
      path: item,
      summary: 'Get a webhook',
      params: webhookParams,
      returns: WebhookResponse,
      handle: async ({ params, read }) => {
        const row = await findWebhook(read.db, params.webhook_id);
        if (row === undefined) throw notFound('webhook');
        return presentWebhook(row);
      },
    }),
    query({
      ...reads,
      id: 'listWebhookDeliveryAttempts',
      method: 'GET',
      path: `${item}/delivery_attempts`,
      summary: 'List the delivery attempts of a webhook',
      params: webhookParams,
      query: listQuery({}),
      returns: { list: WebhookDeliveryAttemptResponse },
      handle: async ({ params, query: page, read }) => {
        if ((await findWebhook(read.db, params.webhook_id)) === undefined) throw notFound('webhook');
        const found = await listAttempts(read.db, params.webhook_id, page);
        return { ...found, items: found.items.map(presentAttempt) };
      },
    }),
    command({
      ...writes,
      id: 'retryWebhook',
      method: 'POST',
      path: `${item}/retry`,
      summary: 'Send a webhook again',
      description: 'At once, whatever became of it before, with the same id and body.',
      params: webhookParams,
      returns: WebhookResponse,
      problems: { webhook_endpoint_inactive: 'its endpoint is inactive or deleted' },
      silent: 'the attempt that follows is the record',
      handle: ({ params, tx }) => retryWebhook(tx, params.webhook_id, deliver),
    }),
  ];
}

export function webhooksOperations(rules: EndpointRules, deliver: DeliverJob): Operation[] {
  return [...endpointQueries(), ...endpointCommands(rules), ...webhookOperations(deliver)];
}
