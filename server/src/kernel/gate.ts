import { RoundRobin } from './roundRobin.ts';

/** Of one who came to the gate. */
export interface Pass {
  /** Resolves when he may go in; also when he left while he waited. */
  readonly entered: Promise<void>;
  /** Makes room for others; once is enough. */
  leave(): void;
}

interface Waiting {
  readonly size: number;
  readonly enter: () => void;
  hasLeft: boolean;
}

/** Lets in as much at a time as fits, each tenant that waits in turn. Something larger than everything goes in alone. */
export class Gate {
  readonly #most: number;
  readonly #waiting = new RoundRobin<Waiting>();
  #inside = 0;

  constructor(most: number) {
    this.#most = most;
  }

  come(tenantId: string, size: number): Pass {
    const { promise, resolve } = Promise.withResolvers<void>();
    let isInside = false;
    const waiting: Waiting = {
      size,
      hasLeft: false,
      enter: () => {
        isInside = true;
        this.#inside += size;
        resolve();
      },
    };
    this.#waiting.push(tenantId, waiting);
    this.#letIn();
    return {
      entered: promise,
      leave: () => {
        if (waiting.hasLeft) return;
        waiting.hasLeft = true;
        if (isInside) this.#inside -= size;
        else resolve();
        this.#letIn();
      },
    };
  }

  #letIn(): void {
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      if (!next.hasLeft && this.#inside > 0 && this.#inside + next.size > this.#most) return;
      this.#waiting.take();
      if (!next.hasLeft) next.enter();
    }
  }
}
