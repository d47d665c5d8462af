import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdtemp, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startEmbeddedPostgres } from './index.ts';
import { processIdentity } from './processes.ts';
import { StartupProblem } from './startupProblem.ts';

const isRoot = process.getuid?.() === 0;
// Another user can run what lies here only where the folders above are open to others.
const canBeOthers = isRoot && spawnSync(process.execPath, ['--version'], { uid: 65534, gid: 65534 }).status === 0;
let folder = '';
let dataDir = '';
let undo: (() => unknown)[] = [];
let pristine = '';

// A first start costs half a second of two cores: only the tests about it make one, the others copy what it left.
beforeAll(async () => {
  pristine = await mkdtemp(join(tmpdir(), 'farthing-supervisor-'));
  const server = await startEmbeddedPostgres({ dataDir: pristine, log: () => {} });
  await server.stop();
});
afterAll(() => rm(pristine, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farthing-supervisor-'));
  dataDir = join(folder, 'data');
  undo = [];
});
afterEach(async () => {
  for (const step of undo.reverse()) await step();
  await rm(folder, { recursive: true, force: true });
});

/** The data directory as a first start and an orderly stop leave it. */
const useOld = () => cp(pristine, dataDir, { recursive: true });

/** Starts the server within this process and ends it after the test. */
async function start(options: { port?: number; fsync?: boolean; log?: (line: string) => void } = {}) {
  const server = await startEmbeddedPostgres({ dataDir, fsync: false, log: () => {}, ...options });
  undo.push(() => server.stop());
  return server;
}

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

const until = (condition: () => Promise<boolean> | boolean) => vi.waitUntil(condition, { timeout: 90_000, interval: 10 });

/** Whether the process still runs; one that is dead but not yet buried does not. */
const runs = async (pid: number) => (await processIdentity(pid)) !== '';
const ended = (pid: number) => until(async () => !(await runs(pid)));

/** A separate process that starts the server and keeps it; answers what that process reports. */
async function startElsewhere(options: { uid?: number; path?: string; dataDir?: string } = {}) {
  const index = new URL('index.ts', import.meta.url).href;
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(index)};
    try {
      const { adminUrl, pid, attached } = await startEmbeddedPostgres({
        dataDir: ${JSON.stringify(options.dataDir ?? dataDir)}, fsync: false, log: () => {} });
      console.log(JSON.stringify({ adminUrl, pid, attached }));
      process.stdin.resume();
    } catch (error) {
      console.log(JSON.stringify({ problem: error.name + ': ' + error.message }));
    }`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    ...(options.path === undefined ? {} : { env: { PATH: options.path } }),
  });
  const exited = once(parent, 'exit');
  const kill = async () => {
    parent.kill('SIGKILL');
    await exited;
  };
  undo.push(kill);
  const [line] = await once(createInterface(parent.stdout), 'line');
  const said: { adminUrl: string; pid: number; attached: boolean; problem?: string } = JSON.parse(line);
  // The next test must not meet a server that is still on its way out.
  if (said.pid !== undefined && !said.attached) undo.push(() => ended(said.pid), kill);
  return { ...said, kill };
}

it('creates a durable, private cluster and keeps its data from run to run', async () => {
  const first = await startEmbeddedPostgres({ dataDir, log: () => {} });
  undo.push(() => first.stop());
  const names = ['fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums', 'listen_addresses', 'unix_socket_directories', 'password_encryption', 'server_encoding', 'TimeZone'];
  const rows = await query(first.adminUrl, `select name, setting from pg_settings where name in ('${names.join("','")}')`);
  expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    data_checksums: 'on',
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    server_encoding: 'UTF8',
    TimeZone: 'UTC',
  });
  expect(await query(first.adminUrl, 'select datlocprovider, datlocale from pg_database where datname = current_database()')).toEqual([
    { datlocprovider: 'b', datlocale: 'C.UTF-8' },
  ]);
  expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
  expect((await stat(dataDir)).mode & 0o077).toBe(0);
  const guessed = new URL(first.adminUrl);
  guessed.password = 'guessed';
  // Not one that the system may give to somebody's connection while the server is started again.
  expect(Number(guessed.port)).toBeLessThan(32_768);
  await expect(query(guessed.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });

  await query(first.adminUrl, 'create table kept as select 42 as answer');
  await first.stop();
  await first.stop();
  expect(await runs(first.pid)).toBe(false);
  const began = performance.now();
  const second = await startEmbeddedPostgres({ dataDir, log: () => {} });
  undo.push(() => second.stop());
  expect(second.took).toBeGreaterThan(0);
  expect(second.took).toBeLessThanOrEqual(performance.now() - began);
  expect(await query(second.adminUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

it('starts a server that was killed again, on the same port and with its data', async () => {
  await useOld();
  const lines: string[] = [];
  const server = await start({ fsync: true, log: (line) => lines.push(line) });
  await query(server.adminUrl, 'create table kept as select 42 as answer');
  const before = server.pid;
  process.kill(before, 'SIGKILL');
  await until(() => server.pid !== before);
  expect(await query(server.adminUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
  expect(lines).toEqual([expect.stringContaining(`process ${before}`)]);
});

it('leaves no server behind when its own process is killed', async () => {
  await useOld();
  const parent = await startElsewhere();
  await query(parent.adminUrl, 'create table kept as select 42 as answer');
  await parent.kill();
  await ended(parent.pid);
  const server = await start();
  expect(await query(server.adminUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

it('ends the orphan of a run that was killed together with its guard, and of one that is just ending', async () => {
  await useOld();
  const parent = await startElsewhere();
  const guards = await guardsOf(parent.pid);
  expect(guards).toHaveLength(1);
  for (const guard of guards) process.kill(guard, 'SIGKILL');
  await parent.kill();
  expect(await runs(parent.pid)).toBe(true);
  const lines: string[] = [];
  const server = await start({ log: (line) => lines.push(line) });
  expect(await runs(parent.pid)).toBe(false);
  expect(server.attached).toBe(false);
  expect(lines).toEqual([expect.stringContaining(`process ${parent.pid}`)]);
  await server.stop();

  const hurried = await startElsewhere();
  await hurried.kill();
  expect((await start()).attached).toBe(false);
});

/** The shells that watch over the server with this pid. */
async function guardsOf(pid: number): Promise<number[]> {
  const list = spawn('/bin/sh', ['-c', 'grep -lzxF farthing-guard /proc/[0-9]*/cmdline 2>/dev/null']);
  const found: number[] = [];
  for await (const line of createInterface(list.stdout)) {
    const words = await readFile(line, 'utf8').catch(() => '');
    if (words.split('\0').includes(String(pid))) found.push(Number(line.split('/')[2]));
  }
  return found;
}

it('shares the server of a run that is alive, and leaves it running', async () => {
  await useOld();
  const parent = await startElsewhere();
  const guest = await start();
  expect(guest).toMatchObject({ attached: true, pid: parent.pid, adminUrl: parent.adminUrl });
  await guest.stop();
  expect(await query(parent.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('lets two first starts at once end in one server', async () => {
  const [one, two] = await Promise.all([startElsewhere(), startElsewhere()]);
  expect(one.pid).toBe(two.pid);
  expect([one.attached, two.attached].sort()).toEqual([false, true]);
});

it('ignores a pid file and a lock whose numbers belong to somebody else by now', async () => {
  await useOld();
  // Process 1 always lives and is never PostgreSQL.
  await writeFile(join(dataDir, 'pgdata', 'postmaster.pid'), '1\n/data\n1763712000\n5432\n\n127.0.0.1\n\nready\n');
  await writeFile(join(dataDir, 'starting.lock'), '1 0');
  const server = await start();
  expect(server.attached).toBe(false);
  expect(await query(server.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('starts over after a first start that was interrupted', async () => {
  // What a kill during initdb leaves: the directory under its working name, with some of its files.
  await useOld();
  await rename(join(dataDir, 'pgdata'), join(dataDir, 'pgdata.new'));
  await rm(join(dataDir, 'pgdata.new', 'global'), { recursive: true });
  const server = await start();
  expect(await query(server.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('refuses files of another PostgreSQL, and files that are none, in one line', async () => {
  await useOld();
  await writeFile(join(dataDir, 'pgdata', 'PG_VERSION'), '17\n');
  await expect(start()).rejects.toThrow(/was written by PostgreSQL 17, this version of Farthing brings 18: dump it/);
  await rm(join(dataDir, 'pgdata', 'PG_VERSION'));
  await expect(start()).rejects.toThrow(/holds no PostgreSQL database/);
  await expect(start()).rejects.toBeInstanceOf(StartupProblem);
});

it('says what is missing when the password file is gone or another', async () => {
  await useOld();
  const file = join(dataDir, 'password');
  await writeFile(file, 'another\n');
  await expect(start()).rejects.toThrow(/not that of the database beside it/);
  await rm(file);
  await expect(start()).rejects.toThrow(/password is missing.*restore it from your backup/);
});

it('says so when the port is taken', async () => {
  await useOld();
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  undo.push(() => holder.close());
  const address = holder.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(start({ port })).rejects.toThrow(new RegExp(`Port ${port} on 127.0.0.1 is used by another program`));
});

it('says so when a file stands where the data directory should be', async () => {
  await writeFile(dataDir, '');
  await expect(start()).rejects.toThrow(/is in the way/);
});

it.runIf(process.platform === 'linux')('says so when no directory can be made where the data directory should be', async () => {
  // The kernel's own file system answers as if the parent were missing, for ever.
  await expect(startEmbeddedPostgres({ dataDir: '/proc/farthing/data', log: () => {} })).rejects.toThrow(/^\/proc\/farthing cannot be made: /);
});

it.runIf(canBeOthers)('runs for a user whose number has no name', async () => {
  await chmod(folder, 0o777);
  const server = await startElsewhere({ uid: 12345 });
  expect(server.problem).toBeUndefined();
  expect(await query(server.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect((await stat(join(dataDir, 'pgdata'))).uid).toBe(12345);
});

it.runIf(canBeOthers)('runs for an ordinary user', async () => {
  await chmod(folder, 0o777);
  const server = await startElsewhere({ uid: 65534 });
  expect(server.problem).toBeUndefined();
  expect(await query(server.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it.runIf(canBeOthers)("says so when an ordinary user may not write the data directory, or it is another user's", async () => {
  await chmod(folder, 0o755);
  expect((await startElsewhere({ uid: 65534 })).problem).toMatch(/^StartupProblem: .*may not be written by this user \(uid 65534\)/);
  await useOld();
  expect((await startElsewhere({ uid: 65534 })).problem).toMatch(/^StartupProblem: .*may not be written by this user \(uid 65534\)/);
});

it.runIf(isRoot)('runs for root in a private folder where user namespaces are refused, and again where they are allowed', async () => {
  // Without `unshare` on the path there is no way into a namespace.
  const confined = await startElsewhere({ path: folder });
  expect(confined.problem).toBeUndefined();
  await query(confined.adminUrl, 'create table kept as select 42 as answer');
  const place = await realpath(join(dataDir, 'pgdata'));
  undo.unshift(() => rm(dirname(place), { recursive: true, force: true }));
  expect((await stat(place)).uid).toBe(65534);
  await confined.kill();
  await ended(confined.pid);
  const server = await start();
  expect(await query(server.adminUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
  expect((await stat(place)).uid).toBe(0);
});
