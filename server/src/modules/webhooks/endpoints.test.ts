import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
let database: pg.Client;
beforeAll(async () => {
  app = await startTestApp({ worker: false, egressAllow: '127.0.0.1' });
  database = new pg.Client({ connectionString: app.adminUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await app.close();
});

const path = '/v1/webhook_endpoints';
const url = 'https://example.com/hooks';
const create = async (body: object = { url }) => (await app.live('POST', path, body)).body;

describe('an endpoint', () => {
  it('is created with a secret that only this reply shows', async () => {
    const made = await app.live('POST', path, { url, event_types: ['customer.created', 'customer.created'] });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.any(String),
      public_id: `we_${made.body.id.replaceAll('-', '')}`,
      url,
      signature_algo: 'hmac',
      status: 'active',
      event_types: ['customer.created'],
      previous_secret_expires_at: null,
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      created_at: expect.any(String),
      updated_at: made.body.created_at,
    });
    const { secret, ...shown } = made.body;
    expect((await app.live('GET', `${path}/${made.body.public_id}`)).body).toEqual(shown);
    expect(JSON.stringify((await app.live('GET', path)).body)).not.toContain('whsec_');
    const { body: changed } = await app.live('PUT', `${path}/${made.body.id}`, { event_types: null });
    expect(changed).toEqual({ ...shown, event_types: null, updated_at: expect.any(String) });
    await app.live('POST', `${path}/${made.body.id}/rotate_secret`);
    await app.live('DELETE', `${path}/${made.body.id}`);

    // The log of what happened knows of the secret's replacement, not of the secrets.
    const { rows } = await database.query('select type, action, changes, data::text as data from domain_events where subject_id = $1 order by id', [made.body.id]);
    expect(rows.map(({ type, action }) => `${type} ${action}`)).toEqual([
      'webhook_endpoint.created created',
      'webhook_endpoint.updated updated',
      'webhook_endpoint.secret_rotated updated',
      'webhook_endpoint.deleted deleted',
    ]);
    expect(rows[1].changes).toEqual({ event_types: { old: ['customer.created'], new: null } });
    expect(Object.keys(rows[2].changes)).toEqual(['previous_secret_expires_at']);
    expect(JSON.stringify(rows)).not.toContain('whsec_');
    expect(JSON.stringify(rows)).not.toContain(secret.slice(6));
  });

  it('replays its secret under the idempotency key without keeping it readable', async () => {
    const headers = { 'idempotency-key': 'endpoint once' };
    const first = await app.live('POST', path, { url }, headers);
    const again = await app.live('POST', path, { url }, headers);
    expect([again.body, again.headers.get('idempotency-replayed')]).toEqual([first.body, 'true']);
    const { rows } = await database.query("select body from idempotency_keys where key = 'endpoint once'");
    expect(rows[0].body).not.toContain('whsec_');
    await app.live('DELETE', `${path}/${first.body.id}`);
  });

  it.each([
    ['no URL', { url: 'nonsense' }, 'url'],
    ['a private address', { url: 'https://10.0.0.1/' }, 'url'],
    ['the metadata address', { url: 'http://169.254.169.254/' }, 'url'],
    ['a user name', { url: 'https://user@example.com/' }, 'url'],
    ['another protocol', { url: 'ftp://example.com/' }, 'url'],
    ['a port of no web server', { url: 'https://example.com:5432/' }, 'url'],
    ['more than 2,048 characters', { url: `https://example.com/${'x'.repeat(2048)}` }, 'url'],
    ['an event nobody declares', { url, event_types: ['customer.created', 'customer.sneezed'] }, 'event_types.1'],
    ['an event that is not for webhooks', { url, event_types: ['api_key.created'] }, 'event_types.0'],
    ['no event at all', { url, event_types: [] }, 'event_types'],
    ['another algorithm', { url, signature_algo: 'jwt' }, 'signature_algo'],
  ])('is refused with %s', async (_what, body, field) => {
    const answer = await app.live('POST', path, body);
    expect([answer.status, answer.body.errors[0].path]).toEqual([422, field]);
  });

  it('needs https in live, unless the allow list names the address', async () => {
    const answer = await app.live('POST', path, { url: 'http://93.184.216.34/hooks' });
    expect([answer.status, answer.body.errors[0]]).toEqual([422, { path: 'url', code: 'url_refused', message: 'Only https URLs can be called here.' }]);
    for (const [call, plain] of [[app.live, 'http://127.0.0.1:8080/'], [app.sandbox, 'http://93.184.216.34/']] as const) {
      const made = await call('POST', path, { url: plain });
      expect(made.status, plain).toBe(201);
      await call('DELETE', `${path}/${made.body.id}`);
    }
    const made = await create();
    // What a name leads to is judged at every call.
    expect((await app.live('PUT', `${path}/${made.id}`, { url: 'http://example.com:80/' })).status).toBe(200);
    expect((await app.live('PUT', `${path}/${made.id}`, { url: 'http://93.184.216.34/' })).status).toBe(422);
    await app.live('DELETE', `${path}/${made.id}`);
  });

  it('is gone once deleted, and so are its secrets', async () => {
    const made = await create();
    await app.live('POST', `${path}/${made.id}/rotate_secret`);
    expect((await app.live('DELETE', `${path}/${made.id}`)).status).toBe(204);
    for (const [method, at] of [['GET', ''], ['PUT', ''], ['DELETE', ''], ['POST', '/rotate_secret']] as const)
      expect((await app.live(method, `${path}/${made.id}${at}`, method === 'PUT' ? {} : undefined)).status).toBe(404);
    const { rows } = await database.query('select secret, previous_secret from webhook_endpoints where id = $1', [made.id]);
    expect(rows).toEqual([{ secret: null, previous_secret: null }]);
  });

  it('is one of at most 20, also for 30 callers at once', async () => {
    const other = await app.otherOrganization();
    const answers = await Promise.all(Array.from({ length: 30 }, () => other.live('POST', path, { url })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused.map(({ body }) => body.code)).toEqual(Array.from({ length: 10 }, () => 'too_many_webhook_endpoints'));
    const [first] = (await other.live('GET', path)).body;
    await other.live('DELETE', `${path}/${first.id}`);
    expect((await other.live('POST', path, { url })).status).toBe(201);
  });
});

describe('replacing the secret', () => {
  it('shows the new one and says how long the old one signs', async () => {
    const made = await create();
    const before = Temporal.Now.instant();
    const { body } = await app.live('POST', `${path}/${made.id}/rotate_secret`);
    expect(body.secret).toMatch(/^whsec_/);
    expect(body.secret).not.toBe(made.secret);
    // A day of real time, to the second or so that the call took.
    const overlap = before.until(Temporal.Instant.from(body.previous_secret_expires_at)).total('hours');
    expect(overlap).toBeGreaterThanOrEqual(23.999);
    expect(overlap).toBeLessThan(24.02);
    const none = await app.live('POST', `${path}/${made.id}/rotate_secret`, { overlap_hours: 0 });
    expect(none.body.previous_secret_expires_at).toBeNull();
    const week = await app.live('POST', `${path}/${made.id}/rotate_secret`, { overlap_hours: 169 });
    expect([week.status, week.body.errors[0].path]).toEqual([422, 'overlap_hours']);
    await app.live('DELETE', `${path}/${made.id}`);
  });
});
