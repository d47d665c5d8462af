import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemNow } from '../../../kernel/clock.ts';
import type { Scope } from '../../../kernel/scope.ts';
import { Turns } from '../../../kernel/turns.ts';
import { startTestApp, type TestApp } from '../../../testing/app.ts';
import { heldStore } from '../../../testing/heldStore.ts';
import { takeBody } from './takeBody.ts';
import { takeLines } from './takeLines.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  await app.live('POST', '/v1/customers', { external_id: 'acme', name: 'Acme' });
  await app.live('POST', '/v1/billable_metrics', { code: 'bytes', name: 'Bytes', aggregation_type: 'sum', field_name: 'bytes' });
});
afterAll(() => app.close());

const event = (id: string, more: object = {}) => JSON.stringify({ transaction_id: id, external_customer_id: 'acme', code: 'bytes', properties: { bytes: 1 }, ...more });
const lines = { 'content-type': 'application/x-ndjson' };

async function send(body: string | Uint8Array, headers: Record<string, string> = lines) {
  const answer = await app.live('POST', '/v1/events/batch', body, headers);
  const text = Buffer.isBuffer(answer.body) ? answer.body.toString() : JSON.stringify(answer.body);
  return { status: answer.status, lines: text.trim().split('\n').map((line) => JSON.parse(line)) };
}

it('answers a line for each, in order, whatever they are', async () => {
  const answer = await send(['', event('l1'), event('l1'), '{"transaction_id":', event('l2', { code: 'nope' }), '  ', event('l3'), ''].join('\n'));
  expect(answer.status).toBe(200);
  // No subscription prices the metric: stored, and said so. The blank lines count in the numbers.
  expect(answer.lines.map(({ line, transaction_id: id, status, code, path }) => [line, id, status, code, path])).toEqual([
    [2, 'l1', 'unmatched', 'not_priced', 'code'],
    [3, 'l1', 'duplicate', null, null],
    [4, null, 'rejected', 'invalid_json', ''],
    [5, 'l2', 'rejected', 'unknown_metric', 'code'],
    [7, 'l3', 'unmatched', 'not_priced', 'code'],
  ]);
});

it('takes ten thousand lines, packed or not, also where the last has no end', async () => {
  const many = (prefix: string) => Array.from({ length: 10_000 }, (_, n) => event(`${prefix}${n}`)).join('\n');
  for (const [prefix, body, headers] of [['m', many('m'), lines], ['g', gzipSync(many('g')), { ...lines, 'content-encoding': 'gzip' }]] as const) {
    const answer = await send(body, headers);
    expect(answer.lines.map(({ line }) => line)).toEqual(Array.from({ length: 10_000 }, (_, n) => n + 1));
    expect(new Set(answer.lines.map(({ status }) => status))).toEqual(new Set(['unmatched']));
    expect(answer.lines.at(-1)?.transaction_id).toBe(`${prefix}9999`);
  }
  const { data_points: points } = (await app.live('GET', '/v1/events/volume')).body;
  expect(points.reduce((total: number, { count }: { count: number }) => total + count, 0)).toBe(20_002);
  // Of so many the list counts some only.
  expect((await app.live('GET', '/v1/events?limit=1')).headers.get('x-total-count')).toBe('10000');
});

it('refuses a line that is too long, or no UTF-8, and takes the others', async () => {
  const long = event('long', { properties: { text: 'x'.repeat(300_000) } });
  const broken = Buffer.from([0x22, 0xff, 0x22]);
  const answer = await send(Buffer.concat([Buffer.from(`${long}\n`), broken, Buffer.from(`\n${event('after')}`)]));
  expect(answer.lines.map(({ line, status, code }) => [line, status, code])).toEqual([[1, 'rejected', 'too_long'], [2, 'rejected', 'invalid_json'], [3, 'unmatched', 'not_priced']]);
});

it('unpacks an ordinary batch, counts what comes out, and refuses what is not packed or packed otherwise', async () => {
  const batch = JSON.stringify({ events: [JSON.parse(event('z1'))] });
  const packed = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  expect((await app.live('POST', '/v1/events/batch', gzipSync(batch), packed)).body.ingested).toBe(1);
  expect((await app.live('POST', '/v1/events/batch', gzipSync(Buffer.alloc(20_000_000, 32)), packed)).status).toBe(413);
  expect((await app.live('POST', '/v1/events/batch', Buffer.from(batch), packed)).status).toBe(400);
  expect((await app.live('POST', '/v1/events/batch', Buffer.from(batch), { ...packed, 'content-encoding': 'br' })).status).toBe(415);
});

it('takes lines only where events come in', async () => {
  expect((await app.live('POST', '/v1/customers', event('x'), lines)).body).toMatchObject({ status: 415, code: 'unsupported_media_type' });
});

/** Large events, of which only so many are read as are wanted. */
function largeLines(count: number) {
  const read = { bytes: 0 };
  const lines = function* () {
    for (let n = 0; n < count; n++) {
      const line = Buffer.from(`${event(`large${n}`, { properties: { text: 'x'.repeat(16_000) } })}\n`);
      read.bytes += line.length;
      yield line;
    }
  };
  return { read, body: Readable.from(lines()) };
}

const tenant = { id: '00000000-0000-7000-8000-000000000001', organizationId: '', environment: 'live' } as const;
const facts = { about: async () => ({ metricOf: () => undefined, storesUnknown: true, coverageOf: () => undefined }) };
const turns = async () => {
  for (let turn = 0; turn < 200; turn++) await setImmediate();
};

it('has no more in memory than four pieces of 256 KiB, and is not done before these are stored', async () => {
  const scope: Scope = { tenant, actor: { type: 'system', id: null }, now: systemNow(), requestId: 'r', scopes: [] };
  const { commit, statements } = heldStore();
  const { read, body } = largeLines(400);
  const intake = { facts, commit, turns: new Turns(), count: () => {} };
  const answers = takeLines((scopeOf, sent) => takeBody(intake, scopeOf, sent), scope, body);
  const first = answers.next();
  await turns();
  // 1 MiB under way, and the line that is one too many for the last piece with those that the stream reads ahead.
  expect(read.bytes).toBeGreaterThan(900_000);
  expect(read.bytes).toBeLessThan(1_048_576 + 20 * 16_200);
  statements[0]?.end();
  await first;
  // Makes it read one more.
  await answers.next();
  let isDone = false;
  const done = answers.return(undefined).then(() => {
    isDone = true;
  });
  await turns();
  expect(isDone).toBe(false);
  for (let place = 1; !isDone; place++) {
    statements[place]?.end();
    await turns();
  }
  await done;
});
