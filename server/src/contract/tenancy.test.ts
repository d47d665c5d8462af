import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '../kernel/operation.ts';
import { type Answer, type Call, startTestApp, type TestApp } from '../testing/app.ts';
import { fieldNames } from './conformance.ts';
import { fixtureOf } from './fixtures.ts';
import { expectUntouched, footprint } from './footprint.ts';
import { isWrite, operations, pathParams, type Sample, send } from './operations.ts';
import { expectProblem } from './problems.ts';
import { idsShown, intrusions, nobodyLike } from './strangers.ts';
import { buildWorld, type World, type WorldOptions } from './world.ts';

// Nobody reaches, names or learns of anything that belongs to somebody else, and live and sandbox are two of those somebodies.

let app: TestApp;
let admin: pg.Client;
const worlds = new Map<string, World>();
const ids = new Map<string, Set<string>>();
const samples = new Map<string, Sample>();

const scoped = operations.filter(({ realm }) => realm === 'key');
const inLive = ({ tag }: Operation) => tag !== 'Test clock';
const each = (wanted: (operation: Operation) => boolean) => scoped.filter(wanted).map((operation) => ({ id: operation.id, operation }));

beforeAll(async () => {
  app = await startTestApp({ egressAllow: '127.0.0.0/8' });
  admin = new pg.Client({ connectionString: app.adminUrl });
  await admin.connect();
  const other = await app.otherOrganization();
  const settle = async (name: string, options: Omit<WorldOptions, 'app'>) => {
    const world = await buildWorld({ app, ...options });
    worlds.set(name, world);
    for (const operation of scoped)
      if (name !== 'ours, live' || inLive(operation)) samples.set(`${name} ${operation.id}`, await fixtureOf(operation.id)(world));
  };
  await Promise.all([
    settle('ours', { call: app.sandbox, marker: 'kestrel', testClock: true }),
    settle('ours, live', { call: app.live, marker: 'osprey', testClock: false }),
    settle('theirs', { call: other.sandbox, marker: 'bittern', testClock: true }),
  ]);
  await collectIds('ours', app.organizationId, 'sandbox');
  await collectIds('ours, live', app.organizationId, 'live');
  await collectIds('theirs', other.id, 'sandbox');
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

/** Every id that an environment has, from all its tables. */
async function collectIds(name: string, organizationId: string, environment: string): Promise<void> {
  const { rows: tables } = await admin.query<{ table_name: string }>(
    `select a.table_name from information_schema.columns a join information_schema.columns b using (table_schema, table_name)
     where table_schema = 'public' and a.column_name = 'tenant_id' and b.column_name = 'id'`,
  );
  const found = new Set<string>();
  for (const { table_name: table } of tables) {
    const { rows } = await admin.query<{ id: string }>(
      `select id from ${table} where tenant_id = (select id from tenants where organization_id = $1 and environment = $2)`,
      [organizationId, environment],
    );
    for (const { id } of rows) found.add(id.replaceAll('-', ''));
  }
  ids.set(name, found);
}

const sampleOf = (name: string, { id }: Operation): Sample => samples.get(`${name} ${id}`) ?? {};

/** Holds that an answer shows nothing of theirs beyond what the request itself said. */
function expectNothingOf(name: string, said: Sample, answer: Answer): void {
  const text = JSON.stringify(answer.body) + JSON.stringify([...answer.headers]);
  const spoken = JSON.stringify(said);
  const known = idsShown(spoken);
  const shown = [...idsShown(text)].filter((id) => ids.get(name)?.has(id) === true && !known.has(id));
  expect(shown).toEqual([]);
  const marker = worlds.get(name)?.marker ?? '';
  if (!spoken.includes(marker)) expect(text).not.toContain(marker);
}

const isEmptyList = ({ status, body }: Answer) => status === 200 && Array.isArray(body) && body.length === 0;

/** Of an operation on several things: each is refused by itself, like what nobody has. */
const isRefusedEach = ({ status, body }: Answer) =>
  status === 200 && body.failed_count === body.results?.length && body.results.every(({ code }: { code: unknown }) => code === 'not_found');

/** What a caller can tell two refusals apart by; the id that was asked for is told back in its plain form. */
const essence = ({ status, body }: Answer, said: string) =>
  JSON.stringify([status, { ...body, request_id: null }]).replaceAll(said, '…').replaceAll(/"invoice_id":"[^"]*"/g, '"invoice_id":"…"');

let tried = 0;

/** Does what must be refused and holds that nothing was written. */
async function leavesNothing(operation: Operation, work: () => Promise<void>): Promise<void> {
  if (!isWrite(operation)) return work();
  const before = await footprint(admin);
  await work();
  await expectUntouched(admin, before);
}

/** Tries to name the other's things from within one environment: refused, and in the very words that what nobody has is refused in. */
async function intrude(operation: Operation, call: Call, from: string, into: string, namesOf: World['namesOf'] = () => []): Promise<void> {
  const attempts = intrusions(operation, sampleOf(from, operation), sampleOf(into, operation), namesOf);
  await leavesNothing(operation, async () => {
    for (const { where, value, sample, harmless } of attempts) {
      tried++;
      const answer = await send(call, operation, sample);
      expectNothingOf(into, sample, answer);
      const like = await send(call, operation, harmless);
      expect([where, essence(answer, value)]).toEqual([where, essence(like, nobodyLike(value))]);
      if (where.startsWith('query') && isEmptyList(answer)) continue;
      if (where.startsWith('body') && isRefusedEach(answer)) continue;
      expect([where, answer.status]).toEqual([where, where.startsWith('path') ? 404 : expect.toBeOneOf([404, 422])]);
      expectProblem(answer, answer.status);
    }
  });
}

describe('another organization', () => {
  it.each(each(() => true))('cannot be reached or named by $id, under whatever name', async ({ operation }) => {
    await intrude(operation, app.sandbox, 'ours', 'theirs', worlds.get('theirs')?.namesOf);
  });

  it('is not billed for usage that names its customers, subscriptions and metrics', async () => {
    const theirs = worlds.get('theirs');
    const { customer, subscription, metric } = theirs?.made ?? {};
    const look = async () => [
      await theirs?.must('GET', `/v1/customers/${customer.id}/current_usage?subscription_id=${subscription.id}`),
      await theirs?.must('GET', `/v1/events?external_customer_id=${customer.external_id}&limit=1000`),
    ];
    const before = await look();
    const ours = worlds.get('ours')?.made.metric.code;
    const sent = await app.sandbox('POST', '/v1/events/batch', {
      events: [ours, metric.code].map((code, n) => ({
        transaction_id: `stray-${n}`, code, external_customer_id: customer.external_id, external_subscription_id: subscription.external_id, properties: { bytes: 1 },
      })),
    });
    // Of names that nobody here has, one may be given to a customer later; a metric that is not there counts nothing.
    expect(sent.body.results.map(({ status, code }: { status: string; code: string }) => [status, code])).toEqual([['unmatched', expect.any(String)], ['rejected', 'unknown_metric']]);
    expect(await look()).toEqual(before);
  });

  const isFile = ({ returns }: Operation) => returns !== null && 'file' in returns;

  it.each(each((operation) => operation.method === 'GET' && !isFile(operation)))('does not show in the answer of $id', async ({ operation }) => {
    const sample = sampleOf('ours', operation);
    const answer = await send(app.sandbox, operation, sample);
    expect(answer.status).toBe(200);
    // The stray event of the test before was ours, with their names in it, and nothing counted it.
    const { customer, subscription } = worlds.get('theirs')?.made ?? {};
    const spoken = operation.id === 'listUnmatchedEvents' ? { mentions: { customer: customer.external_id, subscription: subscription.external_id } } : {};
    expectNothingOf('theirs', { ...sample, ...spoken }, answer);
    expectNothingOf('ours, live', sample, answer);
  });
});

describe('the other environment', () => {
  it.each(each(inLive))('of live cannot be reached or named from the sandbox by $id', async ({ operation }) => {
    await intrude(operation, app.sandbox, 'ours', 'ours, live');
  });

  // A live key manages the keys of both environments: whoever may act in live may hand out keys to try things with.
  it.each(each((operation) => inLive(operation) && !operation.id.endsWith('ApiKey')))('of sandbox cannot be reached or named from live by $id', async ({ operation }) => {
    await intrude(operation, app.live, 'ours, live', 'ours');
  });
});

it('was tried in every operation that names anything', () => {
  expect(tried).toBeGreaterThan(2 * scoped.filter((operation) => pathParams(operation).length > 0).length);
});

describe('what is not there', () => {
  const nobody = '01900000-0000-7000-8000-000000000000';

  it.each(each((operation) => pathParams(operation).length > 0))('is 404 for $id, whatever its name looks like', async ({ operation }) => {
    const sample = sampleOf('ours', operation);
    await leavesNothing(operation, async () => {
      for (const name of pathParams(operation)) {
        if (name === 'resource_type') continue;
        const forms = worlds.get('ours')?.namesOf(sample.params?.[name] ?? '') ?? [];
        const prefix = /^([a-z]+)_[0-9a-f]{32}$/.exec(forms.find((form) => /^[a-z]+_[0-9a-f]{32}$/.test(form)) ?? '')?.[1] ?? 'x';
        const digits = nobody.replaceAll('-', '');
        const strange = [nobody, `${prefix}_${digits}`, `${prefix}_`, `wrong_${digits}`, 'é€😀', ' ', '0', `' or 1=1 --`, 'x'.repeat(590), 'x'.repeat(5000), 'a\u0000b'];
        for (const value of strange) {
          const answer = await send(app.sandbox, operation, { ...sample, params: { ...sample.params, [name]: value } });
          expect([name, value, answer.status]).toEqual([name, value, 404]);
          expectProblem(answer, 404, 'not_found');
        }
      }
    });
  });
});

/** Fields that end like a reference and are the caller's own words, or are only kept. */
const ownWords = new Set(['external_id', 'transaction_id', 'external_customer_id', 'external_subscription_id', 'customer_external_id', 'service_id', 'tax_id', 'vat_id', 'peppol_id', 'id']);

it.each(each(() => true))('the good call of $id names everything it can name', ({ operation }) => {
  const { query, body, mentions } = sampleOf('ours', operation);
  const given = JSON.stringify([query, body, mentions]);
  const references = fieldNames(operation).map((name) => name.split('.').at(-1) ?? '').filter((name) => /(?:^|_)ids?$/.test(name) && !ownWords.has(name));
  expect(references.filter((name) => !given.includes(`"${name}":`))).toEqual([]);
});
