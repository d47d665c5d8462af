type Work = () => Promise<unknown>;

/** The statements of one connection, each after the other, and what waits until none is under way. */
export class StatementQueue {
  #underWay = 0;
  #last: Promise<unknown> = Promise.resolve();
  readonly #waiting: Work[] = [];
  #isSet = false;

  /** Sends a statement once those before it are done. */
  async send<T>(statement: () => Promise<T>): Promise<T> {
    const turn = this.#underWay === 0 ? statement() : this.#last.then(statement);
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
    if (this.#isSet || this.#underWay > 0 || this.#waiting.length === 0) return;
    this.#isSet = true;
    const setOff = () => {
      this.#isSet = false;
      if (this.#underWay > 0) return;
      const work = this.#waiting.shift();
      void work?.().finally(() => this.#setOff());
    };
    // A tick that is asked for while promises are served comes when there are none left.
    queueMicrotask(() => process.nextTick(setOff));
  }
}
