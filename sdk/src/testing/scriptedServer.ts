import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventCreate, EventResult } from '../operations.ts';

/** A request as it arrived. */
interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/**
 * What the server does with one request: `cut` the connection; do it and then `lose` the reply; `hang`; `do` it; answer this; or
 * wait for the promise and then do it.
 */
export type Step = 'cut' | 'lose' | 'hang' | 'do' | Promise<unknown> | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown };

/** A real HTTP server that misbehaves as told, and otherwise takes events as the API says: each transaction_id once. */
export interface ScriptedServer {
  readonly base: string;
  readonly arrived: readonly Arrived[];
  /** By transaction_id, as they came first. */
  readonly stored: ReadonlyMap<string, EventCreate>;
  /** What it does with the next requests; without more it does what it is asked. */
  readonly script: Step[];
  /** The transaction_ids of each batch that arrived. */
  batches(): string[][];
  /** Judges an event before it is stored; an answer of its own refuses it. */
  judge: (event: EventCreate) => Pick<EventResult, 'code' | 'message'> | null;
  /** Refuses whole batches: answers the code of the 422, or null. */
  judgeBatch: (events: readonly EventCreate[]) => string | null;
  /** Resolves when so many requests have arrived in all. */
  requests(count: number): Promise<void>;
  close(): Promise<void>;
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = status < 300 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type, ...headers }).end(status === 204 ? undefined : text);
}

/** As the API judges it: stored once, a repeat is a duplicate, one with other content a conflict. */
function resultOf(event: EventCreate, stored: Map<string, EventCreate>, refusal: ReturnType<ScriptedServer['judge']>): EventResult {
  const none = { transaction_id: event.transaction_id, path: null };
  if (refusal !== null) return { ...none, ...refusal, status: 'rejected' };
  const before = stored.get(event.transaction_id);
  if (before === undefined) {
    stored.set(event.transaction_id, event);
    return { ...none, status: 'ingested', code: null, message: null };
  }
  const same = JSON.stringify(before) === JSON.stringify(event);
  return { ...none, status: same ? 'duplicate' : 'conflict', code: same ? null : 'transaction_id_conflict', message: same ? null : 'Other content.' };
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const arrived: Arrived[] = [];
  const stored = new Map<string, EventCreate>();
  const script: Step[] = [];
  const watchers = new Set<() => void>();

  const doIt = (body: string): { status: number; body: unknown } => {
    const { events } = JSON.parse(body) as { events: EventCreate[] };
    const code = self.judgeBatch(events);
    return code === null ? { status: 201, body: { results: events.map((event) => resultOf(event, stored, self.judge(event))) } } : { status: 422, body: { code, detail: 'The batch is at fault.', errors: [] } };
  };

  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const body = Buffer.concat(chunks).toString();
    arrived.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    const step = script.shift() ?? 'do';
    for (const watcher of [...watchers]) watcher();
    if (step === 'hang') return;
    if (step === 'cut') {
      request.socket.destroy();
      return;
    }
    if (step instanceof Promise) await step;
    else if (typeof step === 'object') {
      send(response, step.status, step.body ?? '', step.headers);
      return;
    }
    const answer = doIt(body);
    if (step === 'lose') request.socket.destroy();
    else send(response, answer.status, answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const self: ScriptedServer = {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    stored,
    script,
    batches: () => arrived.map(({ body }) => (JSON.parse(body) as { events: EventCreate[] }).events.map((event) => event.transaction_id)),
    judge: () => null,
    judgeBatch: () => null,
    requests: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (arrived.length < count) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return self;
}
