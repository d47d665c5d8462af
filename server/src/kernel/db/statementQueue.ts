type Work = () => Promise<unknown>;

/**
 * The statements of one connection, each after the other, and what waits until none is under way. One that `rushes` sends them without
 * waiting for those before, and whoever waits for others only until they have had time to ask.
 */
export class StatementQueue {
  readonly #rushes: boolean;
  #underWay = 0;
  #last: Promise<unknown> = Promise.resolve();
  readonly #waiting: Work[] = [];
  #isSet = false;

  constructor({ rushes }: { readonly rushes: boolean }) {
    this.#rushes = rushes;
  }

  get #isBusy(): boolean {
    return this.#underWay > 0 && !this.#rushes;
  }

  /** Sends a statement once those before it are done. */
  async send<T>(statement: () => Promise<T>): Promise<T> {
    const turn = this.#isBusy ? this.#last.then(statement) : statement();
    this.#underWay++;
    this.#last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.#underWay--;
      this.#setOff();
    }
  }

  /** Begins `work` once no statement is under way and whoever waited for the last one has had time to ask for the next. */
  whenIdle(work: Work): void {
    this.#waiting.push(work);
    this.#setOff();
  }

  #setOff(): void {
    if (this.#isSet || this.#isBusy || this.#waiting.length === 0) return;
    this.#isSet = true;
    const setOff = () => {
      this.#isSet = false;
      if (this.#isBusy) return;
      const work = this.#waiting.shift();
      void work?.().finally(() => this.#setOff());
      // Otherwise it is busy now, and goes on when it is not.
      if (this.#rushes) this.#setOff();
    };
    // A tick that is asked for while promises are served comes when there are none left.
    queueMicrotask(() => process.nextTick(setOff));
  }
}
