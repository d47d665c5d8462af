import type { Logger } from 'pino';
import { systemNow } from '../../kernel/clock.ts';
import type { Tx } from '../../kernel/envelope.ts';
import type { JobContext } from '../../kernel/job.ts';
import type { Scope } from '../../kernel/scope.ts';
import { publicId } from '../../kernel/wire.ts';
import type { Egress } from './createEgress.ts';
import { recordAttempt } from './recordAttempt.ts';
import { callRulesOf } from './saveEndpoint.ts';
import { legacySignature, signWebhook } from './signWebhook.ts';
import type { DeliverJob } from './webhooks.jobs.ts';
import { changeEndpoint, dueWebhooks, type EndpointRow, failWaiting, lockEndpoint, nextDue, takeTurn } from './webhooks.sql.ts';

/** How many messages one turn sends, all at once. */
const messagesPerTurn = 8;
/** Longer than a call may take and its result needs to be written; a worker that died holds its endpoint for no longer. */
const turnSeconds = 30;
/** What our own shutdown cut off is left to whoever runs next. */
const afterShutdownSeconds = 5;

interface Delivery {
  readonly egress: Egress;
  readonly logger: Logger;
  readonly deliver: DeliverJob;
}

interface Turn {
  readonly endpoint: EndpointRow;
  readonly messages: readonly { readonly id: string; readonly payload: string }[];
}

/** The one job per endpoint that waits for a time to come; setting it again moves it. Only whoever holds the endpoint does. */
async function setAlarm(tx: Tx, { deliver }: Delivery, endpointId: string, at: Temporal.Instant): Promise<void> {
  await tx.enqueue(deliver, { webhook_endpoint_id: endpointId }, { runAt: at, key: `${deliver.name} ${endpointId}` });
}

const later = (a: Temporal.Instant, b: Temporal.Instant) => (Temporal.Instant.compare(a, b) > 0 ? a : b);

/**
 * Takes the endpoint's turn: for its length no other worker sends to it, so that no message is sent twice at once. Null
 * where there is nothing to do, or somebody is at it; he looks again before he ends.
 */
async function beginTurn(tx: Tx, endpointId: string, delivery: Delivery): Promise<Turn | null> {
  const now = systemNow();
  const endpoint = await lockEndpoint(tx.db, endpointId);
  if (endpoint === undefined) return null;
  if (endpoint.status !== 'active') {
    // Whatever was added while the endpoint was being switched off.
    await failWaiting(tx.db, endpointId, tx.scope.now);
    return null;
  }
  if (endpoint.delivering_until !== null && Temporal.Instant.compare(endpoint.delivering_until, now) > 0) return null;
  const messages = await dueWebhooks(tx.db, endpointId, now, messagesPerTurn);
  if (messages.length === 0) {
    // Nothing yet; also where this machine's clock is a little behind the one that planned the attempt.
    const next = await nextDue(tx.db, endpointId);
    if (next !== null) await setAlarm(tx, delivery, endpointId, next);
    return null;
  }
  const until = now.add({ seconds: turnSeconds });
  const taken = await takeTurn(tx.db, endpointId, now, until);
  // Should this worker die, the alarm goes off when its turn is over.
  await setAlarm(tx, delivery, endpointId, until);
  return { endpoint: taken, messages };
}

/** Gives the turn back and sees to what waits. A turn that lasted too long is somebody else's by now. */
async function endTurn(tx: Tx, { endpoint: taken }: Turn, notBefore: Temporal.Instant, delivery: Delivery): Promise<void> {
  const endpoint = await lockEndpoint(tx.db, taken.id);
  if (endpoint === undefined || !isSame(endpoint.delivering_until, taken.delivering_until)) return;
  await changeEndpoint(tx.db, taken.id, { delivering_until: null });
  const next = await nextDue(tx.db, taken.id);
  // At the end of the queue, however long it has been due: other endpoints have had no turn meanwhile.
  if (next !== null) await setAlarm(tx, delivery, taken.id, later(next, notBefore));
}

const isSame = (a: Temporal.Instant | null, b: Temporal.Instant | null) => a !== null && b !== null && a.equals(b);

/** The secrets that sign now, the current one first. */
function secretsOf({ secret, previous_secret: previous }: EndpointRow): readonly [string, ...string[]] {
  if (secret === null) throw new Error('An active endpoint has a secret.');
  return previous === null ? [secret] : [secret, previous];
}

function headersOf(endpoint: EndpointRow, webhookId: string, body: string, sentAt: Temporal.Instant) {
  const message = { id: publicId('wh', webhookId), sentAt, body, secrets: secretsOf(endpoint) };
  return { 'user-agent': 'Farthing-Webhooks/1.0', ...signWebhook(message), ...legacySignature(message) };
}

/**
 * Sends what is due to one endpoint: read in one transaction, called with none open, each result written in one of its own.
 * Answers within little more than a call may take; what is then still due gets its turn after those of other endpoints.
 */
export async function deliverDue(context: JobContext<{ webhook_endpoint_id: string }>, delivery: Delivery): Promise<void> {
  const { payload, tenantId, envelope } = context;
  const scope: Scope = await envelope.scopeOf(tenantId);
  const turn = await envelope.command(scope, (tx) => beginTurn(tx, payload.webhook_endpoint_id, delivery), 'turns are bookkeeping');
  if (turn === null) return;
  const { endpoint } = turn;

  const send = async ({ id, payload: body }: Turn['messages'][number]): Promise<boolean> => {
    const attemptedAt = systemNow();
    const result = await delivery.egress.post(endpoint.url, headersOf(endpoint, id, body, attemptedAt), body, callRulesOf(scope));
    // Cut off by our own shutdown: no attempt of the plan is lost to that.
    if (!result.ok && result.reason === 'closed') return false;
    const outcome = await envelope.command(scope, (tx) => recordAttempt(tx, id, attemptedAt, result), 'the attempt is the record');
    if (outcome !== null) delivery.logger.warn({ webhook_endpoint_id: endpoint.id, webhook_id: id }, outcome);
    return true;
  };
  const sent = await Promise.allSettled(turn.messages.map(send));
  const broken = sent.find((each) => each.status === 'rejected');
  // The turn is not given back: it runs out, and what has no result written is sent again then.
  if (broken !== undefined) throw broken.reason;

  const complete = sent.every((each) => each.status === 'fulfilled' && each.value);
  const notBefore = complete ? systemNow() : systemNow().add({ seconds: afterShutdownSeconds });
  await envelope.command(scope, (tx) => endTurn(tx, turn, notBefore, delivery), 'turns are bookkeeping');
}
