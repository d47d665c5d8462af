import { once } from 'node:events';
import { expect, it } from 'vitest';
import { cloneDatabase } from '../../testing/database.ts';
import { createPool } from './pool.ts';

it('tells of an idle connection that was lost, but not of one that is being closed', async () => {
  const database = await cloneDatabase();
  const lost: string[] = [];
  const pool = createPool(database.adminUrl, { max: 2, onError: ({ message }) => lost.push(message) });
  const [first, second] = await Promise.all([pool.connect(), pool.connect()]);
  const { rows } = await second.query<{ pid: number }>('select pg_backend_pid() as pid');
  second.release();
  const gone = once(pool, 'error');
  await first.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
  await gone;
  expect(lost).toEqual(['terminating connection due to administrator command']);
  first.release();
  const ended = pool.end();
  // What the server says while it is stopped right after.
  first.emit('error', new Error('terminating connection due to administrator command'));
  await ended;
  expect(lost).toHaveLength(1);
  await database.drop();
});
