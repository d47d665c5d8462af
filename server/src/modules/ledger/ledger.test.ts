import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
let database: pg.Client;
beforeAll(async () => {
  app = await startTestApp();
  database = new pg.Client({ connectionString: app.adminUrl });
  await database.connect();
  await must('POST', '/v1/test_clock', { now: '2026-01-01T00:00:00Z' });
  await must('POST', '/v1/plans', { code: 'arrears', name: 'Arrears', interval: 'monthly', amount_cents: 1000, currency: 'USD' });
  await must('POST', '/v1/plans', { code: 'advance', name: 'Advance', interval: 'monthly', amount_cents: 4900, currency: 'USD', pay_in_advance: true });
  await must('POST', '/v1/plans', { code: 'year', name: 'Year', interval: 'yearly', amount_cents: 36_500, currency: 'JPY', pay_in_advance: true });
});
afterAll(async () => {
  await database.end();
  await app.close();
});

async function must(method: string, path: string, body?: unknown) {
  const answer = await app.sandbox(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

let names = 0;

/** A customer of its own on a plan from now on, and what the books say of it. */
async function subscribe(plan: string, { customer: more = {}, subscription = {} }: { customer?: object; subscription?: object } = {}) {
  const name = `n${++names}`;
  const { now } = await must('GET', '/v1/test_clock');
  const currency = plan === 'year' ? 'JPY' : 'USD';
  const customer = await must('POST', '/v1/customers', { external_id: name, name, currency, ...more });
  await must('POST', '/v1/subscriptions', {
    external_id: name, customer_id: customer.id, plan_id: plan, started_at: now, billing_time: 'anniversary', ...subscription,
  });
  const invoices = () => must('GET', `/v1/invoices?customer_id=${customer.id}&order_by=billing_period_start:asc`);
  const entries = async (more = '') =>
    (await must('GET', `/v1/ledger/entries?customer_id=${customer.id}&order_by=created_at:asc${more}`))
      .map((entry: Entry) => [entry.kind, entry.booked_on, entry.account, entry.amount_cents])
      .sort((a: unknown[], b: unknown[]) => (String(a) < String(b) ? -1 : 1));
  const balances = async (asOf: string) => balancesOf(`as_of=${asOf}&customer_id=${customer.id}`);
  return { name, customer, invoices, entries, balances };
}

interface Entry {
  readonly kind: string;
  readonly booked_on: string;
  readonly account: string;
  readonly amount_cents: number;
}

async function balancesOf(query: string): Promise<Record<string, number>> {
  const rows: { account: string; balance_cents: number }[] = await must('GET', `/v1/ledger/balances?${query}`);
  return Object.fromEntries(rows.map(({ account, balance_cents: balance }) => [account, balance]));
}

describe('an invoice', () => {
  it('in arrears is owed and earned when it is finalized, and paid into cash', async () => {
    const { entries, invoices, balances } = await subscribe('arrears');
    await app.advance('2026-01-31T23:59:59Z');
    expect(await entries()).toEqual([]);
    await app.advance('2026-02-01T00:00:00Z');
    const posted = [['invoice_finalized', '2026-02-01', 'receivable', 1000], ['invoice_finalized', '2026-02-01', 'revenue', -1000]];
    expect(await entries()).toEqual(posted);
    const [invoice] = await invoices();
    const payment = await must('POST', '/v1/payments/record', { invoice_id: invoice.id, amount: 400 });
    const received = [['payment_received', '2026-02-01', 'cash', 400], ['payment_received', '2026-02-01', 'receivable', -400]];
    expect(await entries()).toEqual([...posted, ...received]);
    expect(await entries(`&document_id=${payment.public_id}`)).toEqual(received);
    expect(await entries(`&document_id=${invoice.id}&account=cash`)).toEqual(received.slice(0, 1));
    expect(await entries('&from=2026-02-02')).toEqual([]);
    expect(await entries('&to=2026-02-01')).toHaveLength(4);
    expect(await balances('2026-02-01')).toEqual({ cash: 400, receivable: 600, revenue: 1000 });
    expect(await balances('2026-01-31')).toEqual({});
  });

  // 49.00 for the 28 days from 15 February: 14 in February and 14 in March, 24.50 each.
  it('in advance over two months is earned by their days', async () => {
    await app.advance('2026-02-15T00:00:00Z');
    const { entries, balances } = await subscribe('advance');
    expect(await entries()).toEqual([
      ['invoice_finalized', '2026-02-15', 'deferred_revenue', -4900],
      ['invoice_finalized', '2026-02-15', 'receivable', 4900],
      ['invoice_finalized', '2026-02-28', 'deferred_revenue', 2450],
      ['invoice_finalized', '2026-02-28', 'revenue', -2450],
      ['invoice_finalized', '2026-03-14', 'deferred_revenue', 2450],
      ['invoice_finalized', '2026-03-14', 'revenue', -2450],
    ]);
    expect(await balances('2026-02-27')).toEqual({ receivable: 4900, deferred_revenue: 4900 });
    expect(await balances('2026-02-28')).toEqual({ receivable: 4900, deferred_revenue: 2450, revenue: 2450 });
    expect(await balances('2026-03-14')).toEqual({ receivable: 4900, deferred_revenue: 0, revenue: 4900 });
  });

  it('that is voided leaves nothing, and the months before it as they were', async () => {
    const { entries, invoices, balances } = await subscribe('advance', { subscription: { ending_at: '2026-03-15T00:00:00Z' } });
    await app.advance('2026-03-05T00:00:00Z');
    const [invoice] = await invoices();
    await must('POST', `/v1/invoices/${invoice.id}/void`);
    expect((await entries()).filter(([kind]: unknown[]) => kind === 'invoice_voided')).toEqual([
      ['invoice_voided', '2026-03-05', 'deferred_revenue', -2450],
      ['invoice_voided', '2026-03-05', 'deferred_revenue', 4900],
      ['invoice_voided', '2026-03-05', 'receivable', -4900],
      ['invoice_voided', '2026-03-05', 'revenue', 2450],
      ['invoice_voided', '2026-03-14', 'deferred_revenue', -2450],
      ['invoice_voided', '2026-03-14', 'revenue', 2450],
    ]);
    expect(await balances('2026-02-28')).toEqual({ receivable: 4900, deferred_revenue: 2450, revenue: 2450 });
    expect(await balances('2026-03-05')).toEqual({ receivable: 0, deferred_revenue: 0, revenue: 0 });
  });

  it('that is still a draft posts nothing, and is booked on the customer’s own day', async () => {
    const { entries, invoices } = await subscribe('advance', { customer: { invoice_grace_period: 5, timezone: 'Pacific/Auckland' } });
    const [draft] = await invoices();
    expect([draft.status, await entries()]).toEqual(['draft', []]);
    await app.advance('2026-03-05T12:00:00Z');
    await must('POST', `/v1/invoices/${draft.id}/finalize`);
    // Noon of the 5th is the 6th there, 13 hours ahead.
    expect((await entries())[0]).toEqual(['invoice_finalized', '2026-03-06', 'deferred_revenue', -4900]);
    const [latest] = await must('GET', '/v1/ledger/balances');
    expect(latest.as_of).toBe('2026-03-06');
  });
});

it('credit for unused days ends the releases, pays what is owed and the next invoice, and returns when that is voided', async () => {
  await app.advance('2026-07-01T00:00:00Z');
  const { name, customer, entries, invoices, balances } = await subscribe('advance');
  const [first] = await invoices();
  await must('POST', '/v1/payments/record', { invoice_id: first.id, amount: 4000 });
  await app.advance('2026-07-10T12:00:00Z');
  await must('DELETE', `/v1/subscriptions/${name}?on_termination_action=generate_credit_note`);
  // 21 of 31 days of 49.00 are 3319.35 -> 33.19, of which 9.00 lower what is owed; ten days, 15.81, are earned.
  expect((await entries()).filter(([kind]: unknown[]) => String(kind).startsWith('credit'))).toEqual([
    ['credit_applied', '2026-07-10', 'customer_credit', 900],
    ['credit_applied', '2026-07-10', 'receivable', -900],
    ['credit_note_issued', '2026-07-10', 'customer_credit', -3319],
    ['credit_note_issued', '2026-07-10', 'deferred_revenue', 1581],
    ['credit_note_issued', '2026-07-10', 'deferred_revenue', 3319],
    ['credit_note_issued', '2026-07-10', 'revenue', -1581],
    ['credit_note_issued', '2026-07-31', 'deferred_revenue', -4900],
    ['credit_note_issued', '2026-07-31', 'revenue', 4900],
  ]);
  const ended = { cash: 4000, receivable: 0, customer_credit: 2419, deferred_revenue: 0, revenue: 1581 };
  expect(await balances('2026-07-31')).toEqual(ended);

  await app.advance('2026-08-01T00:00:00Z');
  await must('POST', '/v1/subscriptions', { external_id: 'next', customer_id: customer.id, plan_id: 'advance', started_at: '2026-08-01T00:00:00Z' });
  expect(await balances('2026-08-01')).toEqual({ ...ended, receivable: 2481, customer_credit: 0, deferred_revenue: 4900 });
  const next = (await invoices()).at(-1);
  await must('POST', `/v1/invoices/${next.id}/void`);
  expect(await balances('2026-08-31')).toEqual(ended);
});

describe('the revenue report', () => {
  const report = (query: string) => must('GET', `/v1/reports/revenue_recognition?${query}`);

  it('rolls what is deferred from month to month, months to come included', async () => {
    await subscribe('year', { subscription: { billing_time: 'calendar', started_at: '2026-08-01T00:00:00Z' } });
    const rows = (await report('from=2026-07-31&to=2027-01')).filter((row: { currency: string }) => row.currency === 'JPY');
    // From 1 August 153 of 365 days of 36500 are 15300: 100 a day.
    const month = (name: string, start: number, added: number, released: number) => ({
      month: name, currency: 'JPY', recognized_cents: released, deferred_start_cents: start, deferred_added_cents: added,
      deferred_released_cents: released, deferred_end_cents: start + added - released,
    });
    expect(rows).toEqual([
      month('2026-07', 0, 0, 0), month('2026-08', 0, 15_300, 3100), month('2026-09', 12_200, 0, 3000), month('2026-10', 9200, 0, 3100),
      month('2026-11', 6100, 0, 3000), month('2026-12', 3100, 0, 3100), month('2027-01', 0, 0, 0),
    ]);
  });

  it('is what the balances say, whatever else happened', async () => {
    for (const [month, end] of [['2026-02', '2026-02-28'], ['2026-03', '2026-03-31'], ['2026-07', '2026-07-31'], ['2026-12', '2026-12-31']]) {
      const [dollars] = (await report(`from=2026-01&to=${month}`)).filter((row: { currency: string; month: string }) => row.currency === 'USD' && row.month === month);
      const rows: { account: string; currency: string; balance_cents: number }[] = await must('GET', `/v1/ledger/balances?as_of=${end}`);
      const deferred = rows.find(({ account, currency }) => account === 'deferred_revenue' && currency === 'USD');
      expect([month, dollars.deferred_end_cents]).toEqual([month, deferred?.balance_cents]);
    }
    const earned = (await report('from=2026-01&to=2027-12')).filter((row: { currency: string }) => row.currency === 'USD');
    const revenue = (await must('GET', '/v1/ledger/balances?as_of=2027-12-31')).find((row: { account: string; currency: string }) => row.account === 'revenue' && row.currency === 'USD');
    expect(earned.reduce((sum: number, row: { recognized_cents: number }) => sum + row.recognized_cents, 0)).toBe(revenue.balance_cents);
  });

  it.each([
    ['from=2026-01', 'to'], ['from=2026-13&to=2027-01', 'from'], ['from=2026-02-30&to=2026-03', 'from'], ['from=2026-03&to=2026-02', 'to'],
    ['from=2010-01&to=2026-01', 'to'], ['from=26-01&to=2026-02', 'from'], ['from=0001-01&to=2026-01', 'from'],
  ])('refuses %s', async (query, path) => {
    const { status, body } = await app.sandbox('GET', `/v1/reports/revenue_recognition?${query}`);
    expect([status, body.errors[0].path]).toEqual([422, path]);
  });
});

it('what is listed sums to what is shown', async () => {
  const all: { account: string; currency: string; amount_cents: number; booked_on: string }[] = await must('GET', '/v1/ledger/entries?limit=1000');
  for (const asOf of ['2026-02-20', '2026-07-15', '2026-12-31']) {
    const sums = new Map<string, number>();
    for (const entry of all)
      if (entry.booked_on <= asOf) sums.set(`${entry.currency} ${entry.account}`, (sums.get(`${entry.currency} ${entry.account}`) ?? 0) + entry.amount_cents);
    const shown: { account: string; currency: string; side: string; balance_cents: number; debits_cents: number; credits_cents: number }[] = await must('GET', `/v1/ledger/balances?as_of=${asOf}`);
    expect(Object.fromEntries(shown.map((row) => [`${row.currency} ${row.account}`, row.side === 'debit' ? row.balance_cents : 0 - row.balance_cents]))).toEqual(Object.fromEntries(sums));
    expect(shown.reduce((sum, row) => sum + row.debits_cents - row.credits_cents, 0)).toBe(0);
  }
});

describe('the database', () => {
  /** Runs statements as the application would, in the sandbox, and answers how the commit, or a statement before it, was refused. */
  async function attempt(...statements: readonly string[]): Promise<string> {
    const { rows } = await database.query("select id from tenants where organization_id = $1 and environment = 'sandbox'", [app.organizationId]);
    await database.query('begin');
    try {
      await database.query(`set local role farthing_app; set local app.tenant = '${rows[0].id}'`);
      for (const statement of statements) await database.query(statement);
      await database.query('commit');
      return 'accepted';
    } catch (error) {
      await database.query('rollback');
      return error instanceof Error ? error.message : String(error);
    }
  }

  const posting = 'insert into ledger_postings select tenant_id, gen_random_uuid(), kind, document_type, gen_random_uuid(), customer_id, invoice_id, credit_note_id, posted_at from ledger_postings limit 1';
  /** An entry of the newest posting of its kind: that of the statement above. */
  const entry = (line: number, amount: number, { currency = 'USD', on = '2026-01-01' } = {}) => `
    insert into ledger_entries (tenant_id, id, posting_id, line, account, currency, amount_cents, booked_on, is_release, created_at)
    select tenant_id, gen_random_uuid(), id, ${line}, 'cash', '${currency}', ${amount}, '${on}', false, posted_at
    from ledger_postings p where not exists (select from ledger_entries e where e.posting_id = p.id and e.line <> ${line} and e.xmin::text::bigint <> pg_current_xact_id()::text::bigint) limit 1`;

  it('refuses a posting that does not balance, when its transaction ends', async () => {
    expect(await attempt(posting, entry(1, 5), entry(2, -5))).toBe('accepted');
    expect(await attempt(posting, entry(1, 5), entry(2, -4))).toMatch(/entries of posting .* sum to 1 USD on 2026-01-01/);
    expect(await attempt(posting, entry(1, 5))).toMatch(/sum to 5 USD/);
    expect(await attempt(posting, entry(1, 5), entry(2, -5, { currency: 'EUR' }))).toMatch(/sum to/);
    expect(await attempt(posting, entry(1, 5), entry(2, -5, { on: '2026-01-02' }))).toMatch(/sum to/);
    expect(await attempt(posting, entry(1, 5), entry(3, -5))).toMatch(/has 2 entries and its last line is 3/);
  });

  it('refuses an entry that is added to a posting later', async () => {
    const later = `insert into ledger_entries (tenant_id, id, posting_id, line, account, currency, amount_cents, booked_on, is_release, created_at)
      select tenant_id, gen_random_uuid(), posting_id, max(line) + 1, 'cash', 'USD', 5, '2026-01-01', false, now() from ledger_entries group by tenant_id, posting_id limit 1`;
    expect(await attempt(later)).toMatch(/sum to 5 USD/);
    expect(await attempt(later.replace('max(line) + 1', '1'))).toMatch(/duplicate key/);
  });

  it('refuses to change or remove what was written, and to post the same again', async () => {
    for (const table of ['ledger_postings', 'ledger_entries'])
      for (const statement of [`update ${table} set tenant_id = tenant_id`, `delete from ${table}`, `truncate ${table}`])
        expect(await attempt(statement)).toBe(`permission denied for table ${table}`);
    const again = 'insert into ledger_postings select tenant_id, gen_random_uuid(), kind, document_type, document_id, customer_id, invoice_id, credit_note_id, posted_at from ledger_postings limit 1';
    expect(await attempt(again)).toMatch(/ledger_postings_once/);
  });
});

it('documents from before the books are posted as they would have been', async () => {
  // Entries without their ids and lines: merged, as what is left of a credited fee was written in one or in two steps.
  const books = async () =>
    (await database.query(`select p.customer_id, p.invoice_id, account, currency, to_char(booked_on, 'YYYY-MM') as month, e.fee_id, sum(amount_cents)::text as amount
      from ledger_entries e join ledger_postings p on p.id = e.posting_id where p.kind <> 'payment_received' or p.document_id in (select id from payments)
      group by 1, 2, 3, 4, 5, 6 having sum(amount_cents) <> 0 order by 1, 2, 3, 4, 5, 6`)).rows;
  await database.query(`delete from ledger_entries where posting_id in (select id from ledger_postings where document_id not in
    (select id from invoices union select id from credit_notes union select id from invoice_settlements union select id from payments))`);
  await database.query('delete from ledger_postings p where not exists (select from ledger_entries e where e.posting_id = p.id)');
  const postings = async () => (await database.query('select kind, document_type, document_id, customer_id, invoice_id, credit_note_id, posted_at::text from ledger_postings order by 1, 3')).rows;
  const [before, postedBefore] = [await books(), await postings()];
  expect(before.length).toBeGreaterThan(30);
  await database.query('truncate ledger_postings, ledger_entries');
  const migrations = new URL('../../../migrations/', import.meta.url);
  const name = (await readdir(migrations)).find((file) => file.endsWith('_post_earlier_documents.sql')) ?? '';
  await database.query(await readFile(new URL(name, migrations), 'utf8'));
  expect(await books()).toEqual(before);
  expect(await postings()).toEqual(postedBefore);
});
