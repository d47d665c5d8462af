import { Queue } from './queue.ts';

/** The buffer is full, and the caller does not want to wait. Nothing was accepted. */
export class BufferFullError extends Error {
  override readonly name = 'BufferFullError';
}

/** The buffer takes no more events. Nothing was accepted. */
export class BufferClosedError extends Error {
  override readonly name = 'BufferClosedError';
}

interface Waiting {
  readonly bytes: number;
  readonly enter: () => void;
  readonly refuse: (reason: Error) => void;
}

/** How much a buffer holds, in events and bytes: who finds it full waits in line, or goes away. */
export class Room {
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  readonly #line = new Queue<Waiting>();
  #events = 0;
  #bytes = 0;

  constructor(maxEvents: number, maxBytes: number) {
    this.#maxEvents = maxEvents;
    this.#maxBytes = maxBytes;
  }

  /** Resolves as soon as the event has its place; first come, first served. */
  async enter(bytes: number, whenFull: 'wait' | 'reject'): Promise<void> {
    if (this.#line.size === 0 && this.#fits(bytes)) {
      this.occupy(bytes);
      return;
    }
    if (whenFull === 'reject') throw new BufferFullError(`The buffer is full: ${this.#events} events wait to be sent.`);
    await new Promise<void>((enter, refuse) => this.#line.push({ bytes, enter, refuse }));
  }

  /** Takes a place whether there is one or not: for what was accepted before. */
  occupy(bytes: number): void {
    this.#events++;
    this.#bytes += bytes;
  }

  leave(bytes: number): void {
    this.#events--;
    this.#bytes -= bytes;
    for (let next = this.#line.first; next !== undefined && this.#fits(next.bytes); next = this.#line.first) {
      this.#line.shift();
      this.occupy(next.bytes);
      next.enter();
    }
  }

  /** Sends everybody in line away. */
  refuseAll(reason: Error): void {
    for (const { refuse } of this.#line.empty()) refuse(reason);
  }

  /** One event always fits into an empty room, however large it is. */
  #fits(bytes: number): boolean {
    return this.#events === 0 || (this.#events < this.#maxEvents && this.#bytes + bytes <= this.#maxBytes);
  }
}
