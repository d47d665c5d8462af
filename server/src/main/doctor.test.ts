import { once } from 'node:events';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import { type Installation, launch, launchServe, makeInstallation, postmasterOf } from '../testing/installation.ts';
import { checkClock, checkDurability, checkIsolation, checkMigrations, checkVersion } from './doctor/checkDatabase.ts';
import { checkDisk } from './doctor/checkMachine.ts';
import { checkDueWork, checkFollowedUsage, checkJobs, checkParkedTimers, checkTestClocks, checkWebhooks, retryParkedTimers, retryUnfollowedUsage } from './doctor/checkWork.ts';
import { readConfig } from './readConfig.ts';

let installation: Installation;
let database: TestDatabase;
let client: pg.Client;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  [installation, database] = await Promise.all([makeInstallation(), cloneDatabase()]);
  client = new pg.Client({ connectionString: database.adminUrl });
  client.on('error', () => {});
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await Promise.all([installation.remove(), database.drop()]);
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** What the command says: its exit code and, by subject, outcome and line. */
async function examine(env: Record<string, string>, command = 'doctor') {
  const { code, output, errors } = await launch(command, env).ended;
  expect(errors).toBe('');
  const lines = output.split('\n').flatMap((line) => {
    const match = /^(ok|warn|FAIL) +(\S+(?: \S+)*) {2,}(.*)$/.exec(line);
    return match === null ? [] : [match];
  });
  return {
    code,
    outcomes: Object.fromEntries(lines.map(([, outcome, about]) => [about, outcome])),
    findings: Object.fromEntries(lines.map(([, , about, found]) => [about, found])),
  };
}

const allWell = {
  Node: 'ok', 'data folder': 'ok', credentials: 'ok', disk: 'ok', port: 'ok', database: 'ok', migrations: 'ok', isolation: 'ok',
  durability: 'ok', clock: 'ok', 'test clocks': 'ok', 'due work': 'ok', 'parked timers': 'ok', 'followed usage': 'ok', jobs: 'ok', webhooks: 'ok', 'roll-ups': 'ok',
};

it('finds nothing wrong with a sound installation, stopped or running, and leaves it as it was', async () => {
  const dataDir = await installation.copy();
  const stopped = await examine({ FARTHING_DATA_DIR: dataDir });
  expect(stopped).toMatchObject({ code: 0, outcomes: allWell });
  await expect(postmasterOf(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });

  const running = await launchServe({ FARTHING_DATA_DIR: dataDir });
  undo.push(() => running.ended, () => running.signalGroup('SIGINT'));
  const postmaster = await postmasterOf(dataDir);
  const { port } = new URL(running.base);
  const beside = await examine({ FARTHING_DATA_DIR: dataDir, PORT: port });
  expect(beside).toMatchObject({ code: 0, outcomes: allWell });
  expect(beside.findings['port']).toBe(`${port} is served by Farthing`);
  expect(await postmasterOf(dataDir)).toBe(postmaster);
  expect((await fetch(`${running.base}/ready`)).status).toBe(200);
});

it('makes nothing where nothing is installed', async () => {
  const dataDir = join(await installation.copy(), 'nothing');
  const { code, outcomes } = await examine({ FARTHING_DATA_DIR: dataDir });
  expect(code).toBe(0);
  expect(outcomes).toMatchObject({ 'data folder': 'ok', database: 'ok' });
  await expect(readFile(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('says how to mend readable keys, a taken port and files of another PostgreSQL', async () => {
  const dataDir = await installation.copy();
  const keys = join(dataDir, 'credentials.json');
  await chmod(keys, 0o644);
  await writeFile(join(dataDir, 'postgres', 'pgdata', 'PG_VERSION'), '17\n');
  const holder = createServer((socket) => socket.end('no HTTP')).listen(0, '127.0.0.1');
  await once(holder, 'listening');
  undo.push(() => holder.close());
  const address = holder.address();
  const port = String(typeof address === 'object' ? address?.port : 0);
  const { code, outcomes, findings } = await examine({ FARTHING_DATA_DIR: dataDir, PORT: port });
  expect(code).toBe(1);
  expect(outcomes).toMatchObject({ credentials: 'FAIL', port: 'FAIL', database: 'FAIL' });
  expect(findings['credentials']).toBe(`others may read ${keys} (mode 644)  → chmod 600 ${keys}, and rotate the keys in it`);
  expect(findings['port']).toBe(`${port} is taken by another program  → stop that, or start with PORT=<another>`);
  expect(findings['database']).toMatch(/was written by PostgreSQL 17/);
  await chmod(keys, 0o600);
  await writeFile(keys, '{"sandbox_key"');
  expect((await examine({ FARTHING_DATA_DIR: dataDir })).findings['credentials']).toMatch(/is damaged {2}→ restore it/);
});

it('says that the database of DATABASE_URL is not reached, or not migrated yet', async () => {
  const dataDir = join(await installation.copy(), 'another');
  await mkdir(dataDir);
  const unreached = await examine({ FARTHING_DATA_DIR: dataDir, DATABASE_URL: 'postgres://127.0.0.1:1/nobody' });
  expect(unreached).toMatchObject({ code: 1, outcomes: { database: 'FAIL' } });
  expect(unreached.findings['database']).toBe('connect ECONNREFUSED 127.0.0.1:1  → start that database, or correct DATABASE_URL');
  const maintenance = new URL(database.adminUrl);
  maintenance.pathname = '/postgres';
  const empty = await examine({ FARTHING_DATA_DIR: dataDir, DATABASE_URL: maintenance.href });
  expect(empty.outcomes).toMatchObject({ database: 'ok', migrations: 'warn', durability: 'FAIL' });
});

it('judges the disk by the room that is left', async () => {
  const config = readConfig({ FARTHING_DATA_DIR: '/tmp/not/there/yet' });
  const [nothing, everything] = [0, Number.MAX_SAFE_INTEGER];
  expect((await checkDisk(config, { fail: nothing, warn: nothing })).outcome).toBe('ok');
  expect((await checkDisk(config, { fail: nothing, warn: everything })).outcome).toBe('warn');
  expect((await checkDisk(config, { fail: everything, warn: everything })).outcome).toBe('FAIL');
});

it('judges version, migrations, isolation, durability and clock of a database', async () => {
  expect(await checkVersion(client, '18.4')).toMatchObject({ outcome: 'ok' });
  expect(await checkVersion(client, '17.2')).toMatchObject({ outcome: 'FAIL' });
  expect((await checkClock(client)).outcome).toBe('ok');
  // The server of the tests forces nothing to the disk.
  expect(await checkDurability(client)).toMatchObject({ outcome: 'FAIL', found: 'fsync, full_page_writes, synchronous_commit: off' });

  expect((await checkIsolation(client)).outcome).toBe('ok');
  await client.query('alter table customers no force row level security');
  expect(await checkIsolation(client)).toMatchObject({ outcome: 'FAIL', found: 'row-level security is not forced on customers' });

  expect((await checkMigrations(client)).outcome).toBe('ok');
  await client.query(`delete from schema_migrations where name like '0001%'`);
  expect(await checkMigrations(client)).toMatchObject({ outcome: 'warn', found: '1 migration to apply' });
  await client.query(`update schema_migrations set checksum = 'other' where name like '0002%'`);
  expect((await checkMigrations(client)).found).toMatch(/^0002_\S+ changed after it was applied/);
  await client.query(`insert into schema_migrations (name, checksum) values ('9999_later.sql', '')`);
  expect(await checkMigrations(client)).toMatchObject({ outcome: 'FAIL', found: 'a newer Farthing applied 9999_later.sql' });
});

it('judges the work: clocks, lag, parked timers, failing jobs, late webhooks', async () => {
  const [organization, live, sandbox] = ['1', '2', '3'].map((digit) => `00000000-0000-7000-8000-00000000000${digit}`);
  await client.query(`insert into organizations (id, name, slug, default_currency, timezone, created_at, updated_at)
    values ('${organization}', 'Acme', 'acme', 'USD', 'UTC', now(), now())`);
  await client.query(`insert into tenants (id, organization_id, environment, clock_now, created_at) values
    ('${live}', '${organization}', 'live', null, now()), ('${sandbox}', '${organization}', 'sandbox', now(), now())`);
  expect((await checkTestClocks(client)).found).toBe('1 sandbox with a frozen clock, 0 on the move');
  await client.query(`update tenants set clock_errors = '[{"message": "no price"}]' where id = '${sandbox}'`);
  expect(await checkTestClocks(client)).toMatchObject({ outcome: 'warn', found: expect.stringContaining('failed on the way of 1: no price') });

  expect((await checkDueWork(client, true)).found).toBe('nothing is waiting');
  // Due in a sandbox whose clock stands still: nobody waits for it.
  await client.query(`insert into timers (tenant_id, kind, subject_id, due_at) values ('${sandbox}', 'a', '${live}', now() - interval '1 day')`);
  expect((await checkDueWork(client, true)).found).toBe('nothing is waiting');
  await client.query(`insert into timers (tenant_id, kind, subject_id, due_at) values ('${live}', 'a', '${live}', now() - interval '3 minutes')`);
  expect(await checkDueWork(client, true)).toMatchObject({ outcome: 'FAIL', found: '1 timer; the oldest has waited 3 min' });
  await client.query(`insert into timers (tenant_id, kind, subject_id, due_at) values ('${live}', 'subscription.due', '${live}', now() - interval '1 minute')`);
  expect((await checkDueWork(client, true)).found).toBe('2 timers, 1 subscription to bill among them; the oldest has waited 3 min');
  await client.query(`delete from timers where kind = 'subscription.due'`);
  expect(await checkDueWork(client, false)).toMatchObject({ outcome: 'ok' });

  expect((await checkParkedTimers(client)).outcome).toBe('ok');
  await client.query(`update timers set failed_at = now(), attempts = 6, last_error = 'no price'`);
  expect(await checkParkedTimers(client)).toMatchObject({ outcome: 'FAIL', found: '2 timers, the first a: no price' });
  expect(await retryParkedTimers(client)).toBe(2);
  expect((await checkParkedTimers(client)).outcome).toBe('ok');

  expect((await checkFollowedUsage(client)).outcome).toBe('ok');
  // The subscription is left out: references are not looked at in a session that replays.
  await client.query(`set session_replication_role = 'replica'`);
  await client.query(`insert into unfollowed_usage (tenant_id, follower, subscription_id, since_xid, retry_at, last_error, created_at)
    values ('${live}', 'thresholds', '${live}', '1', now() + interval '1 hour', 'no price', now())`);
  await client.query(`set session_replication_role = 'origin'`);
  expect(await checkFollowedUsage(client)).toMatchObject({ outcome: 'FAIL', found: 'that of 1 subscription could not be, the first for thresholds: no price' });
  expect(await retryUnfollowedUsage(client)).toBe(1);
  expect((await client.query('select from unfollowed_usage where retry_at <= now()')).rowCount).toBe(1);

  expect((await checkJobs(client)).outcome).toBe('ok');
  await client.query(`select graphile_worker.add_job('mail', '{}', max_attempts => 2)`);
  await client.query(`update graphile_worker._private_jobs set attempts = 1, last_error = E'refused\\nstack'`);
  expect(await checkJobs(client)).toMatchObject({ outcome: 'warn', found: '1 job mail failing: refused' });
  await client.query('update graphile_worker._private_jobs set attempts = 2');
  expect(await checkJobs(client)).toMatchObject({ outcome: 'FAIL', found: '1 job mail given up: refused' });

  expect((await checkWebhooks(client, true)).outcome).toBe('ok');
  await client.query(`insert into webhook_endpoints (tenant_id, id, url, secret, created_at, updated_at) values ('${live}', '${live}', 'https://example.com', 'x', now(), now())`);
  await client.query(`insert into webhooks (tenant_id, id, webhook_endpoint_id, event_id, webhook_type, payload, max_retries, next_attempt_at, created_at, updated_at)
    values ('${live}', '${live}', '${live}', '${live}', 'a', '{}', 3, now() - interval '6 minutes', now(), now())`);
  expect(await checkWebhooks(client, true)).toMatchObject({ outcome: 'warn', found: '1 message waiting for more than 5 minutes' });
});
