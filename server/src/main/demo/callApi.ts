import { StartupProblem } from '../../adapters/embedded-postgres/index.ts';

/** Calls the running server as any client does; the demo has no other way in. */
export interface Api {
  /** The body of a successful answer. Throws StartupProblem for a refusal. */
  call<T>(method: string, path: string, body?: unknown, idempotencyKey?: string): Promise<T>;
  /** All rows of a list. */
  list<T>(path: string): Promise<T[]>;
  /** How many rows a list has in all. */
  total(path: string): Promise<number>;
}

const pageSize = 1000;

export function createApi(base: string, key: string, signal: AbortSignal): Api {
  const send = async (method: string, path: string, body?: unknown, idempotencyKey?: string): Promise<Response> => {
    // Between requests, not within one: what is under way ends as it would have.
    signal.throwIfAborted();
    const response = await fetch(base + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok) return response;
    throw new StartupProblem(`The demo stopped: ${method} ${path} was answered ${response.status}: ${(await response.text()).slice(0, 600)}`);
  };
  const withQuery = (path: string, query: string) => `${path}${path.includes('?') ? '&' : '?'}${query}`;
  const call = async <T>(method: string, path: string, body?: unknown, idempotencyKey?: string): Promise<T> => {
    const response = await send(method, path, body, idempotencyKey);
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
  return {
    call,
    async list<T>(path: string): Promise<T[]> {
      const rows: T[] = [];
      for (;;) {
        const page = await call<T[]>('GET', withQuery(path, `skip=${rows.length}&limit=${pageSize}`));
        rows.push(...page);
        if (page.length < pageSize) return rows;
      }
    },
    async total(path) {
      const response = await send('GET', withQuery(path, 'limit=1'));
      await response.arrayBuffer();
      return Number(response.headers.get('x-total-count'));
    },
  };
}

/** Runs the work for all items, some at a time, in order of their start. */
export async function forEachOf<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  const run = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, run));
}
