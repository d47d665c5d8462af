import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
});
afterAll(() => app.close());

const path = '/v1/plans';

async function create(body: object) {
  const { status, body: made } = await app.live('POST', path, { name: 'P', interval: 'monthly', ...body });
  expect([status, made.detail]).toEqual([201, undefined]);
  return made;
}

async function subscribe(planId: string) {
  const { body: customer } = await app.live('POST', '/v1/customers', { name: 'C' });
  const made = await app.live('POST', '/v1/subscriptions', { external_id: `sub of ${planId}`, customer_id: customer.id, plan_id: planId });
  expect(made.status).toBe(201);
  return made.body;
}

async function refusal(answer: Promise<Awaited<ReturnType<TestApp['live']>>>) {
  const { status, body } = await answer;
  return [status, body.errors?.[0]?.path ?? body.code];
}

describe('creating a plan', () => {
  it('fills in what is not given', async () => {
    const made = await create({ code: 'plain' });
    expect(made).toMatchObject({
      public_id: `plan_${made.id.replaceAll('-', '')}`,
      description: null,
      interval: 'monthly',
      interval_count: 1,
      amount_cents: 0,
      currency: 'USD',
      trial_period_days: 0,
      pay_in_advance: false,
      bill_charges_monthly: false,
      charges: [],
    });
  });

  it('has the organization’s currency unless it says another', async () => {
    const { live } = await app.otherOrganization();
    await live('PUT', '/v1/organizations/current', { default_currency: 'JPY' });
    const yen = await live('POST', path, { code: 'a', name: 'P', interval: 'monthly', amount_cents: 500 });
    const dinars = await live('POST', path, { code: 'b', name: 'P', interval: 'monthly', currency: 'KWD' });
    expect([yen.body.currency, dinars.body.currency]).toEqual(['JPY', 'KWD']);
  });

  it.each(['daily', 'weekly', 'monthly', 'quarterly', 'semiannual', 'yearly'])('bills %s, and every few of them', async (interval) => {
    expect(await create({ code: `every ${interval}`, interval, interval_count: 3 })).toMatchObject({ interval, interval_count: 3 });
  });

  it.each([
    ['interval', 'hourly'],
    ['interval_count', 0],
    ['interval_count', 1.5],
    ['amount_cents', -1],
    ['amount_cents', '100'],
    ['amount_cents', 0.5],
    ['currency', 'usd'],
    ['currency', 'XYZ'],
    ['trial_period_days', -1],
    ['code', ' padded'],
    ['code', 'a/b'],
    ['amuont_cents', 1],
  ])('refuses %s = %j by name', async (field, value) => {
    expect(await refusal(app.live('POST', path, { code: 'refused', name: 'P', interval: 'monthly', [field]: value }))).toEqual([422, field]);
  });

  it('cuts usage at months only where a period can be longer than one', async () => {
    expect((await create({ code: 'cut', interval: 'yearly', bill_charges_monthly: true })).bill_charges_monthly).toBe(true);
    const weekly = { code: 'uncut', name: 'P', interval: 'weekly', bill_charges_monthly: true };
    expect(await refusal(app.live('POST', path, weekly))).toEqual([422, 'bill_charges_monthly']);
    await create({ code: 'uncut', interval: 'daily' });
    expect(await refusal(app.live('PUT', `${path}/uncut`, { bill_charges_monthly: true }))).toEqual([422, 'bill_charges_monthly']);
  });

  it('gives a code to one plan at a time, also to 10 callers at once', async () => {
    const body = { code: 'contested', name: 'P', interval: 'monthly' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => app.live('POST', path, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
  });
});

describe('reading plans', () => {
  it('finds one by id, prefixed id and code', async () => {
    const made = await create({ code: 'by code' });
    for (const reference of [made.id, made.public_id, 'by%20code'])
      expect((await app.live('GET', `${path}/${reference}`)).body).toEqual(made);
  });

  it('lists each with its own charges, and no deleted ones', async () => {
    const { live } = await app.otherOrganization();
    const { body: metric } = await live('POST', '/v1/billable_metrics', { code: 'm', name: 'M', aggregation_type: 'count' });
    const charge = { billable_metric_id: metric.id, charge_model: 'standard', properties: { amount: '1' } };
    for (const [code, charges] of [['a', [charge]], ['b', []], ['c', [charge, charge]], ['d', [charge]]])
      await live('POST', path, { code, name: 'P', interval: 'monthly', charges });
    await live('DELETE', `${path}/d`);
    const { body, headers } = await live('GET', `${path}?order_by=code:asc`);
    const shown = body.map((plan: { code: string; charges: { code: string }[] }) => [plan.code, ...plan.charges.map(({ code }) => code)]);
    expect([headers.get('x-total-count'), shown]).toEqual(['3', [['a', 'm'], ['b'], ['c', 'm', 'm-2']]]);
  });
});

describe('changing a plan', () => {
  it('changes what is given and clears what is null', async () => {
    const made = await create({ code: 'changing', description: 'D', amount_cents: 100 });
    const { body } = await app.live('PUT', `${path}/changing`, { name: 'Q', description: null, amount_cents: 200, pay_in_advance: true, trial_period_days: 14 });
    expect(body).toMatchObject({ id: made.id, name: 'Q', description: null, amount_cents: 200, pay_in_advance: true, trial_period_days: 14 });
  });

  it('never changes its code or its interval', async () => {
    await create({ code: 'fixed' });
    for (const [field, value] of [['code', 'other'], ['interval', 'yearly'], ['interval_count', 2]] as const)
      expect(await refusal(app.live('PUT', `${path}/fixed`, { [field]: value }))).toEqual([422, field]);
  });

  it('keeps currency and monthly cuts while somebody is subscribed', async () => {
    const made = await create({ code: 'subscribed', interval: 'yearly', amount_cents: 100 });
    expect((await app.live('PUT', `${path}/subscribed`, { currency: 'EUR' })).body.currency).toBe('EUR');
    await app.live('PUT', `${path}/subscribed`, { currency: 'USD' });
    await subscribe(made.id);
    expect(await refusal(app.live('PUT', `${path}/subscribed`, { currency: 'EUR' }))).toEqual([409, 'plan_in_use']);
    expect(await refusal(app.live('PUT', `${path}/subscribed`, { bill_charges_monthly: true }))).toEqual([409, 'plan_in_use']);
    expect((await app.live('PUT', `${path}/subscribed`, { currency: 'USD', amount_cents: 300 })).body.amount_cents).toBe(300);
  });
});

describe('deleting a plan', () => {
  it('hides it and frees its code', async () => {
    const first = await create({ code: 'again' });
    expect((await app.live('DELETE', `${path}/again`)).status).toBe(204);
    expect((await app.live('GET', `${path}/${first.id}`)).status).toBe(404);
    expect((await create({ code: 'again' })).id).not.toBe(first.id);
  });

  it('waits until no subscription has it any more', async () => {
    const made = await create({ code: 'taken' });
    const subscription = await subscribe(made.id);
    expect(await refusal(app.live('DELETE', `${path}/taken`))).toEqual([409, 'plan_in_use']);
    expect((await app.live('DELETE', `/v1/subscriptions/${subscription.id}`)).status).toBeLessThan(300);
    expect((await app.live('DELETE', `${path}/taken`)).status).toBe(204);
  });

  it('waits, too, while a subscription is to change to it', async () => {
    const made = await create({ code: 'dear', amount_cents: 200 });
    await create({ code: 'cheap', amount_cents: 100 });
    const subscription = await subscribe(made.id);
    await app.live('PUT', `/v1/subscriptions/${subscription.id}`, { plan_id: 'cheap' });
    expect(await refusal(app.live('DELETE', `${path}/cheap`))).toEqual([409, 'plan_in_use']);
    await app.live('PUT', `/v1/subscriptions/${subscription.id}`, { plan_id: 'dear' });
    expect((await app.live('DELETE', `${path}/cheap`)).status).toBe(204);
  });
});

describe('which plans use a metric', () => {
  it('counts and lists live plans with a live charge on it, each once', async () => {
    const { live } = await app.otherOrganization();
    const metric = async (code: string) => (await live('POST', '/v1/billable_metrics', { code, name: 'M', aggregation_type: 'count' })).body.id;
    const [used, unused] = [await metric('used'), await metric('unused')];
    const charge = { billable_metric_id: used, charge_model: 'standard', properties: { amount: '1' } };
    for (const code of ['a', 'b', 'c', 'd']) await live('POST', path, { code, name: `Plan ${code}`, interval: 'weekly', charges: [charge, charge] });
    await live('PUT', `${path}/c`, { charges: [] });
    await live('DELETE', `${path}/d`);
    expect((await live('GET', '/v1/billable_metrics/plan_counts')).body).toEqual({ [used]: 2, [unused]: 0 });
    for (const reference of [used, `bm_${used.replaceAll('-', '')}`, 'used']) {
      const { body } = await live('GET', `/v1/billable_metrics/${reference}/plans?order_by=code:asc`);
      expect(body).toEqual([
        { id: expect.any(String), name: 'Plan a', code: 'a', interval: 'weekly' },
        { id: expect.any(String), name: 'Plan b', code: 'b', interval: 'weekly' },
      ]);
    }
    expect((await live('GET', '/v1/billable_metrics/unused/plans')).body).toEqual([]);
    expect((await live('GET', '/v1/billable_metrics/none/plans')).status).toBe(404);
  });
});
