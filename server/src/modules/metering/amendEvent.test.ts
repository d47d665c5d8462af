import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, startTestApp, type TestApp } from '../../testing/app.ts';
import { type UsageSetup, usageSetup } from '../../testing/usage.ts';

// The sandbox stands at noon of 15 January 2026. Tokens cost 0.10 USD each, calls 1 USD, and what `stored` holds 0.01 USD.
let app: TestApp;
let world: UsageSetup;
const charges = [
  { metric: 'tokens', properties: { amount: '0.10' } },
  { metric: 'calls', properties: { amount: '1' } },
  { metric: 'stored', properties: { amount: '0.01' } },
];
beforeAll(async () => {
  app = await startTestApp();
  world = usageSetup(app);
  await app.sandbox('POST', '/v1/test_clock', { now: '2026-01-15T12:00:00Z' });
  await world.metric('tokens', { aggregation_type: 'sum', field_name: 'tokens' });
  await world.metric('calls', { aggregation_type: 'count' });
  await world.metric('stored', { aggregation_type: 'sum', field_name: 'gib', recurring: true });
});
afterAll(() => app.close());

type Body = Answer['body'];
const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => app.sandbox(method, path, body, headers);
const amend = (event: Body, body: unknown) => call('POST', `/v1/events/${event.id}/amend`, body);

async function amended(event: Body, body: unknown): Promise<Body> {
  const answer = await amend(event, body);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

let names = 0;
/** A customer of its own with a subscription since 1 January. */
async function newCustomer(more: object = {}): Promise<string> {
  const name = `c${++names}`;
  await world.subscribe(name, charges, { customer: more });
  return name;
}

async function sent(customer: string, code: string, timestamp: string, properties: object = {}): Promise<Body> {
  return (await world.send(customer, code, [[timestamp, properties]])).events[0];
}

/** What the customer used so far of a metric: units and cents. */
async function used(customer: string, code: string): Promise<[string, number]> {
  const { charges: lines } = await world.get(`/v1/customers/${customer}/current_usage`);
  const line = lines.find(({ billable_metric: metric }: Body) => metric.code === code);
  return [line.units, line.amount_cents];
}

describe('an amendment', () => {
  it('counts another event in the place of the one that was wrong', async () => {
    const customer = await newCustomer();
    const wrong = await sent(customer, 'tokens', '2026-01-10T10:00:00Z', { tokens: 5000, region: 'eu' });
    await sent(customer, 'tokens', '2026-01-10T11:00:00Z', { tokens: 30 });
    // 5,030 tokens at 0.10.
    expect(await used(customer, 'tokens')).toEqual(['5030', 50_300]);
    const result = await amended(wrong, { kind: 'replace', event: { properties: { tokens: 50 } }, reason: 'counted in cents' });
    expect(await used(customer, 'tokens')).toEqual(['80', 800]);

    expect(result).toMatchObject({ event_id: wrong.id, kind: 'replace', number: 1, root_id: wrong.id, reason: 'counted in cents' });
    expect(result.event).toEqual({ ...wrong, amended: true });
    expect(result.replacement).toMatchObject({
      transaction_id: `${wrong.transaction_id}~1`, external_customer_id: customer, code: 'tokens', timestamp: '2026-01-10T10:00:00Z',
      properties: { tokens: 50 }, amended: false, status: 'ingested',
    });
  });

  it('cancels an event, which is kept and shown as it came', async () => {
    const customer = await newCustomer();
    const one = await sent(customer, 'calls', '2026-01-10T10:00:00Z');
    await sent(customer, 'calls', '2026-01-10T10:00:00Z');
    const { replacement, replacement_id } = await amended(one, { kind: 'cancel' });
    expect([replacement, replacement_id]).toEqual([null, null]);
    expect(await used(customer, 'calls')).toEqual(['1', 100]);
    expect((await call('GET', `/v1/events?external_customer_id=${customer}`)).body).toHaveLength(2);
    const { amended_by, amends, ...event } = (await call('GET', `/v1/events/${one.id}`)).body;
    expect([event, amended_by.kind, amends]).toEqual([{ ...one, amended: true }, 'cancel', null]);
  });

  it('moves usage to another customer, metric, subscription and time', async () => {
    const [from, to] = [await newCustomer(), await newCustomer()];
    const wrong = await sent(from, 'calls', '2026-01-10T10:00:00Z', { tokens: 7 });
    await amended(wrong, { kind: 'replace', event: { external_customer_id: to, code: 'tokens', external_subscription_id: to, timestamp: '2026-01-11T00:00:00+01:00' } });
    expect([await used(from, 'calls'), await used(to, 'tokens')]).toEqual([['0', 0], ['7', 70]]);
  });

  it('leaves its transaction id counted: a repeat of what was amended is a duplicate and changes nothing', async () => {
    const customer = await newCustomer();
    const { id: _, public_id, status, reason, amended: __, created_at, ...original } = await sent(customer, 'calls', '2026-01-10T10:00:00Z');
    const [event] = (await call('GET', `/v1/events?external_customer_id=${customer}`)).body;
    await amended(event, { kind: 'cancel' });
    const again = (await call('POST', '/v1/events/batch', { events: [original] })).body;
    expect([again.duplicates, await used(customer, 'calls')]).toEqual([1, ['0', 0]]);
  });

  it('of an amendment goes on with the chain, which is listed from any of its events', async () => {
    const customer = await newCustomer();
    const first = await sent(customer, 'tokens', '2026-01-10T10:00:00Z', { tokens: 1 });
    const second = (await amended(first, { kind: 'replace', event: { properties: { tokens: 2 } } })).replacement;
    const third = (await amended(second, { kind: 'replace', event: { transaction_id: `${customer}-own`, properties: { tokens: 3 } } })).replacement;
    await amended(third, { kind: 'cancel', reason: 'it was a test' });
    expect([second.transaction_id, third.transaction_id]).toEqual([`${first.transaction_id}~1`, `${customer}-own`]);
    for (const { id } of [first, second, third]) {
      const trail = (await call('GET', `/v1/events/${id}/amendments`)).body;
      expect(trail.map((one: Body) => [one.number, one.kind, one.event_id, one.replacement_id, one.root_id])).toEqual([
        [1, 'replace', first.id, second.id, first.id],
        [2, 'replace', second.id, third.id, first.id],
        [3, 'cancel', third.id, null, first.id],
      ]);
    }
    const shown = (await call('GET', `/v1/events/${second.id}`)).body;
    expect([shown.amends.event_id, shown.amended_by.replacement_id]).toEqual([first.id, third.id]);
    expect(await used(customer, 'tokens')).toEqual(['0', 0]);
  });

  it('is told to the audit trail', async () => {
    const customer = await newCustomer();
    const event = await sent(customer, 'calls', '2026-01-10T10:00:00Z');
    const { id } = await amended(event, { kind: 'cancel', reason: 'sent twice' });
    const [entry] = (await call('GET', `/v1/audit_logs?resource_id=${event.id}`)).body;
    expect(entry).toMatchObject({ resource_type: 'event', action: 'updated', resource_id: event.id });
    expect(id).not.toBe(event.id);
  });
});

describe('an amendment is refused', () => {
  it('where one was made before, however many come at once', async () => {
    const customer = await newCustomer();
    const event = await sent(customer, 'tokens', '2026-01-10T10:00:00Z', { tokens: 1 });
    const bodies = Array.from({ length: 8 }, (_, n) => (n % 2 === 0 ? { kind: 'cancel' } : { kind: 'replace', event: { transaction_id: `${customer}-${n}`, properties: { tokens: n } } }));
    const answers = await Promise.all(bodies.map((body) => amend(event, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
    expect(new Set(answers.filter(({ status }) => status === 409).map(({ body }) => body.code))).toEqual(new Set(['already_amended']));
    const winner = answers.find(({ status }) => status === 201)?.body;
    expect(await used(customer, 'tokens')).toEqual([winner.replacement?.properties.tokens.toString() ?? '0', (winner.replacement?.properties.tokens ?? 0) * 10]);
    // Those that lost left no replacement behind.
    expect((await call('GET', `/v1/events?external_customer_id=${customer}`)).body).toHaveLength(winner.kind === 'cancel' ? 1 : 2);
  });

  it('where intake would refuse what is to be counted instead, and changes nothing', async () => {
    const customer = await newCustomer();
    const event = await sent(customer, 'tokens', '2026-01-10T10:00:00Z', { tokens: 4 });
    const refusal = async (patch: object) => {
      const { status, body } = await amend(event, { kind: 'replace', event: patch });
      return [status, body.errors[0].path, body.errors[0].code];
    };
    expect(await refusal({ properties: { tokens: 'many' } })).toEqual([422, 'event.properties.tokens', 'invalid_property']);
    expect(await refusal({ code: 'no_such' })).toEqual([422, 'event.code', 'unknown_metric']);
    expect(await refusal({ timestamp: '2026-01-16T12:00:01Z' })).toEqual([422, 'event.timestamp', 'timestamp_too_far_ahead']);
    expect((await amend(event, { kind: 'replace' })).body.errors[0].path).toBe('event');
    expect((await amend(event, { kind: 'cancel', event: {} })).body.errors[0].path).toBe('event');
    expect(await used(customer, 'tokens')).toEqual(['4', 40]);
  });

  it('where the transaction id of the replacement was used, its own included', async () => {
    const customer = await newCustomer();
    const [event, other] = [await sent(customer, 'calls', '2026-01-10T10:00:00Z'), await sent(customer, 'calls', '2026-01-10T10:00:00Z')];
    for (const { transaction_id } of [event, other]) {
      const { status, body } = await amend(event, { kind: 'replace', event: { transaction_id } });
      expect([status, body.code]).toEqual([409, 'transaction_id_conflict']);
    }
    expect(await used(customer, 'calls')).toEqual(['2', 200]);
  });
});

describe('a finalized period', () => {
  it('is closed by a change of plan for what the plan before it prices, and not for what the plan after it does', async () => {
    const customer = `c${++names}`;
    await world.subscribe(customer, [{ metric: 'tokens', properties: { amount: '0.10' } }]);
    // No tokens make no line, and nothing prices calls yet.
    const none = await sent(customer, 'tokens', '2026-01-10T10:00:00Z', { tokens: 0 });
    const unpriced = await sent(customer, 'calls', '2026-01-10T10:00:00Z');
    const { id: metric } = await world.get('/v1/billable_metrics/calls');
    const charge = { billable_metric_id: metric, charge_model: 'standard', properties: { amount: '1' } };
    const plan = await world.make('/v1/plans', { code: `calls-${customer}`, name: 'Calls', interval: 'monthly', amount_cents: 0, charges: [charge] });
    expect((await call('PUT', `/v1/subscriptions/${customer}`, { plan_id: plan.id, timing: 'now' })).status).toBe(200);
    expect((await amend(none, { kind: 'replace', event: { properties: { tokens: 5 } } })).body.code).toBe('period_finalized');
    expect((await amend(unpriced, { kind: 'cancel' })).status).toBe(201);
  });

  it('is not amended any more; a draft is, and is finalized as amended; voiding frees it', async () => {
    const customer = await newCustomer({ invoice_grace_period: 3 });
    const [wrong, right] = [await sent(customer, 'calls', '2026-01-10T10:00:00Z'), await sent(customer, 'calls', '2026-01-16T11:59:59Z')];
    // Nothing prices this metric: no invoice bills it.
    await world.make('/v1/billable_metrics', { code: `free-${customer}`, name: 'Free', aggregation_type: 'count' });
    const unpriced = await sent(customer, `free-${customer}`, '2026-01-10T10:00:00Z');
    await app.advance('2026-02-02T00:00:00Z');
    const draft = (await call('GET', `/v1/invoices?customer_id=${(await world.get(`/v1/customers/${customer}`)).id}`)).body[0];
    expect([draft.status, draft.total_cents]).toEqual(['draft', 200]);
    const first = (await amended(wrong, { kind: 'replace', event: { properties: { note: 'kept' } } })).replacement;
    await amended(first, { kind: 'cancel' });
    await app.advance('2026-02-05T00:00:00Z');
    const invoice = (await call('GET', `/v1/invoices/${draft.id}`)).body;
    // One call at 1 USD is left.
    expect([invoice.status, invoice.total_cents]).toEqual(['finalized', 100]);

    const refused = await amend(right, { kind: 'cancel' });
    expect([refused.status, refused.body.code]).toEqual([409, 'period_finalized']);
    expect(refused.body.detail).toContain(draft.id);
    const february = await sent(customer, 'calls', '2026-02-01T00:00:00Z');
    expect((await amend(february, { kind: 'cancel' })).status).toBe(201);
    expect((await amend(unpriced, { kind: 'cancel' })).status).toBe(201);

    expect((await call('POST', `/v1/invoices/${draft.id}/void`)).status).toBe(200);
    expect((await amend(right, { kind: 'cancel' })).status).toBe(201);
  });

  it('closes what a recurring metric carries on, and what names another subscription stays open', async () => {
    const customer = await newCustomer();
    const early = await sent(customer, 'stored', '2025-12-20T00:00:00Z', { gib: 5 });
    const foreign = (await world.send(customer, 'calls', [['2026-02-03T00:00:00Z', {}, 'of nobody']])).events[0];
    const before = await sent(customer, 'calls', '2025-12-31T23:00:00Z');
    await app.advance('2026-03-01T00:00:01Z');
    expect((await amend(early, { kind: 'cancel' })).body.code).toBe('period_finalized');
    expect((await amend(before, { kind: 'cancel' })).status).toBe(201);
    expect((await amend(foreign, { kind: 'cancel' })).status).toBe(201);
  });

  it('waits for an amendment under way, and an amendment for it: what is billed is what counts', async () => {
    const customers = [];
    for (let n = 0; n < 6; n++) customers.push(await newCustomer({ invoice_grace_period: 30 }));
    const events: Body[][] = [];
    for (const customer of customers) events.push([await sent(customer, 'calls', '2026-03-01T00:00:00Z'), await sent(customer, 'calls', '2026-03-01T00:00:00Z')]);
    await app.advance('2026-04-01T00:00:01Z');
    const drafts = [];
    for (const customer of customers) {
      const { id } = await world.get(`/v1/customers/${customer}`);
      const { body } = await call('GET', `/v1/invoices?customer_id=${id}&order_by=billing_period_start:desc&limit=1`);
      drafts.push(body[0]);
    }
    await Promise.all(drafts.map(async ({ id }, place) => {
      const amendments = (events[place] ?? []).map((event) => amend(event, { kind: 'cancel' }));
      const [finalized, ...answers] = await Promise.all([call('POST', `/v1/invoices/${id}/finalize`), ...amendments]);
      const left = answers.filter(({ status }) => status === 409).length;
      expect([finalized.status, finalized.body.total_cents]).toEqual([200, left * 100]);
      expect(answers.every(({ status, body }) => status === 201 || body.code === 'period_finalized')).toBe(true);
    }));
  });
});
