import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { auditBooks } from '../../torture/books.ts';

let app: TestApp;
let names = 0;

async function must(method: string, path: string, body?: unknown) {
  const answer = await app.sandbox(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const codeOf = async (method: string, path: string, body?: unknown) => {
  const answer = await app.sandbox(method, path, body);
  return [answer.status, answer.body.code];
};

beforeAll(async () => {
  app = await startTestApp();
  await must('POST', '/v1/test_clock', { now: '2026-07-01T00:00:00Z' });
  await must('POST', '/v1/plans', { code: 'advance', name: 'Advance', interval: 'monthly', amount_cents: 3100, currency: 'USD', pay_in_advance: true });
});
afterAll(() => app.close());

/** An invoice of 31.00 for July, finalized on the 1st and due on the 31st. */
async function july() {
  const name = `n${++names}`;
  const customer = await must('POST', '/v1/customers', { external_id: name, name, currency: 'USD', net_payment_term: 30 });
  const subscription = await must('POST', '/v1/subscriptions', { external_id: name, customer_id: customer.id, plan_id: 'advance', started_at: '2026-07-01T00:00:00Z' });
  const [invoice] = await must('GET', `/v1/invoices?customer_id=${customer.id}`);
  return { customer, subscription, invoice, now: () => must('GET', `/v1/invoices/${invoice.id}`) };
}

const told = async (id: string) => {
  const entries: { action: string; event_type?: string }[] = await must('GET', `/v1/audit_logs?resource_id=${id}&limit=1000`);
  return JSON.stringify(entries).split('invoice.overdue').length - 1;
};

describe('what is written off', () => {
  it('is neither due nor payable until it is taken back', async () => {
    const { invoice, customer, now } = await july();
    await must('POST', '/v1/payments/record', { invoice_id: invoice.id, amount: 1000 });
    const gone = await must('POST', `/v1/invoices/${invoice.id}/write_off`);
    expect(gone).toMatchObject({ status: 'finalized', amount_due_cents: 0, amount_paid_cents: 1000, written_off_amount_cents: 2100, written_off_at: '2026-07-01T00:00:00Z' });
    expect(await codeOf('POST', `/v1/invoices/${invoice.id}/write_off`)).toEqual([409, 'nothing_due']);
    expect(await codeOf('POST', `/v1/invoices/${invoice.id}/pay`)).toEqual([409, 'written_off']);
    expect(await codeOf('POST', '/v1/payments/record', { invoice_id: invoice.id, amount: 1 })).toEqual([409, 'written_off']);
    const settled = await must('GET', `/v1/invoices/${invoice.id}/settlements`);
    expect(settled.map((entry: { settlement_type: string; amount_cents: number }) => [entry.settlement_type, entry.amount_cents])).toEqual([['payment', 1000], ['write_off', 2100]]);
    const balances: { account: string; balance_cents: number }[] = await must('GET', `/v1/ledger/balances?customer_id=${customer.id}`);
    expect(balances.find(({ account }) => account === 'write_off')).toMatchObject({ balance_cents: 2100 });

    expect(await must('POST', `/v1/invoices/${invoice.id}/reverse_write_off`)).toMatchObject({ amount_due_cents: 2100, written_off_amount_cents: 0, written_off_at: null });
    expect(await codeOf('POST', `/v1/invoices/${invoice.id}/reverse_write_off`)).toEqual([409, 'not_written_off']);
    await must('POST', `/v1/invoices/${invoice.id}/pay`);
    expect(await now()).toMatchObject({ status: 'paid', amount_paid_cents: 3100 });
  });

  it('is lowered by a credit note before anything is credited', async () => {
    const { invoice, subscription, customer, now } = await july();
    await must('POST', `/v1/invoices/${invoice.id}/write_off`);
    expect(await codeOf('POST', `/v1/invoices/${invoice.id}/void`)).toEqual([409, 'written_off']);
    await app.advance('2026-07-10T12:00:00Z');
    await must('DELETE', `/v1/subscriptions/${subscription.id}?on_termination_action=generate_credit_note`);
    // 21 of 31 days of 31.00 are given back; 10.00 stay given up, and nothing is the customer's.
    expect(await now()).toMatchObject({ status: 'finalized', credit_notes_amount_cents: 2100, written_off_amount_cents: 1000, amount_due_cents: 0 });
    expect(await must('GET', `/v1/credit_notes?customer_id=${customer.id}`)).toMatchObject([{ total_amount_cents: 2100, credit_amount_cents: 0 }]);
  });
});

describe('an invoice that is not paid in time', () => {
  it('is overdue after its due date, and says so once, unless it was settled, voided or given up', async () => {
    await app.advance('2026-07-10T12:00:00Z');
    const [late, paid, voided, givenUp] = [await july(), await july(), await july(), await july()].map(({ invoice }) => invoice);
    await must('POST', `/v1/invoices/${paid.id}/pay`);
    await must('POST', `/v1/invoices/${voided.id}/void`);
    await must('POST', `/v1/invoices/${givenUp.id}/write_off`);
    const { due_date: due } = late;
    const overdue = async (flag: boolean) => {
      const list: { id: string }[] = await must('GET', `/v1/invoices?payment_overdue=${flag}&limit=1000`);
      return [late, paid, voided, givenUp].map(({ id }) => list.some((one) => one.id === id));
    };
    await app.advance(due);
    expect([await overdue(true), await told(late.id)]).toEqual([[false, false, false, false], 0]);
    await app.advance(Temporal.Instant.from(due).add({ seconds: 1 }).toString());
    expect([await overdue(true), await overdue(false)]).toEqual([[true, false, false, false], [false, true, true, true]]);
    expect(await Promise.all([late, paid, voided, givenUp].map(({ id }) => told(id)))).toEqual([1, 0, 0, 0]);
    expect(await must('GET', `/v1/invoices/${late.id}`)).toMatchObject({ payment_overdue: true });
    await must('POST', `/v1/invoices/${late.id}/write_off`);
    expect(await must('GET', `/v1/invoices/${late.id}`)).toMatchObject({ payment_overdue: false });
  });
});

it('keeps the books', async () => {
  const admin = new pg.Client({ connectionString: app.adminUrl });
  await admin.connect();
  const breaches = await auditBooks(admin);
  await admin.end();
  expect(breaches).toEqual([]);
});
