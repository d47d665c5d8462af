import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type ConnectedDatabase, connectDatabase } from '../testing/database.ts';
import { createLiveness } from './db/liveness.ts';
import { Envelope } from './envelope.ts';
import { job } from './job.ts';
import { startWorker } from './worker.ts';

let database: ConnectedDatabase;
beforeAll(async () => {
  database = await connectDatabase(4);
});
afterAll(() => database.close());

// A busy machine may take its time.
const until = (condition: () => Promise<boolean>) => vi.waitUntil(condition, { timeout: 90_000 });
const silent = pino({ level: 'silent' });

/** A worker that knows one kind of job; `jobs` tells which of them are left, and whether somebody holds them. */
async function work(handle: () => Promise<void>, logger = silent) {
  const kind = job({ name: 'slow', payload: z.object({}), handle });
  const envelope = new Envelope({ pool: database.pool, reactions: [] });
  const worker = await startWorker({ adminUrl: database.adminUrl, pool: database.pool, envelope, modules: [{ name: 'test', jobs: [kind] }], logger });
  await database.admin.query(`select graphile_worker.add_job('slow', '{"tenant_id": "", "payload": {}}')`);
  return worker;
}

const jobs = async () => (await database.admin.query('select locked_by is not null as locked from graphile_worker._private_jobs')).rows;

it('keeps its jobs however long they run, and gives them up with its life', async () => {
  const finish = Promise.withResolvers<void>();
  const runs = vi.fn(() => finish.promise);
  const worker = await work(runs);
  const another = createLiveness({ adminUrl: database.adminUrl, workerIds: () => ['another'], logger: silent, onDueWork: () => {} });
  const locks = `select pid from pg_locks where locktype = 'advisory' and classid = 7310527 and database = (select oid from pg_database where datname = current_database())`;
  await until(async () => runs.mock.calls.length === 1 && (await database.admin.query(locks)).rows.length === 1);
  await database.admin.query(`update graphile_worker._private_jobs set locked_at = now() - interval '1 hour'`);
  await another.beat();
  expect(await jobs()).toEqual([{ locked: true }]);

  // As a killed process would: its sessions end, its job does not.
  await database.admin.query(`select pg_terminate_backend(pid) from (${locks}) held where pid not in
    (select pid from pg_locks where locktype = 'advisory' and objid = (hashtext('another')::bigint & 4294967295)::oid)`);
  await until(async () => {
    await another.beat();
    return (await jobs())[0]?.locked === false;
  });
  await database.admin.query('delete from graphile_worker._private_jobs');
  finish.resolve();
  await worker.stop();
  await another.end();
});

it('waits for the job under way when it stops, and writes it off', async () => {
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  // The job ends when the runner has begun to wait for it.
  const waits = { write: (line: string) => (line.includes('graceful shutdown') ? finish.resolve() : undefined) };
  const worker = await work(() => {
    started.resolve();
    return finish.promise;
  }, pino({ level: 'debug' }, waits));
  await started.promise;
  await worker.stop();
  expect(await jobs()).toEqual([]);
});
