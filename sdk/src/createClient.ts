import { type Clock, systemClock } from './clock.ts';
import { EventBuffer } from './eventBuffer.ts';
import type { EventBufferOptions } from './eventBufferOptions.ts';
import { endpoints, type Operations } from './operations.ts';
import { attempt, type Connection, requestOf, requestWithRetries } from './request.ts';

export interface ClientOptions {
  /** Where Farthing listens, without `/v1`: `https://billing.example.com`. */
  readonly baseUrl: string;
  /** `sk_live_…` or `sk_test_…`, which selects organization and environment; a function where it changes while the program runs. */
  readonly apiKey: string | (() => string);
  /** The operator's secret, for the operations that create and close organizations. */
  readonly adminSecret?: string;
  /** For one attempt, in milliseconds; 30,000 unless given. */
  readonly timeoutMs?: number;
  /** How often at most a call that may be repeated is repeated; 4 unless given. */
  readonly retries?: number;
  readonly events?: EventBufferOptions;
  /** Instead of the global one. */
  readonly fetch?: typeof fetch;
  /** Instead of the machine's; for tests. */
  readonly clock?: Clock;
}

/** Every operation of the API by its name in the document, and the buffer for events. */
export interface Client extends Operations {
  readonly events: EventBuffer;
}

export function createClient(options: ClientOptions): Client {
  const connection: Connection = {
    baseUrl: options.baseUrl.replace(/\/+$/, ''),
    apiKey: options.apiKey,
    adminSecret: options.adminSecret,
    fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
    clock: options.clock ?? systemClock,
    timeoutMs: options.timeoutMs ?? 30_000,
    retries: options.retries ?? 4,
  };
  const call = (name: keyof Operations) => async (...given: unknown[]) => {
    const { request, retries } = requestOf(connection, endpoints[name], given);
    return await requestWithRetries(connection, request, retries);
  };
  const names = Object.keys(endpoints) as (keyof Operations)[];
  // The table and the types are generated together: each function answers what its type says.
  const operations = Object.fromEntries(names.map((name) => [name, call(name)])) as unknown as Operations;

  const endpoint = endpoints.createEventBatch;
  const url = `${connection.baseUrl}${endpoint.path}`;
  // No idempotency key: the events' own ids make a repeat safe, for longer than a key is kept.
  const post = (body: string, signal: AbortSignal) =>
    attempt(connection, { endpoint, url, body, signal, idempotencyKey: undefined, timeoutMs: connection.timeoutMs });
  return { ...operations, events: new EventBuffer(options.events ?? {}, { clock: connection.clock, post }) };
}
