import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
let made = 0;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
});
afterAll(() => app.close());

const name = () => `c${++made}`;
const ten = { coupon_type: 'fixed_amount', amount_cents: 1000, amount_currency: 'USD', frequency: 'once' };
const fifth = { coupon_type: 'percentage', percentage_rate: '20', frequency: 'forever' };

async function must(method: string, path: string, body?: unknown) {
  const answer = await app.live(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const coupon = (body: object = fifth) => must('POST', '/v1/coupons', { code: name(), name: 'Welcome', ...body });
const customer = (currency = 'USD') => must('POST', '/v1/customers', { external_id: name(), name: 'Customer', currency });
const apply = (code: string, customerId: string, more: object = {}) => app.live('POST', '/v1/coupons/apply', { coupon_code: code, customer_id: customerId, ...more });
const faults = ({ status, body }: { status: number; body: { errors: { path: string; code: string }[] } }) => [status, body.errors.map((error) => `${error.path} ${error.code}`)];

describe('a coupon', () => {
  it('is created, found by its code, changed in its texts, listed and ended', async () => {
    const { code } = await coupon({ ...ten, description: 'For the first month' });
    const found = await must('GET', `/v1/coupons/${code}`);
    expect(found).toMatchObject({ ...ten, name: 'Welcome', percentage_rate: null, reusable: true, expiration: 'no_expiration', status: 'active', applies_to: { plan_codes: [], fee_types: [], billable_metric_codes: [] } });
    const changed = await must('PUT', `/v1/coupons/${code}`, { name: 'Hello', expiration_at: '2030-01-01T00:00:00Z' });
    expect(changed).toMatchObject({ name: 'Hello', description: 'For the first month', expiration: 'time_limit', expiration_at: '2030-01-01T00:00:00Z' });
    expect(await must('PUT', `/v1/coupons/${code}`, { expiration: 'no_expiration' })).toMatchObject({ expiration_at: null });
    for (const _ of [1, 2]) expect((await app.live('DELETE', `/v1/coupons/${code}`)).status).toBe(204);
    expect(await must('GET', `/v1/coupons/${code}`)).toMatchObject({ status: 'terminated', terminated_at: expect.any(String) });
    expect((await must('GET', '/v1/coupons?status=terminated&limit=1')).map((row: { code: string }) => row.code)).toEqual([code]);
    expect((await app.live('PUT', `/v1/coupons/${code}`, { status: 'active' })).body.code).toBe('coupon_terminated');
    const { body } = await app.live('GET', `/v1/audit_logs?resource_type=coupon&resource_id=${found.id}`);
    // Ended twice, told once.
    expect(body.map((entry: { action: string }) => entry.action).toSorted()).toEqual(['created', 'status_changed', 'updated', 'updated']);
  });

  it.each([
    [['amount_cents required', 'amount_currency required'], { coupon_type: 'fixed_amount', frequency: 'once' }],
    [['amount_cents not_applicable'], { ...fifth, amount_cents: 5 }],
    [['percentage_rate out_of_range'], { ...fifth, percentage_rate: '100.01' }],
    [['percentage_rate invalid'], { ...fifth, percentage_rate: '-1' }],
    [['frequency_duration required'], { ...fifth, frequency: 'recurring' }],
    [['frequency_duration not_applicable'], { ...fifth, frequency_duration: 3 }],
    [['expiration_at required'], { ...fifth, expiration: 'time_limit' }],
    [['expiration_at not_applicable'], { ...fifth, expiration: 'no_expiration', expiration_at: '2030-01-01T00:00:00Z' }],
    [['applies_to.plan_codes.0 not_found', 'applies_to.billable_metric_codes.0 not_found'], { ...fifth, applies_to: { plan_codes: ['nowhere'], billable_metric_codes: ['nothing'] } }],
  ])('is refused: %s', async (expected, body) => {
    expect(faults(await app.live('POST', '/v1/coupons', { code: name(), name: 'Welcome', ...body }))).toEqual([422, expected]);
  });

  it('is duplicated under a code of its own, once', async () => {
    const { code } = await coupon({ ...fifth, frequency: 'recurring', frequency_duration: 3, reusable: false });
    await must('DELETE', `/v1/coupons/${code}`);
    const copy = await must('POST', `/v1/coupons/${code}/duplicate`);
    expect(copy).toMatchObject({ code: `${code}_copy`, name: 'Welcome (Copy)', percentage_rate: '20', frequency: 'recurring', frequency_duration: 3, reusable: false, status: 'active' });
    expect((await app.live('POST', `/v1/coupons/${code}/duplicate`)).body.code).toBe('code_taken');
  });
});

describe('a customer', () => {
  it('gets a copy of what the coupon gives, or something else that was agreed on, and keeps it when the coupon ends', async () => {
    const [{ code }, { id, external_id }] = [await coupon({ ...ten, frequency: 'recurring', frequency_duration: 3 }), await customer()];
    const first = await must('POST', '/v1/coupons/apply', { coupon_code: code, customer_id: external_id });
    expect(first).toMatchObject({ coupon_code: code, coupon_name: 'Welcome', customer_id: id, amount_cents: 1000, amount_currency: 'USD', frequency_duration: 3, frequency_duration_remaining: 3, status: 'active', terminated_at: null });
    const second = await must('POST', '/v1/coupons/apply', { coupon_code: code, customer_id: id, amount_cents: 250 });
    expect(second).toMatchObject({ amount_cents: 250, amount_currency: 'USD' });
    await must('DELETE', `/v1/coupons/${code}`);
    expect((await apply(code, id)).body.code).toBe('coupon_terminated');
    const kept = await must('GET', `/v1/customers/${external_id}/applied_coupons?order_by=created_at:asc`);
    expect(kept).toEqual([first, second]);
    for (const _ of [1, 2]) expect((await app.live('DELETE', `/v1/coupons/applied/${first.public_id}`)).status).toBe(204);
    const [removed] = await must('GET', `/v1/customers/${id}/applied_coupons?order_by=created_at:asc`);
    expect(removed).toMatchObject({ status: 'terminated', terminated_at: expect.any(String), frequency_duration_remaining: 3 });
    expect(await must('GET', `/v1/coupons/${code}/analytics`)).toEqual({
      ...{ times_applied: 2, active_applications: 1, terminated_applications: 1, remaining_uses: 3 },
      ...{ currency: 'USD', total_discount_cents: 0, discounts: [] },
    });
  });

  it('is billed in one currency, and gets no amount of another', async () => {
    const { code } = await coupon(ten);
    const { id } = await customer('EUR');
    expect(faults(await apply(code, id))).toEqual([422, ['amount_currency currency_mismatch']]);
    expect(faults(await apply(code, id, { amount_currency: 'EUR' }))).toEqual([422, ['amount_currency currency_mismatch']]);
    expect((await apply(code, id, { amount_currency: 'EUR', amount_cents: 900 })).body).toMatchObject({ amount_cents: 900, amount_currency: 'EUR' });
  });

  it.each([
    ['customer_id not_found', fifth, { customer_id: 'nobody' }],
    ['coupon_code not_found', fifth, { coupon_code: 'nothing' }],
    ['amount_cents not_applicable', fifth, { amount_cents: 5 }],
    ['percentage_rate not_applicable', ten, { percentage_rate: '5' }],
    ['percentage_rate out_of_range', fifth, { percentage_rate: '101' }],
  ])('gets none: %s', async (fault, body, more) => {
    expect(faults(await apply((await coupon(body)).code, (await customer()).id, more))).toEqual([422, [fault]]);
  });

  it('gets none that has expired', async () => {
    const { code } = await coupon({ ...fifth, expiration_at: '2020-01-01T00:00:00Z' });
    const refused = await apply(code, (await customer()).id);
    expect([refused.status, refused.body.code]).toEqual([409, 'coupon_expired']);
  });

  it('gets one that is not reusable once for ever, however many ask at once', async () => {
    const [{ code }, { id }] = [await coupon({ ...fifth, reusable: false }), await customer()];
    const answers = await Promise.all(Array.from({ length: 20 }, () => apply(code, id)));
    const outcomes = answers.map(({ status, body }) => (status === 201 ? 'applied' : body.code)).toSorted();
    expect(outcomes).toEqual(['applied', ...Array.from({ length: 19 }, () => 'coupon_already_applied')]);
    const [only] = await must('GET', `/v1/customers/${id}/applied_coupons`);
    await must('DELETE', `/v1/coupons/applied/${only.id}`);
    expect((await apply(code, id)).body.code).toBe('coupon_already_applied');
    expect((await apply(code, (await customer()).id)).status).toBe(201);
  });
});
