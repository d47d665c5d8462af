import { backOff, isTransient } from './backOff.ts';
import type { CallOptions, Endpoint, List } from './call.ts';
import { type Clock, pause } from './clock.ts';
import { errorOf, FarthingError } from './farthingError.ts';
import { newId } from './newId.ts';

/** What requests need beside what is asked. */
export interface Connection {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly apiKey: string | (() => string);
  readonly adminSecret: string | undefined;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly retries: number;
}

/** One request, ready to be sent as often as need be: every attempt sends the same bytes. */
export interface Request {
  readonly endpoint: Endpoint;
  readonly url: string;
  readonly body: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Beyond a minute it is for the caller to decide whether to wait. */
const longestWait = 60_000;
const longestBackOff = 10_000;

/** Puts names into the braces of a path; refuses those that would make another path of it. */
export function fillPath(path: string, names: readonly string[]): string {
  let next = 0;
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = names[next++];
    if (typeof value !== 'string' || value === '' || value === '.' || value === '..') throw new TypeError(`${name} cannot be ${JSON.stringify(value)}.`);
    return encodeURIComponent(value);
  });
}

/** The query as it is sent; what is undefined is left out, a list repeats its name. */
export function writeQuery(query: object | undefined): string {
  const written = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) written.append(name, String(each));
  return written.size === 0 ? '' : `?${written}`;
}

function headersOf({ apiKey, adminSecret }: Connection, { endpoint, body, idempotencyKey }: Request): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json, application/problem+json' };
  if (endpoint.reply === 'file') headers['accept'] = '*/*';
  if (endpoint.auth === undefined) headers['authorization'] = `Bearer ${typeof apiKey === 'function' ? apiKey() : apiKey}`;
  if (endpoint.auth === 'admin' && adminSecret !== undefined) headers['x-admin-secret'] = adminSecret;
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  return headers;
}

async function readReply(endpoint: Endpoint, response: Response): Promise<unknown> {
  if (endpoint.reply === 'none') return undefined;
  if (endpoint.reply === 'file') return new Uint8Array(await response.arrayBuffer());
  const text = await response.text();
  try {
    const value: unknown = JSON.parse(text);
    return endpoint.reply === 'list' ? listOf(value, response.headers.get('x-total-count')) : value;
  } catch (cause) {
    throw new FarthingError('The reply is not what this operation answers.', { status: response.status, code: 'unreadable_reply', cause });
  }
}

function listOf(value: unknown, total: string | null): List<unknown> {
  if (Array.isArray(value)) return { data: value, total: total === null ? null : Number(total), next_cursor: null };
  const { data, next_cursor } = value as List<unknown>;
  if (!Array.isArray(data)) throw new TypeError('no list');
  return { data, total: null, next_cursor };
}

/**
 * Sends a request once and answers what its operation answers. Rejects with a FarthingError, or with the reason of the
 * caller's signal. The time limit covers the whole reply.
 */
export async function attempt(connection: Connection, request: Request): Promise<unknown> {
  const { clock } = connection;
  const { endpoint, url, body, signal, timeoutMs } = request;
  signal?.throwIfAborted();
  const headers = headersOf(connection, request);
  const ended = new AbortController();
  const end = () => ended.abort();
  let timedOut = false;
  const cancel = clock.after(timeoutMs, () => {
    timedOut = true;
    end();
  });
  signal?.addEventListener('abort', end, { once: true });
  try {
    const response = await connection.fetch(url, {
      method: endpoint.method,
      headers,
      signal: ended.signal,
      // A POST that follows a redirect becomes a GET, whose success would mean nothing.
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    });
    if (!response.ok) throw errorOf(response, await response.text(), clock.now());
    return await readReply(endpoint, response);
  } catch (cause) {
    if (cause instanceof FarthingError) throw cause;
    signal?.throwIfAborted();
    if (timedOut) throw new FarthingError(`No answer within ${timeoutMs} ms.`, { status: 0, code: 'timeout', cause });
    throw new FarthingError(`The server cannot be reached at ${connection.baseUrl}.`, { status: 0, code: 'network', cause });
  } finally {
    cancel();
    signal?.removeEventListener('abort', end);
  }
}

/** Sends a request until it is answered, where a repeat is safe and may help: reads, and what carries an idempotency key. */
export async function requestWithRetries(connection: Connection, request: Request, retries: number): Promise<unknown> {
  const repeatable = request.endpoint.method === 'GET' || request.idempotencyKey !== undefined;
  for (let failures = 1; ; failures++) {
    try {
      return await attempt(connection, request);
    } catch (error) {
      if (!repeatable || failures > retries || !isTransient(error)) throw error;
      const wait = backOff(failures, error, connection.clock, longestBackOff);
      if (wait > longestWait) throw error;
      await pause(connection.clock, wait, request.signal);
    }
  }
}

/** What a call says, in the order of a generated operation: path names, the body where it has one, the options. */
export function requestOf(connection: Connection, endpoint: Endpoint, given: readonly unknown[]): { request: Request; retries: number } {
  const names = endpoint.path.match(/\{/g)?.length ?? 0;
  const path = fillPath(endpoint.path, given.slice(0, names) as string[]);
  const [body, options] = endpoint.body === true ? given.slice(names) : [undefined, given[names]];
  const { query, idempotencyKey, timeoutMs = connection.timeoutMs, retries = connection.retries, signal } = (options ?? {}) as CallOptions<object>;
  const key = endpoint.keyed === true ? idempotencyKey ?? newId(connection.clock.now()) : undefined;
  const request = {
    endpoint,
    url: `${connection.baseUrl}${path}${writeQuery(query)}`,
    body: body === undefined ? undefined : JSON.stringify(body),
    idempotencyKey: key,
    timeoutMs,
    signal,
  };
  return { request, retries };
}
