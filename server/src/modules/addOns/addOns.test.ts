import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
});
afterAll(() => app.close());

const setUp = { code: 'setup', name: 'Set-up', amount_cents: 15_000, amount_currency: 'EUR' };

it('is found by its code and ids, changed, listed, and once deleted frees its code', async () => {
  const made = await app.live('POST', '/v1/add_ons', setUp);
  expect([made.status, made.body]).toEqual([201, expect.objectContaining({ ...setUp, description: null, invoice_display_name: null })]);
  expect((await app.live('POST', '/v1/add_ons', setUp)).body.code).toBe('code_taken');
  for (const name of ['setup', made.body.id, made.body.public_id]) expect((await app.live('GET', `/v1/add_ons/${name}`)).body).toEqual(made.body);
  const changed = await app.live('PUT', '/v1/add_ons/setup', { amount_cents: 20_000, invoice_display_name: 'Installation' });
  expect(changed.body).toMatchObject({ ...setUp, amount_cents: 20_000, invoice_display_name: 'Installation' });
  expect((await app.live('GET', '/v1/add_ons?order_by=code:asc')).body).toEqual([changed.body]);
  expect((await app.live('GET', '/v1/add_ons/application_counts')).body).toEqual({ [made.body.id]: 0 });
  expect((await app.live('DELETE', '/v1/add_ons/setup')).status).toBe(204);
  expect((await app.live('GET', `/v1/add_ons/${made.body.id}`)).status).toBe(404);
  const again = await app.live('POST', '/v1/add_ons', setUp);
  expect([again.status, again.body.id === made.body.id]).toEqual([201, false]);
});

it('costs whole minor units of a real currency, never less than nothing', async () => {
  const paths = async (change: object) => {
    const { status, body } = await app.live('POST', '/v1/add_ons', { ...setUp, code: 'bad', ...change });
    return [status, body.errors?.map(({ path }: { path: string }) => path)];
  };
  expect(await paths({ amount_cents: -1 })).toEqual([422, ['amount_cents']]);
  expect(await paths({ amount_cents: 1.5 })).toEqual([422, ['amount_cents']]);
  expect(await paths({ amount_currency: 'XXZ' })).toEqual([422, ['amount_currency']]);
  expect(await paths({ code: 'a/b' })).toEqual([422, ['code']]);
});

it('has the organization’s currency where none is given', async () => {
  const { default_currency: currency } = (await app.live('GET', '/v1/organizations/current')).body;
  const { body } = await app.live('POST', '/v1/add_ons', { code: 'plain', name: 'Plain', amount_cents: 0 });
  expect([body.amount_cents, body.amount_currency]).toEqual([0, currency]);
});

it('is sold in the customer’s currency only, and its applications tell which invoice bills them', async () => {
  await app.live('POST', '/v1/customers', { external_id: 'buyer', name: 'Buyer', currency: 'USD' });
  await app.live('POST', '/v1/add_ons', { code: 'euros', name: 'In euros', amount_cents: 100, amount_currency: 'EUR' });
  const apply = (change: object) => app.live('POST', '/v1/add_ons/apply', { add_on_code: 'euros', customer_id: 'buyer', ...change });
  const refused = async (change: object) => (await apply(change)).body.errors?.map(({ path, code }: { path: string; code: string }) => [path, code]);
  expect(await refused({})).toEqual([['amount_currency', 'currency_mismatch']]);
  expect(await refused({ amount_currency: 'USD' })).toEqual([['amount_cents', 'required']]);
  expect(await refused({ add_on_code: 'nothing' })).toEqual([['add_on_code', 'not_found']]);
  expect(await refused({ customer_id: 'nobody' })).toEqual([['customer_id', 'not_found']]);
  const sold = await apply({ amount_cents: 120, amount_currency: 'USD' });
  expect([sold.status, sold.body.amount_cents, sold.body.amount_currency, sold.body.billing]).toEqual([201, 120, 'USD', 'now']);
  const invoice = (await app.live('GET', `/v1/invoices/${sold.body.invoice_id}`)).body;
  expect([invoice.invoice_type, invoice.status, invoice.total_cents, invoice.fees[0].add_on_id]).toEqual(['add_on', 'finalized', 120, sold.body.add_on_id]);
  const waiting = (await apply({ amount_cents: 50, amount_currency: 'USD', billing: 'next_invoice' })).body;
  expect((await app.live('GET', '/v1/add_ons/euros/applications?order_by=amount_cents:asc')).body).toEqual([
    { ...waiting, invoice_id: null, add_on_code: 'euros', add_on_name: 'In euros', customer_name: 'Buyer' },
    { ...sold.body, add_on_code: 'euros', add_on_name: 'In euros', customer_name: 'Buyer' },
  ]);
});

it('keeps the customer’s currency while one waits to be billed, and its type where its invoice is issued again', async () => {
  await app.live('POST', '/v1/customers', { external_id: 'waiter', name: 'Waiter', currency: 'USD' });
  await app.live('POST', '/v1/add_ons', { code: 'fitting', name: 'Fitting', amount_cents: 100, amount_currency: 'USD' });
  const apply = async (change: object) => (await app.live('POST', '/v1/add_ons/apply', { add_on_code: 'fitting', customer_id: 'waiter', ...change })).body;
  expect(await apply({ billing: 'next_invoice' })).toMatchObject({ billing: 'next_invoice', invoice_id: null });
  const moved = await app.live('PUT', '/v1/customers/waiter', { currency: 'EUR' });
  expect([moved.status, moved.body.code]).toEqual([409, 'currency_in_use']);
  const { invoice_id: id } = await apply({});
  await app.live('POST', `/v1/invoices/${id}/void`);
  expect((await app.live('POST', `/v1/invoices/${id}/regenerate`)).body).toMatchObject({ invoice_type: 'add_on', total_cents: 100 });
});
