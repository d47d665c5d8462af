import { connect, type Socket } from 'node:net';

/** A reply as far as a benchmark reads it; `body` is valid only during the call. */
export type OnReply = (status: number, head: string, body: Buffer) => void;

const maxReply = 8 * 1024 * 1024;

/**
 * One keep-alive connection for one request at a time. It parses no more of HTTP than the product sends (a status line, a
 * Content-Length) and allocates nothing per reply, as what the load costs is taken from what is measured.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #onReply: OnReply;
  #received = Buffer.allocUnsafe(256 * 1024);
  #length = 0;
  /** Bytes of the whole reply, once its head is read. */
  #expected = -1;
  #bodyAt = 0;
  #status = 0;
  #head = '';

  constructor(port: number, onReply: OnReply, onLost: (error: Error) => void) {
    this.#onReply = onReply;
    const callback = (bytes: number, buffer: Uint8Array) => {
      this.#take(buffer, bytes);
      return true;
    };
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer: Buffer.allocUnsafe(64 * 1024), callback } });
    this.#socket.on('error', onLost);
    this.#socket.on('close', () => onLost(new Error('The server closed the connection.')));
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #take(buffer: Uint8Array, bytes: number): void {
    if (this.#length + bytes > this.#received.length) {
      const larger = Buffer.allocUnsafe(Math.min(2 * (this.#length + bytes), maxReply));
      this.#received.copy(larger, 0, 0, this.#length);
      this.#received = larger;
    }
    this.#received.set(buffer.subarray(0, bytes), this.#length);
    this.#length += bytes;
    if (this.#expected < 0 && !this.#readHead()) return;
    if (this.#length < this.#expected) return;
    if (this.#length > this.#expected) throw new Error('The reply is longer than it said.');
    const body = this.#received.subarray(this.#bodyAt, this.#length);
    this.#length = 0;
    this.#expected = -1;
    this.#onReply(this.#status, this.#head, body);
  }

  #readHead(): boolean {
    const end = this.#received.subarray(0, this.#length).indexOf('\r\n\r\n');
    if (end < 0) return false;
    this.#head = this.#received.toString('latin1', 0, end);
    this.#status = Number(this.#head.slice(9, 12));
    const length = /\r\ncontent-length: (\d+)/i.exec(this.#head)?.[1];
    if (length === undefined) throw new Error(`A reply without Content-Length: ${this.#head}`);
    this.#bodyAt = end + 4;
    this.#expected = this.#bodyAt + Number(length);
    return true;
  }
}
