import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '../kernel/operation.ts';
import { type Answer, startTestApp, type TestApp } from '../testing/app.ts';
import { fixtureOf } from './fixtures.ts';
import { countRows, expectUntouched, footprint, gained } from './footprint.ts';
import { callerOf, isWrite, operations, type Sample, send } from './operations.ts';
import { expectProblem } from './problems.ts';
import { sendRaw } from './rawHttp.ts';
import { buildWorld, type World } from './world.ts';

// A POST may be repeated: with the same key and body it happens once and answers the same; with another body it is refused (A4).

// What moves money is called by more at once, and again.
const crowded = new Set(['createOneOffInvoice', 'recordPayment', 'createSubscription', 'finalizeInvoice']);
const crowdOf = ({ id }: Operation) => (crowded.has(id) ? { rounds: 3, parallel: 20 } : { rounds: 1, parallel: 8 });

let app: TestApp;
let world: World;
let admin: pg.Client;

beforeAll(async () => {
  app = await startTestApp({ egressAllow: '127.0.0.0/8' });
  admin = new pg.Client({ connectionString: app.adminUrl });
  await admin.connect();
  world = await buildWorld({ app, call: app.sandbox, marker: 'kestrel', testClock: true });
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

const posts = operations.filter(({ method }) => method === 'POST');
const each = (wanted: (operation: Operation) => boolean) => posts.filter(wanted).map((operation) => ({ id: operation.id, operation }));
const call = (operation: Operation, sample: Sample, key?: string): Promise<Answer> =>
  send(callerOf(app, operation, app.sandbox), operation, sample, key === undefined ? {} : { 'idempotency-key': key });
const isReplay = ({ headers }: Answer) => headers.get('idempotency-replayed') === 'true';

/** The rows that a call leaves, apart from its own record. */
async function rowsMadeBy(work: () => Promise<void>): Promise<Record<string, number>> {
  const before = await countRows(admin);
  await work();
  const { idempotency_keys: _, ...rest } = gained(before, await countRows(admin));
  return rest;
}

/** Who of several requests made events happen. */
async function doers(answers: readonly Answer[]): Promise<string[]> {
  const { rows } = await admin.query<{ request_id: string }>('select distinct request_id from domain_events where request_id = any($1)', [
    answers.map(({ headers }) => headers.get('x-request-id')),
  ]);
  return rows.map((row) => row.request_id);
}

describe('a POST with an Idempotency-Key', () => {
  it.each(each(isWrite))('happens once, however many call $id at once', async ({ operation }) => {
    expect(operation.idempotent).toBe(true);
    const { rounds, parallel } = crowdOf(operation);
    const once = await fixtureOf(operation.id)(world);
    const rowsOfOne = await rowsMadeBy(async () => {
      expect((await call(operation, once)).status).toBe(operation.status);
    });
    for (let round = 0; round < rounds; round++) {
      const sample = await fixtureOf(operation.id)(world);
      const key = randomUUID();
      let answers: Answer[] = [];
      const rows = await rowsMadeBy(async () => {
        answers = await Promise.all(Array.from({ length: parallel }, () => call(operation, sample, key)));
      });
      const [first, ...more] = answers.filter((answer) => answer.status !== 409 && !isReplay(answer));
      expect([first?.status, more.map(({ status, body }) => [status, body])]).toEqual([operation.status, []]);
      for (const answer of answers) {
        if (answer.status === 409) {
          expectProblem(answer, 409, 'idempotency_in_progress');
          expect(answer.headers.get('retry-after')).toBe('1');
        } else expect([answer.status, answer.body]).toEqual([first?.status, first?.body]);
      }
      expect(rows).toEqual(rowsOfOne);
      if (operation.silent === null) expect(await doers(answers)).toEqual([first?.headers.get('x-request-id')]);
    }
  });

  it.each(each(isWrite))('answers what $id answered first, and refuses another request under its key', async ({ operation }) => {
    const [sample, other] = [await fixtureOf(operation.id)(world), await fixtureOf(operation.id)(world)];
    const key = randomUUID();
    const first = await call(operation, sample, key);
    expect([first.status, isReplay(first)]).toEqual([operation.status, false]);
    await world.settled();
    const before = await footprint(admin);
    const again = await call(operation, sample, key);
    expect([again.status, again.body, isReplay(again)]).toEqual([first.status, first.body, true]);
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(again.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    // Another body, or the same operation on another thing, where there is one of the kind.
    const different = JSON.stringify(other) === JSON.stringify(sample) ? { ...sample, body: {} } : other;
    expectProblem(await call(operation, different, key), 409, 'idempotency_key_reused');
    for (const bad of ['', 'x'.repeat(256), 'x'.repeat(10_000), 'clé', 'a, b\u00a0'])
      expectProblem(await call(operation, sample, bad), 422, 'validation_failed');
    await expectUntouched(admin, before);
  });

  it.each(each((operation) => !isWrite(operation)))('changes nothing by $id, which writes nothing anyway', async ({ operation }) => {
    const sample = await fixtureOf(operation.id)(world);
    const before = await footprint(admin);
    const key = randomUUID();
    for (let repeat = 0; repeat < 2; repeat++) expect((await call(operation, sample, key)).status).toBe(operation.status);
    await expectUntouched(admin, before);
  });
});

describe('keys', () => {
  it('belong to one environment of one organization', async () => {
    const key = randomUUID();
    const other = await app.otherOrganization();
    const body = { name: 'The same' };
    const made = await Promise.all(
      [app.live, app.sandbox, other.live, other.sandbox].map((caller) => caller('POST', '/v1/customers', body, { 'idempotency-key': key })),
    );
    expect(made.map((answer) => [answer.status, isReplay(answer)])).toEqual(Array(4).fill([201, false]));
    expect(new Set(made.map(({ body: { id } }) => id)).size).toBe(4);
    // The operator's key is a fifth.
    const organization = await app.admin('POST', '/v1/organizations', body, { 'idempotency-key': key });
    expect([organization.status, isReplay(organization)]).toEqual([201, false]);
  });

  it('are free for another try after a request that could not be read, and keep a refusal that was decided', async () => {
    const key = { 'idempotency-key': randomUUID() };
    expectProblem(await app.live('POST', '/v1/customers', { nmae: 'typo' }, key), 422);
    expect((await app.live('POST', '/v1/customers', { name: 'Taken', external_id: 'taken' }, key)).status).toBe(201);
    const second = { 'idempotency-key': randomUUID() };
    const refused = await app.live('POST', '/v1/customers', { name: 'Taken', external_id: 'taken' }, second);
    expectProblem(refused, 409, 'external_id_taken');
    await app.live('DELETE', '/v1/customers/taken');
    const replayed = await app.live('POST', '/v1/customers', { name: 'Taken', external_id: 'taken' }, second);
    expect([replayed.status, replayed.body.code, isReplay(replayed)]).toEqual([409, 'external_id_taken', true]);
  });

  it('are given once', async () => {
    const headers: [string, string][] = [['host', 'x'], ['connection', 'close'], ['authorization', `Bearer ${app.liveKey}`], ['content-type', 'application/json']];
    const body = Buffer.from('{"name":"A"}');
    const twice: [string, string][] = [['idempotency-key', 'a'], ['Idempotency-Key', 'b'], ['content-length', String(body.length)]];
    const answer = await sendRaw(Number(new URL(app.base).port), { method: 'POST', target: '/v1/customers', headers: [...headers, ...twice], body });
    expect([answer?.status, JSON.parse(answer?.body ?? '').errors[0].path]).toEqual([422, 'Idempotency-Key']);
  });

  it('that differ only in case or in a space within are different keys', async () => {
    const keys = ['Key a', 'key a', 'key  a', 'keya'];
    const made = await Promise.all(keys.map((key) => app.live('POST', '/v1/customers', { name: 'A' }, { 'idempotency-key': key })));
    expect(made.map((answer) => [answer.status, isReplay(answer)])).toEqual(Array(4).fill([201, false]));
  });

  it('show a secret again only to the credential that was shown it first', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const body = { name: 'Secret', scopes: ['customers:read'] };
    const first = await app.sandbox('POST', '/v1/organizations/current/api_keys', body, key);
    const again = await app.sandbox('POST', '/v1/organizations/current/api_keys', body, key);
    expect([again.body.raw_key, isReplay(again)]).toEqual([first.body.raw_key, true]);
    const colleague = (await app.sandbox('POST', '/v1/organizations/current/api_keys', { name: 'Colleague' })).body.raw_key;
    const answer = await app.callWith(colleague)('POST', '/v1/organizations/current/api_keys', body, key);
    expectProblem(answer, 409, 'idempotency_key_reused');
    const { rows } = await admin.query<{ found: boolean }>(`select bool_or(t::text like $1) as found from idempotency_keys t`, [`%${first.body.raw_key}%`]);
    expect(rows).toEqual([{ found: false }]);
  });
});
