import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

// The sandbox stands at 10 February 2026, 12:00 UTC, unless a test moves it on.
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await app.sandbox('POST', '/v1/test_clock', { now: '2026-02-10T12:00:00Z' });
  for (const code of ['basic', 'other', 'unused'])
    await app.sandbox('POST', '/v1/plans', { code, name: 'Plan', interval: 'monthly', amount_cents: 4900 });
  await app.sandbox('POST', '/v1/customers', { name: 'Acme', external_id: 'acme' });
  await app.sandbox('POST', '/v1/customers', { name: 'NY', external_id: 'ny', timezone: 'America/New_York' });
});
afterAll(() => app.close());

let count = 0;
const subscribe = async (body: object = {}) => {
  const answer = await app.sandbox('POST', '/v1/subscriptions', {
    external_id: `sub-${++count}`,
    customer_id: 'acme',
    plan_id: 'basic',
    started_at: '2026-02-10T12:00:00Z',
    ...body,
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};
const pathOf = ({ id }: { id: string }) => `/v1/subscriptions/${id}`;
const refusal = ({ status, body }: { status: number; body: { code: string; errors: { path: string; code: string }[] } }) => [
  status,
  body.errors[0]?.path ?? body.code,
  ...(body.errors[0] === undefined ? [] : [body.errors[0].code]),
];

describe('finding subscriptions', () => {
  it('goes by id, prefixed id and external_id, within the environment', async () => {
    const made = await subscribe({ external_id: 'by any/name' });
    for (const reference of [made.id, made.public_id, 'by%20any%2Fname'])
      expect((await app.sandbox('GET', `/v1/subscriptions/${reference}`)).body.id).toBe(made.id);
    expect((await app.live('GET', pathOf(made))).status).toBe(404);
  });

  it('lists by customer, plan, status and external_id, with the number of what matches', async () => {
    const customer = (await app.sandbox('POST', '/v1/customers', { name: 'L', external_id: 'listed' })).body;
    const plan = (await app.sandbox('GET', '/v1/plans/other')).body;
    const one = await subscribe({ customer_id: 'listed' });
    const two = await subscribe({ customer_id: 'listed', plan_id: 'other', started_at: null });
    const ids = async (query: string) =>
      (await app.sandbox('GET', `/v1/subscriptions?${query}`)).body.map(({ id }: { id: string }) => id);
    expect(await ids(`customer_id=${customer.id}&order_by=created_at:asc`)).toEqual([one.id, two.id]);
    expect(await ids(`customer_id=${customer.public_id}&status=pending`)).toEqual([two.id]);
    expect(await ids(`plan_id=${plan.public_id}`)).toEqual([two.id]);
    expect(await ids(`external_id=${one.external_id}`)).toEqual([one.id]);
    expect((await app.sandbox('GET', `/v1/subscriptions?customer_id=${customer.id}&limit=1`)).headers.get('x-total-count')).toBe('2');
    expect((await app.sandbox('GET', '/v1/subscriptions?status=asleep')).status).toBe(422);
  });

  it('counts per plan those that have not ended', async () => {
    const codes = ['basic', 'other', 'unused'];
    const [basic, other, unused] = await Promise.all(codes.map(async (code) => (await app.sandbox('GET', `/v1/plans/${code}`)).body.id));
    const counts = async () => (await app.sandbox('GET', '/v1/plans/subscription_counts')).body;
    const before = await counts();
    expect(before[unused]).toBe(0);
    const ended = await subscribe({ plan_id: 'other' });
    expect((await counts())[other]).toBe(before[other] + 1);
    await app.sandbox('DELETE', pathOf(ended));
    expect(await counts()).toMatchObject({ [basic]: before[basic], [other]: before[other] });
  });
});

describe('changing a subscription', () => {
  it('takes what may change and leaves the rest', async () => {
    const made = await subscribe();
    const { body } = await app.sandbox('PUT', pathOf(made), { ending_at: '2026-05-10T00:00:00Z', on_termination_action: 'skip' });
    expect(body).toEqual({ ...made, ending_at: '2026-05-10T00:00:00Z', on_termination_action: 'skip', updated_at: body.updated_at });
  });

  it('may be paid at another time and by another calendar while it has not started, and say the same ever after', async () => {
    const made = await subscribe({ started_at: null });
    const other = { billing_time: 'anniversary', pay_in_advance: true };
    expect((await app.sandbox('PUT', pathOf(made), other)).body).toMatchObject(other);
    // The plan is paid in arrears; what was given to the subscription outlives it.
    expect((await app.sandbox('PUT', pathOf(made), { plan_id: 'other' })).body).toMatchObject({ plan_code: 'other', ...other });
    await app.sandbox('POST', `${pathOf(made)}/activate`);
    expect((await app.sandbox('PUT', pathOf(made), { ...other, on_termination_action: 'skip' })).status).toBe(200);
    for (const [path, value] of [['billing_time', 'calendar'], ['pay_in_advance', false]] as const)
      expect(refusal(await app.sandbox('PUT', pathOf(made), { [path]: value }))).toEqual([422, path, 'already_started']);
  });

  it.each([
    [{ plan_id: 'nobody’s' }, ['plan_id', 'not_found']],
    [{ timing: 'now' }, ['timing', 'without_plan']],
    [{ plan_id: 'other', proration: 'none', timing: 'period_end' }, ['proration', 'only_now']],
    [{ plan_id: 'other', proration: 'half' }, ['proration', 'invalid_value']],
    [{ status: 'terminated' }, ['status', 'unknown_field']],
    [{ billing_time: 'anniversary' }, ['billing_time', 'already_started']],
    [{ external_id: 'x' }, ['external_id', 'unknown_field']],
    [{ trial_period_days: 7 }, ['trial_period_days', 'no_trial']],
    [{ ending_at: '2026-02-10T11:00:00Z' }, ['ending_at', 'in_the_past']],
  ])('refuses %j for one that runs', async (body, problem) => {
    const made = await subscribe();
    expect(refusal(await app.sandbox('PUT', pathOf(made), body))).toEqual([422, ...problem]);
    expect((await app.sandbox('GET', pathOf(made))).body).toEqual(made);
  });

  it('moves the anchor of one that is billed in advance with its next period, unless it is taken back', async () => {
    const made = await subscribe({ billing_time: 'anniversary', pay_in_advance: true });
    const move = async (subscription_at: string | null) => (await app.sandbox('PUT', pathOf(made), { subscription_at })).body;
    // The period from 10 February is paid: it runs to 10 March.
    const pending = { subscription_at: null, pending_subscription_at: '2026-02-15T00:00:00Z', anchor_changes_at: '2026-03-10T00:00:00Z', pending_plan_id: null };
    expect(await move('2026-02-15T00:00:00Z')).toMatchObject(pending);
    expect((await app.sandbox('PUT', pathOf(made), { plan_id: 'basic' })).body).toMatchObject(pending);
    expect(await move(null)).toMatchObject({ pending_subscription_at: null, anchor_changes_at: null });
  });

  it('moves the anchor of one with nothing billed yet at once, and where the calendar rules it changes no period', async () => {
    const arrears = await subscribe({ billing_time: 'anniversary' });
    const moved = (await app.sandbox('PUT', pathOf(arrears), { subscription_at: '2026-02-15T00:00:00Z' })).body;
    expect(moved).toMatchObject({ subscription_at: '2026-02-15T00:00:00Z', anchor_changes_at: null, next_billing_at: '2026-02-15T00:00:00Z' });
    const calendar = await subscribe({ pay_in_advance: true });
    const same = (await app.sandbox('PUT', pathOf(calendar), { subscription_at: '2026-02-15T00:00:00Z' })).body;
    expect(same).toMatchObject({ subscription_at: '2026-02-15T00:00:00Z', anchor_changes_at: null, next_billing_at: '2026-03-01T00:00:00Z' });
  });

  it.each([
    ['by_calendar', {}],
    ['in_trial', { billing_time: 'anniversary', trial_period_days: 30 }],
  ])('refuses to begin a new period with a resumption: %s', async (code, body) => {
    const made = await subscribe(body);
    await app.sandbox('POST', `${pathOf(made)}/pause`);
    expect(refusal(await app.sandbox('POST', `${pathOf(made)}/resume`, { reset_anchor: true }))).toEqual([422, 'reset_anchor', code]);
  });

  it('moves the anchor and the trial of one that is pending', async () => {
    const made = await subscribe({ started_at: '2026-03-05T09:00:00Z', billing_time: 'anniversary' });
    const { body } = await app.sandbox('PUT', pathOf(made), { subscription_at: '2026-01-20T00:00:00Z', trial_period_days: 3 });
    // Periods count from the 20th; three days after 5 March, 09:00.
    expect(body).toMatchObject({ trial_ends_at: '2026-03-08T09:00:00Z', next_billing_at: '2026-03-20T00:00:00Z' });
  });

  it('changes the length of a trial that lasts, but ends none in the past', async () => {
    const made = await subscribe({ started_at: '2026-02-05T12:00:00Z', trial_period_days: 30 });
    expect((await app.sandbox('PUT', pathOf(made), { trial_period_days: 14 })).body.trial_ends_at).toBe('2026-02-19T12:00:00Z');
    for (const days of [5, 0])
      expect(refusal(await app.sandbox('PUT', pathOf(made), { trial_period_days: days }))).toEqual([422, 'trial_period_days', 'in_the_past']);
  });
});

describe('terminating a subscription', () => {
  it('ends it now, whatever its status, once', async () => {
    for (const made of [await subscribe(), await subscribe({ started_at: null }), await subscribe({ started_at: '2026-04-01T00:00:00Z' })]) {
      expect((await app.sandbox('DELETE', pathOf(made))).status).toBe(204);
      expect((await app.sandbox('GET', pathOf(made))).body).toMatchObject({ status: 'terminated', terminated_at: '2026-02-10T12:00:00Z' });
      for (const [method, path, body] of [
        ['DELETE', pathOf(made)],
        ['POST', `${pathOf(made)}/activate`],
        ['PUT', pathOf(made), { ending_at: null }],
        ['GET', `${pathOf(made)}/next_billing_date`],
      ] as const)
        expect(refusal(await app.sandbox(method, path, body)), method).toEqual([409, 'subscription_terminated']);
    }
  });

  it('does what is asked for, else what the subscription says', async () => {
    const asked = await subscribe({ on_termination_action: 'skip' });
    await app.sandbox('DELETE', `${pathOf(asked)}?on_termination_action=generate_credit_note`);
    expect((await app.sandbox('GET', pathOf(asked))).body.on_termination_action).toBe('generate_credit_note');
    const stored = await subscribe({ on_termination_action: 'skip' });
    await app.sandbox('DELETE', pathOf(stored));
    expect((await app.sandbox('GET', pathOf(stored))).body.on_termination_action).toBe('skip');
    expect((await app.sandbox('DELETE', `${pathOf(stored)}?on_termination_action=refund`)).status).toBe(422);
  });

  it('happens once when ten ask for it at once', async () => {
    const made = await subscribe();
    const answers = await Promise.all(Array.from({ length: 10 }, () => app.sandbox('DELETE', pathOf(made))));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array.from({ length: 9 }, () => 409)]);
  });
});

describe('the next billing date', () => {
  const next = async (made: { id: string }) => (await app.sandbox('GET', `${pathOf(made)}/next_billing_date`)).body;

  it('is the end of the open period, in calendar and anniversary billing', async () => {
    expect(await next(await subscribe())).toEqual({
      next_billing_date: '2026-03-01T00:00:00Z',
      current_period_started_at: '2026-02-10T12:00:00Z',
      interval: 'monthly',
      // From 10 February to 1 March.
      days_until_next_billing: 19,
    });
    const anniversary = await subscribe({ started_at: '2025-12-31T08:00:00Z', billing_time: 'anniversary' });
    // Boundaries on 31 January and 28 February.
    expect(await next(anniversary)).toMatchObject({
      next_billing_date: '2026-02-28T00:00:00Z',
      current_period_started_at: '2026-01-31T00:00:00Z',
      days_until_next_billing: 18,
    });
  });

  it('counts local days of the customer', async () => {
    // 1 March begins in New York at 05:00 UTC.
    expect(await next(await subscribe({ customer_id: 'ny' }))).toMatchObject({ next_billing_date: '2026-03-01T05:00:00Z', days_until_next_billing: 19 });
  });

  it('is the start of a pending one that pays in advance, the end of a trial, an agreed end', async () => {
    expect(await next(await subscribe({ started_at: '2026-04-10T00:00:00Z', pay_in_advance: true }))).toMatchObject({
      next_billing_date: '2026-04-10T00:00:00Z',
      current_period_started_at: '2026-04-10T00:00:00Z',
    });
    expect(await next(await subscribe({ pay_in_advance: true, trial_period_days: 7 }))).toMatchObject({ next_billing_date: '2026-02-17T12:00:00Z' });
    expect(await next(await subscribe({ ending_at: '2026-02-20T10:00:00Z' }))).toMatchObject({ next_billing_date: '2026-02-20T10:00:00Z' });
  });

  it('is refused where there is none', async () => {
    const undated = await subscribe({ started_at: null });
    expect(refusal(await app.sandbox('GET', `${pathOf(undated)}/next_billing_date`))).toEqual([409, 'subscription_not_started']);
    const skipping = await subscribe({ ending_at: '2026-02-20T10:00:00Z', on_termination_action: 'skip' });
    expect(refusal(await app.sandbox('GET', `${pathOf(skipping)}/next_billing_date`))).toEqual([409, 'nothing_to_bill']);
  });

  it('stays true as time goes by', async () => {
    const made = await subscribe({ external_id: 'in-time' });
    await app.advance('2026-03-15T00:00:00Z');
    expect(await next(made)).toMatchObject({ next_billing_date: '2026-04-01T00:00:00Z', current_period_started_at: '2026-03-01T00:00:00Z', days_until_next_billing: 17 });
  });
});
