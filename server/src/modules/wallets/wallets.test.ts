import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { auditDatabase } from '../../torture/books.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await must('POST', '/v1/test_clock', { now: '2026-01-10T00:00:00Z' });
});
afterAll(async () => {
  // Whatever these tests did, the books are in order.
  expect(await auditDatabase(app.adminUrl)).toEqual([]);
  await app.close();
});

async function must(method: string, path: string, body?: unknown) {
  const answer = await app.sandbox(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

let made = 0;
/** A customer with a wallet of so many granted credits at one minor unit each. */
async function walletOf(credits: number, more: object = {}, customer?: string) {
  const id = customer ?? `c${++made}`;
  if (customer === undefined) await must('POST', '/v1/customers', { external_id: id, name: id, currency: 'USD', timezone: 'UTC' });
  return must('POST', '/v1/wallets', { customer_id: id, initial_granted_credits: credits, ...more });
}

const get = (id: string) => must('GET', `/v1/wallets/${id}`);

/** A one-off invoice over whole dollars. */
const bill = (customer: string, ...dollars: number[]) =>
  must('POST', '/v1/invoices/one_off', { customer_id: customer, line_items: dollars.map((unit_price, n) => ({ description: `Line ${n}`, quantity: 1, unit_price })) });

async function refusal(path: string, body: unknown, method = 'POST') {
  const { status, body: problem } = await app.sandbox(method, path, body);
  return [status, problem.errors?.[0]?.code ?? problem.code];
}

const movements = async (id: string) => {
  const rows = await must('GET', `/v1/wallets/${id}/transactions?order_by=created_at:asc`);
  return rows.map((row: { transaction_status: string; status: string; amount_cents: number; transaction_type: string }) =>
    `${row.transaction_status} ${row.status} ${row.transaction_type === 'inbound' ? '+' : '-'}${row.amount_cents}`);
};

describe('a wallet', () => {
  it('holds credits at its rate, in its customer’s currency', async () => {
    const wallet = await walletOf(300, { rate_amount: '0.5', name: 'Promo', code: 'promo', priority: 3 });
    expect(wallet).toMatchObject({ status: 'active', currency: 'USD', rate_amount: '0.5', priority: 3, balance_cents: 150, credits_balance: '300', promotional_balance_cents: 150, cash_balance_cents: 0, consumed_amount_cents: 0, consumed_credits: '0' });
    expect(await movements(wallet.id)).toEqual(['granted settled +150']);
    const [row] = await must('GET', `/v1/wallets/${wallet.id}/transactions`);
    expect(row).toMatchObject({ amount: '300', credit_amount: '150', source: 'manual', invoice_id: null });
  });

  it('is refused what makes no sense', async () => {
    const wallet = await walletOf(0, { code: 'one', max_balance_cents: 1000, max_single_credit_cents: 600 });
    const create = (more: object) => refusal('/v1/wallets', { customer_id: wallet.customer_id, ...more });
    expect(await create({ code: 'one' })).toEqual([409, 'code_taken']);
    expect(await create({ rate_amount: '0.5', initial_granted_credits: 3 })).toEqual([422, 'not_whole_amount']);
    expect(await create({ initial_granted_credits: '1e20' })).toEqual([422, 'too_many']);
    expect(await create({ initial_granted_credits: '1000000000000001' })).toEqual([422, 'too_many']);
    expect(await create({ top_up_rules: [{ trigger: 'threshold', threshold_credits: '1000000000000001', credits: 1 }] })).toEqual([422, 'too_many']);
    expect(await create({ rate_amount: 0 })).toEqual([422, 'invalid']);
    expect(await create({ expiration_at: '2026-01-01T00:00:00Z' })).toEqual([422, 'in_the_past']);
    expect(await create({ applies_to: { plan_codes: ['none'] } })).toEqual([422, 'not_found']);
    const topUp = (more: object) => refusal(`/v1/wallets/${wallet.id}/top_up`, more);
    expect(await topUp({ credits: 0 })).toEqual([422, 'invalid']);
    expect(await topUp({ credits: 601 })).toEqual([422, 'over_max_single_credit']);
    await must('POST', `/v1/wallets/${wallet.id}/top_up`, { credits: 600, type: 'purchased' });
    // What is bought and not paid yet counts as well.
    expect(await topUp({ credits: 401 })).toEqual([422, 'over_max_balance']);
    expect(await refusal(`/v1/wallets/${wallet.id}`, undefined, 'DELETE')).toEqual([409, 'purchase_pending']);
  });

  it('that is terminated is emptied once', async () => {
    const wallet = await walletOf(500);
    await must('POST', `/v1/wallets/${wallet.id}/holds`, { amount_cents: 200 });
    await bill(wallet.customer_id, 1);
    for (const _ of [1, 2]) await must('DELETE', `/v1/wallets/${wallet.id}`);
    expect(await get(wallet.id)).toMatchObject({ status: 'terminated', balance_cents: 0, held_balance_cents: 0, consumed_amount_cents: 100 });
    expect(await movements(wallet.id)).toEqual(['granted settled +500', 'invoiced settled -100', 'voided settled -400']);
    expect(await refusal(`/v1/wallets/${wallet.id}/top_up`, { credits: 1 })).toEqual([409, 'wallet_terminated']);
    expect((await bill(wallet.customer_id, 1)).prepaid_credit_amount_cents).toBe(0);
  });
});

describe('an invoice', () => {
  it('is paid by wallets when it is finalized, down to the fee, and gives back when it is voided', async () => {
    const wallet = await walletOf(500);
    const invoice = await bill(wallet.customer_id, 2, 4);
    // 5.00 of 6.00: all of the first line, 3.00 of the second.
    expect(invoice).toMatchObject({ total_cents: 600, prepaid_credit_amount_cents: 500, amount_due_cents: 100, status: 'finalized' });
    const [settlement] = await must('GET', `/v1/invoices/${invoice.id}/settlements`);
    expect(settlement).toMatchObject({ settlement_type: 'wallet_credit', amount_cents: 500 });
    const traced = async () =>
      (await must('GET', `/v1/wallets/${wallet.id}/consumptions?invoice_id=${invoice.id}&order_by=created_at:asc`)).map((row: { fee_id: string; amount_cents: number }) =>
        [invoice.fees.findIndex(({ id }: { id: string }) => id === row.fee_id), row.amount_cents]);
    expect((await traced()).sort()).toEqual([[0, 200], [1, 300]]);
    expect(await get(wallet.id)).toMatchObject({ balance_cents: 0, consumed_amount_cents: 500 });
    await must('POST', `/v1/invoices/${invoice.id}/void`);
    expect(await get(wallet.id)).toMatchObject({ balance_cents: 500, consumed_amount_cents: 0 });
    expect((await traced()).sort()).toEqual([[0, -200], [0, 200], [1, -300], [1, 300]]);
    expect(await movements(wallet.id)).toEqual(['granted settled +500', 'invoiced settled -500', 'returned settled +500']);
  });

  it('that wallets pay whole is paid at once', async () => {
    const wallet = await walletOf(700);
    expect(await bill(wallet.customer_id, 6)).toMatchObject({ status: 'paid', prepaid_credit_amount_cents: 600, amount_due_cents: 0 });
    expect(await get(wallet.id)).toMatchObject({ balance_cents: 100, consumed_amount_cents: 600, consumed_credits: '600' });
  });

  it('takes credits of its own currency and of what they are for, by priority', async () => {
    const second = await walletOf(300, { priority: 2, applies_to: { fee_types: ['add_on'], plan_codes: [] } });
    const customer = second.customer_id;
    const first = await walletOf(100, {}, customer);
    const euros = await walletOf(1000, { currency: 'EUR', priority: 1 }, customer);
    const usage = await walletOf(1000, { applies_to: { fee_types: ['charge'] } }, customer);
    expect(await bill(customer, 3)).toMatchObject({ prepaid_credit_amount_cents: 300 });
    const left = await Promise.all([first, second, euros, usage].map(async ({ id }) => (await get(id)).balance_cents));
    expect(left).toEqual([0, 100, 1000, 1000]);
  });
});

describe('credits that are bought', () => {
  it('come when their invoice is paid, and are spent after what was given', async () => {
    const wallet = await walletOf(100);
    const topped = await must('POST', `/v1/wallets/${wallet.id}/top_up`, { credits: 300, type: 'purchased' });
    expect(topped.balance_cents).toBe(100);
    const [sold] = await must('GET', `/v1/invoices?customer_id=${wallet.customer_id}`);
    // Credits do not pay for credits.
    expect(sold).toMatchObject({ invoice_type: 'credit', status: 'finalized', total_cents: 300, amount_due_cents: 300, tax_amount_cents: 0 });
    expect(sold.fees).toMatchObject([{ fee_type: 'credit', description: 'Prepaid credits', units: '300', unit_amount_cents: '1', amount_cents: 300 }]);
    expect(await movements(wallet.id)).toEqual(['granted settled +100', 'purchased pending +300']);
    await must('POST', `/v1/invoices/${sold.id}/pay`);
    expect(await get(wallet.id)).toMatchObject({ balance_cents: 400, cash_balance_cents: 300, promotional_balance_cents: 100 });
    await bill(wallet.customer_id, 2);
    expect(await get(wallet.id)).toMatchObject({ cash_balance_cents: 200, promotional_balance_cents: 0 });
  });

  it('never come when their invoice is voided', async () => {
    const wallet = await walletOf(0);
    await must('POST', `/v1/wallets/${wallet.id}/top_up`, { credits: 300, type: 'purchased' });
    const [sold] = await must('GET', `/v1/invoices?customer_id=${wallet.customer_id}`);
    await must('POST', `/v1/invoices/${sold.id}/void`);
    expect(await movements(wallet.id)).toEqual(['purchased canceled +300']);
    expect((await get(wallet.id)).balance_cents).toBe(0);
  });
});

describe('credits whose invoice is written off', () => {
  it('come as far as they were paid, the others never, and the invoice stays as it is', async () => {
    const wallet = await walletOf(0, { rate_amount: '2' });
    await must('POST', `/v1/wallets/${wallet.id}/top_up`, { credits: 150, type: 'purchased' });
    const [sold] = await must('GET', `/v1/invoices?customer_id=${wallet.customer_id}`);
    await must('POST', '/v1/payments/record', { invoice_id: sold.id, amount: 121 });
    expect((await get(wallet.id)).balance_cents).toBe(0);
    await must('POST', `/v1/invoices/${sold.id}/write_off`);
    // 1.21 of 3.00 was paid: 60.5 credits at 2 minor units.
    expect(await get(wallet.id)).toMatchObject({ balance_cents: 121, cash_balance_cents: 121, credits_balance: '60.5' });
    expect(await movements(wallet.id)).toEqual(['purchased settled +121']);
    expect(await refusal(`/v1/invoices/${sold.id}/reverse_write_off`, undefined)).toEqual([409, 'purchase_closed']);
    await must('DELETE', `/v1/wallets/${wallet.id}`);
  });

  it('never come where nothing was paid, and hold up nothing any more', async () => {
    const wallet = await walletOf(0, { max_balance_cents: 300 });
    await must('POST', `/v1/wallets/${wallet.id}/top_up`, { credits: 300, type: 'purchased' });
    const [sold] = await must('GET', `/v1/invoices?customer_id=${wallet.customer_id}`);
    expect(await refusal(`/v1/wallets/${wallet.id}/top_up`, { credits: 1 })).toEqual([422, 'over_max_balance']);
    await must('POST', `/v1/invoices/${sold.id}/write_off`);
    expect(await movements(wallet.id)).toEqual(['purchased canceled +300']);
    await must('POST', `/v1/wallets/${wallet.id}/top_up`, { credits: 300 });
    await must('DELETE', `/v1/wallets/${wallet.id}`);
  });
});

describe('a transfer', () => {
  it('keeps the value, whatever the rates, and what kind of credits they are', async () => {
    const source = await walletOf(100);
    const target = await walletOf(0, { rate_amount: '4' }, source.customer_id);
    const moved = await must('POST', '/v1/wallets/transfer', { source_wallet_id: source.id, target_wallet_id: target.public_id, credits: '60' });
    expect(moved).toMatchObject({ credits_transferred: '60', amount_cents: 60, source_wallet: { balance_cents: 40 }, target_wallet: { balance_cents: 60, credits_balance: '15', promotional_balance_cents: 60 } });
    const move = (source_wallet_id: string, target_wallet_id: string, credits: number) => refusal('/v1/wallets/transfer', { source_wallet_id, target_wallet_id, credits });
    expect(await move(source.id, target.id, 41)).toEqual([409, 'insufficient_credits']);
    expect(await move(source.id, source.id, 1)).toEqual([422, 'same_wallet']);
    const [stranger, euros] = [await walletOf(1), await walletOf(1, { currency: 'EUR' }, source.customer_id)];
    expect(await move(source.id, stranger.id, 1)).toEqual([422, 'other_customer']);
    expect(await move(source.id, euros.id, 1)).toEqual([422, 'currency_mismatch']);
  });

  it('is traced to the credits that came first, through however many wallets', async () => {
    const first = await walletOf(300, { priority: 9 });
    await must('POST', `/v1/wallets/${first.id}/top_up`, { credits: 200 });
    const [second, third] = [await walletOf(0, { priority: 8 }, first.customer_id), await walletOf(0, {}, first.customer_id)];
    const move = (from: { id: string }, to: { id: string }, credits: number) => must('POST', '/v1/wallets/transfer', { source_wallet_id: from.id, target_wallet_id: to.id, credits });
    const credits = ({ id }: { id: string }) => must('GET', `/v1/wallets/${id}/credits?order_by=granted_at:asc`);
    const amounts = (rows: { amount_cents: number }[]) => rows.map((row) => row.amount_cents).toSorted((a, b) => a - b);
    await move(first, second, 400);
    await move(second, third, 350);
    const came = await credits(first);
    // Of 300 and 200: all of one and the rest of the other, whichever is older; then 350 of what came.
    expect(amounts(came)).toEqual([200, 300]);
    const [passed, held] = [await credits(second), await credits(third)];
    for (const [rows, before] of [[passed, came], [held, passed]])
      for (const row of rows) {
        const from = before.find(({ id }: { id: string }) => id === row.transferred_from_credit_id);
        expect(from).toMatchObject({ origin_credit_id: row.origin_credit_id });
        expect(from.amount_cents).toBeGreaterThanOrEqual(row.amount_cents);
      }
    expect(came.map((row: { transferred_from_credit_id: unknown; origin_credit_id: string; id: string }) => [row.transferred_from_credit_id, row.origin_credit_id === row.id])).toEqual([[null, true], [null, true]]);
    await bill(first.customer_id, 3.5);
    const spent = await must('GET', `/v1/wallets/${third.id}/consumptions?order_by=created_at:asc`);
    expect(spent.reduce((sum: number, row: { amount_cents: number }) => sum + row.amount_cents, 0)).toBe(350);
    expect(new Set(spent.map((row: { origin_credit_id: string }) => row.origin_credit_id))).toEqual(new Set(came.map(({ id }: { id: string }) => id)));
    // What stayed where it was came first there.
    const [moved] = await must('GET', `/v1/wallets/${first.id}/consumptions`);
    expect(moved.origin_credit_id).toBe(moved.credit_id);
  });
});

describe('a customer who pays afterwards', () => {
  const postpaid = async (limit: number, credits: number) => {
    const id = `c${++made}`;
    await must('POST', '/v1/customers', { external_id: id, name: id, currency: 'USD', timezone: 'UTC', mode: 'POSTPAID', billing_model: 'postpaid', default_credit_limit: limit });
    const wallet = await walletOf(credits, {}, id);
    const hold = (amount_cents: number) => must('POST', `/v1/wallets/${wallet.id}/holds`, { amount_cents });
    return { id, wallet, hold, holds: `/v1/wallets/${wallet.id}/holds`, now: () => get(wallet.id) };
  };
  const invoices = (wallet: { customer_id: string }) => must('GET', `/v1/invoices?customer_id=${wallet.customer_id}&order_by=created_at:asc`);

  it('holds beyond what is there, as far as its limit, and is sold that with its next invoice', async () => {
    const { wallet, hold, holds, now } = await postpaid(1000, 200);
    expect(wallet).toMatchObject({ mode: 'POSTPAID', credit_limit_cents: 1000, drawn_amount_cents: 0, available_amount_cents: 1200 });
    const { id } = await hold(700);
    // 2.00 were there, 5.00 are drawn; 5.00 of the limit are left.
    expect(await now()).toMatchObject({ balance_cents: -500, held_balance_cents: 700, drawn_amount_cents: 500, available_amount_cents: 500 });
    expect(await refusal(holds, { amount_cents: 501 })).toEqual([409, 'over_credit_limit']);
    await must('POST', `${holds}/${id}/capture`, { amount_cents: 400 });
    // 4.00 take the 2.00 and 2.00 of what was drawn; 3.00 go back as they came.
    expect(await now()).toMatchObject({ balance_cents: -200, cash_balance_cents: -200, held_balance_cents: 0, drawn_amount_cents: 200, consumed_amount_cents: 400, available_amount_cents: 800 });
    expect((await movements(wallet.id)).toSorted()).toEqual(['captured settled -400', 'drawn settled +500', 'granted settled +200', 'repaid settled -300']);
    await bill(wallet.customer_id, 3);
    // 10.00 less the 2.00 drawn and the 3.00 due.
    expect(await now()).toMatchObject({ balance_cents: -200, available_amount_cents: 500 });
    const [billed, sold] = await invoices(wallet);
    expect([billed.invoice_type, billed.amount_due_cents, sold.invoice_type, sold.amount_due_cents]).toEqual(['one_off', 300, 'credit', 200]);
    // What is sold already is not sold again.
    await bill(wallet.customer_id, 1);
    expect(await invoices(wallet)).toHaveLength(3);
    await must('POST', `/v1/invoices/${sold.id}/pay`);
    expect(await now()).toMatchObject({ balance_cents: 0, drawn_amount_cents: 0, available_amount_cents: 600 });
    const { points } = await must('GET', `/v1/wallets/${wallet.id}/balance_timeline`);
    expect(points).toMatchObject([{ inbound_cents: 400, outbound_cents: 400, balance_cents: 0 }]);
  });

  it('that pays ahead from now on moves nothing, and holds nothing until it has paid', async () => {
    const { id, wallet, hold, holds, now } = await postpaid(1000, 0);
    await must('POST', `${holds}/${(await hold(200)).id}/capture`, {});
    await must('PUT', `/v1/customers/${id}`, { billing_model: 'prepaid' });
    expect(await now()).toMatchObject({ mode: 'PREPAID', balance_cents: -200, available_amount_cents: 0, credit_limit_cents: 1000 });
    expect(await refusal(holds, { amount_cents: 1 })).toEqual([409, 'insufficient_credits']);
    await must('POST', `/v1/wallets/${wallet.id}/top_up`, { credits: 300 });
    expect(await now()).toMatchObject({ balance_cents: 100, drawn_amount_cents: 0, available_amount_cents: 100 });
  });

  it('pays no invoice with what covers a hold on credit', async () => {
    const { id, wallet, hold, holds, now } = await postpaid(10000, 0);
    const { id: held } = await hold(5000);
    await must('PUT', `/v1/customers/${id}`, { billing_model: 'prepaid' });
    await must('POST', `/v1/wallets/${wallet.id}/top_up`, { credits: 6000 });
    expect(await now()).toMatchObject({ balance_cents: 1000, drawn_amount_cents: 5000, held_balance_cents: 5000 });
    // 60.00 are there, of which 50.00 will pay the hold back: 10.00 of 50.00 are paid.
    expect(await bill(wallet.customer_id, 50)).toMatchObject({ prepaid_credit_amount_cents: 1000, amount_due_cents: 4000 });
    expect((await now()).balance_cents).toBe(0);
    await must('POST', `${holds}/${held}/capture`, {});
    expect(await now()).toMatchObject({ balance_cents: 0, drawn_amount_cents: 0, held_balance_cents: 0, consumed_amount_cents: 6000 });
  });

  it('is sold what it spent when its wallet ends, and loses nothing to a hold that was released', async () => {
    const { wallet, hold, holds, now } = await postpaid(1000, 100);
    await must('POST', `${holds}/${(await hold(250)).id}/release`, undefined);
    expect(await now()).toMatchObject({ balance_cents: 100, drawn_amount_cents: 0, available_amount_cents: 1100 });
    await must('POST', `${holds}/${(await hold(250)).id}/capture`, {});
    await hold(300);
    await must('DELETE', `/v1/wallets/${wallet.id}`);
    const [sold] = await invoices(wallet);
    expect(sold).toMatchObject({ invoice_type: 'credit', amount_due_cents: 150 });
    // What nobody pays is lost, and is not asked for again.
    await must('POST', '/v1/payments/record', { invoice_id: sold.id, amount: 50 });
    await must('POST', `/v1/invoices/${sold.id}/write_off`);
    expect(await now()).toMatchObject({ status: 'terminated', balance_cents: 0, drawn_amount_cents: 0, available_amount_cents: 0 });
  });

  it('is told of when nothing is left of the limit, once until it owes less', async () => {
    const admin = new pg.Client({ connectionString: app.adminUrl });
    await admin.connect();
    const { wallet } = await postpaid(500, 0);
    const whenOver = (isOver: boolean) =>
      app.until(async () => {
        const { rows } = await admin.query<{ is: boolean }>('select is_over_limit as is from wallets where id = $1', [wallet.id]);
        return rows[0]?.is === isOver ? true : undefined;
      });
    const told = async () => (await admin.query(`select from domain_events where type = 'wallet.credit_limit_reached' and subject_id = $1`, [wallet.id])).rowCount;
    const owed = await bill(wallet.customer_id, 5);
    await whenOver(true);
    expect(await told()).toBe(1);
    await must('POST', '/v1/payments/record', { invoice_id: owed.id, amount: 1 });
    await whenOver(false);
    await bill(wallet.customer_id, 1);
    await whenOver(true);
    expect(await told()).toBe(2);
    // 4.00 and 1.00 are due: a credit note over 1.00 lowers that below the limit.
    const { id } = await must('POST', '/v1/credit_notes', { invoice_id: owed.id, credit_note_type: 'credit', reason: 'other', items: [{ fee_id: owed.fees[0].id, amount_cents: 100 }] });
    await must('POST', `/v1/credit_notes/${id}/finalize`);
    await whenOver(false);
    await admin.end();
  });
});

describe('a hold', () => {
  it('sets credits aside until it is captured, in part or whole, or released', async () => {
    const wallet = await walletOf(500);
    const holds = `/v1/wallets/${wallet.id}/holds`;
    const hold = await must('POST', holds, { amount_cents: 300, reference: 'job 7' });
    expect(await get(wallet.id)).toMatchObject({ balance_cents: 200, held_balance_cents: 300 });
    expect(await refusal(holds, { amount_cents: 201 })).toEqual([409, 'insufficient_credits']);
    // An invoice does not touch what is held.
    expect(await bill(wallet.customer_id, 3)).toMatchObject({ prepaid_credit_amount_cents: 200 });
    expect(await refusal(`${holds}/${hold.id}/capture`, { amount_cents: 301 })).toEqual([422, 'over_hold']);
    expect(await must('POST', `${holds}/${hold.public_id}/capture`, { amount_cents: 180 })).toMatchObject({ status: 'captured', captured_amount_cents: 180 });
    expect(await get(wallet.id)).toMatchObject({ balance_cents: 120, held_balance_cents: 0, consumed_amount_cents: 380 });
    expect(await refusal(`${holds}/${hold.id}/release`, undefined)).toEqual([409, 'hold_closed']);
    const other = await must('POST', holds, { amount_cents: 120 });
    expect(await must('POST', `${holds}/${other.id}/release`)).toMatchObject({ status: 'released' });
    expect(await get(wallet.id)).toMatchObject({ balance_cents: 120, held_balance_cents: 0 });
  });
});

it('time takes what expires, in its order, and a void does not bring it back', async () => {
  const wallet = await walletOf(0, { expiration_at: '2026-04-01T00:00:00Z' });
  const topUp = (credits: number, expires_at?: string) => must('POST', `/v1/wallets/${wallet.id}/top_up`, { credits, expires_at });
  await topUp(100, '2026-02-01T00:00:00Z');
  await topUp(200, '2026-03-01T00:00:00Z');
  await topUp(50);
  const invoice = await bill(wallet.customer_id, 2);
  const unpaid = await bill(wallet.customer_id, 20);
  expect(invoice.status).toBe('paid');
  // 100 and 100 of the first two, then the last 100 and 50.
  expect(unpaid).toMatchObject({ prepaid_credit_amount_cents: 150, amount_due_cents: 1850 });
  await topUp(80, '2026-02-15T00:00:00Z');
  await must('POST', `/v1/wallets/${wallet.id}/holds`, { amount_cents: 30, expires_at: '2026-02-20T00:00:00Z' });
  await app.advance('2026-02-16T00:00:00Z');
  // 80 less the 30 that are held.
  expect(await get(wallet.id)).toMatchObject({ balance_cents: 0, held_balance_cents: 30 });
  await app.advance('2026-03-02T00:00:00Z');
  expect(await get(wallet.id)).toMatchObject({ balance_cents: 0, held_balance_cents: 0 });
  // Of the 150 that come back, 100 had expired on 1 March.
  await must('POST', `/v1/invoices/${unpaid.id}/void`);
  expect(await get(wallet.id)).toMatchObject({ balance_cents: 50 });
  await app.advance('2026-04-01T00:00:00Z');
  expect(await get(wallet.id)).toMatchObject({ balance_cents: 0, status: 'terminated', terminated_at: '2026-04-01T00:00:00Z' });
  expect((await movements(wallet.id)).slice(4)).toEqual([
    'invoiced settled -150', 'granted settled +80', 'expired settled -50', 'expired settled -30', 'returned settled +150', 'expired settled -100', 'expired settled -50',
  ]);
});

it('a wallet that expires calls off what was bought and not paid, and nothing more is asked for', async () => {
  const { now } = await must('GET', '/v1/test_clock');
  const expiry = Temporal.Instant.from(now).add({ hours: 24 }).toString();
  const wallet = await walletOf(0, { expiration_at: expiry });
  const buy = (credits: number) => must('POST', `/v1/wallets/${wallet.id}/top_up`, { credits, type: 'purchased' });
  await buy(300);
  await buy(200);
  const sold = () => must('GET', `/v1/invoices?customer_id=${wallet.customer_id}&order_by=created_at:asc`);
  await must('POST', '/v1/payments/record', { invoice_id: (await sold())[1].id, amount: 50 });
  await app.advance(expiry);
  // Of 3.00 nothing was paid; of 2.00 there was 0.50, which comes and is voided with the wallet.
  expect((await movements(wallet.id)).toSorted()).toEqual(['purchased canceled +300', 'purchased settled +50', 'voided settled -50']);
  expect(await sold()).toMatchObject([{ status: 'voided' }, { status: 'finalized', amount_due_cents: 0, amount_paid_cents: 50 }]);
  expect(await get(wallet.id)).toMatchObject({ status: 'terminated', balance_cents: 0 });
});

it('a wallet whose time is over is not spent, though nothing has noted it yet', async () => {
  const admin = new pg.Client({ connectionString: app.adminUrl });
  await admin.connect();
  const wallet = await walletOf(500);
  const target = await walletOf(0, {}, wallet.customer_id);
  await admin.query(`update wallets set expiration_at = '2026-01-10T00:00:00Z' where id = $1`, [wallet.id]);
  await admin.end();
  expect((await bill(wallet.customer_id, 3)).prepaid_credit_amount_cents).toBe(0);
  expect(await refusal(`/v1/wallets/${wallet.id}/holds`, { amount_cents: 1 })).toEqual([409, 'wallet_terminated']);
  expect(await refusal(`/v1/wallets/${wallet.id}/top_up`, { credits: 1 })).toEqual([409, 'wallet_terminated']);
  expect(await refusal('/v1/wallets/transfer', { source_wallet_id: wallet.id, target_wallet_id: target.id, credits: 1 })).toEqual([409, 'wallet_terminated']);
  expect((await get(wallet.id)).balance_cents).toBe(500);
});

it('shows day by day what came and went, and how long it lasts', async () => {
  const { now } = await must('GET', '/v1/test_clock');
  const wallet = await walletOf(1000, { rate_amount: '2' });
  await bill(wallet.customer_id, 6);
  const after = Temporal.Instant.from(now).add({ hours: 24 });
  await app.advance(after.toString());
  await bill(wallet.customer_id, 3);
  const days = [now, after.toString()].map((at) => at.slice(0, 10));
  const timeline = await must('GET', `/v1/wallets/${wallet.id}/balance_timeline`);
  expect(timeline.points).toEqual([
    { date: days[0], inbound: '1000', outbound: '300', balance: '700', inbound_cents: 2000, outbound_cents: 600, balance_cents: 1400 },
    { date: days[1], inbound: '0', outbound: '150', balance: '550', inbound_cents: 0, outbound_cents: 300, balance_cents: 1100 },
  ]);
  expect((await must('GET', `/v1/wallets/${wallet.id}/balance_timeline?start_date=${after}`)).points).toHaveLength(1);
  // 900 in 30 days are 30 a day; 1100 last 36.6… days, so 37.
  expect(await must('GET', `/v1/wallets/${wallet.id}/depletion_forecast`)).toEqual({
    wallet_id: wallet.id, current_balance_cents: 1100, avg_daily_consumption: '30', days_remaining: 37, projected_depletion_date: after.add({ hours: 24 * 37 }).toString(),
  });
  expect(await must('GET', `/v1/wallets/${wallet.id}/depletion_forecast?days=1`)).toMatchObject({ avg_daily_consumption: '300', days_remaining: 4 });
});

it('lets everybody else be answered while forty calls wait for one customer', async () => {
  const [wallet, neighbour, stranger] = [await walletOf(150), await walletOf(10), await app.otherOrganization()];
  const keeper = new pg.Client({ connectionString: app.adminUrl });
  await keeper.connect();
  try {
    const { rows } = await keeper.query<{ key: string }>(`select tenant_id || ':billing ' || customer_id as key from wallets where id = $1`, [wallet.id]);
    await keeper.query('select pg_advisory_lock(hashtextextended($1, 0))', [rows[0]?.key]);
    const holds = Array.from({ length: 40 }, (_, n) => app.sandbox('POST', `/v1/wallets/${wallet.id}/holds`, { amount_cents: 1 }, n % 2 === 0 ? { 'idempotency-key': `hold ${n}` } : {}));
    expect((await stranger.sandbox('POST', '/v1/customers', { external_id: 'stranger', name: 'Stranger' })).status).toBe(201);
    await must('POST', `/v1/wallets/${neighbour.id}/holds`, { amount_cents: 1 });
    expect(await get(wallet.id)).toMatchObject({ balance_cents: 150 });
    await keeper.query('select pg_advisory_unlock_all()');
    expect(new Set((await Promise.all(holds)).map(({ status }) => status))).toEqual(new Set([201]));
  } finally {
    await keeper.end();
  }
  expect(await get(wallet.id)).toMatchObject({ balance_cents: 110, held_balance_cents: 40 });
});
