import { jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

const portal = { url: 'https://billing.example/pay', key: Promise.resolve(new Uint8Array(32).fill(7)) };

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ worker: false, portal });
});
afterAll(() => app.close());

const create = async (body: object) => (await app.live('POST', '/v1/customers', body)).body;

describe('creating a customer', () => {
  it('needs a name or an e-mail address and derives the rest', async () => {
    const nameless = await app.live('POST', '/v1/customers', { external_id: 'x' });
    expect([nameless.status, nameless.body.errors[0].path]).toEqual([422, 'name']);
    const made = await create({ email: 'ada@example.com' });
    expect(made).toMatchObject({
      name: 'ada',
      external_id: null,
      currency: 'USD',
      timezone: 'UTC',
      net_payment_term: 30,
      invoice_grace_period: 0,
      billing_model: 'hybrid',
      mode: 'PREPAID',
      customer_type: 'UNKNOWN',
      environment: 'live',
      organization_id: app.organizationId,
    });
    expect(made.public_id).toBe(`cus_${made.id.replaceAll('-', '')}`);
  });

  it('takes the other names of its fields and shows both', async () => {
    const made = await create({ name: 'A', preferred_currency: 'EUR', payment_terms_days: 14, metadata: { a: 1 }, vat_number: 'de 123.456', billing_address: { street: 'S 1', country: 'de' }, customer_type: 'company' });
    expect(made).toMatchObject({ currency: 'EUR', preferred_currency: 'EUR', net_payment_term: 14, billing_metadata: { a: 1 }, metadata: { a: 1 }, vat_id: 'de 123.456', address_street: 'S 1', address_country: 'DE', customer_type: 'BUSINESS' });
    const torn = await app.live('POST', '/v1/customers', { name: 'A', currency: 'EUR', preferred_currency: 'USD' });
    expect([torn.status, torn.body.errors[0]]).toEqual([422, expect.objectContaining({ path: 'preferred_currency', code: 'contradiction' })]);
  });

  it.each([
    ['currency', 'XYZ'],
    ['timezone', 'Mars/Olympus'],
    ['timezone', '+02:00'],
    ['address_country', 'Germany'],
    ['email', 'nobody'],
    ['peppol_id', '1234:5'],
    ['mode', 'sometimes'],
    ['net_payment_term', -1],
    ['default_credit_limit', -5],
    ['name', 'a\u0000b'],
    ['nmae', 'typo'],
  ])('refuses %s = %j by name', async (field, value) => {
    const { status, body } = await app.live('POST', '/v1/customers', { name: 'A', [field]: value });
    expect([status, body.errors.map((error: { path: string }) => error.path)]).toEqual([422, [field]]);
  });

  it('refuses an external_id that is taken, also from 20 callers at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.live('POST', '/v1/customers', { name: 'A', external_id: 'same' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  });
});

describe('finding a customer', () => {
  it('goes by id, prefixed id and external_id, within its own environment', async () => {
    const made = await create({ name: 'A', external_id: 'by any/name' });
    for (const reference of [made.id, made.public_id, 'by%20any%2Fname'])
      expect((await app.live('GET', `/v1/customers/${reference}`)).body.id).toBe(made.id);
    expect((await app.sandbox('GET', `/v1/customers/${made.id}`)).status).toBe(404);
  });

  it('pages by cursor without skipping or repeating, and counts what the filter matches', async () => {
    for (let i = 0; i < 7; i++) await create({ name: `P${i}`, tags: ['paged', `t${i % 2}`] });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await app.live('GET', `/v1/customers?tags=paged&limit=3&cursor=${cursor}&order_by=name:asc`);
      seen.push(...body.data.map(({ name }: { name: string }) => name));
      cursor = body.next_cursor;
    }
    expect(seen).toEqual(['P0', 'P1', 'P2', 'P3', 'P4', 'P5', 'P6']);
    const odd = await app.live('GET', '/v1/customers?tags=paged,t1&limit=1');
    expect([odd.headers.get('x-total-count'), odd.body.length]).toEqual(['3', 1]);
    expect((await app.live('GET', '/v1/customers?order_by=__class__')).status).toBe(422);
    expect((await app.live('GET', '/v1/customers?colour=red')).status).toBe(422);
    expect((await app.live('GET', '/v1/customers?cursor=nonsense')).status).toBe(422);
  });
});

describe('changing and deleting a customer', () => {
  it('changes what is given, clears what is null, and says what changed', async () => {
    const made = await create({ name: 'A', email: 'a@example.com', tax_id: 'T1' });
    const { body } = await app.live('PATCH', `/v1/customers/${made.id}`, { name: 'B', tax_id: null });
    expect(body).toMatchObject({ name: 'B', tax_id: null, email: 'a@example.com' });
    const disabled = await app.live('PUT', `/v1/customers/${made.id}`, { vat_validation_disabled: true });
    expect([disabled.status, disabled.body.errors[0].path]).toEqual([422, 'vat_validation_disabled_reason']);
  });

  it('keeps its currency once something is billed in it', async () => {
    const made = await create({ name: 'A', external_id: 'billed', currency: 'USD' });
    expect((await app.live('PUT', '/v1/customers/billed', { currency: 'EUR' })).body.currency).toBe('EUR');
    await app.live('POST', '/v1/plans', { code: 'eur', name: 'P', interval: 'monthly', currency: 'EUR' });
    await app.live('POST', '/v1/subscriptions', { external_id: 's', customer_id: made.id, plan_id: 'eur' });
    const refused = await app.live('PUT', '/v1/customers/billed', { currency: 'USD' });
    expect([refused.status, refused.body.code]).toEqual([409, 'currency_in_use']);
    expect((await app.live('DELETE', '/v1/customers/billed')).body.code).toBe('customer_has_subscriptions');
  });

  it('hides the deleted, keeps it readable on request, and frees its external_id', async () => {
    const made = await create({ name: 'A', external_id: 'gone' });
    expect((await app.live('DELETE', '/v1/customers/gone')).status).toBe(204);
    expect((await app.live('GET', '/v1/customers/gone')).status).toBe(404);
    expect((await app.live('GET', `/v1/customers/${made.id}?include_deleted=true`)).body.deleted_at).not.toBeNull();
    expect((await create({ name: 'B', external_id: 'gone' })).id).not.toBe(made.id);
  });
});

describe('the link to the portal', () => {
  it('is signed for one customer of one environment, for about an hour', async () => {
    const made = await create({ name: 'Ada', external_id: 'ada' });
    const { status, body } = await app.live('GET', '/v1/customers/ada/portal_url');
    expect([status, body.portal_url.split('=')[0]]).toEqual([200, 'https://billing.example/pay/portal?token']);
    const token = body.portal_url.split('=')[1];
    const verify = (key: Uint8Array, audience = 'farthing portal') => jwtVerify(token, key, { algorithms: ['HS256'], issuer: 'farthing', audience });
    const { payload } = await verify(await portal.key);
    expect(payload).toEqual({
      iss: 'farthing', aud: 'farthing portal', sub: made.id, type: 'portal', organization_id: app.organizationId, environment: 'live', exp: Date.parse(body.expires_at) / 1000,
    });
    const minutes = (Date.parse(body.expires_at) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(59);
    expect(minutes).toBeLessThanOrEqual(75);
    await expect(verify(new Uint8Array(32))).rejects.toThrow();
    await expect(verify(await portal.key, 'something else')).rejects.toThrow();
  });

  it('is given to whoever may write customers, and for customers that are there', async () => {
    const { body } = await app.live('POST', '/v1/organizations/current/api_keys', { scopes: ['customers:read'] });
    expect((await app.callWith(body.raw_key)('GET', '/v1/customers/ada/portal_url')).status).toBe(403);
    expect((await app.live('GET', '/v1/customers/nobody/portal_url')).status).toBe(404);
  });
});
