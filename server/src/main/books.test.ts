import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { launch } from '../testing/installation.ts';
import { invariants } from './books/invariants.ts';
import { findBreach, listTenants } from './books/verifyBooks.ts';

let app: TestApp;
let client: pg.Client;

// Processes are started here; a busy machine may take its time.
async function must(method: string, path: string, body?: unknown) {
  const answer = await app.sandbox(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** A customer of each fate: paid in part, credited, out of force, still a draft. */
beforeAll(async () => {
  app = await startTestApp();
  client = new pg.Client({ connectionString: app.adminUrl });
  await client.connect();
  await must('POST', '/v1/test_clock', { now: '2026-01-01T00:00:00Z' });
  const metric = await must('POST', '/v1/billable_metrics', { code: 'calls', name: 'Calls', aggregation_type: 'count' });
  const charges = [{ billable_metric_id: metric.id, charge_model: 'standard', properties: { amount: '0.5' } }];
  await must('POST', '/v1/plans', { code: 'arrears', name: 'Arrears', interval: 'monthly', amount_cents: 1000, currency: 'USD', charges });
  await must('POST', '/v1/plans', { code: 'advance', name: 'Advance', interval: 'monthly', amount_cents: 3100, currency: 'USD', pay_in_advance: true });
  const subscribe = async (name: string, plan: string, more: object = {}) => {
    await must('POST', '/v1/customers', { external_id: name, name, ...more });
    await must('POST', '/v1/subscriptions', { external_id: name, customer_id: name, plan_id: plan, started_at: '2026-01-01T00:00:00Z' });
    await must('POST', '/v1/events', { transaction_id: name, external_customer_id: name, code: 'calls', timestamp: '2026-01-01T00:00:00Z' });
  };
  await subscribe('payer', 'arrears');
  await subscribe('leaver', 'advance');
  await subscribe('voided', 'advance');
  await subscribe('hopeless', 'advance');
  await subscribe('patient', 'arrears', { invoice_grace_period: 20 });
  await must('POST', '/v1/coupons', { code: 'tenth', name: 'Tenth', coupon_type: 'percentage', percentage_rate: '10', frequency: 'once' });
  for (const name of ['payer', 'patient']) await must('POST', '/v1/coupons/apply', { coupon_code: 'tenth', customer_id: name });
  await app.advance('2026-02-02T00:00:00Z');
  const invoiceOf = async (name: string) => {
    const customer = await must('GET', `/v1/customers/${name}`);
    return (await must('GET', `/v1/invoices?customer_id=${customer.id}&order_by=created_at:asc`))[0];
  };
  await must('POST', '/v1/payments/record', { invoice_id: (await invoiceOf('payer')).id, amount: 500 });
  await must('POST', `/v1/invoices/${(await invoiceOf('leaver')).id}/pay`);
  await must('DELETE', '/v1/subscriptions/leaver?on_termination_action=generate_credit_note');
  await must('POST', `/v1/invoices/${(await invoiceOf('voided')).id}/void`);
  await fillWallet();
  await tax();
  await must('POST', `/v1/invoices/${(await invoiceOf('hopeless')).id}/write_off`);
});

/** An invoice with taxes on top of the price and in it. */
async function tax(): Promise<void> {
  const { id } = await must('POST', '/v1/customers', { external_id: 'taxed', name: 'Taxed' });
  for (const [code, inclusive] of [['in', true], ['on', false]] as const) {
    await must('POST', '/v1/taxes', { code, name: code, rate: 10, inclusive });
    await must('POST', '/v1/taxes/apply', { tax_code: code, taxable_type: 'customer', taxable_id: id });
  }
  const invoice = await must('POST', '/v1/invoices/one_off', { customer_id: 'taxed', line_items: [{ description: 'Set-up', quantity: 1, unit_price: 6 }] });
  await must('POST', `/v1/invoices/${invoice.id}/pay`);
  const items = [{ fee_id: invoice.fees[0].id, amount_cents: 100 }];
  const issue = async (type: string) => {
    const note = await must('POST', '/v1/credit_notes', { invoice_id: invoice.id, credit_note_type: type, reason: 'other', items });
    return must('POST', `/v1/credit_notes/${note.id}/finalize`);
  };
  await must('PUT', `/v1/credit_notes/${(await issue('refund')).id}`, { refund_status: 'succeeded' });
  await must('POST', `/v1/credit_notes/${(await issue('credit')).id}/void`);
}

/** Credits given, bought, on the way, held, spent in part on an invoice, and transferred. */
async function fillWallet(): Promise<void> {
  await must('POST', '/v1/customers', { external_id: 'saver', name: 'Saver' });
  const wallet = await must('POST', '/v1/wallets', { customer_id: 'saver', initial_granted_credits: 500 });
  const buy = () => must('POST', `/v1/wallets/${wallet.id}/top_up`, { credits: 300, type: 'purchased' });
  await buy();
  const [sold] = await must('GET', `/v1/invoices?customer_id=${wallet.customer_id}`);
  await must('POST', `/v1/invoices/${sold.id}/pay`);
  await buy();
  await must('POST', `/v1/wallets/${wallet.id}/holds`, { amount_cents: 100 });
  await must('POST', '/v1/invoices/one_off', { customer_id: 'saver', line_items: [{ description: 'Set-up', quantity: 1, unit_price: 6 }] });
  const other = await must('POST', '/v1/wallets', { customer_id: 'saver' });
  await must('POST', '/v1/wallets/transfer', { source_wallet_id: wallet.id, target_wallet_id: other.id, credits: 40 });
}
afterAll(async () => {
  await client.end();
  await app.close();
});

/** What breaks each invariant: one statement on a sound database, whose constraints and triggers sleep meanwhile. */
const breakages: Readonly<Record<string, string>> = {
  'the fees of an invoice sum to its subtotal': `update fees set amount_cents = amount_cents + 1 where id = (select min(id::text)::uuid from fees)`,
  'a total is its parts': `update invoices set total_cents = total_cents + 1`,
  'the parts of the fees in the progressive credit are that of the invoice, and never more than the fee': `update fees set progressive_billing_credit_amount_cents = 1 where id = (select min(id::text)::uuid from fees)`,
  'the tax of an invoice is its breakdown, and each group what its fees have of it': `update fee_taxes set base_amount_cents = base_amount_cents + 1`,
  'the taxes of a fee sum to its tax, and what was in its price is part of it': `update fees set included_tax_cents = included_tax_cents + 1`,
  'what is due is the total less what settled it, and never less than nothing': `update invoices set amount_due_cents = -1 where status = 'finalized'`,
  'what an invoice says of payments, credit notes, prepaid credits and write-offs is the sum of its settlements': `update invoices set amount_paid_cents = 1, credit_notes_amount_cents = -1 where status = 'draft'`,
  'one invoice per subscription, kind and instant': `update invoice_subscriptions set billing_at = '2026-01-01', billing_turn = 0, billing_kind = 'start'
    where subscription_id = (select subscription_id from invoice_subscriptions where not voided group by subscription_id having count(*) > 1 limit 1)`,
  'an invoice is of the subscriptions it says, all of its customer, and its fees are of them': `update invoice_subscriptions set voided = not voided`,
  'no day of a plan and no usage is billed twice': `update fees set from_datetime = '2025-12-01', credited_amount_cents = 0`,
  'numbers of invoices run from 1 without gap or repeat, and the counter stands behind the last': `update billing_entities set next_invoice_number = next_invoice_number + 1`,
  'a draft has no number, and what is finalized has its number and its dates': `update invoices set due_date = null where status = 'paid'`,
  'an invoice is paid when nothing is due on it and nothing was given up, and only then': `update invoices set status = 'paid' where amount_due_cents > 0`,
  'no money is on an invoice out of force, and a payment settles what it brought': `update invoices set status = 'voided' where amount_paid_cents > 0`,
  'nothing is billed before its time but what is paid in advance': `update fees set to_datetime = '2027-01-01' where fee_type = 'charge'`,
  'what coupons take of an invoice is on its fees and on its lines of coupons': `update invoice_coupons set amount_cents = amount_cents + 1`,
  'an invoice in force has used of each coupon what it shows, and another one nothing': `delete from coupon_uses`,
  'a coupon was used as often as its entries say, and not more often than it is for': `update applied_coupons set uses = uses + 1`,
  'an explanation is a tree for every fee': `update fees set explain = '{}'`,
  'what was finalized is as it was then': `update fees set description = 'Something else'`,
  'each state of a document was told once': `delete from domain_events where type = 'payment.succeeded'`,
  'a posting sums to 0 in each currency on each day': `update ledger_entries set booked_on = booked_on + 1 where line = 1`,
  'a posting has entries, numbered from 1 without a gap': `delete from ledger_entries where line = 2`,
  'receivable is what is due on each finalized invoice': `update ledger_entries set amount_cents = amount_cents + 1 where account = 'receivable'`,
  'what the books gave up is what was written off each invoice': `update invoices set written_off_amount_cents = written_off_amount_cents + 1`,
  'cash is what payments brought': `update payments set status = 'failed'`,
  'revenue of a fee is what it came to less what was credited, and nothing where it is out of force': `update ledger_entries set fee_id = null where account = 'revenue'`,
  'tax payable is the tax of each finalized invoice, per jurisdiction and rate': `update ledger_entries set amount_cents = amount_cents - 1 where account = 'tax_payable'`,
  'nothing of a fee stays deferred when all its releases have come': `delete from ledger_entries where is_release and account = 'deferred_revenue' and line = (select max(line) from ledger_entries where is_release and account = 'deferred_revenue')`,
  'what the books name is there': `delete from payments`,
  'numbers of credit notes run from 1 without gap or repeat, and the counter stands behind the last': `update credit_notes set number = 'INV-CN-000099' where number = 'INV-CN-000001'`,
  'what is credited of a fee is on its credit notes, and never more than the fee': `update fees set credited_amount_cents = credited_amount_cents + 1`,
  'a credit note is its items less what coupons had paid of them, with their taxes, and what is voided of it is entries with a minus': `update credit_notes set taxes_amount_cents = taxes_amount_cents + 1`,
  'credit notes never give back more of an invoice than its total, more of a tax than there is of it, or more money than arrived': `update invoices set amount_paid_cents = 0, amount_due_cents = amount_due_cents + amount_paid_cents`,
  'customer credit is what is left of each credit note': `update credit_notes set balance_amount_cents = balance_amount_cents + 1`,
  'what the books are to pay back is what credit notes say and is not paid, and cash went out once it was': `update credit_notes set refund_status = 'pending' where refund_status = 'succeeded'`,
  'the tax that credit notes give back is taken out of what is owed for it': `update credit_note_taxes set amount_cents = amount_cents + 1`,
  'a wallet holds what its credits hold, and never less than nothing': `update wallets set balance_cents = balance_cents + 1`,
  'of all credits what was taken, what is held and what is left make up what came': `delete from wallet_consumptions where invoice_id is not null`,
  'credits that were transferred are of the kind of those they were a part of, and no more than were taken of these': `update wallet_credits set amount_cents = amount_cents + 1 where transferred_from_id is not null`,
  'what is held of credits is what holds keep of them': `update wallet_holds set status = 'released'`,
  'a movement of a wallet is the credits it brought or took': `update wallet_transactions set amount_cents = amount_cents + 1 where transaction_status = 'granted'`,
  'what wallets paid of an invoice is what it says, fee by fee at most what the fee came to': `update wallet_consumptions set amount_cents = amount_cents + 1 where invoice_id is not null`,
  'the accounts of a wallet stand where it does': `update ledger_entries set account = 'wallet_promotional' where account = 'wallet_held'`,
  'what was drawn on credit is held, spent or given back': `update wallet_credits set is_drawn = true where remaining_cents > 0`,
  'credits that were bought come when their invoice is paid, or when the rest of it is given up, and only then': `update wallet_transactions set status = 'canceled' where status = 'pending'`,
  'no row of one environment can refer to one of another': `alter table fees add constraint astray foreign key (id) references astray (id) not valid`,
  'no job has been held for longer than four hours': `insert into graphile_worker._private_jobs (task_id, locked_at, locked_by) select id, now() - interval '5 hours', 'nobody' from graphile_worker._private_tasks limit 1`,
};

/** Lets every constraint and trigger sleep until the transaction is rolled back. */
async function sleepConstraints(): Promise<void> {
  await client.query("set local session_replication_role = 'replica'");
  await client.query(`do $$ declare k record; begin
    for k in select conrelid::regclass as name, conname from pg_constraint where contype = 'c' and coninhcount = 0 and connamespace = 'public'::regnamespace loop
      execute format('alter table %s drop constraint %I', k.name, k.conname);
    end loop;
    drop index invoice_subscriptions_once;
    create table astray (tenant_id uuid, id uuid primary key);
    alter table astray enable row level security;
  end $$`);
}

it('has something that breaks each invariant', () => {
  expect(Object.keys(breakages)).toEqual(invariants.map(({ name }) => name));
  expect(new Set(invariants.map(({ name }) => name)).size).toBe(invariants.length);
});

describe('an invariant', () => {
  it.each(invariants.map((invariant) => ({ name: invariant.name, invariant })))('is kept, and when broken it is told: $name', async ({ name, invariant }) => {
    const tenants = await listTenants(client);
    await client.query('begin');
    try {
      expect(await findBreach(client, invariant, tenants)).toBeNull();
      await sleepConstraints();
      const { rowCount } = await client.query(breakages[name] ?? '');
      expect(rowCount).not.toBe(0);
      const breach = await findBreach(client, invariant, tenants);
      expect(breach).toMatchObject({ invariant: name, tenant_id: invariant.of === 'database' ? null : expect.stringMatching(/^[0-9a-f-]{36}$/) });
      expect(Object.keys(breach?.row ?? {}).length).toBeGreaterThan(0);
    } finally {
      await client.query('rollback');
    }
  });
});

describe('the command', () => {
  const verify = async (env: Record<string, string>) => launch('books', env).ended;

  it('says of each invariant that it is kept, while the product runs', async () => {
    const { code, output, errors } = await verify({ DATABASE_URL: app.adminUrl });
    expect([code, errors]).toEqual([0, '']);
    expect(output.split('\n')).toEqual([...invariants.map(({ name }) => `ok    ${name}`), 'The books are in order.']);
  });

  it('names the first row that breaks one, and fails', async () => {
    const { rows } = await client.query<{ id: string; tenant_id: string }>("select id, tenant_id from invoices where status = 'finalized' limit 1");
    const [broken] = rows;
    await client.query('update invoices set due_date = null where id = $1', [broken?.id]);
    const { code, output } = await verify({ DATABASE_URL: app.adminUrl });
    await client.query('update invoices set due_date = created_at where id = $1', [broken?.id]);
    expect(code).toBe(1);
    const failures = output.split('\n').filter((line) => !line.startsWith('ok'));
    expect(failures).toEqual([
      expect.stringMatching(`^FAIL  a draft has no number, .*: tenant ${broken?.tenant_id}, .*"invoice_id":"${broken?.id}"`),
      '1 invariant broken.',
    ]);
  });

  it('says in one line what is in its way', async () => {
    const nowhere = await verify({ FARTHING_DATA_DIR: '/nowhere/farthing' });
    expect([nowhere.code, nowhere.errors]).toEqual([1, 'There are no books in /nowhere/farthing yet: the first start makes them.\n']);
    const empty = new URL(app.adminUrl);
    empty.pathname = '/postgres';
    const unmigrated = await verify({ DATABASE_URL: empty.href });
    expect([unmigrated.code, unmigrated.errors]).toEqual([1, expect.stringMatching(/^The database lacks \d+ migrations: run `npm run migrate`/)]);
  });
});
