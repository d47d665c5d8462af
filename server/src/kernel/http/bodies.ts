import type { IncomingHttpHeaders } from 'node:http';
import { createGunzip, type Gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import type { Operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { parseJson } from './json.ts';
import type { JsonLimits } from './jsonScan.ts';

/** A body as it came, for what is told apart by it, and as it was read, or the bytes of one that is to be read elsewhere. */
export interface JsonBody {
  readonly text: string;
  readonly value: unknown;
  readonly bytes?: Buffer;
}

export const bodyLimits: JsonLimits = { maxDepth: 64, maxKeys: 200_000, maxLength: 16_777_216 };
export const noBody: JsonBody = { text: '', value: undefined };
/** One JSON document in each line. */
export const linesType = 'application/x-ndjson';

const fatal = new TextDecoder('utf-8', { fatal: true });

/** Reads a body strictly; throws Problem (400 what is no JSON, 422 what has too much of something). */
export function parseBody(bytes: Buffer): JsonBody {
  if (bytes.length === 0) return noBody;
  const text = decodeText(bytes);
  const parsed = parseJson(text, bodyLimits);
  if (parsed.ok) return { text, value: parsed.value };
  if (parsed.code === 'invalid_json') throw new Problem(400, parsed.code, parsed.message);
  throw new Problem(422, parsed.code, parsed.message, {
    errors: [{ path: parsed.path ?? '', code: parsed.code, message: parsed.message }],
  });
}

/** Its text is made only for who asks for it. */
const unparsedBody = (bytes: Buffer): JsonBody => ({
  get text() {
    return decodeText(bytes);
  },
  value: undefined,
  bytes,
});

/** The text of UTF-8 bytes; anything else is refused (400). */
function decodeText(bytes: Buffer): string {
  try {
    return fatal.decode(bytes);
  } catch {
    throw new Problem(400, 'invalid_json', 'The body is not valid UTF-8.');
  }
}

/** Unpacks what was sent compressed; the limit of the body counts what comes out. */
function unpack(request: FastifyRequest, payload: RequestPayload): RequestPayload {
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return payload;
  if (encoding !== 'gzip') throw new Problem(415, 'unsupported_media_type', 'Send the body as it is, or packed with gzip.');
  const unpacked: RequestPayload = createGunzip();
  unpacked.receivedEncodedLength = 0;
  payload.on('data', (chunk: Buffer) => {
    unpacked.receivedEncodedLength = (unpacked.receivedEncodedLength ?? 0) + chunk.length;
  });
  payload.on('error', (error) => unpacked.destroy(error));
  unpacked.on('error', (error) => Object.assign(error, { statusCode: 400 }));
  return payload.pipe(unpacked as Gunzip);
}

/** What of a body of lines is in memory at a time. */
const linesBytes = 1_048_576;
const unsizedBytes = 16_384;

const isOfLines = (headers: IncomingHttpHeaders): boolean => headers['content-type']?.startsWith(linesType) === true;
const isSized = (headers: IncomingHttpHeaders): boolean => headers['content-length'] !== undefined && headers['content-encoding'] === undefined;

/** Lines may come for as long as they like; any other body is to be here soon. */
const bodyMilliseconds = 60_000;

function limitTime({ headers }: FastifyRequest, reply: FastifyReply, payload: RequestPayload): void {
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  if (!hasBody || isOfLines(headers)) return;
  const timeout = setTimeout(() => {
    // Nobody reads it any more: the request was refused before its body was there.
    if (payload.listenerCount('error') === 0) return;
    // Whatever still comes is not read, so nothing else can follow on this connection.
    reply.header('connection', 'close');
    payload.emit('error', new Problem(408, 'request_timeout', 'The request did not arrive in time.'));
  }, bodyMilliseconds);
  payload.once('end', () => clearTimeout(timeout));
  reply.raw.once('close', () => clearTimeout(timeout));
}

/** How much room the body of a request takes, by what is known before it is read; what grows as it comes begins with little. */
export function bytesOf({ headers }: FastifyRequest, { maxBodyBytes }: Operation): number {
  if (isOfLines(headers)) return linesBytes;
  return isSized(headers) ? Math.min(Number(headers['content-length']), maxBodyBytes) : unsizedBytes;
}

/** A body that is packed, or comes in chunks, takes its room as it comes. */
function growRoom({ headers, room }: FastifyRequest, payload: RequestPayload): void {
  if (room === undefined || isOfLines(headers) || isSized(headers)) return;
  const grow = (chunk: Buffer) => {
    try {
      room.grow(chunk.length);
    } catch (problem) {
      payload.off('data', grow);
      if (payload.listenerCount('error') > 0) payload.emit('error', problem);
    }
  };
  payload.on('data', grow);
}

/** Reads bodies of JSON, strictly; hands over bodies of lines unread; unpacks gzip. */
export function readBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addHook('preParsing', (request, reply, payload, done) => {
    limitTime(request, reply, payload);
    try {
      const unpacked = unpack(request, payload);
      growRoom(request, unpacked);
      done(null, unpacked);
    } catch (error) {
      done(error as Error);
    }
  });
  server.addContentTypeParser(/^application\/(?:[\w.-]+\+)?json(?:;|$)/, { parseAs: 'buffer' }, async ({ room, routeOptions }: FastifyRequest, bytes: Buffer) => {
    await room?.turn(bytes.length);
    return bytes.length > (routeOptions.config.unparsedAbove ?? Number.POSITIVE_INFINITY) ? unparsedBody(bytes) : parseBody(bytes);
  });
  server.addContentTypeParser(linesType, async (_request: FastifyRequest, payload: RequestPayload) => payload);
}
