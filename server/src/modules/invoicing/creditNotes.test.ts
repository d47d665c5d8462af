import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { auditDatabase } from '../../torture/books.ts';

let app: TestApp;
let names = 0;

async function must(method: string, path: string, body?: unknown) {
  const answer = await app.sandbox(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** The status and what is wrong: the code of the field that is named, else of the refusal. */
async function refused(method: string, path: string, body?: unknown): Promise<readonly unknown[]> {
  const answer = await app.sandbox(method, path, body);
  const [error] = answer.body.errors ?? [];
  return error === undefined ? [answer.status, answer.body.code] : [answer.status, error.path, error.code];
}

beforeAll(async () => {
  app = await startTestApp();
  await must('POST', '/v1/test_clock', { now: '2026-01-10T00:00:00Z' });
  await must('POST', '/v1/taxes', { code: 'vat', name: 'VAT', rate: 19 });
});
afterAll(() => app.close());

/** An invoice over a set-up at 100.00 and training at 50.00, with 19 % of tax: 178.50. */
async function invoiced(customer: object = {}) {
  const name = `customer-${++names}`;
  const { id } = await must('POST', '/v1/customers', { external_id: name, name, currency: 'EUR', ...customer });
  await must('POST', '/v1/taxes/apply', { tax_code: 'vat', taxable_type: 'customer', taxable_id: id });
  const lines = [['Set-up', 100], ['Training', 50]].map(([description, price]) => ({ description, quantity: 1, unit_price: price }));
  return must('POST', '/v1/invoices/one_off', { customer_id: id, currency: 'EUR', line_items: lines });
}

type Invoice = Awaited<ReturnType<typeof invoiced>>;

const asked = (invoice: Invoice, amounts: readonly number[], more: object = {}) => ({
  invoice_id: invoice.id,
  credit_note_type: 'credit',
  reason: 'other',
  items: amounts.flatMap((amount, index) => (amount === 0 ? [] : [{ fee_id: invoice.fees[index].id, amount_cents: amount }])),
  ...more,
});

async function issue(invoice: Invoice, amounts: readonly number[], more: object = {}) {
  const { id } = await must('POST', '/v1/credit_notes', asked(invoice, amounts, more));
  return must('POST', `/v1/credit_notes/${id}/finalize`);
}

const paid = async (invoice: Invoice, amount = 17_850) => must('POST', '/v1/payments/record', { invoice_id: invoice.id, amount });

describe('a credit note', () => {
  it('is a draft first, which gives nothing back; finalized it lowers what is owed', async () => {
    const invoice = await invoiced();
    const estimate = await must('POST', '/v1/credit_notes/estimate', { invoice_id: invoice.id, items: asked(invoice, [2000, 1000]).items });
    // 30.00 and 19 % of them.
    expect(estimate).toMatchObject({ taxes_amount_cents: 570, total_amount_cents: 3570, offset_amount_cents: 3570, credit_amount_cents: 0 });
    expect(estimate.max_amounts.map(({ amount_cents: left }: { amount_cents: number }) => left)).toEqual([10_000, 5000]);
    const draft = await must('POST', '/v1/credit_notes', asked(invoice, [2000, 1000], { description: 'Too much' }));
    expect(draft).toMatchObject({ number: null, status: 'draft', credit_status: null, total_amount_cents: 3570, issued_at: null });
    expect((await must('GET', `/v1/invoices/${invoice.id}`)).amount_due_cents).toBe(17_850);
    await must('PUT', `/v1/credit_notes/${draft.id}`, { items: asked(invoice, [2000]).items, reason: 'duplicated_charge' });
    const note = await must('POST', `/v1/credit_notes/${draft.id}/finalize`);
    expect(note).toMatchObject({ status: 'finalized', reason: 'duplicated_charge', credit_status: 'consumed', total_amount_cents: 2380, offset_amount_cents: 2380, taxes: [{ tax_code: 'vat', base_amount_cents: 2000, amount_cents: 380 }] });
    expect(note.number).toMatch(/^INV-CN-\d{6}$/);
    expect(await must('GET', `/v1/invoices/${invoice.id}`)).toMatchObject({ amount_due_cents: 15_470, fees: [{ credited_amount_cents: 2000 }, { credited_amount_cents: 0 }] });
    expect(await refused('POST', `/v1/credit_notes/${note.id}/finalize`)).toEqual([409, 'not_a_draft']);
    expect(await refused('PUT', `/v1/credit_notes/${note.id}`, { reason: 'other' })).toEqual([409, 'not_a_draft']);
  });

  it('never gives back more of a fee than is left of it, and names what is wrong', async () => {
    const invoice = await invoiced();
    await issue(invoice, [6000]);
    const create = (more: object) => refused('POST', '/v1/credit_notes', { ...asked(invoice, [4000]), ...more });
    const [fee] = asked(invoice, [4001]).items;
    expect(await create({ items: [fee] })).toEqual([422, 'items.0.amount_cents', 'exceeds_fee']);
    expect(await create({ items: [{ ...fee, amount_cents: 0 }] })).toEqual([422, 'items.0.amount_cents', 'not_positive']);
    expect(await create({ items: [{ ...fee, amount_cents: 1 }, { ...fee, amount_cents: 1 }] })).toEqual([422, 'items.1.fee_id', 'duplicate']);
    expect(await create({ items: asked(await invoiced(), [1]).items })).toEqual([422, 'items.0.fee_id', 'not_found']);
    expect(await create({ currency: 'USD' })).toEqual([422, 'currency', 'currency_mismatch']);
    expect(await create({ customer_id: (await invoiced()).customer_id })).toEqual([422, 'customer_id', 'other_customer']);
    expect(await create({ refund_amount_cents: 1 })).toEqual([422, 'refund_amount_cents', 'not_a_refund']);
    // Two drafts over the same 40.00: the second does not fit once the first is in force.
    const drafts = [await must('POST', '/v1/credit_notes', asked(invoice, [4000])), await must('POST', '/v1/credit_notes', asked(invoice, [4000]))];
    await must('POST', `/v1/credit_notes/${drafts[0].id}/finalize`);
    expect(await refused('POST', `/v1/credit_notes/${drafts[1].id}/finalize`)).toEqual([422, 'items.0.amount_cents', 'exceeds_fee']);
  });

  it('is not made on what is no debt, nor as credit on the sale of credits', async () => {
    const { id } = await must('POST', '/v1/customers', { external_id: `customer-${++names}`, name: 'Saver', currency: 'EUR' });
    const wallet = await must('POST', '/v1/wallets', { customer_id: id, currency: 'EUR' });
    await must('POST', `/v1/wallets/${wallet.id}/top_up`, { credits: 10, type: 'purchased' });
    const [sold] = await must('GET', `/v1/invoices?customer_id=${id}`);
    expect(await refused('POST', '/v1/credit_notes', asked(sold, [1]))).toEqual([409, 'sells_credits']);
    const draft = await must('POST', '/v1/invoices/one_off', { customer_id: id, currency: 'EUR', draft: true, line_items: [{ description: 'd', quantity: 1, unit_price: 1 }] });
    expect(await refused('POST', '/v1/credit_notes', asked(draft, [1]))).toEqual([409, 'not_finalized']);
  });

  it('may have a number of its own, which is no one else’s and none of the series', async () => {
    const invoice = await invoiced();
    const own = await issue(invoice, [100], { number: 'GS 2026/1' });
    expect(own.number).toBe('GS 2026/1');
    expect(await refused('POST', '/v1/credit_notes', asked(invoice, [100], { number: 'GS 2026/1' }))).toEqual([409, 'number_taken']);
    expect(await refused('POST', '/v1/credit_notes', asked(invoice, [100], { number: 'INV-CN-000900' }))).toEqual([422, 'number', 'reserved']);
    const [before, after] = [await issue(invoice, [100]), await issue(invoice, [100])].map(({ number }) => Number(number.slice(-6)));
    expect(after).toBe(Number(before) + 1);
  });

  it('of twenty at once that credit the same fee wholly, one wins', async () => {
    const invoice = await invoiced();
    const drafts = [];
    for (let n = 0; n < 20; n++) drafts.push(await must('POST', '/v1/credit_notes', asked(invoice, [10_000])));
    const answers = await Promise.all(drafts.map(({ id }) => app.sandbox('POST', `/v1/credit_notes/${id}/finalize`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 422)]);
    expect((await must('GET', `/v1/invoices/${invoice.id}`)).amount_due_cents).toBe(5950);
  });
});

describe('money that is paid back', () => {
  it('is at most what arrived; the rest is credit', async () => {
    const invoice = await invoiced();
    await issue(invoice, [0, 5000]);
    await paid(invoice, 10_000);
    // 119.00 less the 100.00 that were paid are due: they are lowered first, and 100.00 are left to be paid back.
    const refund = asked(invoice, [10_000], { credit_note_type: 'refund' });
    expect(await refused('POST', '/v1/credit_notes', { ...refund, refund_amount_cents: 10_001 })).toEqual([422, 'refund_amount_cents', 'exceeds_captured']);
    const note = await issue(invoice, [10_000], { credit_note_type: 'refund', refund_amount_cents: 9000 });
    expect(note).toMatchObject({ total_amount_cents: 11_900, offset_amount_cents: 1900, refund_amount_cents: 9000, credit_amount_cents: 1000, refund_status: 'pending', credit_status: 'available' });
    expect(await must('GET', `/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'paid', amount_due_cents: 0, amount_paid_cents: 10_000 });
  });

  it('is told of once, and may fail before', async () => {
    const invoice = await invoiced();
    await paid(invoice);
    const note = await issue(invoice, [10_000], { credit_note_type: 'refund' });
    expect(note).toMatchObject({ refund_amount_cents: 11_900, credit_status: null });
    const tell = (status: string) => must('PUT', `/v1/credit_notes/${note.id}`, { refund_status: status });
    expect(await refused('POST', `/v1/credit_notes/${note.id}/void`)).toEqual([409, 'refund_pending']);
    for (const status of ['failed', 'pending', 'succeeded']) expect((await tell(status)).refund_status).toBe(status);
    expect(await refused('PUT', `/v1/credit_notes/${note.id}`, { refund_status: 'failed' })).toEqual([409, 'already_refunded']);
    expect(await refused('POST', `/v1/credit_notes/${note.id}/void`)).toEqual([409, 'nothing_left']);
    // 178.50 arrived and 119.00 went back: of what is left, the money reaches exactly.
    expect(await issue(invoice, [0, 5000], { credit_note_type: 'refund' })).toMatchObject({ refund_amount_cents: 5950, credit_amount_cents: 0 });
    expect((await must('GET', `/v1/credit_notes?refund_status=succeeded&invoice_id=${invoice.id}`)).length).toBe(1);
  });

  it('that cannot be paid back may be voided, and given back in another way', async () => {
    const invoice = await invoiced();
    await paid(invoice);
    const note = await issue(invoice, [10_000], { credit_note_type: 'refund' });
    await must('PUT', `/v1/credit_notes/${note.id}`, { refund_status: 'failed' });
    expect(await must('POST', `/v1/credit_notes/${note.id}/void`)).toMatchObject({ credit_status: 'voided', voided_amount_cents: 11_900, items: [{ amount_cents: 10_000 }] });
    expect(await issue(invoice, [10_000])).toMatchObject({ credit_amount_cents: 11_900 });
  });
});

describe('credits of a wallet that were sold', () => {
  /** 30.00 of credits, and the invoice that sells them. */
  async function sold() {
    const { id } = await must('POST', '/v1/customers', { external_id: `customer-${++names}`, name: 'Saver', currency: 'EUR' });
    const wallet = await must('POST', '/v1/wallets', { customer_id: id, currency: 'EUR' });
    await must('POST', `/v1/wallets/${wallet.id}/top_up`, { credits: 3000, type: 'purchased' });
    const [invoice] = await must('GET', `/v1/invoices?customer_id=${id}`);
    const spend = (price: number) => must('POST', '/v1/invoices/one_off', { customer_id: id, currency: 'EUR', line_items: [{ description: 'Hours', quantity: 1, unit_price: price }] });
    const balance = async () => (await must('GET', `/v1/wallets/${wallet.id}`)).balance_cents;
    return { id, wallet, invoice, spend, balance };
  }

  const refund = { credit_note_type: 'refund' };

  it('go for the money that is given back, as many as are left of them', async () => {
    const { wallet, invoice, spend, balance } = await sold();
    await paid(invoice, 3000);
    await spend(12.5);
    // 30.00 less 12.50 that were spent.
    const estimate = await must('POST', '/v1/credit_notes/estimate', { invoice_id: invoice.id, ...refund, items: asked(invoice, [1]).items });
    expect(estimate).toMatchObject({ max_amounts: [{ amount_cents: 1750 }], max_refundable_amount_cents: 3000 });
    expect(await refused('POST', '/v1/credit_notes', asked(invoice, [1751], refund))).toEqual([422, 'items.0.amount_cents', 'exceeds_fee']);
    expect(await refused('POST', '/v1/credit_notes', asked(invoice, [1000], { ...refund, refund_amount_cents: 999 }))).toEqual([422, 'refund_amount_cents', 'not_all']);
    for (const type of ['credit', 'offset']) expect(await refused('POST', '/v1/credit_notes', asked(invoice, [1], { credit_note_type: type }))).toEqual([409, 'sells_credits']);
    const late = await must('POST', '/v1/credit_notes', asked(invoice, [1000], refund));
    const note = await issue(invoice, [1000], refund);
    expect(note).toMatchObject({ total_amount_cents: 1000, offset_amount_cents: 0, credit_amount_cents: 0, refund_amount_cents: 1000, refund_status: 'pending', taxes_amount_cents: 0 });
    expect(await balance()).toBe(750);
    expect(await refused('POST', `/v1/credit_notes/${late.id}/finalize`)).toEqual([422, 'items.0.amount_cents', 'exceeds_fee']);
    const [moved] = await must('GET', `/v1/wallets/${wallet.id}/transactions?order_by=created_at:desc`);
    expect(moved).toMatchObject({ transaction_status: 'voided', source: 'refund', amount_cents: 1000, credit_note_id: note.id, invoice_id: invoice.id });
    await must('PUT', `/v1/credit_notes/${note.id}`, { refund_status: 'succeeded' });
    expect(await issue(invoice, [750], refund)).toMatchObject({ refund_amount_cents: 750 });
    expect([await balance(), (await must('GET', `/v1/invoices/${invoice.id}`)).status]).toEqual([0, 'paid']);
  });

  it('come back where the money could not be paid', async () => {
    const { invoice, balance } = await sold();
    await paid(invoice, 3000);
    const note = await issue(invoice, [3000], refund);
    expect(await balance()).toBe(0);
    await must('PUT', `/v1/credit_notes/${note.id}`, { refund_status: 'failed' });
    expect(await must('POST', `/v1/credit_notes/${note.id}/void`)).toMatchObject({ voided_amount_cents: 3000 });
    expect(await balance()).toBe(3000);
    expect(await issue(invoice, [3000], refund)).toMatchObject({ refund_amount_cents: 3000 });
  });

  it('are not given back before they came, while they are held, nor beyond the money that came for them', async () => {
    const { id, wallet, invoice } = await sold();
    const create = (amount: number) => refused('POST', '/v1/credit_notes', asked(invoice, [amount], refund));
    expect(await create(1)).toEqual([409, 'purchase_pending']);
    // 12.00 of 30.00 come once the other 18.00 are given up; 2.00 of them are held.
    await paid(invoice, 1200);
    expect(await create(1)).toEqual([409, 'purchase_pending']);
    await must('POST', `/v1/invoices/${invoice.id}/write_off`);
    await must('POST', `/v1/wallets/${wallet.id}/holds`, { amount_cents: 200 });
    expect(await create(1001)).toEqual([422, 'items.0.amount_cents', 'exceeds_fee']);
    await issue(invoice, [1000], refund);
    expect(await must('GET', `/v1/invoices/${invoice.id}`)).toMatchObject({ written_off_amount_cents: 1800, amount_due_cents: 0 });
    // Credit of 10.00 pays for the next sale, money for 20.00.
    const other = await must('POST', '/v1/invoices/one_off', { customer_id: id, currency: 'EUR', line_items: [{ description: 'Hours', quantity: 1, unit_price: 10 }] });
    await must('POST', '/v1/payments/record', { invoice_id: other.id, amount: other.amount_due_cents });
    await issue(other, [1000 - 200]);
    await must('POST', `/v1/wallets/${wallet.id}/top_up`, { credits: 3000, type: 'purchased' });
    const next = (await must('GET', `/v1/invoices?customer_id=${id}`)).find((one: Invoice) => one.invoice_type === 'credit' && one.id !== invoice.id);
    expect(next).toMatchObject({ credit_notes_amount_cents: 800, amount_due_cents: 2200 });
    await paid(next, 2200);
    expect(await refused('POST', '/v1/credit_notes', asked(next, [2201], refund))).toEqual([422, 'refund_amount_cents', 'exceeds_captured']);
    expect(await issue(next, [2200], refund)).toMatchObject({ refund_amount_cents: 2200 });
  });

  it('that have expired, or went with their wallet, are gone', async () => {
    const { wallet, invoice } = await sold();
    await paid(invoice, 3000);
    const note = await issue(invoice, [1000], refund);
    await must('DELETE', `/v1/wallets/${wallet.id}`);
    expect(await refused('POST', '/v1/credit_notes', asked(invoice, [1], refund))).toEqual([422, 'items.0.amount_cents', 'exceeds_fee']);
    await must('PUT', `/v1/credit_notes/${note.id}`, { refund_status: 'failed' });
    await must('POST', `/v1/credit_notes/${note.id}/void`);
    const moved = await must('GET', `/v1/wallets/${wallet.id}/transactions?transaction_type=outbound`);
    const back = await must('GET', `/v1/wallets/${wallet.id}/transactions?transaction_type=inbound`);
    const told = [...moved, ...back].map((row) => `${row.transaction_status} by ${row.source}: ${row.amount_cents}`);
    // 10.00 for the money, 20.00 with the wallet; the 10.00 come back to a wallet that has ended, and go with it.
    expect(told.toSorted()).toEqual(['purchased by manual: 3000', 'returned by refund: 1000', 'voided by refund: 1000', 'voided by termination: 1000', 'voided by termination: 2000']);
  });
});

describe('voiding', () => {
  it('takes back what is left: so much of the fee may be credited again', async () => {
    const invoice = await invoiced();
    await paid(invoice);
    const note = await issue(invoice, [10_000, 5000]);
    // An invoice over 59.50 takes 59.50 of the credit of 178.50.
    const line = { description: 'Hours', quantity: 1, unit_price: 50 };
    const next = await must('POST', '/v1/invoices/one_off', { customer_id: invoice.customer_id, currency: 'EUR', line_items: [line] });
    expect(next).toMatchObject({ status: 'paid', credit_notes_amount_cents: 5950 });
    // 119.00 are left: two thirds of 100.00, 50.00 and 28.50 are 66.666…, 33.333… and 19.00; the cent goes to the first.
    expect(await must('POST', `/v1/credit_notes/${note.id}/void`)).toMatchObject({ balance_amount_cents: 0, voided_amount_cents: 11_900, total_amount_cents: 17_850 });
    expect((await must('GET', `/v1/invoices/${invoice.id}`)).fees.map((fee: { credited_amount_cents: number }) => fee.credited_amount_cents)).toEqual([3333, 1667]);
    expect(await refused('POST', `/v1/credit_notes/${note.id}/void`)).toEqual([409, 'already_voided']);
    expect(await issue(invoice, [6667, 3333])).toMatchObject({ taxes_amount_cents: 1900, total_amount_cents: 11_900 });
  });

  it('gives a draft up', async () => {
    const draft = await must('POST', '/v1/credit_notes', asked(await invoiced(), [1]));
    expect(await must('POST', `/v1/credit_notes/${draft.id}/void`)).toMatchObject({ status: 'draft', credit_status: 'voided', voided_amount_cents: 0 });
    expect(await refused('POST', `/v1/credit_notes/${draft.id}/finalize`)).toEqual([409, 'already_voided']);
  });
});

it('is drawn as a PDF, and so is an invoice with taxes', async () => {
  const invoice = await invoiced({ locale: 'de' });
  const note = await issue(invoice, [100, 100], { description: 'Kulanz' });
  for (const path of [`/v1/credit_notes/${note.id}/download_pdf`, `/v1/invoices/${invoice.id}/download_pdf`]) {
    const pdf = await app.sandbox('POST', path);
    expect([pdf.status, pdf.headers.get('content-type'), pdf.body.subarray(0, 5).toString()]).toEqual([200, 'application/pdf', '%PDF-']);
  }
});

it('keeps the books', async () => {
  expect(await auditDatabase(app.adminUrl)).toEqual([]);
});

it('a note holds its customer’s billing before its invoice, so that no credit that makes itself is reckoned meanwhile', async () => {
  const invoice = await invoiced();
  const { id } = await must('POST', '/v1/credit_notes', asked(invoice, [1000]));
  const admin = new pg.Client({ connectionString: app.adminUrl });
  await admin.connect();
  await admin.query('begin');
  await admin.query('select from invoices where id = $1 for no key update', [invoice.id]);
  const finalizing = must('POST', `/v1/credit_notes/${id}/finalize`);
  // How many locks of that kind those hold who wait for the invoice.
  const held = await app.until(async () => {
    const { rows } = await admin.query<{ locks: number }>(`
      select (select count(*) from pg_locks l where l.pid = a.pid and l.locktype = 'advisory' and l.granted)::int as locks
      from pg_stat_activity a where a.datname = current_database() and a.wait_event_type = 'Lock' and a.query like '%"invoices"%for update'`);
    return rows[0]?.locks;
  });
  await admin.query('commit');
  await admin.end();
  await finalizing;
  expect(held).toBe(1);
});
