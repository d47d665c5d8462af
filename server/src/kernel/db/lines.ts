/** Of one lock: a transaction that holds it, and one that is ready to follow. Both have a connection. */
const mostInside = 2;
/** As long as a statement waits for a lock. */
const patienceMilliseconds = 30_000;

/** A transaction has to let others go first: it is undone, waits without a connection, and begins again. */
export class StandInLine extends Error {
  readonly key: string;

  constructor(key: string) {
    super(`Others wait for "${key}" already.`);
    this.key = key;
  }
}

interface Line {
  inside: number;
  readonly waiting: Set<() => void>;
}

/**
 * Who waits for which lock in the memory of this process. A pool has a few connections; a hundred calls that all want what one customer's lock
 * keeps would wait with all of them, and everybody else for a connection.
 */
export class Lines {
  readonly #lines = new Map<string, Line>();
  readonly #patience: number;

  constructor(patience: number = patienceMilliseconds) {
    this.#patience = patience;
  }

  /** Goes in if there is a place and nobody waits for it. */
  enter(key: string): boolean {
    const line = this.#lines.get(key) ?? { inside: 0, waiting: new Set() };
    if (line.inside >= mostInside || line.waiting.size > 0) return false;
    this.#lines.set(key, line);
    line.inside++;
    return true;
  }

  /** Resolves when those who came before have gone in and there is a place, which is taken then. Throws what a lock that is not had in time throws. */
  async wait(key: string): Promise<void> {
    if (this.enter(key)) return;
    const line = this.#lines.get(key);
    if (line === undefined) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const goIn = (): void => {
      clearTimeout(patience);
      resolve();
    };
    const patience = setTimeout(() => {
      line.waiting.delete(goIn);
      reject(Object.assign(new Error(`"${key}" was not to be had in time.`), { code: '55P03' }));
    }, this.#patience);
    line.waiting.add(goIn);
    return promise;
  }

  /** Makes room for who comes next. */
  leave(key: string): void {
    const line = this.#lines.get(key);
    if (line === undefined) return;
    const [next] = line.waiting;
    if (next === undefined) {
      line.inside--;
      if (line.inside === 0) this.#lines.delete(key);
      return;
    }
    line.waiting.delete(next);
    next();
  }
}

/** What one command has of the lines, through all its attempts. */
export class Places {
  readonly #lines: Lines;
  readonly #keys = new Set<string>();

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  /** Throws StandInLine where others go first. */
  take(key: string): void {
    if (this.#keys.has(key)) return;
    if (!this.#lines.enter(key)) throw new StandInLine(key);
    this.#keys.add(key);
  }

  /** Gives up all others first, so that no two wait for each other. */
  async waitFor(key: string): Promise<void> {
    this.leave();
    await this.#lines.wait(key);
    this.#keys.add(key);
  }

  leave(): void {
    for (const key of this.#keys) this.#lines.leave(key);
    this.#keys.clear();
  }
}
