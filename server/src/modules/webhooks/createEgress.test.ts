import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createEgress, type EgressOptions } from './createEgress.ts';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

async function listen<S extends Server>(server: S, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, host);
  await once(server, 'listening');
  cleanUps.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

const serve = (handler: RequestListener, host?: string) => listen(createServer(handler), host);
const serveBytes = (handler: (socket: Socket) => void) => listen(createTcpServer(handler));

/** A client that may call this machine's 127.0.0.1 and finds it under every name. */
function egressOf(more: Partial<EgressOptions> = {}) {
  const egress = createEgress({ allow: '127.0.0.1', timeoutMs: 60_000, resolve: async () => [{ address: '127.0.0.1', family: 4 }], ...more });
  cleanUps.push(() => egress.close());
  return egress;
}

/** From here on the times of calls pass only as the test says, however long the machine takes. */
const stopTimers = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

describe('a call that is answered', () => {
  it('sends the body to the letter and gives status and answer', async () => {
    const seen: unknown[] = [];
    const port = await serve(async (request, response) => {
      const { host, 'webhook-id': id, 'accept-encoding': encoding, 'content-length': length } = request.headers;
      seen.push([request.method, request.url, host, id, encoding, length, await readAll(request)]);
      response.writeHead(503, { 'retry-after': '120' }).end('later, {"é":1}');
    });
    const result = await egressOf().post(`http://hooks.example.test:${port}/in?x=1#y`, { 'webhook-id': 'm1' }, '{"é":1}');
    expect(result).toEqual({ ok: true, status: 503, body: 'later, {"é":1}', retryAfterSeconds: 120 });
    expect(seen).toEqual([['POST', '/in?x=1', `hooks.example.test:${port}`, 'm1', 'identity', '8', '{"é":1}']]);
  });

  it('keeps the first 1,000 characters of 5 MB, fit to be stored', async () => {
    const port = await serve((_request, response) => response.end(`\0${'😀'.repeat(1.25e6)}`));
    const result = await egressOf().post(`http://127.0.0.1:${port}/`, {}, '{}');
    // One replaced U+0000, 499 faces of two units each, and half a face replaced: 1,000 units.
    expect(result).toEqual({ ok: true, status: 200, body: `\ufffd${'😀'.repeat(499)}\ufffd`, retryAfterSeconds: null });
  });

  it('cuts an endless answer off', async () => {
    const ended = Promise.withResolvers<void>();
    const port = await serve((_request, response) => {
      const write = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', write).on('close', ended.resolve);
      write();
    });
    const result = await egressOf().post(`http://127.0.0.1:${port}/`, {}, '{}');
    expect(result).toEqual({ ok: true, status: 200, body: 'x'.repeat(1000), retryAfterSeconds: null });
    await ended.promise;
  });

  it('does not unpack what comes packed', async () => {
    const packed = gzipSync(Buffer.alloc(50_000_000));
    const port = await serve((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed));
    const result = await egressOf().post(`http://127.0.0.1:${port}/`, {}, '{}');
    // The answer begins with the bytes of gzip itself: 1f, and 8b, which is no UTF-8.
    expect(result.ok && result.body.slice(0, 2)).toBe('\x1f\ufffd');
  });
});

describe('a call that is not answered', () => {
  it.each([301, 302, 303, 304, 307, 308])('takes %d for a failure and goes nowhere', async (status) => {
    const paths: (string | undefined)[] = [];
    const port = await serve((request, response) => {
      paths.push(request.url);
      const location = status === 307 ? '/next' : 'http://169.254.169.254/latest/meta-data/';
      response.writeHead(status, { location }).end();
    });
    const result = await egressOf().post(`http://127.0.0.1:${port}/in`, {}, '{}');
    expect(result).toEqual({ ok: false, reason: 'redirect', status, message: `The receiver answered ${status}; redirects are not followed.` });
    expect(paths).toEqual(['/in']);
  });

  it('gives a slow answer up, and others do not wait for it', async () => {
    const begun = Promise.withResolvers<void>();
    const port = await serve((request, response) => {
      if (request.url === '/fast') return void response.end('done');
      response.writeHead(200);
      response.write('x');
      begun.resolve();
    });
    stopTimers();
    const egress = egressOf({ timeoutMs: 700 });
    let isOver = false;
    const slow = egress.post(`http://127.0.0.1:${port}/slow`, {}, '{}').finally(() => {
      isOver = true;
    });
    await begun.promise;
    vi.advanceTimersByTime(699);
    expect(await egress.post(`http://127.0.0.1:${port}/fast`, {}, '{}')).toMatchObject({ ok: true, body: 'done' });
    expect(isOver).toBe(false);
    vi.advanceTimersByTime(1);
    expect(await slow).toEqual({ ok: false, reason: 'timeout', message: 'The call was not answered in full within 700 ms.' });
  });

  it('gives a name server up that does not answer', async () => {
    const egress = egressOf({ connectTimeoutMs: 100, resolve: () => Promise.withResolvers<never>().promise });
    expect(await egress.post('http://hooks.example.test/', {}, '{}')).toMatchObject({
      ok: false,
      reason: 'timeout',
      message: 'No connection could be made within 100 ms.',
    });
  });

  it('lets an answer take longer than the connection may', async () => {
    const asked = Promise.withResolvers<() => void>();
    const port = await serve((_request, response) => asked.resolve(() => response.end('done')));
    stopTimers();
    const call = egressOf({ connectTimeoutMs: 150 }).post(`http://127.0.0.1:${port}/`, {}, '{}');
    const answer = await asked.promise;
    vi.advanceTimersByTime(300);
    answer();
    expect(await call).toMatchObject({ ok: true, body: 'done' });
  });

  it('gives a server up that accepts the connection but not the encryption', async () => {
    const port = await serveBytes(() => undefined);
    const egress = egressOf({ connectTimeoutMs: 200 });
    expect(await egress.post(`https://127.0.0.1:${port}/`, {}, '{}')).toMatchObject({ ok: false, reason: 'timeout' });
  });

  it('reports a closed port without its address', async () => {
    const server = createServer();
    const port = await listen(server);
    server.close();
    await once(server, 'close');
    const result = await egressOf().post(`http://hooks.example.test:${port}/`, {}, '{}');
    expect(result).toEqual({ ok: false, reason: 'connect', message: 'No connection could be made (ECONNREFUSED).' });
  });

  it('reports a name that does not exist', async () => {
    const resolve = async () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    };
    expect(await egressOf({ resolve }).post('http://nowhere.example.test/', {}, '{}')).toEqual({
      ok: false,
      reason: 'dns',
      message: 'The name of the host could not be looked up (ENOTFOUND).',
    });
  });

  it.each([
    ['nothing at all', ''],
    ['half an answer', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['a change of protocol', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`],
  ])('takes %s for an aborted call', async (_what, bytes) => {
    const port = await serveBytes((socket) => {
      socket.once('data', () => socket.end(bytes));
    });
    expect(await egressOf().post(`http://127.0.0.1:${port}/`, {}, '{}')).toMatchObject({ ok: false, reason: 'aborted' });
  });

  it('ends the calls under way when closed, and takes no new ones', async () => {
    const arrived = Promise.withResolvers<void>();
    const port = await serve(() => arrived.resolve());
    const egress = egressOf();
    const call = egress.post(`http://127.0.0.1:${port}/`, {}, '{}');
    await arrived.promise;
    egress.close();
    const closed = { ok: false, reason: 'closed', message: 'The server is shutting down.' };
    expect(await call).toEqual(closed);
    expect(await egress.post(`http://127.0.0.1:${port}/`, {}, '{}')).toEqual(closed);
  });
});

describe('the environment', () => {
  it('is not asked for a proxy', async () => {
    const proxied: (string | undefined)[] = [];
    const proxy = await serve((request, response) => {
      proxied.push(request.url);
      response.end('by proxy');
    });
    const port = await serve((_request, response) => response.end('direct'));
    const url = `http://127.0.0.1:${port}/`;
    const script = `
      import { get } from 'node:http';
      import { createEgress } from ${JSON.stringify(new URL('./createEgress.ts', import.meta.url).href)};
      const plain = await new Promise((done) => get('${url}', (answer) => answer.setEncoding('utf8').on('data', done)));
      const egress = createEgress({ allow: '127.0.0.1', timeoutMs: 60_000 });
      const { body } = await egress.post('${url}', {}, '{}');
      process.stdout.write(plain + ', ' + body);`;
    const address = `http://127.0.0.1:${proxy}`;
    const env = { ...process.env, NODE_USE_ENV_PROXY: '1', http_proxy: address, HTTP_PROXY: address, https_proxy: address, no_proxy: '', NO_PROXY: '' };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
    // The plain call shows that the variables work in that process.
    expect(stdout).toBe('by proxy, direct');
    expect(proxied).toEqual([url]);
  });
});
