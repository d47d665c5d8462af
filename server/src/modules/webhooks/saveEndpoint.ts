import { randomUUIDv7 } from 'node:crypto';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, invalid, invalidFields, notFound } from '../../kernel/problem.ts';
import type { Scope } from '../../kernel/scope.ts';
import type { Egress } from './createEgress.ts';
import { presentEndpoint } from './presentWebhook.ts';
import { newWebhookSecret } from './signWebhook.ts';
import type { CallRules } from './targetUrl.ts';
import { webhookEndpointCreated, webhookEndpointDeleted, webhookEndpointUpdated } from './webhooks.events.ts';
import type { WebhookEndpointCreate, WebhookEndpointUpdate } from './webhooks.schemas.ts';
import { changeEndpoint, countEndpoints, type EndpointRow, failWaiting, insertEndpoint, lockEndpoint } from './webhooks.sql.ts';

const mostEndpoints = 20;

/** Against what endpoints are checked. */
export interface EndpointRules {
  readonly egress: Egress;
  /** The names of all events that webhooks carry. */
  readonly publishedEvents: () => ReadonlySet<string>;
}

/** Live data leaves unencrypted only to addresses that whoever runs the server has named. */
export const callRulesOf = ({ tenant }: Scope): CallRules => ({ plainOnlyToListed: tenant.environment === 'live' });

function check(scope: Scope, { url, event_types: names }: z.output<typeof WebhookEndpointUpdate>, { egress, publishedEvents }: EndpointRules): void {
  const refusal = url === undefined ? null : egress.checkUrl(url, callRulesOf(scope));
  if (refusal !== null) throw invalid('url', 'url_refused', refusal);
  const published = publishedEvents();
  const errors = (names ?? []).flatMap((name, place) =>
    published.has(name) ? [] : [{ path: `event_types.${place}`, code: 'unknown_event', message: 'There is no webhook event of this name.' }],
  );
  if (errors.length > 0) throw invalidFields(errors);
}

/** Creates an endpoint and its secret, which only this reply shows. At most 20 in an environment. */
export async function createEndpoint(tx: Tx, body: z.output<typeof WebhookEndpointCreate>, rules: EndpointRules) {
  const { scope, db } = tx;
  check(scope, body, rules);
  await tx.lock('webhook endpoints');
  if ((await countEndpoints(db)) >= mostEndpoints)
    throw conflict('too_many_webhook_endpoints', `An environment has at most ${mostEndpoints} webhook endpoints; delete one first.`);
  const secret = newWebhookSecret();
  const row = await insertEndpoint(db, {
    ...body,
    tenant_id: scope.tenant.id,
    id: randomUUIDv7(),
    secret,
    created_at: scope.now,
    updated_at: scope.now,
  });
  const made = presentEndpoint(row);
  await tx.emit(webhookEndpointCreated, { id: row.id, data: made });
  return { ...made, secret };
}

/** The endpoint, unless deleted, taken for the rest of the transaction. */
export async function takeEndpoint(tx: Tx, id: string): Promise<EndpointRow> {
  const row = await lockEndpoint(tx.db, id);
  if (row === undefined || row.deleted_at !== null) throw notFound('webhook endpoint');
  return row;
}

async function change(tx: Tx, before: EndpointRow, given: z.output<typeof WebhookEndpointUpdate>) {
  const row = await changeEndpoint(tx.db, before.id, { ...given, updated_at: tx.scope.now });
  if (row.status === 'inactive') await failWaiting(tx.db, row.id, tx.scope.now);
  const after = presentEndpoint(row);
  await tx.emit(webhookEndpointUpdated, { id: row.id, data: after, before: presentEndpoint(before) });
  return after;
}

/** Changes what is given. Switching an endpoint off gives up what waits for it; a new URL holds for what waits, too. */
export async function updateEndpoint(tx: Tx, id: string, body: z.output<typeof WebhookEndpointUpdate>, rules: EndpointRules) {
  check(tx.scope, body, rules);
  return change(tx, await takeEndpoint(tx, id), body);
}

/** Switches an endpoint off whose receiver wants no more messages. Once off, it stays as it is. */
export async function disableEndpoint(tx: Tx, id: string): Promise<void> {
  const before = await lockEndpoint(tx.db, id);
  if (before?.status === 'active') await change(tx, before, { status: 'inactive' });
}

/** Deletes an endpoint: nothing is sent to it from now on, its secrets are gone, the log of what was sent is kept. */
export async function deleteEndpoint(tx: Tx, id: string): Promise<void> {
  const { now } = tx.scope;
  await takeEndpoint(tx, id);
  const row = await changeEndpoint(tx.db, id, {
    status: 'inactive',
    secret: null,
    previous_secret: null,
    previous_secret_expires_at: null,
    updated_at: now,
    deleted_at: now,
  });
  await failWaiting(tx.db, id, now);
  await tx.emit(webhookEndpointDeleted, { id, data: presentEndpoint(row) });
}
