/** What waits, by tenant: the tenants take turns, and what one of them waits for keeps its order. */
export class RoundRobin<T> {
  readonly #waiting = new Map<string, T[]>();

  push(tenantId: string, item: T): void {
    const own = this.#waiting.get(tenantId);
    if (own === undefined) this.#waiting.set(tenantId, [item]);
    else own.push(item);
  }

  /** The next item of the tenant whose turn it is, which stays. */
  peek(): T | undefined {
    const [first] = this.#waiting.values();
    return first?.[0];
  }

  /** Takes the next item of the tenant whose turn it is, who goes to the end of the line, or out of it. */
  take(): T | undefined {
    const [next] = this.#waiting;
    if (next === undefined) return undefined;
    const [tenantId, own] = next;
    const item = own.shift();
    this.#waiting.delete(tenantId);
    if (own.length > 0) this.#waiting.set(tenantId, own);
    return item;
  }
}
