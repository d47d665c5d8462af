import { randomUUIDv7 } from 'node:crypto';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError, FastifyRequest } from 'fastify';
import { notFound, Problem } from '../problem.ts';
import { encodeProblem } from './execute.ts';

function problemOf(code: string): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem(431, 'headers_too_large', 'The request line and headers are larger than 16 KiB.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem(408, 'request_timeout', 'The request did not arrive in time.');
  return new Problem(400, 'bad_request', 'This is not a valid HTTP/1.1 request.');
}

/** How long what is still arriving is thrown away: closing at once would reset the connection, and take the answer with it. */
const lingerMilliseconds = 1000;

/** Answers bytes that are no request at all, in the form of every other refusal, and hangs up. */
export function refuseBytes(error: ConnectionError, socket: Socket): void {
  // What comes after the bytes that were refused is of no interest.
  if (socket.writableEnded) return;
  // Whoever hung up, or is being answered already, is told nothing more.
  const answered = Reflect.get(socket, '_httpMessage') as ServerResponse | null | undefined;
  if (error.code !== 'ECONNRESET' && socket.writable && answered?.headersSent !== true) {
    const requestId = randomUUIDv7();
    const { status, contentType, body } = encodeProblem(problemOf(error.code), requestId);
    const text = String(body);
    socket.end(
      `HTTP/1.1 ${status} Refused\r\ncontent-type: ${contentType}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n` +
        `x-request-id: ${requestId}\r\nconnection: close\r\n\r\n${text}`,
    );
    socket.resume();
    setTimeout(() => socket.destroy(), lingerMilliseconds).unref();
    return;
  }
  socket.destroy(error);
}

/** What a path is answered that cannot be decoded, or has a part that is too long to name anything. */
export function problemOfPath(code: string): Problem {
  return code === 'FST_ERR_MAX_PARAM_LENGTH' ? notFound('resource') : new Problem(400, 'bad_request', 'The path is not validly percent-encoded.');
}

/** HTTP/1.1 wants a Host header (RFC 9112, 3.2). Node would refuse its lack without a word. */
export async function requireHost({ raw, headers }: FastifyRequest): Promise<void> {
  if (raw.httpVersion === '1.1' && headers.host === undefined) throw new Problem(400, 'bad_request', 'Send a Host header.');
}

/** An expectation that is not known is left unmet and the request answered, which RFC 9110 (10.1.1) allows. */
export function ignoreExpectations(server: Server): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}
