import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
});
afterAll(() => app.close());

const call = (method: string, path: string, body?: object) => app.live(method, path, body);
const vat = { code: 'vat', name: 'VAT', rate: 20 };
const refusals = (body: { errors?: { path: string; code: string }[] }) => body.errors?.map(({ path, code }) => [path, code]);

describe('a tax', () => {
  it('is percent, found by its code and ids, changed, listed, and once deleted frees its code', async () => {
    const made = await call('POST', '/v1/taxes', vat);
    expect([made.status, made.body]).toEqual([201, expect.objectContaining({ ...vat, rate: '20', category: 'S', applied_to_organization: false, compound: false, inclusive: false })]);
    expect((await call('POST', '/v1/taxes', vat)).body.code).toBe('code_taken');
    for (const name of ['vat', made.body.id, made.body.public_id]) expect((await call('GET', `/v1/taxes/${name}`)).body).toEqual(made.body);
    const changed = await call('PUT', '/v1/taxes/vat', { rate: '21.0', applied_to_organization: true });
    expect(changed.body).toMatchObject({ rate: '21', category: 'S', applied_to_organization: true });
    expect((await call('GET', '/v1/taxes/vat/applied_entities')).body.entities).toMatchObject([{ taxable_type: 'organization' }]);
    expect((await call('PUT', '/v1/taxes/vat', { applied_to_organization: false })).body.applied_to_organization).toBe(false);
    expect((await call('DELETE', '/v1/taxes/vat')).status).toBe(204);
    expect([(await call('GET', '/v1/taxes/vat')).status, (await call('POST', '/v1/taxes', vat)).status]).toEqual([404, 201]);
  });

  it.each([
    ['rate', 'invalid', { rate: '19.12345' }],
    ['rate', 'invalid', { rate: -1 }],
    ['rate', 'invalid', { rate: 'NaN' }],
    ['rate', 'invalid', { rate: 1000 }],
    ['category', 'rate_mismatch', { rate: 5, category: 'AE' }],
    ['category', 'rate_mismatch', { rate: 0, category: 'S' }],
    ['category', 'invalid_value', { category: 'X' }],
  ])('refuses %s: %s', async (path, code, change) => {
    const { status, body } = await call('POST', '/v1/taxes', { ...vat, code: 'bad', ...change });
    expect([status, refusals(body)]).toEqual([422, [[path, code]]]);
  });
});

describe('what a tax applies to', () => {
  it('is there, has it once, and is counted and named', async () => {
    await call('POST', '/v1/taxes', { code: 'city', name: 'City', rate: '1.5' });
    const plan = (await call('POST', '/v1/plans', { code: 'pro', name: 'Pro', interval: 'monthly', currency: 'EUR' })).body;
    const apply = (taxable_type: string, taxable_id: string) => call('POST', '/v1/taxes/apply', { tax_code: 'city', taxable_type, taxable_id });
    const applied = await apply('plan', plan.public_id);
    expect([applied.status, applied.body]).toEqual([201, expect.objectContaining({ taxable_type: 'plan', taxable_id: plan.id, tax_rate: '1.5', tax_code: 'city', tax_amount_cents: 0 })]);
    expect((await apply('plan', plan.id)).body.code).toBe('already_applied');
    expect(refusals((await apply('customer', plan.id)).body)).toEqual([['taxable_id', 'not_found']]);
    expect(refusals((await apply('organization', plan.id)).body)).toEqual([['taxable_id', 'not_found']]);
    expect((await call('GET', `/v1/taxes/applied?taxable_type=plan&taxable_id=${plan.id}`)).body).toEqual([applied.body]);
    expect((await call('GET', '/v1/taxes/application_counts')).body.counts[applied.body.tax_id]).toBe(1);
    expect((await call('GET', '/v1/taxes/city/applied_entities')).body.entities).toEqual([{ taxable_type: 'plan', taxable_id: plan.id, code: 'pro', name: 'Pro' }]);
    expect((await call('DELETE', `/v1/taxes/applied/${applied.body.id}`)).status).toBe(204);
    expect((await call('DELETE', `/v1/taxes/applied/${applied.body.id}`)).status).toBe(404);
  });
});

describe('an exemption', () => {
  it('has a reason, and a category', async () => {
    const { body } = await call('POST', '/v1/customers', { name: 'Charity', tax_exempt: true });
    expect(refusals(body)).toEqual([['tax_exemption_reason', 'reason_needed']]);
    const made = await call('POST', '/v1/customers', { external_id: 'charity', name: 'Charity', currency: 'EUR', tax_exempt: true, tax_exemption_reason: 'A charity' });
    expect([made.status, made.body.tax_exemption_category]).toEqual([201, 'E']);
    expect((await call('PUT', '/v1/customers/charity', { tax_exemption_category: 'AE' })).body).toMatchObject({ tax_exempt: true, tax_exemption_category: 'AE' });
    expect(refusals((await call('PUT', '/v1/customers/charity', { tax_exemption_reason: null })).body)).toEqual([['tax_exemption_reason', 'reason_needed']]);
  });
});

it('is on an invoice as it was when that was made, fee by fee, and in the books', async () => {
  await call('POST', '/v1/taxes', { code: 'de', name: 'MwSt.', rate: '19', jurisdiction: 'DE' });
  await call('POST', '/v1/customers', { external_id: 'taxed', name: 'Taxed', currency: 'EUR' });
  const customer = (await call('GET', '/v1/customers/taxed')).body;
  await call('POST', '/v1/taxes/apply', { tax_code: 'de', taxable_type: 'customer', taxable_id: customer.id });
  const line = { description: 'Work', quantity: 1, unit_price: '0.25' };
  const { body: invoice } = await call('POST', '/v1/invoices/one_off', { customer_id: 'taxed', line_items: [line, line] });
  // 50 × 19 % = 9.5, rounded once to 10; two equal parts.
  expect([invoice.subtotal_cents, invoice.tax_amount_cents, invoice.total_cents]).toEqual([50, 10, 60]);
  expect(invoice.fees.map((fee: { taxes_amount_cents: number; tax_category: string }) => [fee.taxes_amount_cents, fee.tax_category])).toEqual([[5, 'S'], [5, 'S']]);
  expect(invoice.taxes).toMatchObject([{ tax_code: 'de', tax_rate: '19', tax_category: 'S', jurisdiction: 'DE', base_amount_cents: 50, amount_cents: 10 }]);
  const fee = invoice.fees[0].id;
  expect((await call('GET', `/v1/taxes/applied?taxable_type=fee&taxable_id=${fee}`)).body).toMatchObject([{ taxable_id: fee, tax_code: 'de', tax_amount_cents: 5 }]);
  const { body: entries } = await call('GET', `/v1/ledger/entries?document_id=${invoice.id}&account=tax_payable`);
  expect(entries).toMatchObject([{ amount_cents: -10, tax_jurisdiction: 'DE', tax_rate: '19' }]);
  await call('PUT', '/v1/taxes/de', { rate: '16' });
  expect((await call('GET', `/v1/invoices/${invoice.id}`)).body.taxes).toEqual(invoice.taxes);
});
