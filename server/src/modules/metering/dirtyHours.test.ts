import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kyselyOver } from '../../kernel/db/kysely.ts';
import { createPool } from '../../kernel/db/pool.ts';
import { transact } from '../../kernel/db/transaction.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { markDirtyHours } from './dirtyHours.sql.ts';

let app: TestApp;
let admin: pg.Pool;
let tenantId: string;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  admin = createPool(app.adminUrl, { max: 4, onError: () => {} });
  tenantId = (await admin.query<{ id: string }>(`select id from tenants where environment = 'sandbox'`)).rows[0]?.id ?? '';
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

const at = (text: string) => Temporal.Instant.from(text);
const hours = async () => (await admin.query(`select external_customer_id || ' ' || code as whose, hour::text from usage_dirty_hours order by 1, 2`)).rows;

it('marks hours of UTC once, also those before 1970', async () => {
  const of = (time: string) => ({ externalCustomerId: 'ada', code: 'calls', at: at(time) });
  await transact(admin, { tenantId }, async (client) => {
    const mark = (...times: string[]) => markDirtyHours(kyselyOver(client), tenantId, times.map(of));
    await mark('2026-01-05T10:59:59.999999Z', '2026-01-05T10:00:00Z', '1969-12-31T23:30:00Z');
    await mark('2026-01-05T11:00:00Z', '2026-01-05T10:30:00Z');
    await mark();
  });
  expect(await hours()).toEqual(['1969-12-31 23:00:00+00', '2026-01-05 10:00:00+00', '2026-01-05 11:00:00+00'].map((hour) => ({ whose: 'ada calls', hour })));
});

it('holds a mark that was there before, so that nobody clears it while the change cannot be seen', async () => {
  const mark = { externalCustomerId: 'bob', code: 'calls', at: at('2026-01-05T10:00:00Z') };
  await transact(admin, { tenantId }, (client) => markDirtyHours(kyselyOver(client), tenantId, [mark]));
  const free = `select count(*)::int as free from (select from usage_dirty_hours where external_customer_id = 'bob' for update skip locked) marks`;
  await transact(admin, { tenantId }, async (client) => {
    await markDirtyHours(kyselyOver(client), tenantId, [mark]);
    expect((await admin.query(free)).rows).toEqual([{ free: 0 }]);
  });
  expect((await admin.query(free)).rows).toEqual([{ free: 1 }]);
});
