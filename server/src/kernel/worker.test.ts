import pg from 'pg';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { cloneDatabase } from '../testing/database.ts';
import { createLiveness } from './db/liveness.ts';
import { createPool } from './db/pool.ts';
import { Envelope } from './envelope.ts';
import { job } from './job.ts';
import { startWorker } from './worker.ts';

it('keeps its jobs however long they run, and gives them up with its life', async () => {
  const database = await cloneDatabase();
  const logger = pino({ level: 'silent' });
  const pool = createPool(database.appUrl, { max: 4, onError: () => {} });
  const envelope = new Envelope({ pool, reactions: [] });
  const finish = Promise.withResolvers<void>();
  const runs = vi.fn(() => finish.promise);
  const slow = job({ name: 'slow', payload: z.object({}), handle: runs });
  const worker = await startWorker({ adminUrl: database.adminUrl, pool, envelope, modules: [{ name: 'test', jobs: [slow] }], logger });
  const another = createLiveness({ adminUrl: database.adminUrl, workerIds: () => ['another'], logger, onDueWork: () => {} });
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();

  await admin.query(`select graphile_worker.add_job('slow', '{"tenant_id": "", "payload": {}}')`);
  await vi.waitUntil(() => runs.mock.calls.length === 1);
  await vi.waitUntil(async () => (await admin.query(`select 1 from pg_locks where locktype = 'advisory' and classid = 7310527`)).rows.length === 1);
  await admin.query(`update graphile_worker._private_jobs set locked_at = now() - interval '1 hour'`);
  await another.beat();
  const locked = async () => (await admin.query('select locked_by is not null as locked from graphile_worker._private_jobs')).rows;
  expect(await locked()).toEqual([{ locked: true }]);

  // As a killed process would: its sessions end, its job does not.
  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'farthing worker' and datname = current_database()
    and pid in (select pid from pg_locks where locktype = 'advisory' and objid = (select (hashtext(locked_by)::bigint & 4294967295)::oid from graphile_worker._private_jobs))`);
  await vi.waitUntil(async () => {
    await another.beat();
    return (await locked())[0]?.locked === false;
  });
  finish.resolve();
  await worker.stop();
  await another.end();
  await admin.end();
  await pool.end();
  await database.drop();
});
