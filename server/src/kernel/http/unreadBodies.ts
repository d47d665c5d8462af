import type { IncomingMessage } from 'node:http';

/** Eight MiB a second. */
const bytesPerTurn = 65_536;
const turnMilliseconds = 8;

/** Calls back later. */
type Later = (callback: () => void, milliseconds: number) => unknown;

/**
 * Throws away the bodies of requests that were answered without being read. They have to come, as hanging up would take the answer with it; but
 * who sends much more than is taken would keep the machine busy with it if it came as fast as it can. So it comes at a pace, of all such
 * requests in turn, and those who send it wait on their wire. A connection on which nothing comes for long is closed like any other.
 */
export class UnreadBodies {
  readonly #later: Later;
  readonly #known = new Set<IncomingMessage>();
  readonly #ready = new Set<IncomingMessage>();
  #isWaiting = false;
  #isHurried = false;

  constructor(later: Later = setTimeout) {
    this.#later = later;
  }

  /** Call it before the answer is sent: Node reads what nobody has begun to read by then. */
  add(request: IncomingMessage): void {
    if (request.complete || request.destroyed || this.#known.has(request)) return;
    this.#known.add(request);
    request.once('close', () => this.#forget(request));
    request.read();
    request.on('readable', () => {
      this.#ready.add(request);
      this.#wait();
    });
    if (this.#isHurried) this.#hangUpAfter(request);
  }

  /** The server closes: takes what still comes as fast as it does, and hangs up then. */
  hurry(): void {
    this.#isHurried = true;
    for (const request of this.#known) this.#hangUpAfter(request);
  }

  #hangUpAfter(request: IncomingMessage): void {
    request.once('end', () => request.socket.destroySoon());
  }

  #forget(request: IncomingMessage): void {
    this.#known.delete(request);
    this.#ready.delete(request);
  }

  #wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#later(() => this.#turn(), this.#isHurried ? 0 : turnMilliseconds);
  }

  #turn(): void {
    this.#isWaiting = false;
    let bytes = 0;
    for (const request of this.#ready) {
      this.#ready.delete(request);
      const chunk: Buffer | null = request.read();
      if (chunk === null) continue;
      bytes += chunk.length;
      this.#ready.add(request);
      if (bytes >= bytesPerTurn) break;
    }
    if (this.#ready.size > 0) this.#wait();
  }
}
