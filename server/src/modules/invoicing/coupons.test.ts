import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { auditDatabase } from '../../torture/books.ts';

let app: TestApp;
let made = 0;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
});
afterAll(() => app.close());

const name = () => `n${++made}`;
const tenOff = { coupon_type: 'fixed_amount', amount_cents: 1000, amount_currency: 'USD', frequency: 'once' };
const fifthOff = { coupon_type: 'percentage', percentage_rate: '20', frequency: 'forever' };

async function must(method: string, path: string, body?: unknown) {
  const answer = await app.live(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function customer(...coupons: object[]): Promise<{ id: string; codes: string[]; applied: string[] }> {
  const { id } = await must('POST', '/v1/customers', { external_id: name(), name: 'Customer', currency: 'USD' });
  const [codes, applied]: [string[], string[]] = [[], []];
  for (const coupon of coupons) {
    const { code } = await must('POST', '/v1/coupons', { code: name(), name: 'Welcome', ...coupon });
    codes.push(code);
    applied.push((await must('POST', '/v1/coupons/apply', { coupon_code: code, customer_id: id })).id);
  }
  return { id, codes, applied };
}

/** Of lines at these prices in major units. */
const invoice = (customerId: string, prices: readonly string[], more: object = {}) =>
  must('POST', '/v1/invoices/one_off', { customer_id: customerId, line_items: prices.map((price) => ({ description: 'Work', quantity: 1, unit_price: price })), ...more });
const appliedTo = (id: string) => must('GET', `/v1/customers/${id}/applied_coupons?order_by=created_at:asc`);

describe('an invoice', () => {
  it('shows what it takes of each coupon, on its fees too, and why', async () => {
    const { id, codes, applied } = await customer({ ...tenOff, name: 'Hello' }, fifthOff);
    const made = await invoice(id, ['49.99', '25', '25.01']);
    // 10.00 over 49.99, 25.00, 25.01: 5.00, 2.50, 2.50 (the unit left goes to the remainder 0.9). A fifth of the 90.00 left is 18.00:
    // 8.998, 4.50, 4.502 of 44.99, 22.50, 22.51, so 9.00, 4.50, 4.50.
    expect(made).toMatchObject({ subtotal_cents: 10_000, coupons_amount_cents: 2800, total_cents: 7200, amount_due_cents: 7200 });
    expect(made.fees.map((fee: { coupons_amount_cents: number; total_amount_cents: number }) => [fee.coupons_amount_cents, fee.total_amount_cents])).toEqual([[1400, 3599], [700, 1800], [700, 1801]]);
    expect(made.coupons).toEqual([
      { applied_coupon_id: applied[0], coupon_code: codes[0], coupon_name: 'Hello', amount_cents: 1000 },
      { applied_coupon_id: applied[1], coupon_code: codes[1], coupon_name: 'Welcome', amount_cents: 1800 },
    ]);
    const { explanation } = await must('GET', `/v1/invoices/${made.id}/explain`);
    const shown = explanation.children.filter(({ kind }: { kind: string }) => kind === 'coupon').map((node: { label: string; amount_cents: string }) => [node.label, node.amount_cents]);
    expect(shown).toEqual([['Hello: 10.00 USD of what is left of the fees it covers', '-1000'], ['Welcome: 20 % of what is left of the fees it covers', '-1800']]);
    const balances = await must('GET', `/v1/ledger/balances?customer_id=${id}`);
    const sums = Object.fromEntries(balances.map((row: { account: string; balance_cents: number }) => [row.account, row.balance_cents]));
    expect(sums).toMatchObject({ receivable: 7200, revenue: 10_000, discounts: 2800 });
    expect((await appliedTo(id)).map(({ status }: { status: string }) => status)).toEqual(['terminated', 'active']);
    expect(await must('GET', `/v1/coupons/${codes[0]}/analytics`)).toMatchObject({ active_applications: 0, terminated_applications: 1, total_discount_cents: 1000, remaining_uses: 0 });
    expect(await must('GET', `/v1/coupons/${codes[1]}/analytics`)).toMatchObject({ discounts: [{ currency: 'USD', amount_cents: 1800 }], remaining_uses: null });
  });

  it('that is nothing anyway uses up no coupon', async () => {
    const { id } = await customer(tenOff, { ...fifthOff, applies_to: { fee_types: ['charge'] } });
    expect(await invoice(id, ['0'])).toMatchObject({ status: 'paid', coupons: [] });
    expect((await appliedTo(id)).map(({ status }: { status: string }) => status)).toEqual(['active', 'active']);
  });

  it('gives its coupons back when it is voided, unless they were removed meanwhile', async () => {
    const { id, applied, codes } = await customer({ ...fifthOff, frequency: 'recurring', frequency_duration: 1 }, { ...tenOff, name: 'Kept' });
    const { id: voided } = await invoice(id, ['100']);
    await must('DELETE', `/v1/coupons/applied/${applied[1]}`);
    const after = await must('POST', `/v1/invoices/${voided}/void`);
    // A document out of force says what it said; the books and the coupons say that it is out of force.
    expect([after.coupons_amount_cents, after.coupons.length]).toEqual([3000, 2]);
    expect((await appliedTo(id)).map((row: { status: string; frequency_duration_remaining: number }) => [row.status, row.frequency_duration_remaining])).toEqual([['active', 1], ['terminated', null]]);
    expect(await must('GET', `/v1/coupons/${codes[0]}/analytics`)).toMatchObject({ total_discount_cents: 0, remaining_uses: 1 });
    expect((await invoice(id, ['100'])).coupons_amount_cents).toBe(2000);
    const { body } = await app.live('GET', `/v1/audit_logs?resource_type=applied_coupon&resource_id=${applied[0]}&order_by=created_at:asc`);
    // Applied; used and used up; given back; used and used up again.
    expect(body.map(({ action }: { action: string }) => action).toSorted()).toEqual(['created', 'status_changed', 'status_changed', 'updated', 'updated', 'updated']);
  });
});

it('that is issued again takes the coupons of that moment', async () => {
  const { id, applied } = await customer(tenOff, fifthOff);
  const { id: voided } = await invoice(id, ['100']);
  await must('POST', `/v1/invoices/${voided}/void`);
  await must('DELETE', `/v1/coupons/applied/${applied[1]}`);
  const again = await must('POST', `/v1/invoices/${voided}/regenerate`);
  expect([again.coupons_amount_cents, again.total_cents, again.fees[0].coupons_amount_cents]).toEqual([1000, 9000, 1000]);
  expect((await appliedTo(id)).map(({ status }: { status: string }) => status)).toEqual(['terminated', 'terminated']);
});

describe('a draft', () => {
  it('takes a coupon for one invoice before another does, and gives it back when it is deleted', async () => {
    const { id } = await customer(tenOff);
    const [first, second] = [await invoice(id, ['30'], { draft: true }), await invoice(id, ['50'], { draft: true })];
    expect([first.coupons_amount_cents, second.coupons_amount_cents]).toEqual([1000, 0]);
    await must('DELETE', `/v1/invoices/${first.id}`);
    expect((await appliedTo(id))[0].status).toBe('active');
    const done = await must('POST', `/v1/invoices/${second.id}/finalize`);
    expect(done).toMatchObject({ coupons_amount_cents: 1000, total_cents: 4000, amount_due_cents: 4000 });
    expect(done.fees[0]).toMatchObject({ id: second.fees[0].id, coupons_amount_cents: 1000, total_amount_cents: 4000 });
  });

  it('is finalized with the coupons of that moment, its own counting as not used', async () => {
    const { id, applied } = await customer(tenOff, fifthOff);
    const draft = await invoice(id, ['30'], { draft: true });
    expect(draft.coupons_amount_cents).toBe(1400);
    await must('DELETE', `/v1/coupons/applied/${applied[1]}`);
    expect((await must('POST', `/v1/invoices/${draft.id}/finalize`)).coupons).toEqual([expect.objectContaining({ applied_coupon_id: applied[0], amount_cents: 1000 })]);
  });
});

it('of a customer whose coupons are amounts keeps the currency', async () => {
  const { id, applied } = await customer(tenOff);
  expect((await app.live('PUT', `/v1/customers/${id}`, { currency: 'EUR' })).body.code).toBe('currency_in_use');
  await must('DELETE', `/v1/coupons/applied/${applied[0]}`);
  expect((await app.live('PUT', `/v1/customers/${id}`, { currency: 'EUR' })).status).toBe(200);
});

it('takes a coupon for three invoices three times, however many are made at once', async () => {
  const { id, codes } = await customer({ ...tenOff, frequency: 'recurring', frequency_duration: 3 });
  const invoices = await Promise.all(Array.from({ length: 20 }, () => invoice(id, ['50'])));
  expect(invoices.map((each) => each.coupons_amount_cents).filter((taken) => taken !== 0)).toEqual([1000, 1000, 1000]);
  expect((await appliedTo(id))[0]).toMatchObject({ status: 'terminated', frequency_duration_remaining: 0 });
  expect(await must('GET', `/v1/coupons/${codes[0]}/analytics`)).toMatchObject({ total_discount_cents: 3000, remaining_uses: 0 });
});

describe('a preview', () => {
  it('shows coupons as if they were applied now', async () => {
    const { id, codes } = await customer({ ...fifthOff, applies_to: { plan_codes: [] } });
    const { code } = await must('POST', '/v1/coupons', { code: name(), name: 'Once', ...tenOff, reusable: false });
    const plan = await must('POST', '/v1/plans', { code: name(), name: 'Plan', interval: 'monthly', amount_cents: 5000, currency: 'USD' });
    const { id: subscription } = await must('POST', '/v1/subscriptions', { external_id: name(), customer_id: id, plan_id: plan.id, billing_time: 'anniversary' });
    await app.live('POST', `/v1/subscriptions/${subscription}/activate`);
    const preview = (coupons: string[]) => app.live('POST', '/v1/invoices/preview', { subscription_id: subscription, coupon_codes: coupons });
    // A fifth of 50.00 is 10.00, and then 10.00 of the rest.
    const { body } = await preview([code]);
    expect(body).toMatchObject({ subtotal_cents: 5000, coupons_amount_cents: 2000, total_cents: 3000, coupons: [{ coupon_code: codes[0], amount_cents: 1000 }, { coupon_code: code, amount_cents: 1000 }] });
    expect(body.fees[0].coupons_amount_cents).toBe(2000);
    const faults = async (coupons: string[]) => (await preview(coupons)).body.errors.map((error: { path: string; code: string }) => `${error.path} ${error.code}`);
    expect(await faults([code, 'nothing'])).toEqual(['coupon_codes.1 not_found']);
    expect(await faults([code, code])).toEqual(['coupon_codes.1 coupon_already_applied']);
    expect(await appliedTo(id)).toHaveLength(1);
  });
});

it('leaves books in which everything adds up', async () => {
  expect(await auditDatabase(app.adminUrl)).toEqual([]);
});
