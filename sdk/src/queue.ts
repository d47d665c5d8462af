/** First in, first out, at a constant cost for each, however long it gets. */
export class Queue<T> {
  #items: T[] = [];
  #taken = 0;

  get size(): number {
    return this.#items.length - this.#taken;
  }

  get first(): T | undefined {
    return this.#items[this.#taken];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the first away. */
  shift(): void {
    this.#taken++;
    // What is taken goes when it is half of everything: an item is moved once for each time it is taken, on average.
    if (this.#taken * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#taken);
    this.#taken = 0;
  }

  /** Takes everything away and answers it. */
  empty(): readonly T[] {
    const all = this.#items.slice(this.#taken);
    this.#items = [];
    this.#taken = 0;
    return all;
  }
}
