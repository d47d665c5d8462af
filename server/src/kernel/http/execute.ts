import { z } from 'zod';
import type { Envelope, Transaction } from '../envelope.ts';
import type { Encoded, Operation } from '../operation.ts';
import type { Problem } from '../problem.ts';
import type { Scope } from '../scope.ts';
import { claimKey, type IdempotencyClaim, keepReply, type StoredReply } from './idempotency.ts';
import { stringifyJson } from './json.ts';
import type { Binary } from './reply.ts';
import type { ListReply } from './page.ts';
import { problemOf } from './problemOf.ts';

/** A reply ready for the socket. */
export interface HttpReply extends Omit<StoredReply, 'body'> {
  readonly body: string | Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface DecodedInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  /** Of a body that the operation reads itself. */
  readonly bytes: Buffer | null;
}

const jsonType = 'application/json; charset=utf-8';

function encodeReply(operation: Operation, value: unknown): HttpReply {
  const { returns, status } = operation;
  if (returns === null) return { status: 204, contentType: null, body: null, headers: {} };
  if (returns instanceof z.ZodType)
    return { status, contentType: jsonType, body: stringifyJson(z.encode(returns, value)), headers: {} };
  if ('file' in returns) {
    const { bytes, filename, disposition } = value as Binary;
    const name = filename.replace(/[^\w.-]/g, '_');
    return { status, contentType: returns.file, body: bytes, headers: { 'content-disposition': `${disposition}; filename="${name}"` } };
  }
  const list = value as ListReply<unknown>;
  const items = list.items.map((item) => z.encode(returns.list, item));
  if ('total' in list)
    return { status, contentType: jsonType, body: stringifyJson(items), headers: { 'x-total-count': String(list.total) } };
  const page = { data: items, has_more: list.next !== null, next_cursor: list.next };
  return { status, contentType: jsonType, body: stringifyJson(page), headers: {} };
}

export function encodeProblem(problem: Problem, requestId: string): HttpReply {
  const headers: Record<string, string> = problem.retryAfterSeconds === null ? {} : { 'retry-after': String(problem.retryAfterSeconds) };
  const body = stringifyJson(problem.toDocument(requestId));
  return { status: problem.status, contentType: 'application/problem+json', body, headers };
}

/** A refusal of the command itself, as opposed to one of the envelope: its writes are undone and the refusal is the reply. */
function refusalOf(error: unknown): Problem | null {
  const problem = problemOf(error);
  return problem !== null && problem.status < 500 ? problem : null;
}

async function runClaimed(
  tx: Transaction,
  operation: Operation,
  input: DecodedInput,
  claim: IdempotencyClaim,
): Promise<HttpReply> {
  const kept = await claimKey(tx, claim);
  if (kept !== null) return { ...kept, headers: { 'idempotency-replayed': 'true' } };
  let reply: HttpReply;
  try {
    reply = await tx.attempt(() => replyTo(tx, operation, input));
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    reply = encodeProblem(refusal, tx.scope.requestId ?? '');
  }
  if (reply.body instanceof Uint8Array) throw new Error(`${operation.id}: a file cannot be kept for replays; make it a query.`);
  await keepReply(tx, claim, { status: reply.status, contentType: reply.contentType, body: reply.body });
  return reply;
}

async function replyTo(tx: Transaction, operation: Operation, input: DecodedInput): Promise<HttpReply> {
  if (operation.kind === 'direct') return asText(await replyDirectly(operation, tx.scope, input));
  if (operation.lock !== null) await tx.lock(operation.lock(input as never));
  return encodeReply(operation, await operation.handle({ ...input, tx } as never));
}

/** As it is kept for replays. */
const asText = (reply: HttpReply): HttpReply =>
  reply.body instanceof Uint8Array ? { ...reply, body: new TextDecoder().decode(reply.body) } : reply;

async function replyDirectly(operation: Operation, scope: Scope, input: DecodedInput): Promise<HttpReply> {
  const { bytes, ...read } = input;
  const answer = operation.unparsed === null || bytes === null ? operation.handle({ ...read, scope } as never) : operation.unparsed.handle({ ...read, bytes, scope } as never);
  const { status, body } = (await answer) as Encoded;
  return { status, contentType: jsonType, body, headers: {} };
}

/** Runs one operation in its envelope and answers its reply. Throws Problem for refusals that were not kept. */
export async function execute(
  envelope: Envelope,
  operation: Operation,
  scope: Scope,
  input: DecodedInput,
  claim: IdempotencyClaim | null,
): Promise<HttpReply> {
  if (operation.kind === 'query')
    return envelope.read(scope, async (read) => encodeReply(operation, await operation.handle({ ...input, read } as never)));
  if (operation.kind === 'direct' && claim === null) return replyDirectly(operation, scope, input);
  // A kept refusal wrote only its own record; events are asked for where the command succeeded.
  return envelope.command(
    scope,
    async (tx) => {
      if (claim !== null) return runClaimed(tx, operation, input, claim);
      return replyTo(tx, operation, input);
    },
    claim === null ? operation.silent : 'the idempotency record is bookkeeping',
  );
}
