import { once } from 'node:events';
import { expect, it } from 'vitest';
import { cloneDatabase } from '../../testing/database.ts';
import { stringifyJson } from '../http/json.ts';
import { createPool, meterRole } from './pool.ts';

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

it('acknowledges nothing before it is on disk, also where the database would', async () => {
  const database = await cloneDatabase();
  const admin = createPool(database.adminUrl, { max: 1, onError: () => {} });
  await admin.query(`do $$ begin execute format('alter database %I set synchronous_commit = off', current_database()); end $$`);
  const pool = createPool(database.adminUrl, { max: 1, role: meterRole, onError: () => {} });
  expect((await pool.query('show synchronous_commit')).rows).toEqual([{ synchronous_commit: 'on' }]);
  await Promise.all([pool.end(), admin.end()]);
  await database.drop();
});

it('reads stored JSON with all digits of its numbers', async () => {
  const database = await cloneDatabase();
  const pool = createPool(database.adminUrl, { max: 1, onError: () => {} });
  // A double keeps fifteen digits; of seventeen it makes others. Within a string digits are only text.
  const numbers = ['1234567890.12345', '0.30000000000000004', '12345678901234567', '-98765432109876543'];
  const { rows } = await pool.query<{ stored: unknown }>(`select '{"list": [${numbers.join(',')}], "text": " 12345678901234567"}'::jsonb as stored`);
  const top = await pool.query<{ stored: unknown }>(`select '12345678901234567'::jsonb as stored`);
  expect(stringifyJson(rows[0]?.stored)).toBe(
    '{"list":[1234567890.12345,0.30000000000000004,12345678901234567,-98765432109876543],"text":" 12345678901234567"}',
  );
  expect(stringifyJson(top.rows[0]?.stored)).toBe('12345678901234567');
  await pool.end();
  await database.drop();
});
