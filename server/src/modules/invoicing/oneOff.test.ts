import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
let customers = 0;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
});
afterAll(() => app.close());

async function customer(): Promise<string> {
  const id = `customer-${++customers}`;
  await app.live('POST', '/v1/customers', { external_id: id, name: id, currency: 'USD', net_payment_term: 30 });
  return id;
}

const line = (more: object = {}) => ({ description: 'Set-up', quantity: '3', unit_price: '33.335', ...more });
const oneOff = async (body: object) => app.live('POST', '/v1/invoices/one_off', { customer_id: await customer(), ...body });

describe('a one-off invoice', () => {
  it('is quantity times unit price, rounded once, finalized at once and due by the customer’s term', async () => {
    // 3 × 33.335 = 100.005, posted 100.01; 2 × 10 = 20.00.
    const { status, body } = await oneOff({
      line_items: [line({ amount: '100.005' }), line({ quantity: 2, unit_price: 10, amount: 20 })],
      purchase_order_number: 'PO 7',
      notes: 'Thank you.',
    });
    expect([status, body.status, body.invoice_type, body.total_cents, body.amount_due_cents]).toEqual([200, 'finalized', 'one_off', 12_001, 12_001]);
    expect(body.fees.map((fee: { fee_type: string; precise_amount_cents: string }) => [fee.fee_type, fee.precise_amount_cents])).toEqual([['add_on', '10000.5'], ['add_on', '2000']]);
    expect(body).toMatchObject({ invoice_number: 'INV-000001', purchase_order_number: 'PO 7', notes: 'Thank you.', subscription_id: null, payment_overdue: false });
    expect(Temporal.Instant.from(body.issued_at).until(body.due_date).total('days')).toBe(30);
  });

  it.each([
    ['line_items.0.amount', 'amount_mismatch', { line_items: [line({ amount: '100.02' })] }],
    ['line_items.0.quantity', 'invalid', { line_items: [line({ quantity: -1 })] }],
    ['currency', 'currency_mismatch', { currency: 'EUR', line_items: [line()] }],
    ['due_date', 'before_issue', { due_date: '2020-01-01T00:00:00Z', line_items: [line()] }],
  ])('refuses %s: %s', async (path, code, body) => {
    const refused = await oneOff(body);
    expect([refused.status, refused.body.errors.map((error: { path: string; code: string }) => [error.path, error.code])]).toEqual([422, [[path, code]]]);
  });

  it('stays a draft where that is asked for: no number, not due', async () => {
    const { body } = await oneOff({ line_items: [line()], draft: true });
    expect(body).toMatchObject({ status: 'draft', invoice_number: null, payment_overdue: false });
    const done = await app.live('POST', `/v1/invoices/${body.id}/finalize`);
    expect([done.status, done.body.status, done.body.total_cents]).toEqual([200, 'finalized', 10_001]);
  });
});

describe('several invoices at once', () => {
  it('are finalized and voided each by itself, with numbers, events and refusals of their own', async () => {
    const drafts = [await oneOff({ line_items: [line()], draft: true }), await oneOff({ line_items: [line()], draft: true })].map(({ body }) => body.id);
    const unknown = '01890000-0000-7000-8000-000000000000';
    const finalized = await app.live('POST', '/v1/invoices/bulk_finalize', { invoice_ids: [...drafts, unknown] });
    expect(finalized.body).toMatchObject({
      finalized_count: 2,
      failed_count: 1,
      results: [{ invoice_id: drafts[0], success: true }, { success: true }, { invoice_id: unknown, success: false, code: 'not_found' }],
    });
    await app.live('POST', `/v1/invoices/${drafts[0]}/pay`);
    const voided = await app.live('POST', '/v1/invoices/bulk_void', { invoice_ids: drafts });
    expect(voided.body).toMatchObject({ voided_count: 1, failed_count: 1, results: [{ success: false, code: 'cannot_void' }, { success: true }] });
    const states = await Promise.all(drafts.map(async (id) => (await app.live('GET', `/v1/invoices/${id}`)).body.status));
    expect(states).toEqual(['paid', 'voided']);
  });
});
