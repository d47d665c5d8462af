import { RoundRobin } from './roundRobin.ts';

/**
 * Shares the one thread of the process among those with long work: it is cut in pieces, each of which waits for its turn. There is one
 * in each round of the event loop, so that whoever has little to do gets in between, and each tenant that waits has one of them in turn.
 */
export class Turns {
  readonly #waiting = new RoundRobin<() => void>();

  /** Resolves when it is the tenant's turn, which lasts until the next thing that is waited for. */
  take(tenantId: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#waiting.isEmpty) setImmediate(() => this.#next());
    this.#waiting.push(tenantId, resolve);
    return promise;
  }

  #next(): void {
    this.#waiting.take()?.();
    if (!this.#waiting.isEmpty) setImmediate(() => this.#next());
  }
}
