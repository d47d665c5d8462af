/**
 * Shares the one thread of the process among those with long work: it is cut in pieces, each of which waits for its turn. There is one
 * in each round of the event loop, so that whoever has little to do gets in between, and each tenant that waits has one of them in turn.
 */
export class Turns {
  readonly #waiting = new Map<string, (() => void)[]>();

  /** Resolves when it is the tenant's turn, which lasts until the next thing that is waited for. */
  take(tenantId: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#waiting.size === 0) setImmediate(() => this.#next());
    const own = this.#waiting.get(tenantId);
    if (own === undefined) this.#waiting.set(tenantId, [resolve]);
    else own.push(resolve);
    return promise;
  }

  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    const [tenantId, own] = first;
    own.shift()?.();
    // To the end of the line, or out of it.
    this.#waiting.delete(tenantId);
    if (own.length > 0) this.#waiting.set(tenantId, own);
    if (this.#waiting.size > 0) setImmediate(() => this.#next());
  }
}
