import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '../kernel/operation.ts';
import { type Answer, startTestApp, type TestApp } from '../testing/app.ts';
import { replyFaults, webhookFaults } from './conformance.ts';
import { fixtureIds, fixtureOf } from './fixtures.ts';
import { callerOf, declaredEvents, isPagedList, isWrite, operations, pathOf, send } from './operations.ts';
import { buildWorld, type World } from './world.ts';

// What holds for every operation that succeeds, whoever wrote it: the list of operations is the list of tests.

let app: TestApp;
let world: World;
let admin: pg.Client;
const keys = new Map<string, string>();

beforeAll(async () => {
  app = await startTestApp({ egressAllow: '127.0.0.0/8' });
  admin = new pg.Client({ connectionString: app.adminUrl });
  await admin.connect();
  world = await buildWorld({ app, call: app.sandbox, marker: 'kestrel', testClock: true });
  for (const permission of new Set(operations.flatMap((operation) => operation.permission ?? []))) {
    const made = await world.must('POST', '/v1/organizations/current/api_keys', { scopes: [permission] });
    keys.set(permission, made.raw_key);
  }
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

/** Calls with a key that may do this and nothing else, so that a permission that is too narrow shows. */
const callerFor = (operation: Operation) =>
  callerOf(app, operation, operation.permission === null ? app.sandbox : app.callWith(keys.get(operation.permission) ?? ''));

interface EventRow {
  readonly type: string;
  readonly subject_type: string;
  readonly subject_id: string;
  readonly data: { readonly id?: string };
}

async function eventsOf(answer: Answer): Promise<EventRow[]> {
  const { rows } = await admin.query<EventRow>('select type, subject_type, subject_id, data from domain_events where request_id = $1', [
    answer.headers.get('x-request-id'),
  ]);
  return rows;
}

it('has a good call for every operation, and for nothing else', () => {
  expect(fixtureIds().sort()).toEqual(operations.map(({ id }) => id).sort());
});

/** What there is to see, and what is made of it: again where it changed meanwhile, as messages are tried again and keys remember their use. */
async function steadily<T>(look: () => Promise<Answer>, work: () => Promise<T>): Promise<[Answer, T]> {
  for (;;) {
    const seen = await look();
    const made = await work();
    if (JSON.stringify((await look()).body) === JSON.stringify(seen.body)) return [seen, made];
  }
}

describe('lists', () => {
  it.each(operations.filter(isPagedList).map((operation) => ({ id: operation.id, operation })))('$id is paged without skip or repeat', async ({ operation }) => {
    const sample = await fixtureOf(operation.id)(world);
    const page = (query: Record<string, string>) => send(callerFor(operation), operation, { ...sample, query: { ...sample.query, ...query } });
    const [all, { pages, skipped }] = await steadily(() => page({}), async () => {
      const bodies: Answer['body'][] = [];
      for (let cursor: string | null = ''; cursor !== null; cursor = bodies.at(-1).next_cursor ?? null) bodies.push((await page({ limit: '1', cursor })).body);
      return { pages: bodies, skipped: await page({ skip: '1', limit: '1' }) };
    });
    expect(all.status).toBe(200);
    expect(all.headers.get('x-total-count')).toBe(String(all.body.length));
    expect(all.body.length).toBeGreaterThan(0);
    for (const body of pages) expect([body.data?.length, body.has_more]).toEqual([1, body.next_cursor !== null]);
    expect(pages.map((body) => JSON.stringify(body.data[0]))).toEqual(all.body.map((row: unknown) => JSON.stringify(row)));
    expect([skipped.headers.get('x-total-count'), skipped.body]).toEqual([String(all.body.length), all.body.slice(1, 2)]);
  });

  it.each(operations.filter(isPagedList).map((operation) => ({ id: operation.id, operation })))('$id refuses orders, limits and cursors it does not know', async ({ operation }) => {
    const sample = await fixtureOf(operation.id)(world);
    for (const [name, value] of [
      ['order_by', '__class__'], ['order_by', 'tenant_id'], ['order_by', 'created_at:sideways'], ['order_by', 'created_at;drop table plans'],
      ['limit', '0'], ['limit', '-1'], ['limit', '1001'], ['limit', 'ten'], ['skip', '-1'], ['cursor', 'nonsense'],
    ] as const) {
      const { status, body } = await send(callerFor(operation), operation, { ...sample, query: { ...sample.query, [name]: value } });
      expect([name, value, status, body.errors?.[0]?.path]).toEqual([name, value, 422, name]);
    }
  });
});

describe('a cursor', () => {
  const read = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
  const write = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

  it.each(operations.filter(isPagedList).map((operation) => ({ id: operation.id, operation })))('of $id that was altered is refused by its name', async ({ operation }) => {
    const sample = await fixtureOf(operation.id)(world);
    const page = (query: Record<string, string>) => send(callerFor(operation), operation, { ...sample, query: { ...sample.query, limit: '1', ...query } });
    // Of lists with a single row nothing is left to give a cursor to.
    const given = (await page({ cursor: '' })).body.next_cursor;
    const good = given === null ? { o: 'created_at:desc', v: '2026-01-01 00:00:00+00', id: '01900000-0000-7000-8000-000000000000' } : read(given);
    const altered = [
      { ...good, v: 'x' }, { ...good, v: '' }, { ...good, v: '2026-02-30' }, { ...good, v: 'a\u0000b' }, { ...good, id: 'x' }, { ...good, id: '' }, { ...good, id: `' or true --` },
      { ...good, o: 'name:sideways' }, { ...good, o: 'tenant_id:asc' }, { ...good, v: 1 }, { ...good, v: null }, { ...good, more: 1 }, [good], 'null', '{', '{}',
    ];
    for (const value of altered) {
      const { status, body } = await page({ cursor: write(value) });
      expect([value, status, body.errors?.[0]?.path]).toEqual([value, 422, 'cursor']);
    }
  });
});

describe('a good call', () => {
  it.each(operations.map((operation) => ({ id: operation.id, operation })))('of $id answers what the document says, and says what happened', async ({ operation }) => {
    const sample = await fixtureOf(operation.id)(world);
    const answer = await send(callerFor(operation), operation, sample);
    expect([answer.status, answer.status === operation.status ? null : answer.body]).toEqual([operation.status, null]);
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);

    if (operation.returns === null) {
      expect(answer.body).toHaveLength(0);
    } else if ('file' in operation.returns) {
      expect(answer.headers.get('content-type')).toBe(operation.returns.file);
      expect(answer.body.length).toBeGreaterThan(100);
    } else {
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(replyFaults(operation, answer.body)).toEqual([]);
    }

    const events = await eventsOf(answer);
    if (!isWrite(operation)) expect(events).toEqual([]);
    else if (operation.silent === null) await expectTold(events, sample.params ?? {}, answer.body);
    for (const { type, subject_type: subject, subject_id: subjectId, data } of events) {
      const declared = declaredEvents.get(type);
      expect([type, declared?.subject]).toEqual([type, subject]);
      if (data.id !== undefined) expect([type, data.id]).toEqual([type, subjectId]);
      if (declared?.webhook === true) expect([type, webhookFaults(type, data)]).toEqual([type, []]);
    }
  });

  /** Something is told of what the request named, of what it answered, or of the environment itself. */
  async function expectTold(events: readonly EventRow[], params: Readonly<Record<string, string>>, body: Answer['body']): Promise<void> {
    const { rows } = await admin.query<{ id: string }>('select id from tenants where organization_id = $1', [app.organizationId]);
    const each = (body?.results ?? []).map((result: { subscription_id?: string; invoice_id?: string }) => result.subscription_id ?? result.invoice_id);
    const listed = Array.isArray(body) ? body.map(({ id }) => id) : [];
    const meant = [...Object.values(params), ...listed, body?.id, body?.code, body?.source_wallet?.id, ...each, ...rows.map(({ id }) => id)];
    const told = events.flatMap(({ subject_id: id, data }) => [id, Reflect.get(data, 'code'), Reflect.get(data, 'feature_code'), Reflect.get(data, 'wallet_id')]);
    expect(told.filter((name) => name !== undefined && meant.includes(name))).not.toEqual([]);
  }
});

describe('the other addresses', () => {
  const reads = operations.filter(({ method, path, returns }) => method === 'GET' && path.startsWith('/v1/') && !(returns !== null && 'file' in returns));

  it.each(reads.map((operation) => ({ id: operation.id, operation })))('of $id answer the same: with a slash at the end, and under /api', async ({ operation }) => {
    const sample = await fixtureOf(operation.id)(world);
    const [path = '', query] = pathOf(operation, sample).split('?');
    const others = [`${path}/`, `/api${path}`, `/api${path}/`];
    const [expected, answers] = await steadily(
      () => callerFor(operation)('GET', pathOf(operation, sample)),
      () => Promise.all(others.map((other) => callerFor(operation)('GET', query === undefined ? other : `${other}?${query}`))),
    );
    expect(answers.map(({ status, body }) => [status, body])).toEqual(others.map(() => [200, expected.body]));
  });
});

it('no credential that was shown once is anywhere in the database', async () => {
  const organization = await app.admin('POST', '/v1/organizations', { name: world.name() }, { 'idempotency-key': 'shows keys' });
  const made = await app.sandbox('POST', '/v1/organizations/current/api_keys', { scopes: ['plans:read'] }, { 'idempotency-key': 'shows a key' });
  const shown = [app.liveKey, app.sandboxKey, app.adminSecret, organization.body.live_key, organization.body.sandbox_key, made.body.raw_key, ...keys.values()];
  const { rows: tables } = await admin.query<{ name: string }>(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname in ('public', 'graphile_worker')`,
  );
  expect(tables.length).toBeGreaterThan(10);
  for (const { name } of tables) {
    const { rows } = await admin.query<{ found: boolean }>(`select exists (select from ${name} t where t::text like any ($1)) as found`, [shown.map((key) => `%${key}%`)]);
    expect([name, rows[0]?.found]).toEqual([name, false]);
  }
});
