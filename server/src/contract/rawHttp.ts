import { connect } from 'node:net';

/** A request as bytes, however wrong. */
export interface RawRequest {
  readonly method: string;
  /** What stands between method and version; every character one byte. */
  readonly target: string;
  /** Every character of a name or value one byte. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** The bytes promise more than they bring: the sender hangs up, and an answer is not owed. */
  readonly incomplete?: boolean;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export function bytesOf({ method, target, headers, body }: RawRequest): Buffer {
  const head = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

function readChunks(text: string): string {
  let rest = text;
  let body = '';
  for (;;) {
    const end = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, end), 16);
    if (end < 0 || !(size > 0)) return body;
    body += rest.slice(end + 2, end + 2 + size);
    rest = rest.slice(end + 2 + size + 2);
  }
}

interface Reading {
  readonly answer: RawAnswer;
  /** Whether nothing more of this answer is to come. */
  readonly whole: boolean;
}

function readAnswer(text: string, isHead: boolean): Reading | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]);
  const rest = text.slice(end + 4);
  if (status === 100) return readAnswer(rest, isHead);
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  if (isHead || status === 204 || status === 304) return { answer: { status, headers, body: '' }, whole: true };
  if (headers.get('transfer-encoding') === 'chunked')
    return { answer: { status, headers, body: readChunks(rest) }, whole: rest.endsWith('0\r\n\r\n') };
  const length = Number(headers.get('content-length') ?? Number.NaN);
  return { answer: { status, headers, body: Number.isNaN(length) ? rest : rest.slice(0, length) }, whole: rest.length >= length };
}

/** Sends bytes over a connection of their own and reads the first answer; null where the server hung up without one. */
export function sendRaw(port: number, request: RawRequest, timeoutMilliseconds = 120_000): Promise<RawAnswer | null> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.setEncoding('latin1');
    let text = '';
    const done = () => {
      socket.destroy();
      resolve(readAnswer(text, request.method === 'HEAD')?.answer ?? null);
    };
    socket.setTimeout(timeoutMilliseconds, () => {
      socket.destroy();
      reject(new Error(`No end of the answer within ${timeoutMilliseconds} ms.`));
    });
    socket.on('data', (more) => {
      text += more;
      if (readAnswer(text, request.method === 'HEAD')?.whole === true) done();
    });
    // A server that refuses early closes while we still write; what it said counts all the same.
    socket.on('error', done);
    socket.on('close', done);
    socket.on('end', done);
    socket.write(bytesOf(request));
    if (request.incomplete === true) socket.end();
  });
}

/** Sends a body in chunks without end, until the server has enough; answers what it said and how much it took. */
export function sendEndlessly(port: number, head: Omit<RawRequest, 'body'>, most: number): Promise<{ answer: RawAnswer | null; sent: number }> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const chunk = Buffer.alloc(65_536, 'x');
    let text = '';
    let sent = 0;
    const done = () => {
      socket.destroy();
      resolve({ answer: readAnswer(text, false)?.answer ?? null, sent });
    };
    const more = () => {
      while (sent < most && !socket.destroyed) {
        sent += chunk.length;
        if (!socket.write(Buffer.concat([Buffer.from('10000\r\n'), chunk, Buffer.from('\r\n')]))) return;
      }
      if (sent >= most) done();
    };
    socket.setEncoding('latin1');
    socket.on('data', (part) => {
      text += part;
    });
    for (const ending of ['error', 'close', 'end']) socket.on(ending, done);
    socket.on('drain', more);
    socket.write(bytesOf({ ...head, headers: [...head.headers, ['transfer-encoding', 'chunked']], body: Buffer.alloc(0) }));
    more();
  });
}
