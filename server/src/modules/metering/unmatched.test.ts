import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, startTestApp, type TestApp } from '../../testing/app.ts';
import { type UsageSetup, usageSetup } from '../../testing/usage.ts';

// The organization keeps events of metrics it does not know. Acme's plan prices api_calls and tokens, but not storage.
let app: TestApp;
let world: UsageSetup;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  world = usageSetup(app);
  await app.sandbox('POST', '/v1/test_clock', { now: '2026-01-15T12:00:00Z' });
  await app.sandbox('PUT', '/v1/organizations/current', { store_unknown_metrics: true });
  await world.metric('api_calls', { aggregation_type: 'count' });
  await world.metric('tokens', { aggregation_type: 'sum', field_name: 'tokens' });
  await world.metric('storage', { aggregation_type: 'count' });
  await world.subscribe('acme', [{ metric: 'api_calls', properties: { amount: '1' } }, { metric: 'tokens', properties: { amount: '1' } }]);
});
afterAll(() => app.close());

type Body = Answer['body'];
const call = (method: string, path: string, body?: unknown) => app.sandbox(method, path, body);

async function sent(customer: string, code: string, more: { at?: string; properties?: object; subscription?: string } = {}): Promise<Body> {
  const { at = '2026-01-10T00:00:00Z', properties = {}, subscription } = more;
  return (await world.send(customer, code, [subscription === undefined ? [at, properties] : [at, properties, subscription]])).events[0];
}

const unmatched = (suffix = ''): Promise<Body> => world.get(`/v1/events/unmatched${suffix}`);
const entryOf = async ({ id }: Body) => {
  const { reason, current_reason, nearest } = (await unmatched()).find((one: Body) => one.id === id);
  return [reason, current_reason, nearest];
};

it('an event is counted by the plan that its subscription was on then', async () => {
  const [plan, metrics] = [await world.get('/v1/plans/plan-acme'), await world.get('/v1/billable_metrics')];
  const storage = metrics.find(({ code }: Body) => code === 'storage');
  await world.subscribe('mover', [{ metric: 'api_calls', properties: { amount: '1' } }]);
  const next = await world.make('/v1/plans', { code: 'next', name: 'Next', interval: plan.interval, amount_cents: 1, charges: [{ billable_metric_id: storage.id, charge_model: 'standard', properties: { amount: '1' } }] });
  expect((await call('PUT', '/v1/subscriptions/mover', { plan_id: next.id, timing: 'now' })).status).toBe(200);
  // It moved at noon of the 15th: up to then by the old plan, from then on by the new one.
  const statuses = [];
  for (const [code, at] of [['api_calls', '2026-01-15T11:59:59Z'], ['api_calls', '2026-01-15T12:00:00Z'], ['storage', '2026-01-15T11:59:59Z'], ['storage', '2026-01-15T12:00:00Z']] as const)
    statuses.push((await sent('mover', code, { at })).status);
  expect(statuses).toEqual(['ingested', 'unmatched', 'unmatched', 'ingested']);
});

describe('the list of events that nothing counted', () => {
  it('says why, and which known name is most like the one given', async () => {
    const near = (field: string, value: string, distance: number) => ({ field, value, distance });
    expect(await entryOf(await sent('acme', 'api_cals'))).toEqual(['unknown_metric', 'unknown_metric', near('code', 'api_calls', 1)]);
    expect(await entryOf(await sent('amce', 'api_calls'))).toEqual(['unknown_customer', 'unknown_customer', near('external_customer_id', 'acme', 1)]);
    expect(await entryOf(await sent('acme', 'api_calls', { subscription: 'Acme' }))).toEqual(['unknown_subscription', 'unknown_subscription', near('external_subscription_id', 'acme', 1)]);
    // Of what acme's plan prices nothing is like storage; and at the turn of the year api_calls was not priced yet.
    expect(await entryOf(await sent('acme', 'storage'))).toEqual(['not_priced', 'not_priced', null]);
    expect(await entryOf(await sent('acme', 'api_calls', { at: '2025-12-31T23:59:59Z' }))).toEqual(['not_priced', 'not_priced', null]);
    expect(await entryOf(await sent('somebody_else_entirely', 'api_calls'))).toEqual(['unknown_customer', 'unknown_customer', null]);
  });

  it('shows what is counted since, and what its metric, which came later, cannot read', async () => {
    const events = [await sent('acme', 'gigabytes', { properties: { gb: 3 } }), await sent('acme', 'gigabytes', { properties: { gb: 'three' } })];
    const late = await sent('latecomer', 'api_calls');
    await world.metric('gigabytes', { aggregation_type: 'sum', field_name: 'gb' });
    await world.subscribe('latecomer', [{ metric: 'api_calls', properties: { amount: '1' } }]);
    expect(await entryOf(events[0])).toEqual(['unknown_metric', 'not_priced', null]);
    expect(await entryOf(events[1])).toEqual(['unknown_metric', 'unreadable', null]);
    expect(await entryOf(late)).toEqual(['unknown_customer', null, null]);
  });

  it('holds neither what was counted nor what was amended, and is filtered by reason', async () => {
    const counted = await sent('acme', 'api_calls');
    const canceled = await sent('acne', 'api_calls');
    const { replacement } = (await call('POST', `/v1/events/${canceled.id}/amend`, { kind: 'replace', event: { external_customer_id: 'acme' } })).body;
    const ids = (await unmatched()).map(({ id }: Body) => id);
    for (const { id } of [counted, canceled, replacement]) expect(ids).not.toContain(id);
    expect(new Set((await unmatched('?reason=not_priced')).map(({ reason }: Body) => reason))).toEqual(new Set(['not_priced']));
    expect((await call('GET', '/v1/events/unmatched?limit=101')).status).toBe(422);
  });
});

describe('reprocessing', () => {
  const reprocess = async ({ id }: Body) => (await call('POST', `/v1/events/${id}/reprocess`)).body;

  it('says how many subscriptions count the event now', async () => {
    const event = await sent('twins', 'api_calls');
    expect(await reprocess(event)).toEqual({ event_id: event.id, status: 'no_active_subscriptions', subscriptions_checked: 0, reason: 'unknown_customer' });
    const { plan_id } = await world.subscribe('twins', [{ metric: 'api_calls', properties: { amount: '1' } }]);
    await world.make('/v1/subscriptions', { external_id: 'twin', customer_id: 'twins', plan_id, started_at: '2026-01-10T00:00:00Z' });
    await world.make('/v1/subscriptions', { external_id: 'later', customer_id: 'twins', plan_id, started_at: '2026-01-10T00:00:01Z' });
    expect(await reprocess(event)).toEqual({ event_id: event.id, status: 'reprocessing', subscriptions_checked: 2, reason: null });
  });

  it('is refused for an amended event', async () => {
    const event = await sent('acme', 'api_calls');
    await call('POST', `/v1/events/${event.id}/amend`, { kind: 'cancel' });
    expect(await reprocess(event)).toMatchObject({ status: 409, code: 'already_amended' });
  });
});
