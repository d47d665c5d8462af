import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

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

const logs = async (query: string) => (await app.sandbox('GET', `/v1/audit_logs?${query}`)).body;

describe('the audit trail of a resource', () => {
  it('has one entry per change, with what changed and by whom', async () => {
    const { body: made } = await app.sandbox('POST', '/v1/customers', { name: 'Ada', email: 'ada@example.com' });
    await app.sandbox('PUT', `/v1/customers/${made.id}`, { name: 'Ada L.', tax_id: 'T1' });
    await app.sandbox('DELETE', `/v1/customers/${made.id}`);
    const [key] = (await app.sandbox('GET', '/v1/organizations/current/api_keys')).body;

    const trail = (await app.sandbox('GET', `/v1/audit_logs/customer/${made.id}`)).body;
    const common = {
      id: expect.any(String),
      public_id: expect.stringMatching(/^aud_[0-9a-f]{32}$/),
      organization_id: app.organizationId,
      resource_type: 'customer',
      resource_id: made.id,
      actor_type: 'api_key',
      actor_id: key.id,
      created_at: expect.any(String),
    };
    const metadata = (type: string) => ({ event_type: type, request_id: expect.any(String) });
    const gone = { ...made, name: 'Ada L.', tax_id: 'T1', updated_at: expect.any(String), deleted_at: expect.any(String) };
    expect(trail).toEqual([
      { ...common, action: 'deleted', changes: gone, metadata_: metadata('customer.deleted') },
      { ...common, action: 'updated', changes: { name: { old: 'Ada', new: 'Ada L.' }, tax_id: { old: null, new: 'T1' } }, metadata_: metadata('customer.updated') },
      { ...common, action: 'created', changes: made, metadata_: metadata('customer.created') },
    ]);
    expect((await app.sandbox('GET', `/v1/audit_logs/customer/${made.public_id}?limit=2`)).body).toEqual(trail.slice(0, 2));
    expect(await logs(`resource_type=customer&resource_id=${made.public_id}`)).toEqual(trail);
    expect(await logs(`resource_id=${made.id}&order_by=created_at:asc`)).toEqual(trail.toReversed());
  });

  it('is none of what never was, is of another kind, or belongs to somebody else', async () => {
    const { body: made } = await app.sandbox('POST', '/v1/customers', { name: 'Ada' });
    const status = async (call: TestApp['live'], path: string) => (await call('GET', `/v1/audit_logs/${path}`)).status;
    expect(await status(app.sandbox, `customer/${made.id}`)).toBe(200);
    expect(await status(app.sandbox, `plan/${made.id}`)).toBe(404);
    expect(await status(app.sandbox, 'customer/nobody')).toBe(404);
    expect(await status(app.live, `customer/${made.id}`)).toBe(404);
    expect(await status((await app.otherOrganization()).sandbox, `customer/${made.id}`)).toBe(404);
    expect((await app.live('GET', `/v1/audit_logs?resource_id=${made.id}`)).body).toEqual([]);
  });
});

describe('the audit log', () => {
  it('is filtered by kind, action, actor and time', async () => {
    const other = await app.otherOrganization();
    const list = async (query: string) => (await other.sandbox('GET', `/v1/audit_logs?${query}`)).body;
    const at = (now: string) => other.sandbox('POST', '/v1/test_clock', { now });
    await at('2026-03-01T00:00:00Z');
    const { body: one } = await other.sandbox('POST', '/v1/customers', { name: 'One' });
    await at('2026-03-02T00:00:00Z');
    await other.sandbox('POST', '/v1/customers', { name: 'Two' });
    await at('2026-03-03T00:00:00Z');
    await other.sandbox('PUT', `/v1/customers/${one.id}`, { name: 'Uno' });
    const shown = async (query: string) =>
      (await list(query)).map((entry: { action: string; changes: { name: string | { new: string } } }) => {
        const { name } = entry.changes;
        return `${entry.action} ${typeof name === 'string' ? name : name.new}`;
      });
    expect(await shown('resource_type=customer')).toEqual(['updated Uno', 'created Two', 'created One']);
    expect(await shown('resource_type=customer&action=updated')).toEqual(['updated Uno']);
    expect(await shown('resource_type=customer&actor_type=api_key&action=created')).toEqual(['created Two', 'created One']);
    // From an instant on, and before one: what happens at the end itself belongs to the next stretch.
    expect(await shown('resource_type=customer&start_date=2026-03-02T00:00:00Z')).toEqual(['updated Uno', 'created Two']);
    expect(await shown('resource_type=customer&start_date=2026-03-01T00:00:00Z&end_date=2026-03-02T01:00:00%2B01:00')).toEqual(['created One']);
    expect(await shown('resource_type=spaceship')).toEqual([]);
    // The environment's own beginnings are the operator's doing.
    const beginnings = (await list('actor_type=admin')).map(({ resource_type: type }: { resource_type: string }) => type);
    expect(beginnings).toEqual(expect.arrayContaining(['organization', 'billing_entity']));
    expect(beginnings).not.toContain('customer');
  });

  it.each(['colour=red', 'action=painted', 'actor_type=ghost', 'resource_id=nobody', 'start_date=yesterday', 'end_date=2026-03-02', 'order_by=action'])(
    'refuses %s',
    async (query) => {
      const { status, body } = await app.sandbox('GET', `/v1/audit_logs?${query}`);
      expect([status, body.errors[0].path]).toEqual([422, query.split('=')[0]]);
    },
  );

  it('shows no secret of what it reports', async () => {
    const key = await app.sandbox('POST', '/v1/organizations/current/api_keys', { name: 'second' });
    await app.sandbox('PUT', '/v1/organizations/current', { hmac_key: 'a very secret key' });
    const endpoint = await app.sandbox('POST', '/v1/webhook_endpoints', { url: 'https://example.com/' });
    const rotated = await app.sandbox('POST', `/v1/webhook_endpoints/${endpoint.body.id}/rotate_secret`);
    const text = JSON.stringify(await logs('limit=1000'));
    for (const { id } of [key.body, endpoint.body]) expect(text).toContain(id);
    for (const secret of [key.body.raw_key, 'a very secret key', endpoint.body.secret, rotated.body.secret]) expect(text).not.toContain(secret);
  });

  it('is paged along its index, however long it is', async () => {
    const { rows } = await database.query("select id from tenants where organization_id = $1 and environment = 'live'", [app.organizationId]);
    const tenant: string = rows[0].id;
    // Fifty entries to the instant, so that pages end amid equal times.
    await database.query(
      `insert into domain_events (tenant_id, id, type, subject_type, subject_id, action, actor_type, occurred_at)
       select $1, gen_random_uuid(), 'customer.updated', 'customer', gen_random_uuid(), 'updated', 'system', timestamptz '2020-01-01' + n / 50 * interval '1 minute'
       from generate_series(0, 19999) as n`,
      [tenant],
    );
    await database.query('analyze domain_events');
    const seen = new Set<string>();
    let pages = 0;
    for (let cursor: string | null = ''; cursor !== null; pages++) {
      const { body } = await app.live('GET', `/v1/audit_logs?end_date=2020-01-01T00:05:00Z&limit=70&cursor=${cursor}`);
      for (const { id } of body.data) seen.add(id);
      cursor = body.next_cursor;
    }
    // Five minutes of fifty entries each; 250 entries are four pages of at most 70.
    expect([seen.size, pages]).toEqual([250, 4]);

    await database.query('begin');
    await database.query('set local role farthing_app');
    await database.query(`set local app.tenant = '${tenant}'`);
    const plan = async (condition: string) => {
      const explained = await database.query(`explain select * from domain_events where ${condition} order by occurred_at desc, id desc limit 101`);
      return explained.rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    const page = await plan("(occurred_at, id) < ('2020-01-01T03:00:00Z', gen_random_uuid())");
    const trail = await plan("subject_type = 'customer' and subject_id = '018f0000-0000-7000-8000-000000000000'");
    await database.query('rollback');
    expect(page).toContain('Index Scan using domain_events_by_time');
    expect(page).not.toContain('Sort');
    expect(trail).toContain('Index Scan using domain_events_by_subject');
    expect(trail).not.toContain('Sort');
  });
});
