import { stopwatch } from './clock.ts';
import { RoundRobin } from './roundRobin.ts';

/** Whoever had little to do is thought to be there for so long. */
const guestMilliseconds = 1000;

interface Waiting {
  readonly tenantId: string;
  readonly begin: () => void;
}

/**
 * Shares a thread among those with long work: it is cut in pieces, each of which waits for its turn. There is one
 * in each round of the event loop, so that whoever has little to do gets in between, and each tenant that waits has one of them in turn.
 * While another tenant comes by with little to do, the thread rests after each turn for as long as that took.
 */
export class Turns {
  readonly #waiting = new RoundRobin<Waiting>();
  #isUnderWay = false;
  readonly #guests = new Map<string, () => number>();

  /** Resolves when it is the tenant's turn, which lasts until the next thing that is waited for. */
  take(tenantId: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(tenantId, { tenantId, begin: resolve });
    if (!this.#isUnderWay) setImmediate(() => this.#next());
    this.#isUnderWay = true;
    return promise;
  }

  /** A tenant comes by with little to do, which needs no turn. */
  pass(tenantId: string): void {
    this.#guests.set(tenantId, stopwatch());
  }

  /** Whether another tenant comes by with little to do. */
  hasGuestsBeside(tenantId: string): boolean {
    for (const [guest, since] of this.#guests) {
      if (since() > guestMilliseconds) this.#guests.delete(guest);
      else if (guest !== tenantId) return true;
    }
    return false;
  }

  #next(): void {
    const turn = this.#waiting.take();
    this.#isUnderWay = turn !== undefined;
    if (turn === undefined) return;
    const took = stopwatch();
    turn.begin();
    const next = () => this.#next();
    setImmediate(() => (this.hasGuestsBeside(turn.tenantId) ? setTimeout(next, took()) : next()));
  }
}
