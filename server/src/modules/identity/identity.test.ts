import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

describe('API keys', () => {
  it('answers every bad credential alike', async () => {
    const unknown = await app.callWith(`sk_live_${'0'.repeat(64)}`)('GET', '/v1/organizations/current');
    const malformed = await app.callWith('nonsense')('GET', '/v1/organizations/current');
    const expired = await app.live('POST', '/v1/organizations/current/api_keys', { expires_at: '2020-01-01T00:00:00Z' });
    const late = await app.callWith(expired.body.raw_key)('GET', '/v1/organizations/current');
    const without = ({ request_id: _, ...rest }: Record<string, unknown>) => rest;
    expect([unknown.status, malformed.status, late.status]).toEqual([401, 401, 401]);
    expect(without(unknown.body)).toEqual(without(malformed.body));
    expect(without(unknown.body)).toEqual(without(late.body));
  });

  it('is revoked at once and gives its rights on only as far as they go', async () => {
    const made = await app.live('POST', '/v1/organizations/current/api_keys', { name: 'reader', scopes: ['api_keys:write', 'organization:read'] });
    expect(made.status).toBe(201);
    const call = app.callWith(made.body.raw_key);
    expect((await call('GET', '/v1/organizations/current')).status).toBe(200);
    expect((await call('PUT', '/v1/organizations/current', { name: 'X' })).status).toBe(403);
    expect((await call('POST', '/v1/organizations/current/api_keys', { scopes: ['*'] })).status).toBe(403);
    expect((await app.live('DELETE', `/v1/organizations/current/api_keys/${made.body.id}`)).status).toBe(204);
    expect((await call('GET', '/v1/organizations/current')).status).toBe(401);
  });

  it('keeps a sandbox key away from live keys', async () => {
    const made = await app.sandbox('POST', '/v1/organizations/current/api_keys', { environment: 'live' });
    expect(made.status).toBe(403);
    const listed = await app.sandbox('GET', '/v1/organizations/current/api_keys');
    expect(listed.body.map((key: { environment: string }) => key.environment)).toEqual(['sandbox']);
  });
});

describe('idempotency', () => {
  it('gives 50 equal requests that arrive together one effect', async () => {
    const headers = { 'idempotency-key': 'make-one-key' };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => app.live('POST', '/v1/organizations/current/api_keys', { name: 'once' }, headers)),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(answers.every(({ status, body }) => status === 201 || (status === 409 && body.code === 'idempotency_in_progress'))).toBe(true);
    expect(new Set(made.map(({ body }) => body.raw_key)).size).toBe(1);
    const { body } = await app.live('GET', '/v1/organizations/current/api_keys?limit=1000');
    expect(body.filter((key: { name: string }) => key.name === 'once')).toHaveLength(1);
  });

  it('replays a refusal too, and refuses the key for another body', async () => {
    const headers = { 'idempotency-key': 'refused-once' };
    const body = { environment: 'live' };
    const first = await app.sandbox('POST', '/v1/organizations/current/api_keys', body, headers);
    const again = await app.sandbox('POST', '/v1/organizations/current/api_keys', body, headers);
    expect([first.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([403, 403, 'true']);
    const other = await app.sandbox('POST', '/v1/organizations/current/api_keys', {}, headers);
    expect([other.status, other.body.code]).toEqual([409, 'idempotency_key_reused']);
  });
});

describe('test clock', () => {
  it('belongs to the sandbox, is set in any direction while nothing is billed, and arrives', async () => {
    expect((await app.live('GET', '/v1/test_clock')).status).toBe(403);
    expect((await app.sandbox('POST', '/v1/test_clock', { now: '2030-01-01T00:00:00Z' })).status).toBe(200);
    expect((await app.sandbox('POST', '/v1/test_clock', { now: '2026-01-01T00:00:00Z' })).body.now).toBe('2026-01-01T00:00:00Z');
    await app.advance('2027-06-01T00:00:00Z');
    expect((await app.sandbox('GET', '/v1/test_clock')).body).toMatchObject({ now: '2027-06-01T00:00:00Z', status: 'ready' });
    expect((await app.sandbox('POST', '/v1/test_clock/advance', { to: '2026-01-01T00:00:00Z' })).status).toBe(409);
  });
});
