import { randomUUIDv7 } from 'node:crypto';
import { Readable } from 'node:stream';
import fastify, { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Envelope } from '../envelope.ts';
import type { Operation, Permission, Realm } from '../operation.ts';
import { notFound, Problem } from '../problem.ts';
import type { Scope } from '../scope.ts';
import { bytesOf, type JsonBody, linesType, noBody, readBodies } from './bodies.ts';
import { encodeProblem, execute, type HttpReply } from './execute.ts';
import { type HeldRoom, holdRoom } from './holdRoom.ts';
import { hashRequest, type IdempotencyClaim, readIdempotencyKey } from './idempotency.ts';
import { problemOf } from './problemOf.ts';
import { UnreadBodies } from './unreadBodies.ts';
import { ignoreExpectations, problemOfPath, refuseBytes, requireHost } from './unreadable.ts';
import { decode } from './validate.ts';

/** Who is calling, as the realm's guard found out. */
interface Principal {
  readonly scope: Scope;
  readonly may: (permission: Permission) => boolean;
  /** The raw credential of this request; never logged, never stored. */
  readonly credential: string;
}

/** Finds out who calls, or throws the realm's one refusal. */
export type Guard = (request: FastifyRequest) => Promise<Principal>;

export interface ServerOptions {
  readonly operations: readonly Operation[];
  readonly envelope: Envelope;
  /**
   * Keeps the replies of direct operations under their keys, on connections of its own: their handlers wait for other connections while they
   * hold one, so that as many as there are connections would wait for each other.
   */
  readonly keyed: Envelope;
  readonly guards: Readonly<Record<Realm, Guard>>;
  readonly logger: Logger;
}

function toProblem(error: unknown): Problem {
  const known = problemOf(error);
  if (known !== null) return known;
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  const message = error instanceof Error ? error.message : '';
  if (status === 413) return new Problem(413, 'body_too_large', 'The body is larger than this operation takes.');
  if (status === 415) return new Problem(415, 'unsupported_media_type', 'Send application/json.');
  if (typeof status === 'number' && status >= 400 && status < 500) return new Problem(400, 'bad_request', message);
  return new Problem(500, 'internal_error', 'Something went wrong on our side; it was logged.');
}

async function send(reply: FastifyReply, answer: HttpReply): Promise<void> {
  reply.code(answer.status);
  for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
  if (answer.contentType !== null) reply.header('content-type', answer.contentType);
  await reply.send(answer.body ?? undefined);
}

function decodeInput(operation: Operation, request: FastifyRequest, body: JsonBody) {
  let params: unknown = {};
  if (operation.params !== null) {
    const parsed = operation.params.safeParse(request.params);
    // An id that cannot be one, or that no text in the database can be, names nothing: the same answer as for one that is not there.
    if (!parsed.success || Object.values(request.params ?? {}).some((value) => String(value).includes('\u0000'))) throw notFound('resource');
    params = parsed.data;
  }
  const query = decode(operation.query ?? noQuery, request.query);
  if (operation.kind === 'direct') return { params, query, body: body.value, bytes: body.bytes ?? null };
  const bodyValue = operation.body === null ? decode(emptyBody, body.value) : decode(operation.body, body.value);
  return { params, query, body: bodyValue, bytes: null };
}

const noQuery = z.strictObject({});
const emptyBody = z.strictObject({}).optional();

function claimOf(operation: Operation, request: FastifyRequest, body: JsonBody, credential: string): IdempotencyClaim | null {
  if (!operation.idempotent) return null;
  const key = readIdempotencyKey(request.raw.headersDistinct['idempotency-key']);
  if (key === null) return null;
  const requestHash = hashRequest(operation.method, request.url, body.text);
  return { key, requestHash, secretFrom: operation.secret ? credential : null };
}

/** Answers a body of lines by lines, as they come; done when nobody works on them any more, which may be after the client has gone. */
async function sendLines(reply: FastifyReply, operation: Operation, request: FastifyRequest, body: Readable): Promise<void> {
  if (operation.handleLines === null) throw new Problem(415, 'unsupported_media_type', 'Send application/json.');
  const query = decode(operation.query ?? noQuery, request.query);
  const lines = Readable.from(operation.handleLines({ query, body, scope: request.principal.scope } as never));
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  lines.once('close', end);
  try {
    await reply.code(200).header('content-type', linesType).send(lines);
  } finally {
    lines.destroy();
    await ended;
  }
}

function route(server: FastifyInstance, operation: Operation, { envelope, keyed, guards }: ServerOptions): void {
  const guard = guards[operation.realm];
  const url = operation.path.replace(/\{(\w+)\}/g, ':$1');
  // Updates are partial under both names; the contract's is the documented one.
  const methods = operation.method === 'PUT' ? ['PUT', 'PATCH'] : operation.method === 'PATCH' ? ['PATCH', 'PUT'] : [operation.method];
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { principal } = request;
    if (request.body instanceof Readable) return sendLines(reply, operation, request, request.body);
    const body = (request.body as JsonBody | undefined | null) ?? noBody;
    const input = decodeInput(operation, request, body);
    const claim = claimOf(operation, request, body, principal.credential);
    await send(reply, await execute(operation.kind === 'direct' ? keyed : envelope, operation, principal.scope, input, claim));
  };
  server.route({
    method: methods,
    url,
    bodyLimit: operation.maxBodyBytes,
    config: { operation: operation.id, ...(operation.unparsed === null ? {} : { unparsedAbove: operation.unparsed.above }) },
    onRequest: async (request, reply) => {
      request.principal = await guard(request);
      if (operation.permission !== null && !request.principal.may(operation.permission))
        throw new Problem(403, 'insufficient_scope', `This API key lacks the scope ${operation.permission}.`);
      if (operation.admit === null) return;
      request.room = holdRoom(reply.raw, operation.admit(request.principal.scope, bytesOf(request, operation)));
    },
    handler: (request, reply) => request.room?.during(() => answer(request, reply)) ?? answer(request, reply),
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal;
    /** Where the operation asks for room. */
    room?: HeldRoom;
  }
  interface FastifyContextConfig {
    operation?: string;
    /** Bodies of more bytes are not read here. */
    unparsedAbove?: number;
  }
}

/** The HTTP server of the given operations. Every refusal leaves as application/problem+json. */
export function buildServer(options: ServerOptions): FastifyInstance {
  const server = fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: false,
    genReqId: () => randomUUIDv7(),
    // A body of lines may take any time; the others are timed as they are read.
    requestTimeout: 0,
    connectionTimeout: 75_000,
    keepAliveTimeout: 72_000,
    http: { headersTimeout: 15_000, maxHeaderSize: 16_384, requireHostHeader: false },
    // The longest names have 300 characters, and one that is reserved in paths takes three to write.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 900 },
    clientErrorHandler: refuseBytes,
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      return send(reply as unknown as FastifyReply, encodeProblem(problemOfPath(error.code), request.id));
    },
    // The same API under the older prefix some clients know.
    rewriteUrl: (request) => (request.url ?? '/').replace(/^\/api\/v1(?=\/|\?|$)/, '/v1'),
  }) as unknown as FastifyInstance;

  ignoreExpectations(server.server);
  server.addHook('onRequest', requireHost);
  readBodies(server);
  const unread = new UnreadBodies();
  let closing = false;
  server.addHook('preClose', async () => {
    closing = true;
    unread.hurry();
  });
  server.addHook('onResponse', async (request, reply) => {
    const { operation = null } = request.routeOptions.config;
    // Neither headers nor bodies nor paths with identifiers of customers: what was called, how it ended, how long it took.
    request.log.info({ request_id: request.id, operation, status: reply.statusCode, milliseconds: Math.round(reply.elapsedTime) }, 'request');
  });
  server.addHook('onSend', async (request, reply, payload) => {
    reply.header('x-request-id', request.id);
    // A connection kept alive after the last answer would keep the closing server waiting for it.
    if (closing) reply.header('connection', 'close');
    // What is answered otherwise is read, if only while the answer is sent.
    if (reply.statusCode >= 400 && request.raw.readableFlowing === null) unread.add(request.raw);
    return payload;
  });
  server.setNotFoundHandler(async (request, reply) => {
    await send(reply, encodeProblem(notFound('resource'), request.id));
  });
  server.setErrorHandler(async (error, request, reply) => {
    const problem = toProblem(error);
    if (problem.status >= 500) request.log.error({ err: error, request_id: request.id }, 'request failed');
    await send(reply, encodeProblem(problem, request.id));
  });
  for (const operation of options.operations) route(server as unknown as FastifyInstance, operation, options);
  return server;
}
