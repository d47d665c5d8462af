import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '../kernel/operation.ts';
import { type Answer, startTestApp, type TestApp } from '../testing/app.ts';
import { fixtureOf } from './fixtures.ts';
import { expectUntouched, footprint } from './footprint.ts';
import { malformedBodies } from './malformed.ts';
import { callerOf, isWrite, operations, pathOf, type Sample, send } from './operations.ts';
import { expectProblem } from './problems.ts';
import { buildWorld, type World } from './world.ts';

// What every operation refuses, in which words, and that a refusal leaves nothing behind.

let app: TestApp;
let world: World;
let admin: pg.Client;
const samples = new Map<string, Sample>();

beforeAll(async () => {
  app = await startTestApp({ egressAllow: '127.0.0.0/8' });
  admin = new pg.Client({ connectionString: app.adminUrl });
  await admin.connect();
  world = await buildWorld({ app, call: app.sandbox, marker: 'kestrel', testClock: true });
  for (const { id } of operations) samples.set(id, await fixtureOf(id)(world));
  await makeKeys();
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

const sampleOf = ({ id }: Operation): Sample => samples.get(id) ?? {};
const each = (wanted: (operation: Operation) => boolean) => operations.filter(wanted).map((operation) => ({ id: operation.id, operation }));
const caller = (operation: Operation) => callerOf(app, operation, app.sandbox);

/** Does what must be refused and holds that no row came, went or changed. What only reads runs in transactions that can write nothing. */
async function leavesNothing(operation: Operation, work: () => Promise<void>): Promise<void> {
  if (!isWrite(operation)) return work();
  const before = await footprint(admin);
  await work();
  await expectUntouched(admin, before);
}

describe('without a valid credential', () => {
  const badKeys: Record<string, string> = {};
  const refusal = (answer: Answer) => ({ status: answer.status, body: { ...answer.body, request_id: null } });

  beforeAll(async () => {
    const revoked = await world.newKey();
    await world.must('DELETE', `/v1/organizations/current/api_keys/${revoked.id}`);
    const expired = await world.newKey();
    await admin.query(`update api_keys set expires_at = '2020-01-01' where id = $1`, [expired.id]);
    const closed = (await app.admin('POST', '/v1/organizations', { name: 'Closed' })).body;
    await app.admin('DELETE', `/v1/organizations/${closed.id}`);
    const unknown = `sk_test_${'0'.repeat(64)}`;
    Object.assign(badKeys, {
      empty: '',
      'another scheme': `Basic ${Buffer.from(`${app.sandboxKey}:`).toString('base64')}`,
      'no scheme': app.sandboxKey,
      malformed: 'Bearer sk_test_1',
      unknown: `Bearer ${unknown}`,
      'of another environment': `Bearer ${app.sandboxKey.replace('sk_test_', 'sk_live_')}`,
      revoked: `Bearer ${revoked.raw_key}`,
      expired: `Bearer ${expired.raw_key}`,
      'of a closed organization': `Bearer ${closed.sandbox_key}`,
      'with more behind it': `Bearer ${app.sandboxKey}0`,
    });
  });

  // One operation is tried with every bad key, the others with one of each way to be bad: unreadable, unknown, known and no longer good.
  const few = ['malformed', 'unknown', 'revoked'];

  it.each(each(({ realm }) => realm === 'key'))('$id answers 401, in the same words for every bad key', async ({ operation }) => {
    await leavesNothing(operation, async () => {
      const bare = app.callWith('');
      const tried = Object.entries(badKeys).filter(([name]) => operation.id === 'updateCurrentOrganization' || few.includes(name));
      const answers = await Promise.all(tried.map(([, authorization]) => send(bare, operation, sampleOf(operation), { authorization })));
      const response = await fetch(app.base + pathOf(operation, sampleOf(operation)), { method: operation.method });
      const withoutHeader: Answer = { status: response.status, headers: response.headers, body: await response.json() };
      for (const answer of [withoutHeader, ...answers]) {
        expectProblem(answer, 401, 'invalid_api_key');
        expect(refusal(answer)).toEqual(refusal(withoutHeader));
      }
      // The operator's secret opens the operator's operations only.
      expectProblem(await send(bare, operation, sampleOf(operation), { 'x-admin-secret': app.adminSecret }), 401, 'invalid_api_key');
    });
  });

  it.each(each(({ realm }) => realm === 'admin'))('$id answers 401 to whoever lacks the admin secret', async ({ operation }) => {
    await leavesNothing(operation, async () => {
      const answers: Answer[] = [];
      for (const secret of ['', 'x', `${app.adminSecret}x`, app.adminSecret.slice(0, -1), app.adminSecret.toUpperCase(), app.liveKey])
        answers.push(await send(app.callWith(app.liveKey), operation, sampleOf(operation), { 'x-admin-secret': secret }));
      answers.push(await send(app.live, operation, sampleOf(operation)));
      for (const answer of answers) {
        expectProblem(answer, 401, 'invalid_admin_secret');
        expect(refusal(answer)).toEqual({ status: 401, body: { ...answers[0]?.body, request_id: null } });
      }
    });
  });
});

const keysWithout = new Map<string, string>();
let readOnly = '';
const familyOf = ({ permission }: Operation) => permission?.split(':')[0] ?? '';

async function makeKeys(): Promise<void> {
  const families = [...new Set(operations.map(familyOf))].filter((family) => family !== '');
  const keyWith = async (scopes: string[]) => (await world.must('POST', '/v1/organizations/current/api_keys', { scopes })).raw_key;
  for (const family of families) keysWithout.set(family, await keyWith(families.filter((other) => other !== family).map((other) => `${other}:write`)));
  readOnly = await keyWith(['*:read']);
}

describe('without the scope', () => {
  it.each(each(({ realm }) => realm === 'key'))('$id answers 403', async ({ operation }) => {
    await leavesNothing(operation, async () => {
      const elsewhere = app.callWith(keysWithout.get(familyOf(operation)) ?? '');
      expectProblem(await send(elsewhere, operation, sampleOf(operation)), 403, 'insufficient_scope');
      if (isWrite(operation)) expectProblem(await send(app.callWith(readOnly), operation, sampleOf(operation)), 403, 'insufficient_scope');
    });
  });

  it('is asked for write by everything that writes, and for read by nothing that writes', () => {
    // A link by which its holder is the customer lets him write.
    const asksForMore = new Set(['getCustomerPortalUrl']);
    const mustAsk = (operation: Operation) => isWrite(operation) || asksForMore.has(operation.id);
    const wrong = operations.filter((operation) => operation.realm === 'key' && (operation.permission?.endsWith(':write') ?? false) !== mustAsk(operation));
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });
});

const takesBody = ({ method }: Operation) => method !== 'GET';

describe('a malformed request', () => {
  it.each(each(({ body }) => body !== null))('to $id is refused with the path of every field at fault', async ({ operation }) => {
    const sample = sampleOf(operation);
    await leavesNothing(operation, async () => {
      for (const { why, body, fields } of malformedBodies(operation, sample)) {
        const answer = await send(caller(operation), operation, { ...sample, body });
        expect([why, answer.status, answer.body.code]).toEqual([why, 422, 'validation_failed']);
        expectProblem(answer, 422);
        const named = answer.body.errors.map(({ path }: { path: string }) => path.split('.')[0]);
        expect([why, fields.filter((field) => !named.includes(field))]).toEqual([why, []]);
      }
      for (const body of ['[]', '"text"', 'null']) expectProblem(await send(caller(operation), operation, { ...sample, body }), 422);
    });
  });

  it.each(each((operation) => takesBody(operation) && operation.body === null))('to $id with a body it does not take is refused', async ({ operation }) => {
    await leavesNothing(operation, async () => {
      const answer = await send(caller(operation), operation, { ...sampleOf(operation), body: { no_such_field: 1 } });
      expectProblem(answer, 422);
      expect(answer.body.errors[0].path).toBe('no_such_field');
      expectProblem(await send(caller(operation), operation, { ...sampleOf(operation), body: '[]' }), 422);
    });
  });

  it.each(each(takesBody))('to $id is refused where its body is no JSON, no JSON by name, or too long', async ({ operation }) => {
    const call = caller(operation);
    const sample = sampleOf(operation);
    await leavesNothing(operation, async () => {
      for (const body of ['{', '{"a":NaN}', Buffer.from([0x22, 0xff, 0x22])])
        expectProblem(await send(call, operation, { ...sample, body }), 400, 'invalid_json');
      const text = JSON.stringify(sample.body ?? {});
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])
        expectProblem(await send(call, operation, { ...sample, body: text }, { 'content-type': type }), 415, 'unsupported_media_type');
      expectProblem(await send(call, operation, { ...sample, body: Buffer.alloc(operation.maxBodyBytes + 1, ' ') }), 413, 'body_too_large');
    });
  });

  it.each(each(() => true))('to $id is refused where its query has a parameter that is not known', async ({ operation }) => {
    const sample = sampleOf(operation);
    await leavesNothing(operation, async () => {
      for (const name of ['no_such_parameter', 'tenant_id', '__proto__']) {
        const answer = await send(caller(operation), operation, { ...sample, query: { ...sample.query, ...Object.fromEntries([[name, '1']]) } });
        expectProblem(answer, 422);
        expect(answer.body.errors.map(({ path }: { path: string }) => path)).toContain(name);
      }
    });
  });
});

it('answers 404 where there is no such operation, whoever asks', async () => {
  for (const path of ['/v1', '/v1/nothing', '/v1/customers/a/b/c', '/v2/customers', '/v1//customers', '/V1/customers', '/.env'])
    expectProblem(await app.sandbox('GET', path), 404, 'not_found');
  expectProblem(await app.sandbox('DELETE', '/v1/customers'), 404, 'not_found');
});
