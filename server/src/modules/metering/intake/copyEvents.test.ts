import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPool, meterRole } from '../../../kernel/db/pool.ts';
import { cloneDatabase, type TestDatabase } from '../../../testing/database.ts';
import type { NewEvent } from '../eventStore.ts';
import { EventTime } from '../eventTime.ts';
import { copyEvents } from './copyEvents.sql.ts';

let database: TestDatabase;
let pool: pg.Pool;
let other: pg.Client;
beforeAll(async () => {
  database = await cloneDatabase();
  pool = createPool(database.adminUrl, { max: 2, role: meterRole, onError: () => {} });
  other = new pg.Client({ connectionString: database.adminUrl });
  await other.connect();
});
afterAll(async () => {
  await Promise.all([pool.end(), other.end()]);
  await database.drop();
});

const at = EventTime.of(Temporal.Instant.from('2026-01-01T00:00:00Z'));
const event = (digit: number): NewEvent => ({
  tenantId: '00000000-0000-7000-8000-000000000001', id: `00000000-0000-7000-8000-00000000001${digit}`, contentHash: '0'.repeat(32), transactionId: `t${digit}`,
  externalCustomerId: 'c', externalSubscriptionId: null, code: 'calls', timestamp: at, propertiesText: '{}', value: null, uniqueValue: null, operation: 'add', reason: null,
  receivedAt: at, amended: false,
});

/** Another process stores the same event, and has not committed yet. */
const insert = (by: pg.Client, { tenantId, id }: NewEvent) =>
  by.query(`insert into usage_events_all (tenant_id, id, content_hash, transaction_id, external_customer_id, code, "timestamp", properties, operation, received_at)
    values ($1, $2, '', 'other', 'c', 'calls', now(), '{}', 'add', now())`, [tenantId, id]);

/** Waits until so many wait for somebody. */
async function whenWaiting(count: number): Promise<void> {
  const watcher = new pg.Client({ connectionString: database.adminUrl });
  await watcher.connect();
  const waiting = 'select from pg_stat_activity where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0';
  while ((await watcher.query(waiting)).rows.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  await watcher.end();
}

it('stores all the same where the database ends its transaction to resolve a deadlock', async () => {
  const [first, between, second] = [event(1), event(2), event(3)];
  const writer = copyEvents(pool);
  await other.query(`set deadlock_timeout = '1min'`);
  await other.query('begin');
  await insert(other, second);
  const third = new pg.Client({ connectionString: database.adminUrl });
  await third.connect();
  await third.query('begin');
  await insert(third, between);
  // The copy has stored the first and waits for a third process, and the other for the copy. Then the copy goes on, to the second, which
  // the other holds. Whoever has waited for a second looks once for a circle, and gives up where there is one: here only the copy, as the
  // other looks after a minute. The copy is the last that begins to wait, so that the circle is there when it looks.
  const appended = writer.append([first, between, second]);
  await whenWaiting(1);
  const inserted = insert(other, first);
  await whenWaiting(2);
  await third.query('rollback');
  await inserted;
  await other.query('rollback');
  await third.end();
  expect(await appended).toEqual(new Map());
  const { rows } = await other.query('select transaction_id from usage_events_all order by id');
  expect(rows).toEqual(['t1', 't2', 't3'].map((transaction_id) => ({ transaction_id })));
  const { rows: [deadlocks] } = await other.query(`select pg_stat_force_next_flush(), deadlocks > 0 as met from pg_stat_database where datname = current_database()`);
  expect(deadlocks).toMatchObject({ met: true });
});
