import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { auditBooks } from '../../torture/books.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await must('POST', '/v1/test_clock', { now: '2026-01-01T00:00:00Z' });
  const metric = await must('POST', '/v1/billable_metrics', { code: 'calls', name: 'API calls', aggregation_type: 'count' });
  const charges = [
    {
      billable_metric_id: metric.id,
      charge_model: 'graduated',
      properties: {
        graduated_ranges: [
          { from_value: 0, to_value: 2, per_unit_amount: '0.333', flat_amount: '0' },
          { from_value: 3, to_value: null, per_unit_amount: '0.1', flat_amount: '0.50' },
        ],
      },
    },
  ];
  await must('POST', '/v1/plans', { code: 'arrears', name: 'Arrears', interval: 'monthly', amount_cents: 1000, currency: 'USD', charges });
  await must('POST', '/v1/plans', { code: 'advance', name: 'Advance', interval: 'monthly', amount_cents: 3100, currency: 'USD', pay_in_advance: true });
});
afterAll(() => app.close());

async function must(method: string, path: string, body?: unknown) {
  const answer = await app.sandbox(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

let names = 0;

/** A customer of its own on a plan, from now on. */
async function subscribe(plan: string, options: { customer?: object; subscription?: object } = {}) {
  const name = `n${++names}`;
  const { now } = await must('GET', '/v1/test_clock');
  const customer = await must('POST', '/v1/customers', { external_id: name, name, ...options.customer });
  const subscription = await must('POST', '/v1/subscriptions', {
    external_id: `${name}-sub`,
    customer_id: customer.id,
    plan_id: plan,
    started_at: now,
    ...options.subscription,
  });
  const invoices = () => must('GET', `/v1/invoices?customer_id=${customer.id}&order_by=billing_period_start:asc`);
  return { name, customer, subscription, invoices };
}

const send = (customer: string, ids: readonly string[], timestamp: string) =>
  must('POST', '/v1/events/batch', {
    events: ids.map((id) => ({ transaction_id: `${customer}-${id}`, external_customer_id: customer, code: 'calls', timestamp })),
  });

interface Node {
  readonly amount_cents: string | null;
  readonly children: readonly Node[];
}

/** Sum of the leaves in millionths of a cent, as whole numbers. */
function leaves(node: Node): bigint {
  if (node.children.length > 0) return node.children.reduce((sum, child) => sum + leaves(child), 0n);
  const [whole = '0', fraction = ''] = (node.amount_cents ?? '0').split('.');
  return BigInt(whole + fraction.padEnd(6, '0').slice(0, 6));
}

describe('a period in arrears', () => {
  it('is invoiced with its usage, explained to the cent, paid, and printed', async () => {
    const { name, invoices } = await subscribe('arrears');
    await app.advance('2026-01-10T00:00:00Z');
    await send(name, ['a', 'b', 'c', 'd'], '2026-01-10T00:00:00Z');
    const preview = await must('POST', '/v1/invoices/preview', { subscription_id: `${name}-sub` });
    await app.advance('2026-02-01T00:00:00Z');

    // 10.00 for the month; two calls at 0.333 and two at 0.10 plus 0.50 once: 0.666 + 0.70 = 1.366 -> 1.37.
    const [invoice] = await invoices();
    expect(invoice).toMatchObject({ status: 'finalized', subtotal_cents: 1137, total_cents: 1137, amount_due_cents: 1137 });
    expect(invoice.fees.map((fee: { amount_cents: number; precise_amount_cents: string }) => [fee.amount_cents, fee.precise_amount_cents])).toEqual([
      [1000, '1000'],
      [137, '136.6'],
    ]);
    expect(preview.total_cents).toBe(invoice.total_cents);
    expect(preview.fees.map((fee: { description: string; amount_cents: number }) => [fee.description, fee.amount_cents])).toEqual(
      invoice.fees.map((fee: { description: string; amount_cents: number }) => [fee.description, fee.amount_cents]),
    );

    const { explanation } = await must('GET', `/v1/invoices/${invoice.id}/explain`);
    expect(leaves(explanation)).toBe(1137_000000n);
    expect(JSON.stringify(explanation)).toContain('"metric_code":"calls"');

    const [planFee, usageFee] = invoice.fees;
    const events = await must('GET', `/v1/fees/${usageFee.id}/events`);
    expect(events.map((event: { transaction_id: string }) => event.transaction_id).sort()).toEqual(['a', 'b', 'c', 'd'].map((id) => `${name}-${id}`));
    expect(await must('GET', `/v1/fees/${planFee.id}/events`)).toEqual([]);

    const pdf = await app.sandbox('GET', `/v1/invoices/${invoice.id}/pdf_preview`);
    expect([pdf.status, pdf.headers.get('content-type'), pdf.body.subarray(0, 5).toString()]).toEqual([200, 'application/pdf', '%PDF-']);

    // 30 days from 1 February.
    expect([invoice.issued_at, invoice.due_date]).toEqual(['2026-02-01T00:00:00Z', '2026-03-03T00:00:00Z']);
    const wrong = await app.sandbox('POST', '/v1/payments/record', { invoice_id: invoice.id, amount: 1137, currency: 'EUR' });
    const over = await app.sandbox('POST', '/v1/payments/record', { invoice_id: invoice.id, amount: 1138 });
    expect([wrong.status, wrong.body.errors[0].path, over.status, over.body.errors[0].path]).toEqual([422, 'currency', 422, 'amount']);
    await must('POST', '/v1/payments/record', { invoice_id: invoice.id, amount: 137 });
    expect(await must('GET', `/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'finalized', amount_due_cents: 1000 });
    await must('POST', '/v1/payments/record', { invoice_id: invoice.id, amount: 1000 });
    expect(await must('GET', `/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'paid', amount_due_cents: 0, amount_paid_cents: 1137 });
    const settlements = await must('GET', `/v1/invoices/${invoice.id}/settlements`);
    expect(settlements.map((entry: { amount_cents: number }) => entry.amount_cents)).toEqual([137, 1000]);
  });

  it('takes payments that arrive together only up to what is due', async () => {
    const { invoices } = await subscribe('arrears');
    await app.advance('2026-03-01T00:00:00Z');
    const [invoice] = await invoices();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => app.sandbox('POST', '/v1/payments/record', { invoice_id: invoice.id, amount: invoice.total_cents })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await must('GET', `/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'paid', amount_paid_cents: invoice.total_cents });
  });
});

describe('a draft in its grace period', () => {
  it('counts what comes late, then finalises by itself', async () => {
    const { name, invoices } = await subscribe('arrears', { customer: { invoice_grace_period: 3 } });
    await app.advance('2026-04-01T00:00:00Z');
    const [draft] = await invoices();
    expect(draft).toMatchObject({ status: 'draft', invoice_number: null, total_cents: 1000, finalize_at: '2026-04-04T00:00:00Z' });
    const early = await app.sandbox('POST', '/v1/payments/record', { invoice_id: draft.id, amount: 1 });
    expect([early.status, early.body.code]).toEqual([409, 'not_payable']);
    await send(name, ['late'], '2026-03-31T23:59:59Z');
    await app.advance('2026-04-04T00:00:00Z');
    // One call at 0.333 -> 0.33.
    expect(await must('GET', `/v1/invoices/${draft.id}`)).toMatchObject({ status: 'finalized', total_cents: 1033, issued_at: '2026-04-04T00:00:00Z' });
  });

  it('may be dated, reworded, deleted or voided; a finalized invoice may not', async () => {
    const { invoices } = await subscribe('arrears', { customer: { invoice_grace_period: 3 } });
    await app.advance('2026-05-01T00:00:00Z');
    const [draft] = await invoices();
    await must('PUT', `/v1/invoices/${draft.id}`, { due_date: '2026-06-30T00:00:00Z' });
    await must('PUT', `/v1/fees/${draft.fees[0].id}`, { description: 'Service in April' });
    expect(await must('POST', `/v1/invoices/${draft.id}/finalize`)).toMatchObject({ status: 'finalized', due_date: '2026-06-30T00:00:00Z' });
    for (const [method, path] of [['PUT', ''], ['DELETE', ''], ['POST', '/finalize']] as const) {
      const refused = await app.sandbox(method, `/v1/invoices/${draft.id}${path}`, method === 'PUT' ? { due_date: null } : undefined);
      expect([refused.status, refused.body.code]).toEqual([409, 'not_a_draft']);
    }
    expect(await must('POST', `/v1/invoices/${draft.id}/void`)).toMatchObject({ status: 'voided' });
    expect((await app.sandbox('POST', `/v1/invoices/${draft.id}/void`)).body.code).toBe('cannot_void');
  });
});

describe('paid in advance, then terminated', () => {
  // 31.00 for a month of 31 days from 1 July: a day costs 1.00. Terminated on 10 July, 21 days are not used.
  it('credits the unused days where asked to, first on what is owed', async () => {
    await app.advance('2026-07-01T00:00:00Z');
    const { subscription, customer, invoices } = await subscribe('advance');
    const [first] = await invoices();
    expect(first).toMatchObject({ total_cents: 3100, status: 'finalized' });
    await app.advance('2026-07-10T12:00:00Z');
    await must('DELETE', `/v1/subscriptions/${subscription.id}?on_termination_action=generate_credit_note`);
    expect(await must('GET', `/v1/credit_notes?customer_id=${customer.id}`)).toMatchObject([
      { total_amount_cents: 2100, credit_amount_cents: 0, balance_amount_cents: 0, number: 'INV-CN-000001' },
    ]);
    expect(await must('GET', `/v1/invoices/${first.id}`)).toMatchObject({ credit_notes_amount_cents: 2100, amount_due_cents: 1000 });
    const voided = await app.sandbox('POST', `/v1/invoices/${first.id}/void`);
    expect([voided.status, voided.body.code]).toEqual([409, 'has_credit_note']);
  });

  it('keeps the credit of a paid fee for the next invoice', async () => {
    await app.advance('2026-08-01T00:00:00Z');
    const { subscription, customer, invoices } = await subscribe('advance');
    const [first] = await invoices();
    await must('POST', `/v1/invoices/${first.id}/pay`);
    await app.advance('2026-08-10T12:00:00Z');
    await must('DELETE', `/v1/subscriptions/${subscription.id}?on_termination_action=generate_credit_note`);
    expect(await must('GET', `/v1/credit_notes?customer_id=${customer.id}`)).toMatchObject([{ credit_amount_cents: 2100, balance_amount_cents: 2100 }]);
    // The next subscription of the customer, from 11 August: 21 of 31 days of 31.00 are 21.00, all of it credited.
    await app.advance('2026-08-11T00:00:00Z');
    await must('POST', '/v1/subscriptions', { external_id: 'again', customer_id: customer.id, plan_id: 'advance', started_at: '2026-08-11T00:00:00Z' });
    expect((await invoices()).at(-1)).toMatchObject({ total_cents: 2100, credit_notes_amount_cents: 2100, amount_due_cents: 0, status: 'paid' });
  });

  it('does nothing more where it is told to skip or only to invoice', async () => {
    await app.advance('2026-09-01T00:00:00Z');
    for (const action of ['skip', 'generate_invoice']) {
      const { subscription, customer, invoices } = await subscribe('advance');
      await must('DELETE', `/v1/subscriptions/${subscription.id}?on_termination_action=${action}`);
      expect(await invoices()).toHaveLength(1);
      expect(await must('GET', `/v1/credit_notes?customer_id=${customer.id}`)).toEqual([]);
    }
  });
});

it('numbers 50 drafts that are finalized together without a gap', async () => {
  for (let i = 0; i < 50; i++) await subscribe('arrears', { customer: { invoice_grace_period: 30 } });
  await app.advance('2026-10-01T00:00:00Z');
  const drafts = await must('GET', '/v1/invoices?status=draft&limit=1000');
  expect(drafts.length).toBeGreaterThanOrEqual(50);
  const answers = await Promise.all(drafts.map(({ id }: { id: string }) => app.sandbox('POST', `/v1/invoices/${id}/finalize`)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});

it('keeps the books', async () => {
  const admin = new pg.Client({ connectionString: app.adminUrl });
  await admin.connect();
  const breaches = await auditBooks(admin);
  await admin.end();
  expect(breaches).toEqual([]);
});
