/** What waits, by tenant: the tenants take turns, and what one of them waits for keeps its order. */
export class RoundRobin<T> {
  readonly #waiting = new Map<string, T[]>();

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

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

  /** Takes the next item of the tenant whose turn it is. */
  take(): T | undefined {
    const [tenantId] = this.#waiting.keys();
    return tenantId === undefined ? undefined : this.#takeOf(tenantId);
  }

  /** Takes the next item of each tenant for whose item `wanted` holds, asked one after the other. */
  takeWhere(wanted: (item: T) => boolean): T[] {
    const tenants = [...this.#waiting].filter(([, [item]]) => item !== undefined && wanted(item));
    return tenants.flatMap(([tenantId]) => this.#takeOf(tenantId) ?? []);
  }

  #takeOf(tenantId: string): T | undefined {
    const own = this.#waiting.get(tenantId);
    const item = own?.shift();
    // To the end of the line, or out of it.
    this.#waiting.delete(tenantId);
    if (own !== undefined && own.length > 0) this.#waiting.set(tenantId, own);
    return item;
  }
}
