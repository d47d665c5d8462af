import type pg from 'pg';

const copyData = 0x64;
/** CopyDone, which has nothing but its length. */
const copyDone = Buffer.from([0x63, 0, 0, 0, 4]);
const lengthBytes = 4;

/** As the driver runs it: the statement, its rows and their end go out together. */
class Copy implements pg.Submittable {
  readonly #statement: string;
  readonly #rows: Buffer;
  readonly #ended: PromiseWithResolvers<void>;

  constructor(statement: string, rows: Buffer, ended: PromiseWithResolvers<void>) {
    this.#statement = statement;
    this.#rows = rows;
    this.#ended = ended;
  }

  submit(connection: pg.Connection): void {
    const { stream } = connection;
    const head = Buffer.alloc(1 + lengthBytes, copyData);
    head.writeUInt32BE(lengthBytes + this.#rows.length, 1);
    stream.cork();
    connection.query(this.#statement);
    for (const bytes of [head, this.#rows, copyDone]) stream.write(bytes);
    stream.uncork();
  }

  handleCopyInResponse(): void {}
  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#ended.resolve();
  }

  handleError(error: Error): void {
    this.#ended.reject(error);
  }
}

/**
 * Runs a `copy … from stdin` with all its rows, of at least one and at most a gigabyte, in a transaction of its own where none is open. The
 * database is waited for once, and not once more before the rows: those that it refuses to take it passes over, as the protocol has it.
 */
export function copyRows(client: pg.ClientBase, statement: string, rows: Buffer): Promise<void> {
  const ended = Promise.withResolvers<void>();
  client.query(new Copy(statement, rows, ended));
  return ended.promise;
}
