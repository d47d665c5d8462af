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

const codeOf = async (method: string, path: string) => {
  const { status, body } = await app.sandbox(method, path);
  return [status, body.code];
};

beforeAll(async () => {
  app = await startTestApp();
  await must('POST', '/v1/test_clock', { now: '2026-01-01T00:00:00Z' });
  const metric = await must('POST', '/v1/billable_metrics', { code: 'calls', name: 'API calls', aggregation_type: 'count' });
  const charge = { billable_metric_id: metric.id, charge_model: 'standard', properties: { amount: '0.10' } };
  await must('POST', '/v1/plans', { code: 'basic', name: 'Basic', interval: 'monthly', amount_cents: 1000, currency: 'USD', charges: [charge] });
  await must('POST', '/v1/plans', { code: 'direct', name: 'Direct', interval: 'monthly', amount_cents: 0, currency: 'USD', charges: [{ ...charge, pay_in_advance: true }] });
});
afterAll(() => app.close());

/** A customer of its own on a plan, from now on. */
async function subscribe(plan: string, customer: object = {}) {
  const name = `n${++names}`;
  const { now } = await must('GET', '/v1/test_clock');
  const { id } = await must('POST', '/v1/customers', { external_id: name, name, currency: 'USD', ...customer });
  await must('POST', '/v1/subscriptions', { external_id: name, customer_id: id, plan_id: plan, started_at: now });
  const invoices = () => must('GET', `/v1/invoices?customer_id=${id}&order_by=created_at:asc`);
  const send = (count: number, timestamp: string) =>
    must('POST', '/v1/events/batch', {
      events: Array.from({ length: count }, () => ({ transaction_id: `t${++names}`, external_customer_id: name, code: 'calls', timestamp })),
    });
  return { name, id, invoices, send };
}

const wordsOf = (diff: { lines: { words: string }[]; summary: string }) => [...diff.lines.map(({ words }) => words), diff.summary];

describe('a draft, and the invoice that it becomes', () => {
  it('is compared with what it was, voided and issued again with the facts of then', async () => {
    const { invoices, send } = await subscribe('basic', { invoice_grace_period: 3 });
    await send(100, '2026-01-01T12:00:00Z');
    await app.advance('2026-02-01T00:00:00Z');
    const [draft] = await invoices();
    expect(draft).toMatchObject({ status: 'draft', version: 1, total_cents: 2000 });
    expect(await must('POST', `/v1/invoices/${draft.id}/refresh`)).toMatchObject({ version: 1, total_cents: 2000 });
    await send(1, '2026-01-31T12:00:00Z');
    // 101 calls at 0.10.
    expect(await must('POST', `/v1/invoices/${draft.id}/refresh`)).toMatchObject({ version: 2, total_cents: 2010 });
    expect(wordsOf(await must('GET', `/v1/invoices/${draft.id}/diff?against=1`))).toEqual([
      'Basic: 10.00 USD, unchanged',
      'API calls: 100 → 101 units, 10.00 → 10.10 USD (+0.10)',
      'Lines: 1 changed; the total goes from 20.00 to 20.10 USD (+0.10).',
    ]);
    expect(await codeOf('GET', `/v1/invoices/${draft.id}/diff?against=7`)).toEqual([422, 'validation_failed']);

    const { invoice_number: number } = await must('POST', `/v1/invoices/${draft.id}/finalize`);
    expect(await codeOf('POST', `/v1/invoices/${draft.id}/refresh`)).toEqual([409, 'not_a_draft']);
    expect(await codeOf('POST', `/v1/invoices/${draft.id}/regenerate`)).toEqual([409, 'not_voided']);
    await must('POST', `/v1/invoices/${draft.id}/void`);
    await send(9, '2026-01-31T12:00:00Z');
    const again = await must('POST', `/v1/invoices/${draft.id}/regenerate`);
    // 110 calls now. The number of the voided one stays used.
    expect(again).toMatchObject({ status: 'finalized', version: 3, total_cents: 2100, replaces_invoice_id: draft.id, billing_period_end: '2026-02-01T00:00:00Z' });
    expect(again.invoice_number).not.toBe(number);
    expect(await must('GET', `/v1/invoices/${draft.id}`)).toMatchObject({ status: 'voided', replaced_by_invoice_id: again.id, invoice_number: number });
    expect(await codeOf('POST', `/v1/invoices/${draft.id}/regenerate`)).toEqual([409, 'already_regenerated']);
    const diff = await must('GET', `/v1/invoices/${again.id}/diff?against=${draft.id}`);
    expect([diff.against, diff.sums.total]).toEqual([{ invoice_id: draft.id, version: 2 }, { before: 2010, after: 2100, difference: 90 }]);

    // The replacement of the replacement is the next link; what comes late is billed once, as of the period.
    await must('POST', `/v1/invoices/${again.id}/void`);
    const third = await must('POST', `/v1/invoices/${again.id}/regenerate`);
    await send(2, '2026-01-31T12:00:00Z');
    await app.advance('2026-03-04T00:00:00Z');
    const last = (await invoices()).at(-1);
    expect(last.fees.map((fee: { kind: string; amount_cents: number }) => [fee.kind, fee.amount_cents])).toEqual([['regular', 1000], ['late_usage', 20]]);
    const late = last.fees.find((fee: { kind: string }) => fee.kind === 'late_usage');
    expect(await must('GET', `/v1/fees/${late.id}/events?limit=1000`)).toHaveLength(112);
    expect(third.version).toBe(4);
  });

  it('may be asked for within a period, voided, and asked for again', async () => {
    const { invoices, send, name } = await subscribe('basic');
    await send(10, '2026-03-04T00:00:00Z');
    await app.advance('2026-03-10T00:00:00Z');
    const first = await must('POST', `/v1/subscriptions/${name}/invoice_now`);
    await app.advance('2026-03-11T00:00:00Z');
    await must('POST', `/v1/invoices/${first.id}/void`);
    await send(5, '2026-03-10T12:00:00Z');
    // 4 to 10 March, seven of 31 days of 10.00, and fifteen calls.
    const again = await must('POST', `/v1/invoices/${first.id}/regenerate`);
    expect([again.total_cents, again.replaces_invoice_id]).toEqual([226 + 150, first.id]);
    await app.advance('2026-04-01T00:00:00Z');
    expect(await codeOf('POST', `/v1/invoices/${again.id}/void`)).toEqual([409, 'has_later_invoice']);
    // 28 of 31 days are 9.03; 2.26 of them were billed.
    expect((await invoices()).map(({ status, total_cents: total }: { status: string; total_cents: number }) => [status, total])).toEqual([
      ['voided', 194 + 100],
      ['finalized', 376],
      ['finalized', 677],
    ]);
  });
});

describe('an invoice of no period', () => {
  it('is issued again with its lines', async () => {
    const { id } = await must('POST', '/v1/customers', { external_id: 'one-off', name: 'One-off', currency: 'USD' });
    const lines = [{ description: 'Set-up', quantity: '3', unit_price: '33.335' }];
    const first = await must('POST', '/v1/invoices/one_off', { customer_id: id, line_items: lines, purchase_order_number: 'PO 7' });
    await must('POST', `/v1/invoices/${first.id}/void`);
    expect(await must('POST', `/v1/invoices/${first.id}/regenerate`)).toMatchObject({
      status: 'finalized',
      invoice_type: 'one_off',
      total_cents: 10_001,
      purchase_order_number: 'PO 7',
      fees: [{ description: 'Set-up', precise_amount_cents: '10000.5' }],
    });
  });

  it('of events that paid at once is issued again, and none of them pays twice', async () => {
    const { invoices, send } = await subscribe('direct');
    await send(2, '2026-04-01T00:00:00Z');
    await expect.poll(async () => (await invoices()).filter(({ invoice_type: type, total_cents: total }: { invoice_type: string; total_cents: number }) => type === 'subscription' && total > 0).length, { timeout: 90_000 }).toBeGreaterThan(0);
    const paid = (await invoices()).find(({ total_cents: total }: { total_cents: number }) => total > 0);
    await must('POST', `/v1/invoices/${paid.id}/void`);
    const again = await must('POST', `/v1/invoices/${paid.id}/regenerate`);
    expect(again.fees.map((fee: { event_id: string }) => fee.event_id)).toEqual(paid.fees.map((fee: { event_id: string }) => fee.event_id));
    await app.advance('2026-05-01T00:00:00Z');
    const standing = (await invoices()).filter(({ status }: { status: string }) => status !== 'voided');
    expect(standing.reduce((sum: number, { total_cents: total }: { total_cents: number }) => sum + total, 0)).toBe(20);
  });
});

it('keeps the books', async () => {
  const admin = new pg.Client({ connectionString: app.adminUrl });
  await admin.connect();
  const breaches = await auditBooks(admin);
  await admin.end();
  expect(breaches).toEqual([]);
});
