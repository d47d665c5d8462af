import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../testing/database.ts';
import { createLiveness } from './liveness.ts';

const logger = pino({ level: 'silent' });
let database: TestDatabase;
let admin: pg.Client;

beforeAll(async () => {
  database = await cloneDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  admin.on('error', () => {});
  await admin.connect();
});
// A busy machine may take its time.
const until = (condition: () => boolean | Promise<boolean>) => vi.waitUntil(condition, { timeout: 90_000 });

afterAll(async () => {
  await admin.end();
  await database.drop();
});

function live(workerIds: string[], onDueWork = () => {}) {
  return createLiveness({ adminUrl: database.adminUrl, workerIds: () => workerIds, logger, onDueWork });
}

const lockedBy = async () => (await admin.query('select locked_by from graphile_worker._private_jobs order by 1')).rows.map((row) => row.locked_by);

it('frees the jobs of a worker that is gone, and leaves those of one that lives', async () => {
  const one = live(['one']);
  const two = live(['two']);
  await one.beat();
  await two.beat();
  for (const id of ['one', 'two', 'dead']) {
    const { rows } = await admin.query(`select id from graphile_worker.add_job('nothing', '{}')`);
    await admin.query(`update graphile_worker._private_jobs set locked_by = $1, locked_at = now() - interval '1 minute' where id = $2`, [id, rows[0].id]);
  }
  await one.beat();
  // Nulls sort last.
  expect(await lockedBy()).toEqual(['one', 'two', null]);
  await two.end();
  // The server may need a moment to see that the session ended.
  await until(async () => {
    await one.beat();
    return (await lockedBy()).join() === 'one,,';
  });
  await one.end();
});

it('hears of due work, and connects anew when it was cut off', async () => {
  const heard = vi.fn();
  const liveness = live(['three'], heard);
  await liveness.beat();
  const before = heard.mock.calls.length;
  await admin.query('notify due_work');
  await until(() => heard.mock.calls.length === before + 1);

  const sessions = `from pg_stat_activity where datname = current_database() and application_name = 'farthing worker'`;
  await admin.query(`select pg_terminate_backend(pid) ${sessions}`);
  // The first beat may meet the dead connection; what was said meanwhile is looked for after connecting.
  await until(() => liveness.beat().then(() => true, () => false));
  await until(() => heard.mock.calls.length === before + 2);
  const { rows } = await admin.query(`select count(*)::int as held from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and objid = (hashtext('three')::bigint & 4294967295)::oid`);
  expect(rows).toEqual([{ held: 1 }]);
  await liveness.end();
});
