import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

// The whole way, with dispatcher and worker: from a call of the API to a receiver.

interface Received {
  readonly path: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}

let app: TestApp;
let base: string;
const received: Received[] = [];
const news = new EventEmitter();
let failures = 0;
/** How many calls to the receiver that never answers were open at a time, at most. */
let [hanging, mostHanging] = [0, 0];
const receiver = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => {
    body += text;
  });
  request.on('end', () => {
    received.push({ path: request.url ?? '', body, headers: request.headers as Record<string, string> });
    news.emit('arrival');
    // Never answers there.
    if (request.url === '/hanging') {
      mostHanging = Math.max(mostHanging, ++hanging);
      response.once('close', () => hanging--);
      return;
    }
    response.writeHead(request.url === '/shaky' && failures-- > 0 ? 500 : 200).end();
  });
});

const at = (path: string) => received.filter((each) => each.path === path);

async function arrivals(path: string, count: number): Promise<Received[]> {
  while (at(path).length < count) await once(news, 'arrival');
  return at(path);
}

beforeAll(async () => {
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  app = await startTestApp({ egressAllow: '127.0.0.0/8' });
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await app.close();
});

const listen = async (path: string) => (await app.sandbox('POST', '/v1/webhook_endpoints', { url: base + path, event_types: ['customer.created'] })).body;

it('carries what happens to whoever listens, dated by the clock it happened under and signed by the real one', async () => {
  await app.sandbox('POST', '/v1/test_clock', { now: '2031-05-01T00:00:00Z' });
  const { id, secret } = await listen('/in');
  const { body: customer } = await app.sandbox('POST', '/v1/customers', { name: 'Ada' });
  const [message] = await arrivals('/in', 1);
  // The library refuses what is more than five minutes off its own clock.
  const verified = new Webhook(secret).verify(message?.body ?? '', message?.headers ?? {});
  expect(verified).toEqual({ type: 'customer.created', timestamp: '2031-05-01T00:00:00Z', data: customer });
  await app.sandbox('DELETE', `/v1/webhook_endpoints/${id}`);
});

it('sends again when the time has come', async () => {
  failures = 1;
  const { id } = await listen('/shaky');
  await app.sandbox('POST', '/v1/customers', { name: 'Ada' });
  await arrivals('/shaky', 1);
  const database = new pg.Client({ connectionString: app.adminUrl });
  await database.connect();
  // Five seconds pass, in the database at least: as soon as the next attempt is planned, it falls due.
  for (let moved = 0; moved === 0; ) {
    const { rowCount } = await database.query("update webhooks set next_attempt_at = now() where webhook_endpoint_id = $1 and attempts = 1 and status = 'pending'", [id]);
    moved = rowCount ?? 0;
  }
  await database.query("update graphile_worker._private_jobs set run_at = now() where key like 'webhooks.deliver %' and locked_at is null");
  await database.end();
  const [first, second] = await arrivals('/shaky', 2);
  expect([second?.body, second?.headers['webhook-id']]).toEqual([first?.body, first?.headers['webhook-id']]);
  await app.sandbox('DELETE', `/v1/webhook_endpoints/${id}`);
});

it('lets nobody wait for a receiver that does not answer', async () => {
  const endpoints = [await listen('/hanging'), await listen('/prompt')];
  for (let n = 0; n < 12; n++) await app.sandbox('POST', '/v1/customers', { name: `C${n}` });
  const names = (await arrivals('/prompt', 12)).map(({ body }) => JSON.parse(body).data.name);
  expect(names.sort()).toEqual(Array.from({ length: 12 }, (_, n) => `C${n}`).sort());
  // A turn has eight messages at most, and it has one turn at a time.
  await arrivals('/hanging', 1);
  expect(mostHanging).toBeLessThanOrEqual(8);
  for (const { id } of endpoints) await app.sandbox('DELETE', `/v1/webhook_endpoints/${id}`);
});
