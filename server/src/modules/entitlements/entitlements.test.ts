import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

// The sandbox stands at 10 February 2026, 12:00 UTC. Everybody is subscribed since the 1st of February, by the month.
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await must('POST', '/v1/test_clock', { now: '2026-02-10T12:00:00Z' });
  await must('POST', '/v1/billable_metrics', { code: 'calls', name: 'Calls', aggregation_type: 'count' });
  await must('POST', '/v1/billable_metrics', { code: 'seats', name: 'Seats', aggregation_type: 'unique_count', field_name: 'user', recurring: true });
  for (const [code, feature_type] of [['sso', 'boolean'], ['calls', 'quantity'], ['seats', 'quantity'], ['projects', 'quantity'], ['support', 'custom']])
    await must('POST', '/v1/features', { code, name: code, feature_type });
});
afterAll(() => app.close());

async function must(method: string, path: string, body?: unknown) {
  const answer = await app.sandbox(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

let made = 0;
/** A plan that grants this. */
async function plan(grants: Readonly<Record<string, unknown>>): Promise<string> {
  const code = `plan-${++made}`;
  await must('POST', '/v1/plans', { code, name: code, interval: 'monthly', amount_cents: 1000, currency: 'EUR' });
  for (const [feature, value] of Object.entries(grants)) await must('POST', '/v1/entitlements', { plan_id: code, feature_id: feature, value });
  return code;
}

async function customer(): Promise<string> {
  const id = `customer-${++made}`;
  await must('POST', '/v1/customers', { name: id, external_id: id, currency: 'EUR' });
  return id;
}

/** A customer on a plan that grants this; the subscription is called like the customer. */
async function subscriber(grants: Readonly<Record<string, unknown>>): Promise<string> {
  const [id, planId] = [await customer(), await plan(grants)];
  await must('POST', '/v1/subscriptions', { external_id: id, customer_id: id, plan_id: planId, started_at: '2026-02-01T00:00:00Z' });
  return id;
}

const check = (customerId: string, feature: string, more = '') => must('GET', `/v1/entitlements/check?customer_id=${customerId}&feature_code=${feature}${more}`);

/** "reason value limit used remaining" */
async function answer(customerId: string, feature: string, more = ''): Promise<string> {
  const { has_access: has, reason, value, limit, current_usage: used, remaining } = await check(customerId, feature, more);
  expect(has).toBe(reason === 'granted');
  return [reason, value, limit, used, remaining].map((part) => part ?? '-').join(' ');
}

let sent = 0;
async function use(customerId: string, code: string, times: number, properties: object = {}, more: object = {}): Promise<void> {
  const event = () => ({ transaction_id: `event-${++sent}`, external_customer_id: customerId, code, timestamp: '2026-02-10T11:00:00Z', properties, ...more });
  await must('POST', '/v1/events/batch', { events: Array.from({ length: times }, event) });
}

const override = (subscription: string, feature: string, value: unknown) => must('PUT', `/v1/subscriptions/${subscription}/entitlements/${feature}`, { value });

describe('what a plan grants', () => {
  it.each<[string, unknown, string | null]>([
    ['sso', 'true', 'true'],
    ['sso', true, 'true'],
    ['sso', '0', 'false'],
    ['calls', '100', '100'],
    ['calls', 2.5, '2.5'],
    ['calls', '10.50', '10.5'],
    ['calls', 'UNLIMITED', 'unlimited'],
    ['support', 'gold', 'gold'],
    ['support', 24, '24'],
    ['sso', 'yes', null],
    ['sso', 2, null],
    ['calls', 'many', null],
    ['calls', -1, null],
    ['calls', true, null],
    ['support', '', null],
  ])('of %s as %j is kept as %j', async (feature, value, kept) => {
    const { status, body } = await app.sandbox('POST', '/v1/entitlements', { plan_id: await plan({}), feature_id: feature, value });
    if (kept === null) expect([status, body.errors[0].path]).toEqual([422, 'value']);
    else expect([status, body.value, body.feature_code, body.source]).toEqual([201, kept, feature, 'plan']);
  });

  it('is granted once, changed for everybody, counted, and keeps the feature from being deleted', async () => {
    const { id: feature } = await must('POST', '/v1/features', { code: 'exports', name: 'Exports', feature_type: 'boolean' });
    const code = await plan({ exports: false });
    const [granted] = await must('GET', `/v1/entitlements?feature_id=${feature}`);
    const again = await app.sandbox('POST', '/v1/entitlements', { plan_id: code, feature_id: 'exports', value: 'true' });
    expect([again.status, again.body.code]).toEqual([409, 'already_entitled']);
    const changed = await must('PATCH', `/v1/entitlements/${granted.public_id}`, { value: '1' });
    expect([changed.value, changed.id]).toEqual(['true', granted.id]);
    expect((await app.sandbox('PATCH', `/v1/entitlements/${granted.id}`, { value: 'maybe' })).status).toBe(422);
    expect((await must('GET', '/v1/features/plan_counts'))[feature]).toBe(1);
    const kept = await app.sandbox('DELETE', '/v1/features/exports');
    expect([kept.status, kept.body.code]).toEqual([409, 'feature_in_use']);
    await app.sandbox('DELETE', `/v1/entitlements/${granted.id}`);
    expect((await must('GET', '/v1/features/plan_counts'))[feature]).toBe(0);
    expect((await app.sandbox('DELETE', '/v1/features/exports')).status).toBe(204);
  });

  it('is copied to another plan, but for what that grants already', async () => {
    const [source, target] = [await plan({ sso: true, calls: 100, support: 'gold' }), await plan({ calls: 7 })];
    const copy = (to: string) => app.sandbox('POST', '/v1/entitlements/copy', { source_plan_id: source, target_plan_id: to });
    const values = (rows: { feature_code: string; value: string }[]) => rows.map(({ feature_code: code, value }) => `${code} ${value}`);
    expect(values((await copy(target)).body)).toEqual(['sso true', 'support gold']);
    expect((await copy(target)).body).toEqual([]);
    const { id } = await must('GET', `/v1/plans/${target}`);
    expect(values(await must('GET', `/v1/entitlements?plan_id=${id}&order_by=feature_code`))).toEqual(['calls 7', 'sso true', 'support gold']);
    expect([(await copy(source)).status, (await copy('nowhere')).status]).toEqual([422, 422]);
  });
});

describe('what a subscription is granted', () => {
  const list = async (subscription: string): Promise<string[]> =>
    (await must('GET', `/v1/subscriptions/${subscription}/entitlements?order_by=feature_code:asc`)).map(
      ({ feature_code: code, value, source }: Record<string, string>) => `${code} ${value} ${source}`,
    );

  it('is its plan’s, but for what it has by itself or was taken from it, on whatever plan', async () => {
    const id = await subscriber({ sso: true, calls: 100 });
    await override(id, 'calls', 500);
    await override(id, 'sso', null);
    await override(id, 'support', 'gold');
    expect(await list(id)).toEqual(['calls 500 subscription', 'support gold subscription']);
    expect(await must('GET', `/v1/subscriptions/${id}/entitlements/sso`)).toMatchObject({ plan_value: 'true', value: null, source: 'subscription' });
    expect([await answer(id, 'sso'), await answer(id, 'support')]).toEqual(['not_entitled - - - -', 'granted gold - - -']);

    await must('PUT', `/v1/subscriptions/${id}`, { plan_id: await plan({ sso: true, calls: 200, seats: 3 }), timing: 'now' });
    expect(await list(id)).toEqual(['calls 500 subscription', 'seats 3 plan', 'support gold subscription']);
    const drop = (feature: string) => app.sandbox('DELETE', `/v1/subscriptions/${id}/entitlements/${feature}`);
    expect([(await drop('calls')).status, (await drop('sso')).status, (await drop('sso')).status]).toEqual([204, 204, 404]);
    expect(await list(id)).toEqual(['calls 200 plan', 'seats 3 plan', 'sso true plan', 'support gold subscription']);
  });

  it('is refused in the wrong type, for features there are not, and once it has ended', async () => {
    const id = await subscriber({});
    const put = async (feature: string, value: unknown) => (await app.sandbox('PUT', `/v1/subscriptions/${id}/entitlements/${feature}`, { value })).status;
    expect([await put('calls', 'many'), await put('nothing', 'true'), await put('calls', 5)]).toEqual([422, 404, 200]);
    await must('DELETE', `/v1/subscriptions/${id}?on_termination_action=skip`);
    expect(await put('calls', 6)).toBe(409);
  });

  it('is in the audit trail, with what it was before', async () => {
    const id = await subscriber({ calls: 100 });
    const first = await override(id, 'calls', 500);
    await override(id, 'calls', null);
    const [last] = await must('GET', `/v1/audit_logs?resource_type=subscription_entitlement&resource_id=${first.id}`);
    expect([last.action, last.changes]).toEqual(['updated', { value: { old: '500', new: null } }]);
  });
});

describe('a check', () => {
  it('tells by the type of the feature', async () => {
    const id = await subscriber({ sso: 'false', projects: 3, calls: 'unlimited' });
    expect(await answer(id, 'sso')).toBe('turned_off false - - -');
    expect(await answer(id, 'projects')).toBe('granted 3 3 - -');
    expect(await answer(id, 'projects', '&quantity=4')).toBe('limit_reached 3 3 - -');
    expect(await answer(id, 'calls')).toBe('granted unlimited - - -');
    expect(await answer(id, 'support')).toBe('not_entitled - - - -');
    expect(await answer(await customer(), 'sso')).toBe('no_running_subscription - - - -');
  });

  it('compares a limit with what was used in the period, and starts anew with the next', async () => {
    const id = await subscriber({ calls: 5 });
    await use(id, 'calls', 4);
    expect(await answer(id, 'calls')).toBe('granted 5 5 4 1');
    expect(await answer(id, 'calls', '&quantity=2')).toBe('limit_reached 5 5 4 1');
    await use(id, 'calls', 1);
    expect(await answer(id, 'calls')).toBe('limit_reached 5 5 5 0');
    // The month that is open ends at midnight, UTC, on the 1st of March.
    expect((await check(id, 'calls')).resets_at).toBe('2026-03-01T00:00:00Z');
    await override(id, 'calls', 6);
    expect(await answer(id, 'calls')).toBe('granted 6 6 5 1');
  });

  it('says when a quota starts anew as things stand at that moment, whatever it said before', async () => {
    const id = await subscriber({ calls: 5 });
    const resets = async () => (await check(id, 'calls')).resets_at;
    expect([await resets(), await resets()]).toEqual(['2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z']);
    // The 1st of March begins at 05:00 UTC in New York, nine hours before UTC in Tokyo.
    await must('PUT', `/v1/customers/${id}`, { timezone: 'America/New_York' });
    expect(await resets()).toBe('2026-03-01T05:00:00Z');
    await must('PUT', `/v1/customers/${id}`, { timezone: null });
    const [{ code }] = await must('GET', '/v1/billing_entities');
    await must('PATCH', `/v1/billing_entities/${code}`, { timezone: 'Asia/Tokyo' });
    expect(await resets()).toBe('2026-02-28T15:00:00Z');
    await must('PATCH', `/v1/billing_entities/${code}`, { timezone: null });
    await must('PUT', `/v1/subscriptions/${id}`, { ending_at: '2026-02-20T10:00:00Z' });
    expect(await resets()).toBe('2026-02-20T10:00:00Z');
  });

  it('is answered by what it depends on now, whatever the same question depended on before', async () => {
    const metrics: { id: string; code: string }[] = await must('GET', '/v1/billable_metrics');
    const measureBy = (code: string | null) => ({ billable_metric_id: metrics.find((metric) => metric.code === code)?.id ?? null });
    await must('POST', '/v1/features', { code: 'exports', name: 'Exports', feature_type: 'quantity', ...measureBy('calls') });
    const id = await subscriber({ exports: 10 });
    const thrice = async () => [await answer(id, 'exports'), await answer(id, 'exports'), await answer(id, 'exports')];
    const always = (text: string) => [text, text, text];
    await use(id, 'calls', 4);
    expect(await thrice()).toEqual(always('granted 10 10 4 6'));
    await use(id, 'calls', 1);
    expect(await thrice()).toEqual(always('granted 10 10 5 5'));
    // Another metric measures it, then none, then the first again.
    await use(id, 'seats', 1, { user: 'ada' });
    await must('PUT', '/v1/features/exports', measureBy('seats'));
    expect(await thrice()).toEqual(always('granted 10 10 1 9'));
    await must('PUT', '/v1/features/exports', measureBy(null));
    expect(await thrice()).toEqual(always('granted 10 10 - -'));
    await must('PUT', '/v1/features/exports', measureBy('calls'));
    expect(await thrice()).toEqual(always('granted 10 10 5 5'));
    // The same metric, but it counts otherwise.
    await must('PUT', '/v1/billable_metrics/calls', { rounding_function: 'ceil', rounding_precision: -1 });
    expect(await thrice()).toEqual(always('limit_reached 10 10 10 0'));
    await must('PUT', '/v1/billable_metrics/calls', { rounding_function: null, rounding_precision: null });
    expect(await thrice()).toEqual(always('granted 10 10 5 5'));
    // Taken away, and given by another subscription, of which two of the calls are.
    await override(id, 'exports', null);
    expect((await thrice())[2]).toBe('not_entitled - - - -');
    await must('POST', '/v1/subscriptions', { external_id: `${id}-b`, customer_id: id, plan_id: await plan({ exports: 20 }), started_at: '2026-02-01T00:00:00Z' });
    await use(id, 'calls', 2, {}, { external_subscription_id: `${id}-b` });
    expect(await thrice()).toEqual(always('granted 20 20 7 13'));
    expect((await must('GET', `/v1/entitlements/check?customer_id=${id}&feature_code=exports`)).external_subscription_id).toBe(`${id}-b`);
    // Of one that ends nothing is left, though its question was asked before.
    await must('DELETE', `/v1/subscriptions/${id}-b`);
    expect((await thrice())[0]).toBe('not_entitled - - - -');
    expect((await app.sandbox('GET', `/v1/entitlements/check?customer_id=${id}&feature_code=exports&subscription_id=${id}-b`)).status).toBe(422);
  });

  it('of what stays used from period to period never starts anew', async () => {
    const id = await subscriber({ seats: 2 });
    for (const user of ['ada', 'bob', 'ada']) await use(id, 'seats', 1, { user });
    expect(await answer(id, 'seats')).toBe('limit_reached 2 2 2 0');
    await use(id, 'seats', 1, { user: 'bob', operation_type: 'remove' }, { timestamp: '2026-02-10T11:30:00Z' });
    expect(await answer(id, 'seats')).toBe('granted 2 2 1 1');
    expect((await check(id, 'seats')).resets_at).toBe(null);
  });

  it('asks of several subscriptions the one that grants most, or the one named', async () => {
    const id = await subscriber({ calls: 3, sso: false });
    const other = `${id}-other`;
    await must('POST', '/v1/subscriptions', { external_id: other, customer_id: id, plan_id: await plan({ calls: 5, sso: true }), started_at: '2026-02-02T00:00:00Z' });
    // An event that names no subscription counts for every one that measures it; one that names one, for that one.
    await use(id, 'calls', 4, {}, { external_subscription_id: other });
    expect([await answer(id, 'sso'), await answer(id, 'calls')]).toEqual(['granted true - - -', 'granted 3 3 0 3']);
    expect((await check(id, 'calls')).external_subscription_id).toBe(id);
    expect(await answer(id, 'calls', `&subscription_id=${other}`)).toBe('granted 5 5 4 1');
    // The same question again and again, of which both are measured.
    for (const [uses, said] of [[1, '3 3 1 2'], [1, '3 3 2 1']] as const) {
      await use(id, 'calls', uses);
      expect(await answer(id, 'calls')).toBe(`granted ${said}`);
    }
    await use(id, 'calls', 1);
    expect(await answer(id, 'calls')).toBe('limit_reached 3 3 3 0');
    const unknown = await app.sandbox('GET', `/v1/entitlements/check?customer_id=${id}&feature_code=calls&subscription_id=nobody`);
    expect([unknown.status, unknown.body.errors[0].path]).toEqual([422, 'subscription_id']);
  });

  it('grants nothing by a subscription that is paused, not started or ended', async () => {
    const id = await subscriber({ sso: true });
    await must('POST', `/v1/subscriptions/${id}/pause`);
    expect(await answer(id, 'sso')).toBe('no_running_subscription - - - -');
    await must('POST', `/v1/subscriptions/${id}/resume`);
    await must('POST', `/v1/subscriptions/${id}/cancel`);
    expect(await answer(id, 'sso')).toBe('granted true - - -');
    await must('DELETE', `/v1/subscriptions/${id}?on_termination_action=skip`);
    expect(await answer(id, 'sso')).toBe('no_running_subscription - - - -');
    // Canceled before it starts, it is on its way to its end without ever running.
    const later = await customer();
    await must('POST', '/v1/subscriptions', { external_id: later, customer_id: later, plan_id: await plan({ sso: true }), started_at: '2026-12-01T00:00:00Z' });
    await must('POST', `/v1/subscriptions/${later}/cancel`);
    expect(await answer(later, 'sso')).toBe('no_running_subscription - - - -');
  });

  it('takes its parameters by other names, but not two that differ', async () => {
    const id = await subscriber({ sso: true });
    const { id: uuid, public_id: prefixed } = await must('GET', `/v1/customers/${id}`);
    const call = (query: string) => app.sandbox('GET', `/v1/entitlements/check?${query}`);
    for (const query of [`customer=${uuid}&feature=sso`, `external_id=${id}&feature_code=sso`, `customer_id=${prefixed}&feature=sso&feature_code=sso`])
      expect((await call(query)).body).toMatchObject({ has_access: true, customer_id: uuid });
    for (const [query, path] of [
      ['feature=sso', 'customer_id'], [`customer=${id}`, 'feature_code'], [`customer=${id}&customer_id=x&feature=sso`, 'customer'],
      [`customer=${id}&feature=nothing`, 'feature'], ['external_id=nobody&feature=sso', 'external_id'], [`customer=${id}&feature=sso&quantity=1`, 'quantity'],
    ])
      expect([query, (await call(query ?? '')).body.errors?.[0]?.path]).toEqual([query, path]);
  });
});
