import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../adapters/embedded-postgres/index.ts';
import { processIdentity } from '../adapters/embedded-postgres/processes.ts';
import { type Installation, launch, launchServe, makeInstallation, postmasterOf } from '../testing/installation.ts';

let installation: Installation;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  installation = await makeInstallation();
});
afterAll(() => installation.remove());
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const gone = (pid: number) => vi.waitUntil(async () => (await processIdentity(pid)) === '', { timeout: 90_000, interval: 10 });

/** Starts the product and ends it, with whatever it started, after the test. */
async function serve(env: Record<string, string>) {
  const running = await launchServe(env);
  undo.push(async () => {
    running.signalGroup('SIGINT');
    await running.ended;
  });
  return running;
}

/** A start that must not work: exit code 1 and one line that says why; answers the line. */
async function refusal(env: Record<string, string>, command = 'serve'): Promise<string> {
  const { code, errors } = await launch(command, env).ended;
  expect(code).toBe(1);
  expect(errors).toMatch(/^[^\n]+\n$/);
  return errors.trimEnd();
}

// A test states what it expects of a body.
const ask = async (base: string, path: string, headers: Record<string, string> = {}) => (await (await fetch(base + path, { headers })).json()) as Record<string, unknown>;

it('says which commands there are: the files that are one, not their parts', async () => {
  const { errors } = await launch('nonsense', {}).ended;
  expect(errors).toBe('farthing: there is no command "nonsense". The commands are: api, books, demo, doctor, goldens, migrate, serve, test, usage-check, worker.\n');
});

it('stops everything on Ctrl-C: no process left, no complaint, code 0', async () => {
  const dataDir = await installation.copy();
  const running = await serve({ FARTHING_DATA_DIR: dataDir });
  const postmaster = await postmasterOf(dataDir);
  expect(await ask(running.base, '/ready')).toEqual({ status: 'ready' });
  running.signalGroup('SIGINT');
  expect(await running.ended).toMatchObject({ code: 0, signal: null, errors: '' });
  expect(await processIdentity(postmaster)).toBe('');
});

it('ends what it had started when it is interrupted on the way up', async () => {
  const dataDir = await installation.copy();
  const running = launch('serve', { FARTHING_DATA_DIR: dataDir });
  await running.line(/^Farthing/);
  running.signalGroup('SIGINT');
  expect(await running.ended).toMatchObject({ code: 0, errors: '' });
  const again = await serve({ FARTHING_DATA_DIR: dataDir });
  expect(await ask(again.base, '/ready')).toEqual({ status: 'ready' });
});

it('starts again after it was killed, with its database and without, and keeps its keys', async () => {
  const dataDir = await installation.copy();
  const keys = await readFile(join(dataDir, 'credentials.json'), 'utf8');
  const first = await serve({ FARTHING_DATA_DIR: dataDir });
  const firstPostmaster = await postmasterOf(dataDir);
  first.signalGroup('SIGKILL');
  await first.ended;
  const second = await serve({ FARTHING_DATA_DIR: dataDir });
  expect(await processIdentity(firstPostmaster)).toBe('');
  const postmaster = await postmasterOf(dataDir);
  process.kill(postmaster, 'SIGKILL');
  second.signalGroup('SIGKILL');
  await second.ended;
  await gone(postmaster);
  const third = await serve({ FARTHING_DATA_DIR: dataDir });
  expect(await ask(third.base, '/ready')).toEqual({ status: 'ready' });
  expect(await readFile(join(dataDir, 'credentials.json'), 'utf8')).toBe(keys);
});

it('outlives a database that was killed: it comes back, and due work goes on', async () => {
  const dataDir = await installation.copy();
  const running = await serve({ FARTHING_DATA_DIR: dataDir, FARTHING_LOG_LEVEL: 'silent' });
  process.kill(await postmasterOf(dataDir), 'SIGKILL');
  await running.line(/died; starting it again/);
  await vi.waitUntil(async () => (await ask(running.base, '/ready'))['status'] === 'ready', { timeout: 90_000 });
  const { sandbox_key: key } = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8'));
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  await fetch(`${running.base}/v1/test_clock/advance`, { method: 'POST', headers, body: '{"to": "2100-01-01T00:00:00Z"}' });
  await vi.waitUntil(async () => (await ask(running.base, '/v1/test_clock', headers))['now'] === '2100-01-01T00:00:00Z', { timeout: 90_000 });
});

it('refuses a data directory that another start works on, and leaves that alone', async () => {
  const dataDir = await installation.copy();
  const running = await serve({ FARTHING_DATA_DIR: dataDir });
  expect(await refusal({ FARTHING_DATA_DIR: dataDir })).toBe(
    `Farthing runs on ${dataDir} already: stop it first, or choose another FARTHING_DATA_DIR.`,
  );
  expect(await ask(running.base, '/ready')).toEqual({ status: 'ready' });
});

it('says in one line that the port is taken, and stops its database', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  undo.push(() => holder.close());
  const address = holder.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const dataDir = await installation.copy();
  expect(await refusal({ FARTHING_DATA_DIR: dataDir, PORT: String(port) })).toBe(
    `Port ${port} is taken by another program; stop it, or start with PORT=<another>.`,
  );
  await expect(postmasterOf(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('says in one line what is wrong with the data directory', async () => {
  const dataDir = await installation.copy();
  await writeFile(join(dataDir, 'postgres', 'pgdata', 'PG_VERSION'), '17\n');
  expect(await refusal({ FARTHING_DATA_DIR: dataDir })).toMatch(/was written by PostgreSQL 17, .* restore it into a new data directory\.$/);
  expect(await refusal({ FARTHING_DATA_DIR: join(dataDir, 'credentials.json', 'below') })).toMatch(/is in the way: a file stands where/);
  await writeFile(join(dataDir, 'postgres', 'pgdata', 'PG_VERSION'), '18\n');
  await writeFile(join(dataDir, 'credentials.json'), '{');
  expect(await refusal({ FARTHING_DATA_DIR: dataDir })).toMatch(/credentials\.json is not what Farthing wrote; restore it/);
});

/** A disk of 8 MB; null where this user may not mount one. */
function mountSmallDisk(): string | null {
  const disk = mkdtempSync(join(tmpdir(), 'farthing-small-disk-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]).status === 0) return disk;
  rmSync(disk, { recursive: true });
  return null;
}

const smallDisk = mountSmallDisk();
it.runIf(smallDisk !== null)('says in one line that the disk is full', async () => {
  const disk = smallDisk ?? '';
  undo.push(() => rm(disk, { recursive: true }));
  undo.push(() => spawnSync('umount', [disk]));
  const dataDir = join(disk, 'data');
  await mkdir(dataDir);
  expect(await refusal({ FARTHING_DATA_DIR: dataDir })).toMatch(/^The disk that holds .* is full: free some space and start again\.$/);
});

it('says in one line what is wrong with DATABASE_URL', async () => {
  const dataDir = join(await installation.copy(), 'another');
  const env = (url: string) => ({ FARTHING_DATA_DIR: dataDir, DATABASE_URL: url });
  // Nobody listens on port 1. The password must not be shown.
  expect(await refusal(env('postgres://someone:secret@127.0.0.1:1/there'))).toBe(
    'The database at postgres://someone:***@127.0.0.1:1/there cannot be used: connect ECONNREFUSED 127.0.0.1:1',
  );
  expect(await refusal(env('mysql://127.0.0.1/there'))).toBe('DATABASE_URL must begin with postgres:// or postgresql://.');
  expect(await refusal({ FARTHING_DATA_DIR: dataDir }, 'worker')).toMatch(/^`farthing worker` runs one part of several .*: set DATABASE_URL/);
});

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A PostgreSQL of somebody's own. */
async function ownPostgres(): Promise<{ server: EmbeddedPostgres; as: (user: string, database: string) => string }> {
  const folder = await mkdtemp(join(tmpdir(), 'farthing-own-postgres-'));
  undo.push(() => rm(folder, { recursive: true }));
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), fsync: false, log: () => {} });
  undo.push(() => server.stop());
  const as = (user: string, database: string) => {
    const url = new URL(server.adminUrl);
    [url.username, url.password, url.pathname] = [user, 'secret', `/${database}`];
    return url.href;
  };
  return { server, as };
}

it('runs in parts on a PostgreSQL of the user, as an owner who is no superuser, with tenants kept apart', async () => {
  const { server, as } = await ownPostgres();
  await query(server.adminUrl, `create role biller login createrole password 'secret'`);
  await query(server.adminUrl, 'create database billing owner biller');
  const url = as('biller', 'billing');
  const dataDir = join(await installation.copy(), 'another');
  const env = { FARTHING_DATA_DIR: dataDir, DATABASE_URL: url };

  const api = launch('api', env);
  undo.push(() => api.ended, () => api.signalGroup('SIGINT'));
  const [, base = ''] = await api.line(/API +(http:\S+)\/v1/);
  const worker = launch('worker', env);
  undo.push(() => worker.ended, () => worker.signalGroup('SIGINT'));
  await worker.line(/worker ready/);

  const { sandbox_key: key, live_key: live } = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8'));
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const made = await fetch(`${base}/v1/customers`, { method: 'POST', headers, body: '{"external_id": "acme", "name": "Acme"}' });
  expect(made.status).toBe(201);
  const plan = '{"code": "yearly", "name": "Yearly", "interval": "yearly", "amount_cents": 36500, "currency": "USD", "pay_in_advance": true}';
  await fetch(`${base}/v1/plans`, { method: 'POST', headers, body: plan });
  const subscription = '{"external_id": "acme", "customer_id": "acme", "plan_id": "yearly", "started_at": "2097-06-01T00:00:00Z"}';
  expect((await fetch(`${base}/v1/subscriptions`, { method: 'POST', headers, body: subscription })).status).toBe(201);
  // The clock is moved by the other process.
  await fetch(`${base}/v1/test_clock/advance`, { method: 'POST', headers, body: '{"to": "2100-01-01T00:00:00Z"}' });
  await vi.waitUntil(async () => (await ask(base, '/v1/test_clock', headers))['status'] === 'ready', { timeout: 90_000 });

  const seenLive = await fetch(`${base}/v1/customers`, { headers: { authorization: `Bearer ${live}` } });
  expect(await seenLive.json()).toEqual([]);
  // Neither the owner nor the role of the server sees a row without saying for which tenant.
  await expect(query(url, 'select * from customers')).rejects.toThrow(/app\.tenant/);
  await expect(query(url, 'set role farthing_app; select * from customers')).rejects.toThrow(/app\.tenant/);
  expect((await fetch(`${base}/metrics`)).status).toBe(200);
  // Nor does whoever verifies the books, which he does for one tenant after the other.
  expect((await fetch(`${base}/v1/invoices`, { headers })).headers.get('x-total-count')).toBe('4');
  const books = await launch('books', env).ended;
  expect([books.code, books.output.split('\n').at(-1)]).toEqual([0, 'The books are in order.']);
});

it('says to the owner of a database what a superuser has to grant', async () => {
  const { server, as } = await ownPostgres();
  await query(server.adminUrl, `create role "Plain" login password 'secret'`);
  await query(server.adminUrl, 'create database plain owner "Plain"');
  const dataDir = join(await installation.copy(), 'another');
  const env = { FARTHING_DATA_DIR: dataDir, DATABASE_URL: as('Plain', 'plain') };
  expect(await refusal(env, 'migrate')).toMatch(/may not create the role farthing_app; as a superuser: create role farthing_app nologin; create role farthing_meter nologin; grant farthing_app, farthing_meter to "Plain"\.$/);
  await query(server.adminUrl, 'create role farthing_app nologin; create role farthing_meter nologin');
  expect(await refusal(env, 'migrate')).toMatch(/may not act as farthing_app; as a superuser: grant farthing_app, farthing_meter to "Plain"\.$/);
  await query(server.adminUrl, 'grant farthing_app, farthing_meter to "Plain"');
  expect(await launch('migrate', env).ended).toMatchObject({ code: 0, errors: '' });
  await query(server.adminUrl, 'alter role farthing_meter bypassrls');
  expect(await refusal(env, 'migrate')).toMatch(/farthing_meter must be bound by row-level security/);
});
