import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { caller, type Call } from '../testing/app.ts';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import { type Launched, launchServe } from '../testing/installation.ts';
import { fixtureOf } from './fixtures.ts';
import { hostileRequest, type Victim } from './hostileRequests.ts';
import { hostileTexts } from './hostileValues.ts';
import { operations, type Sample } from './operations.ts';
import { randomFrom } from './random.ts';
import { bytesOf, type RawAnswer, type RawRequest, sendEndlessly, sendRaw } from './rawHttp.ts';
import { buildWorld, type World } from './world.ts';

// The product, in a process of its own, under requests that mean harm: it refuses in its own words, never breaks and never swells.

const count = Number(process.env['FARTHING_HOSTILE_REQUESTS'] ?? '2000');
const seed = Number(process.env['FARTHING_SEED'] ?? '20260401');
const atOnce = 8;
const renewEvery = 2000;
/** The worst of them takes a second; what takes the square of its length would take hours. */
const slowMilliseconds = 60_000;
/** Some 100 MB come and go with the collector of garbage; a thousand bodies that are kept are gigabytes. */
const mostGrowthInMegabytes = 500;

let database: TestDatabase;
let folder: string;
let server: Launched & { readonly base: string };
let keys: { readonly live_key: string; readonly sandbox_key: string; readonly admin_secret: string };
let world: World;
let live: Call;

beforeAll(async () => {
  [database, folder] = await Promise.all([cloneDatabase(), mkdtemp(join(tmpdir(), 'farthing-hostile-'))]);
  server = await launchServe({ DATABASE_URL: database.adminUrl, FARTHING_DATA_DIR: folder, FARTHING_EGRESS_ALLOW: '127.0.0.0/8', FARTHING_LOG_LEVEL: 'error' });
  keys = JSON.parse(await readFile(join(folder, 'credentials.json'), 'utf8'));
  live = caller(server.base, { authorization: `Bearer ${keys.live_key}` });
  const admin = caller(server.base, { 'x-admin-secret': keys.admin_secret });
  world = await buildWorld({ app: { base: server.base, admin }, call: live, marker: 'kestrel', testClock: false });
});
afterAll(async () => {
  server.signalGroup('SIGINT');
  await server.ended;
  await Promise.all([database.drop(), rm(folder, { recursive: true, force: true })]);
});

/** A good call of every operation, with who makes it. The test clock is the sandbox's, in which nothing else is: it may go where it likes. */
async function victims(): Promise<Victim[]> {
  return Promise.all(
    operations.map(async (operation): Promise<Victim> => {
      if (operation.realm === 'admin') return { operation, sample: await fixtureOf(operation.id)(world), credential: ['x-admin-secret', keys.admin_secret] };
      if (operation.tag !== 'Test clock') return { operation, sample: await fixtureOf(operation.id)(world), credential: ['authorization', `Bearer ${keys.live_key}`] };
      const sample: Sample = operation.body === null ? {} : { body: { [operation.id === 'setTestClock' ? 'now' : 'to']: '2026-01-01T00:00:00Z' } };
      return { operation, sample, credential: ['authorization', `Bearer ${keys.sandbox_key}`] };
    }),
  );
}

async function memory(): Promise<number> {
  const text = await (await fetch(`${server.base}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]) / 1_048_576;
}

/** What is wrong with an answer; null where it is as it should be. */
function faultOf(request: RawRequest, answer: RawAnswer | null): string | null {
  if (answer === null) return request.incomplete === true ? null : 'no answer';
  const { status, headers, body } = answer;
  if (!(status >= 200 && status < 500)) return `status ${status}`;
  if (status < 400 || request.method === 'HEAD') return null;
  if (!/^application\/problem\+json(?:; charset=utf-8)?$/.test(headers.get('content-type') ?? '')) return `${status} as ${headers.get('content-type')}: ${body.slice(0, 200)}`;
  try {
    const problem = JSON.parse(body);
    if (status === 422 && problem.errors.length === 0) return `422 that names no field: ${problem.code}`;
    const whole = typeof problem.code === 'string' && problem.status === status && problem.request_id === headers.get('x-request-id') && Array.isArray(problem.errors);
    return whole && typeof problem.request_id === 'string' ? null : `${status} without its parts: ${body.slice(0, 300)}`;
  } catch {
    return `${status} that is no JSON: ${body.slice(0, 200)}`;
  }
}

async function timed(port: number, request: RawRequest) {
  const start = performance.now();
  const answer = await sendRaw(port, request).catch((error: Error) => error);
  return { answer, milliseconds: performance.now() - start };
}

const shown = (request: RawRequest) => bytesOf(request).toString('latin1').slice(0, 700);

const headers = (): [string, string][] => [['host', 'x'], ['connection', 'close'], ['authorization', `Bearer ${keys.live_key}`], ['content-type', 'application/json']];

it('stores every text to the letter, or refuses it by name', async () => {
  for (const text of [...hostileTexts, '\u0000', 'a\u0000b']) {
    const body = { name: text, external_id: text, tags: [text], metadata: { text, nested: [{ text }] } };
    const made = await live('POST', '/v1/customers', body);
    const blank = text === '' || text.length > 50 || text.includes('\u0000');
    expect([text, made.status]).toEqual([text, blank ? 422 : 201]);
    if (made.status === 422) continue;
    const kept = await live('GET', `/v1/customers/${made.body.id}`);
    expect([kept.body.name, kept.body.external_id, kept.body.tags, kept.body.metadata]).toEqual([text, text, [text], body.metadata]);
    // Two dots are a way up for whoever resolves the URL before it is sent.
    if (!/^\.{1,2}$/.test(text)) expect([text, (await live('GET', `/v1/customers/${encodeURIComponent(text)}`)).body.id]).toEqual([text, made.body.id]);
  }
});

it.each<[string, () => string, number]>([
  ['nested 10,000 deep', () => '['.repeat(10_000) + ']'.repeat(10_000), 422],
  ['nested a million deep', () => '['.repeat(1_000_000), 422],
  ['of objects nested 10,000 deep', () => '{"a":'.repeat(10_000), 422],
  ['with a million keys', () => `{${Array.from({ length: 700_000 }, (_, n) => `"${n}":0`).join(',')}}`, 422],
  ['with a million elements', () => `[${'0,'.repeat(1_000_000)}0]`, 422],
  ['with a number of a million digits', () => `{"events":[${'9'.repeat(1_000_000)}]}`, 201],
  ['with ten thousand long numbers', () => `{"events":[${`${'9'.repeat(900)},`.repeat(10_000)}0]}`, 422],
  ['with a text of nine million characters', () => `{"events":["${'x'.repeat(9_000_000)}"]}`, 201],
  ['with a text of two million escapes', () => `{"events":["${'\\u0041'.repeat(1_500_000)}"]}`, 201],
  ['with a key of a million characters', () => `{"${'k'.repeat(1_000_000)}":1}`, 422],
  ['of blanks', () => ' '.repeat(10_000_000), 400],
])('judges a batch %s soon', async (_, text, status) => {
  const body = Buffer.from(text());
  const start = performance.now();
  const answer = await sendRaw(Number(new URL(server.base).port), {
    method: 'POST', target: '/v1/events/batch', headers: [...headers(), ['content-length', String(body.length)]], body,
  });
  expect([answer?.status, answer?.body.slice(0, 300)]).toEqual([status, expect.any(String)]);
  expect(performance.now() - start).toBeLessThan(slowMilliseconds);
  // A reply is not longer than what it replies to deserves.
  expect(answer?.body.length).toBeLessThan(20_000);
});

it('has enough of a body without end at the limit of the operation', async () => {
  const port = Number(new URL(server.base).port);
  const { answer, sent } = await sendEndlessly(port, { method: 'POST', target: '/v1/customers', headers: headers() }, 200_000_000);
  expect(sent).toBeLessThan(20_000_000);
  if (answer !== null) expect([answer.status, JSON.parse(answer.body).code]).toEqual([413, 'body_too_large']);
});

it(`answers ${count} hostile requests by refusals in its own form, without a 5xx and without swelling (seed ${seed})`, { timeout: 60_000 + count * 60 }, async () => {
  const random = randomFrom(seed);
  const port = Number(new URL(server.base).port);
  const statuses = new Map<number, number>();
  const faults = new Map<string, string[]>();
  const slow: string[] = [];
  let targets = await victims();
  let before = 0;
  const megabytes: number[] = [];
  for (let sent = 0; sent < count; sent += atOnce) {
    // What is deleted or ended by a request that was let through is replaced now and then.
    if (sent > 0 && sent % renewEvery < atOnce) targets = await victims();
    if (server.child.exitCode !== null) throw new Error(`The server ended after ${sent} requests: ${(await server.ended).errors}`);
    // Memory is compared from when everything has been used once.
    if (sent >= Math.min(1000, count / 2) && before === 0) before = await memory();
    if (sent % 4000 < atOnce) megabytes.push(Math.round(await memory()));
    const requests = Array.from({ length: atOnce }, () => hostileRequest(random.pick(targets), random));
    const answers = await Promise.all(requests.map((request) => timed(port, request)));
    for (const [place, { answer, milliseconds }] of answers.entries()) {
      const request = requests[place] as RawRequest;
      const about = `request ${sent + place}, ${Math.round(milliseconds)} ms: ${shown(request)}`;
      const fault = answer instanceof Error ? answer.message : faultOf(request, answer);
      if (fault !== null) faults.set(fault, [...(faults.get(fault) ?? []), about].slice(0, 3));
      if (milliseconds > slowMilliseconds) slow.push(about);
      if (answer !== null && !(answer instanceof Error)) statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    }
  }
  const after = await memory();
  const figures = { statuses: Object.fromEntries([...statuses].sort(([a], [b]) => a - b)), megabytes: [...megabytes, Math.round(after)] };
  process.stdout.write(`hostile requests: ${JSON.stringify(figures)}\n`);
  expect((await live('GET', '/v1/customers?limit=1')).status).toBe(200);
  expect((await live('POST', '/v1/customers', { name: 'As if nothing had been' })).status).toBe(201);
  server.signalGroup('SIGINT');
  const { code, errors } = await server.ended;
  expect({ faults: Object.fromEntries(faults), slow, logged: errors.slice(0, 5000), code }).toEqual({ faults: {}, slow: [], logged: '', code: 0 });
  expect(after - before).toBeLessThan(mostGrowthInMegabytes);
});
