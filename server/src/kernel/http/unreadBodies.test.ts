import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { UnreadBodies } from './unreadBodies.ts';

const megabyte = 1_048_576;
let turns: (() => void)[] = [];
let asked: PromiseWithResolvers<void> = Promise.withResolvers();
let unread: UnreadBodies;
const requests: IncomingMessage[] = [];

/** Answers everything at once, whatever comes with it. */
const server = createServer((request, response) => {
  requests.push(request);
  unread.add(request);
  response.writeHead(429, { 'content-length': 0 }).end();
});
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  [turns, asked, requests.length] = [[], Promise.withResolvers(), 0];
  unread = new UnreadBodies((turn) => {
    turns.push(turn);
    asked.resolve();
  });
});

/** Runs one turn, as soon as somebody asks for it. */
async function takeTurn(): Promise<void> {
  await asked.promise;
  asked = Promise.withResolvers();
  turns.shift()?.();
}

function send(bytes: number): Socket {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`POST / HTTP/1.1\r\nHost: test\r\nContent-Length: ${bytes}\r\n\r\n`);
  socket.write(Buffer.alloc(bytes, 'a'));
  return socket;
}

const answers = async (socket: Socket, count: number) => {
  let text = '';
  while (text.split('HTTP/1.1 429').length <= count) text += String((await once(socket, 'data'))[0]);
};

it('takes a body that nobody reads a little at a time, and then the next request of the connection', async () => {
  const socket = send(megabyte);
  await answers(socket, 1);
  const ended = once(requests[0] as IncomingMessage, 'end');
  let [count, isOver] = [0, false];
  void ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.race([takeTurn(), ended]);
    count++;
  }
  // Node keeps at most 64 KiB and what one reading of the socket added, another 64: so at least eight turns for sixteen times 64 KiB.
  expect(count).toBeGreaterThanOrEqual(8);
  const next = answers(socket, 1);
  socket.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n');
  await next;
  socket.destroy();
});

it('lets those who send take turns', async () => {
  const large = send(4 * megabyte);
  await answers(large, 1);
  const small = send(100_000);
  await answers(small, 1);
  const [first, second] = requests as [IncomingMessage, IncomingMessage];
  const ended = once(second, 'end');
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!isOver) await Promise.race([takeTurn(), ended]);
  expect(first.complete).toBe(false);
  large.destroy();
  small.destroy();
});

it('hangs up behind what is still coming where the server closes', async () => {
  const socket = send(megabyte);
  await answers(socket, 1);
  const closed = once(socket, 'close');
  unread.hurry();
  let isOver = false;
  void closed.then(() => {
    isOver = true;
  });
  while (!isOver) await Promise.race([takeTurn(), closed]);
  expect(requests[0]?.complete).toBe(true);
});
