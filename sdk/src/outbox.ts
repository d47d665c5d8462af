import { Queue } from './queue.ts';

/** An event that the buffer has accepted. Its id, time and text never change again, so that every attempt sends the same. */
export interface Accepted {
  readonly transactionId: string;
  /** As JSON. */
  readonly text: string;
  readonly bytes: number;
  /** When it was accepted, in milliseconds. */
  readonly since: number;
}

interface Numbered extends Accepted {
  readonly number: number;
}

/** What a batch holds at most, and how long its first event waits for more. */
export interface BatchLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
  readonly maxDelayMs: number;
}

/** Accepted events in the order accepted: those still waiting to be taken into a batch, and those nobody has answered for yet. */
export class Outbox {
  readonly #limits: BatchLimits;
  readonly #waiting = new Queue<Numbered>();
  #waitingBytes = 0;
  /** In the order accepted, as a Set keeps it. */
  readonly #open = new Set<Numbered>();
  #count = 0;
  readonly #watchers: { readonly upTo: number; readonly tell: () => void }[] = [];

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  /** How many are not answered for. */
  get size(): number {
    return this.#open.size;
  }

  get open(): readonly Accepted[] {
    return [...this.#open];
  }

  /** How many were ever pushed: the number of the last. */
  get count(): number {
    return this.#count;
  }

  /** Answers the event's number: the first has 1. */
  push(event: Accepted): number {
    const numbered = { ...event, number: ++this.#count };
    this.#open.add(numbered);
    this.#waiting.push(numbered);
    this.#waitingBytes += event.bytes;
    return numbered.number;
  }

  /** When the next batch may go: now where one is full, else when its first event has waited long enough; null where none waits. */
  dueAt(): number | null {
    const { first } = this.#waiting;
    if (first === undefined) return null;
    const full = this.#waiting.size >= this.#limits.maxEvents || this.#waitingBytes >= this.#limits.maxBytes;
    return full ? first.since : first.since + this.#limits.maxDelayMs;
  }

  /** Takes the next batch: the first that wait, as many as the limits allow, but at least one. */
  take(): readonly Accepted[] {
    const batch: Numbered[] = [];
    let bytes = 0;
    for (let next = this.#waiting.first; next !== undefined; next = this.#waiting.first) {
      if (batch.length > 0 && (batch.length >= this.#limits.maxEvents || bytes + next.bytes > this.#limits.maxBytes)) break;
      batch.push(next);
      bytes += next.bytes;
      this.#waiting.shift();
    }
    this.#waitingBytes -= bytes;
    return batch;
  }

  /** These are answered for. */
  settle(events: readonly Accepted[]): void {
    for (const event of events) this.#open.delete(event as Numbered);
    for (const watcher of this.#watchers.splice(0)) {
      if (this.#settledUpTo(watcher.upTo)) watcher.tell();
      else this.#watchers.push(watcher);
    }
  }

  /** Resolves when every event up to this number is answered for. */
  async settled(upTo: number): Promise<void> {
    if (!this.#settledUpTo(upTo)) await new Promise<void>((tell) => this.#watchers.push({ upTo, tell }));
  }

  #settledUpTo(number: number): boolean {
    const [first] = this.#open;
    return first === undefined || first.number > number;
  }
}
