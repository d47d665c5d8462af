import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { noonZone } from '../../testing/noonZone.ts';

// Without a worker nothing that falls due is done.
let app: TestApp;
let database: pg.Client;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  database = new pg.Client({ connectionString: app.adminUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await app.close();
});

it('tells how many subscriptions are billed, how many wait and since when, and how many failed', async () => {
  const now = Temporal.Now.instant();
  await app.live('POST', '/v1/customers', { name: 'A', external_id: 'a', timezone: noonZone() });
  await app.live('POST', '/v1/plans', { code: 'daily', name: 'P', interval: 'daily' });
  const ids: string[] = [];
  for (const name of ['done', 'waiting', 'waiting longer', 'failed']) {
    const body = { external_id: name, customer_id: 'a', plan_id: 'daily', started_at: now.toString() };
    ids.push((await app.live('POST', '/v1/subscriptions', body)).body.id);
  }
  const path = '/v1/subscriptions/billing_progress';
  expect((await app.live('GET', path)).body).toMatchObject({ billed: 4, waiting: 0, failed: 0, oldest_due_at: null });

  // As if the midnight of three of them had been some minutes ago.
  const [, waiting, longer, failed] = ids;
  const moved = 'update timers set due_at = $1, failed_at = $2 where subject_id = $3';
  await database.query(moved, [now.subtract({ minutes: 2 }).toString(), null, waiting]);
  await database.query(moved, [now.subtract({ minutes: 5 }).toString(), null, longer]);
  await database.query(moved, [now.subtract({ minutes: 9 }).toString(), now.toString(), failed]);
  const { body } = await app.live('GET', path);
  expect(body).toMatchObject({ billed: 1, waiting: 2, failed: 1 });
  expect(Math.abs(Temporal.Instant.from(body.oldest_due_at).until(now).total('milliseconds') - 5 * 60_000)).toBeLessThan(1);
  expect(Temporal.Instant.from(body.since).until(body.as_of).total('hours')).toBe(24);

  const later = await app.live('GET', `${path}?since=${encodeURIComponent(now.add({ seconds: 1 }).toString())}`);
  expect(later.body).toMatchObject({ billed: 0, waiting: 2, failed: 1 });
  expect((await app.sandbox('GET', path)).body).toMatchObject({ billed: 0, waiting: 0 });
});
