import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
let admin: pg.Client;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  admin = new pg.Client({ connectionString: app.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

it('shows what connected systems call a customer, and nobody else’s', async () => {
  const [ada, bob] = [await app.live('POST', '/v1/customers', { name: 'Ada', external_id: 'ada' }), await app.live('POST', '/v1/customers', { name: 'Bob', external_id: 'bob' })];
  const list = async (customer: string) => (await app.live('GET', `/v1/customers/${customer}/integration_mappings`)).body;
  expect(await list('ada')).toEqual([]);

  const { rows } = await admin.query("select id from tenants where organization_id = $1 and environment = 'live'", [app.organizationId]);
  const tenant = rows[0]?.id;
  for (const [provider, customer, name] of [['xero', ada, 'A-1'], ['netsuite', ada, '17'], ['hubspot', bob, 'b']] as const) {
    const id = randomUUID();
    await admin.query("select set_config('app.tenant', $1, false)", [tenant]);
    await admin.query('insert into integrations values ($1, $2, $3, $3, now(), now())', [tenant, id, provider]);
    await admin.query('insert into integration_customers values ($1, $2, $3, $4, $5, null, clock_timestamp())', [tenant, randomUUID(), id, customer.body.id, name]);
  }
  const shown = (mappings: Record<string, unknown>[]) => mappings.map((row) => `${row['integration_provider']} ${row['external_customer_id']}`);
  expect([shown(await list('ada')), shown(await list(bob.body.public_id))]).toEqual([['xero A-1', 'netsuite 17'], ['hubspot b']]);
  expect((await app.sandbox('GET', `/v1/customers/${ada.body.id}/integration_mappings`)).status).toBe(404);
});
