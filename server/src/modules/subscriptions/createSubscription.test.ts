import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

// The sandbox stands at 10 February 2026, 12:00 UTC, throughout.
let app: TestApp;
let acme: { id: string; public_id: string };
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  await app.sandbox('POST', '/v1/test_clock', { now: '2026-02-10T12:00:00Z' });
  acme = (await app.sandbox('POST', '/v1/customers', { name: 'Acme', external_id: 'acme' })).body;
  await makePlan({ code: 'basic' });
  await makePlan({ code: 'trial', trial_period_days: 14, pay_in_advance: true });
});
afterAll(() => app.close());

const makePlan = async (plan: object) => {
  const made = await app.sandbox('POST', '/v1/plans', { name: 'Plan', interval: 'monthly', amount_cents: 4900, ...plan });
  expect(made.status).toBe(201);
  return made.body;
};

let count = 0;
const create = (body: object = {}) =>
  app.sandbox('POST', '/v1/subscriptions', { external_id: `sub-${++count}`, customer_id: 'acme', plan_id: 'basic', ...body });
const made = async (body: object = {}) => {
  const answer = await create(body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};
const refused = async (body: object) => {
  const answer = await create(body);
  return [answer.status, answer.body.errors?.[0]?.path, answer.body.errors?.[0]?.code];
};

describe('the start of a subscription', () => {
  it('has come: it is active from then', async () => {
    const subscription = await made({ started_at: '2026-02-10T12:00:00Z' });
    expect(subscription).toMatchObject({
      status: 'active',
      started_at: '2026-02-10T12:00:00Z',
      subscription_at: null,
      current_period_start: '2026-02-10T12:00:00Z',
      current_period_end: '2026-03-01T00:00:00Z',
      next_billing_at: '2026-03-01T00:00:00Z',
    });
    expect(subscription.public_id).toBe(`sub_${subscription.id.replaceAll('-', '')}`);
  });

  it('is ahead: it is pending until that date', async () => {
    expect(await made({ started_at: '2026-02-20T09:00:00Z' })).toMatchObject({
      status: 'pending',
      started_at: '2026-02-20T09:00:00Z',
      current_period_start: null,
      next_billing_at: '2026-03-01T00:00:00Z',
    });
  });

  it('is not given: it is pending until it is activated, and an anchor does not start it', async () => {
    expect(await made()).toMatchObject({ status: 'pending', started_at: null, next_billing_at: null, trial_ends_at: null });
    expect(await made({ subscription_at: '2026-01-01T00:00:00Z' })).toMatchObject({ status: 'pending', started_at: null });
  });
});

describe('what a subscription takes from its plan', () => {
  it('is the trial and the time of payment, unless it has its own', async () => {
    expect(await made({ plan_id: 'trial', started_at: '2026-02-10T12:00:00Z' })).toMatchObject({
      trial_period_days: 14,
      trial_ends_at: '2026-02-24T12:00:00Z',
      trial_ended_at: null,
      pay_in_advance: true,
      // Nothing is due before the trial ends.
      next_billing_at: '2026-02-24T12:00:00Z',
    });
    expect(
      await made({ plan_id: 'trial', started_at: '2026-02-10T12:00:00Z', trial_period_days: 0, pay_in_advance: false }),
    ).toMatchObject({ trial_period_days: 0, trial_ends_at: null, pay_in_advance: false });
  });

  it('ends a trial at the same wall time, over a change of clocks', async () => {
    await app.sandbox('POST', '/v1/customers', { name: 'NY', external_id: 'ny', timezone: 'America/New_York' });
    // 8 March 2026, 02:00 is left out in New York: 14 days from 1 March, 09:00 (14:00 UTC) are 15 March, 09:00, by then 13:00 UTC.
    const subscription = await made({ customer_id: 'ny', plan_id: 'trial', started_at: '2026-03-01T14:00:00Z' });
    expect(subscription.trial_ends_at).toBe('2026-03-15T13:00:00Z');
  });
});

describe('references', () => {
  it('name customer and plan in each of their forms', async () => {
    const plan = (await app.sandbox('GET', '/v1/plans/basic')).body;
    for (const customer of [acme.id, acme.public_id, 'acme'])
      for (const reference of [plan.id, plan.public_id, 'basic'])
        expect(await made({ customer_id: customer, plan_id: reference })).toMatchObject({
          customer_id: acme.id,
          customer_external_id: 'acme',
          plan_id: plan.id,
          plan_code: 'basic',
        });
  });

  it('to what is unknown, deleted or of the other environment are refused by field', async () => {
    const gone = (await app.sandbox('POST', '/v1/customers', { name: 'Gone' })).body;
    await app.sandbox('DELETE', `/v1/customers/${gone.id}`);
    const live = (await app.live('POST', '/v1/customers', { name: 'Live' })).body;
    for (const reference of ['nobody', gone.id, live.id]) expect(await refused({ customer_id: reference })).toEqual([422, 'customer_id', 'not_found']);
    const retired = await makePlan({ code: 'retired' });
    await app.sandbox('DELETE', '/v1/plans/retired');
    for (const reference of ['nothing', 'retired', retired.id]) expect(await refused({ plan_id: reference })).toEqual([422, 'plan_id', 'not_found']);
  });

  it('to a plan in another currency than the customer’s are refused', async () => {
    await makePlan({ code: 'euro', currency: 'EUR' });
    expect(await refused({ plan_id: 'euro' })).toEqual([422, 'plan_id', 'currency_mismatch']);
  });
});

describe('refusals', () => {
  it.each([
    ['billing_time', 'sometimes'],
    ['trial_period_days', -1],
    ['trial_period_days', 1.5],
    ['on_termination_action', 'refund'],
    ['started_at', '2026-02-10'],
    ['status', 'active'],
    ['external_id', ''],
  ])('name %s = %j', async (field, value) => {
    const { status, body } = await create({ [field]: value });
    expect([status, body.errors.map((error: { path: string }) => error.path)]).toEqual([422, [field]]);
  });

  it.each([
    // The 10th of February is past at noon.
    ['in the past', { started_at: '2026-01-20T00:00:00Z', ending_at: '2026-02-10T11:00:00Z' }, 'in_the_past'],
    // An end on the first day of a period is one at its midnight, 10 February 00:00.
    [
      'effective in the past',
      { started_at: '2026-01-10T00:00:00Z', ending_at: '2026-02-10T18:00:00Z', billing_time: 'anniversary' },
      'in_the_past',
    ],
    ['before the start', { started_at: '2026-03-05T09:00:00Z', ending_at: '2026-03-05T08:00:00Z' }, 'before_start'],
  ])('of an end %s', async (_name, body, code) => {
    expect(await refused(body)).toEqual([422, 'ending_at', code]);
  });

  it('of an external_id that is taken, also from 20 callers at once, also by one that has ended', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => create({ external_id: 'same' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    await app.sandbox('DELETE', '/v1/subscriptions/same');
    const again = await create({ external_id: 'same' });
    expect([again.status, again.body.code]).toEqual([409, 'external_id_taken']);
  });

  it('leave nothing behind that would keep the customer or the plan', async () => {
    await app.sandbox('POST', '/v1/customers', { name: 'Free', external_id: 'free' });
    await create({ customer_id: 'free', started_at: '2026-01-20T00:00:00Z', ending_at: '2026-02-01T00:00:00Z' });
    expect((await app.sandbox('DELETE', '/v1/customers/free')).status).toBe(204);
  });
});

it('keeps the test clock from moving back', async () => {
  const { sandbox } = await app.otherOrganization();
  await sandbox('POST', '/v1/test_clock', { now: '2030-01-01T00:00:00Z' });
  await sandbox('POST', '/v1/test_clock', { now: '2026-01-01T00:00:00Z' });
  await sandbox('POST', '/v1/customers', { name: 'A', external_id: 'a' });
  await sandbox('POST', '/v1/plans', { code: 'p', name: 'P', interval: 'monthly' });
  await sandbox('POST', '/v1/subscriptions', { external_id: 's', customer_id: 'a', plan_id: 'p' });
  const back = await sandbox('POST', '/v1/test_clock', { now: '2025-12-31T00:00:00Z' });
  expect([back.status, back.body.code]).toEqual([409, 'clock_moves_forward_only']);
});
