import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Call, clockArrived, startTestApp, type TestApp } from '../../testing/app.ts';
import { noonZone } from '../../testing/noonZone.ts';

let app: TestApp;
let database: pg.Client;
beforeAll(async () => {
  app = await startTestApp();
  database = new pg.Client({ connectionString: app.adminUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await app.close();
});

interface Life {
  readonly call: Call;
  /** Moves the clock and waits until everything on the way is done. */
  advance(to: string): Promise<void>;
  subscribe(body: object): Promise<{ id: string; status: string }>;
  get(): Promise<Record<string, unknown>>;
  /** What was said of the subscription, in order: "started", "billing_due periodic 2026-02-01T00:00:00Z". */
  history(): Promise<string[]>;
}

/** A sandbox of its own with one customer, one plan (monthly, 49.00) and room for one subscription, its clock at `now`. */
async function lifeAt(now: string, { customer = {}, plan = {} }: { customer?: object; plan?: object } = {}): Promise<Life> {
  const { sandbox: call } = await app.otherOrganization();
  const ok = async (method: string, path: string, body?: object) => {
    const answer = await call(method, path, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer.body;
  };
  await ok('POST', '/v1/test_clock', { now });
  await ok('POST', '/v1/customers', { name: 'A', external_id: 'a', ...customer });
  await ok('POST', '/v1/plans', { code: 'p', name: 'P', interval: 'monthly', amount_cents: 4900, ...plan });
  return {
    call,
    subscribe: (body) => ok('POST', '/v1/subscriptions', { external_id: 's', customer_id: 'a', plan_id: 'p', ...body }),
    get: () => ok('GET', '/v1/subscriptions/s'),
    async advance(to) {
      await ok('POST', '/v1/test_clock/advance', { to });
      await clockArrived(() => ok('GET', '/v1/test_clock'));
    },
    async history() {
      const { rows } = await database.query<{ type: string; data: { at?: string; kind?: string } }>(
        `select type, data from domain_events where subject_type = 'subscription' and subject_id = $1 order by id`,
        [(await ok('GET', '/v1/subscriptions/s')).id],
      );
      return rows.map(({ type, data: { at, kind } }) => [type.replace('subscription.', ''), kind, at].filter((part) => part !== undefined).join(' '));
    },
  };
}

describe('periods', () => {
  it('fall due at each boundary, in order, each once', async () => {
    const life = await lifeAt('2026-01-15T10:00:00Z');
    await life.subscribe({ started_at: '2026-01-15T10:00:00Z' });
    await life.advance('2026-03-01T00:00:00Z');
    await life.advance('2026-03-31T23:59:59Z');
    expect(await life.history()).toEqual([
      'created',
      'started',
      'billing_due start 2026-01-15T10:00:00Z',
      'billing_due periodic 2026-02-01T00:00:00Z',
      'billing_due periodic 2026-03-01T00:00:00Z',
    ]);
    expect(await life.get()).toMatchObject({ current_period_start: '2026-03-01T00:00:00Z', next_billing_at: '2026-04-01T00:00:00Z' });
  });

  it('counted from the 31st end on the last days of months and come back', async () => {
    const life = await lifeAt('2026-01-31T10:00:00Z');
    await life.subscribe({ started_at: '2026-01-31T10:00:00Z', billing_time: 'anniversary' });
    await life.advance('2026-05-30T00:00:00Z');
    expect((await life.history()).slice(3)).toEqual([
      'billing_due periodic 2026-02-28T00:00:00Z',
      'billing_due periodic 2026-03-31T00:00:00Z',
      'billing_due periodic 2026-04-30T00:00:00Z',
    ]);
  });

  it('begin at midnights of the customer, in summer and in winter', async () => {
    const life = await lifeAt('2026-03-01T12:00:00Z', { customer: { timezone: 'America/New_York' } });
    await life.subscribe({ started_at: '2026-03-01T12:00:00Z' });
    await life.advance('2026-12-01T12:00:00Z');
    const history = await life.history();
    // Midnight is 05:00 UTC in winter, 04:00 UTC from 8 March to 1 November 2026, at whose own midnight it is summer still.
    expect(history.at(3)).toBe('billing_due periodic 2026-04-01T04:00:00Z');
    expect(history.slice(-2)).toEqual(['billing_due periodic 2026-11-01T04:00:00Z', 'billing_due periodic 2026-12-01T05:00:00Z']);
  });

  it('of usage fall due every month of a longer plan that bills it so', async () => {
    const life = await lifeAt('2026-01-15T10:00:00Z', { plan: { interval: 'quarterly', bill_charges_monthly: true } });
    await life.subscribe({ started_at: '2026-01-15T10:00:00Z' });
    await life.advance('2026-02-15T00:00:00Z');
    expect((await life.history()).at(-1)).toBe('billing_due periodic 2026-02-01T00:00:00Z');
  });

  it('follow the customer to another zone, with nothing lost or billed again', async () => {
    const life = await lifeAt('2026-01-15T12:00:00Z', { customer: { timezone: 'America/New_York' } });
    await life.subscribe({ started_at: '2026-01-15T12:00:00Z' });
    // Midnight of 1 February in Berlin, 23:00 UTC, is before that of New York, 05:00 UTC.
    await life.call('PATCH', '/v1/customers/a', { timezone: 'Europe/Berlin' });
    await life.advance('2026-02-01T00:00:00Z');
    expect((await life.history()).slice(3)).toEqual(['billing_due periodic 2026-01-31T23:00:00Z']);
    // And back: 1 March begins in New York six hours after Berlin.
    await life.call('PATCH', '/v1/customers/a', { timezone: 'America/New_York' });
    await life.advance('2026-03-01T04:59:59Z');
    expect((await life.history()).slice(4)).toEqual([]);
    await life.advance('2026-03-01T05:00:00Z');
    expect((await life.history()).slice(4)).toEqual(['billing_due periodic 2026-03-01T05:00:00Z']);
  });

  it('are not lost where a move puts a boundary before the end of a trial that is done', async () => {
    const life = await lifeAt('2026-01-18T02:00:00Z', { customer: { timezone: 'America/New_York' } });
    // 14 days from 17 January, 21:00 in New York are 31 January, 21:00: 1 February, 02:00 UTC.
    await life.subscribe({ started_at: '2026-01-18T02:00:00Z', trial_period_days: 14 });
    await life.advance('2026-02-01T02:30:00Z');
    await life.call('PATCH', '/v1/customers/a', { timezone: 'UTC' });
    await life.advance('2026-02-01T02:31:00Z');
    expect((await life.history()).slice(3)).toEqual([
      'trial_ended',
      'billing_due trial_end 2026-02-01T02:00:00Z',
      'billing_due periodic 2026-02-01T00:00:00Z',
    ]);
    await life.advance('2026-02-28T00:00:00Z');
    expect(await life.history()).toHaveLength(6);
  });
});

describe('a start', () => {
  it('on a date comes by itself, at that instant', async () => {
    const life = await lifeAt('2026-01-01T00:00:00Z');
    await life.subscribe({ started_at: '2026-01-20T09:30:00Z' });
    await life.advance('2026-01-20T09:29:59Z');
    expect(await life.get()).toMatchObject({ status: 'pending' });
    await life.advance('2026-02-03T00:00:00Z');
    expect(await life.get()).toMatchObject({ status: 'active', started_at: '2026-01-20T09:30:00Z' });
    expect(await life.history()).toEqual([
      'created',
      'started',
      'billing_due start 2026-01-20T09:30:00Z',
      'billing_due periodic 2026-02-01T00:00:00Z',
    ]);
  });

  it('by hand is now, also before its date, and only once', async () => {
    const life = await lifeAt('2026-01-10T08:00:00Z');
    await life.subscribe({ started_at: '2026-01-20T09:30:00Z', trial_period_days: 7 });
    const activated = await life.call('POST', '/v1/subscriptions/s/activate');
    // The trial counts from the start that happened: 7 days after 10 January, 08:00.
    expect([activated.status, activated.body]).toEqual([
      200,
      expect.objectContaining({ status: 'active', started_at: '2026-01-10T08:00:00Z', trial_ends_at: '2026-01-17T08:00:00Z' }),
    ]);
    await life.advance('2026-01-25T00:00:00Z');
    const again = await life.call('POST', '/v1/subscriptions/s/activate');
    expect([again.status, again.body.code]).toEqual([409, 'subscription_not_pending']);
    expect((await life.history()).filter((line) => line === 'started')).toHaveLength(1);
  });

  it('in an earlier period is billed from the period that is open', async () => {
    const life = await lifeAt('2026-03-10T12:00:00Z');
    await life.subscribe({ started_at: '2025-11-20T00:00:00Z', pay_in_advance: true });
    expect(await life.get()).toMatchObject({ status: 'active', started_at: '2025-11-20T00:00:00Z', current_period_start: '2026-03-01T00:00:00Z' });
    await life.advance('2026-04-01T00:00:00Z');
    expect((await life.history()).slice(2)).toEqual([
      'billing_due start 2026-03-01T00:00:00Z',
      'billing_due periodic 2026-04-01T00:00:00Z',
    ]);
  });

  it('in the period that is open is billed from its day', async () => {
    const life = await lifeAt('2026-03-10T12:00:00Z');
    await life.subscribe({ started_at: '2026-03-05T00:00:00Z', pay_in_advance: true });
    expect((await life.history()).slice(2)).toEqual(['billing_due start 2026-03-05T00:00:00Z']);
  });

  it('in the past whose trial is over is billed from the end of the trial, which is no news', async () => {
    const life = await lifeAt('2026-03-20T12:00:00Z');
    await life.subscribe({ started_at: '2026-02-25T09:00:00Z', trial_period_days: 14, pay_in_advance: true });
    // 14 days after 25 February are 11 March.
    expect(await life.get()).toMatchObject({ trial_ends_at: '2026-03-11T09:00:00Z', trial_ended_at: '2026-03-11T09:00:00Z' });
    await life.advance('2026-03-31T00:00:00Z');
    expect(await life.history()).toEqual(['created', 'started', 'billing_due start 2026-03-11T09:00:00Z']);
  });
});

describe('a trial', () => {
  it('ends at its instant, is announced and billed then', async () => {
    const life = await lifeAt('2026-01-10T08:00:00Z');
    await life.subscribe({ started_at: '2026-01-10T08:00:00Z', trial_period_days: 14, pay_in_advance: true });
    await life.advance('2026-01-31T00:00:00Z');
    expect(await life.get()).toMatchObject({ trial_ended_at: '2026-01-24T08:00:00Z' });
    expect((await life.history()).slice(3)).toEqual(['trial_ended', 'billing_due trial_end 2026-01-24T08:00:00Z']);
  });

  it('that ends at a boundary is billed with it', async () => {
    const life = await lifeAt('2026-01-22T00:00:00Z');
    // 10 days from midnight of 22 January are midnight of 1 February.
    await life.subscribe({ started_at: '2026-01-22T00:00:00Z', trial_period_days: 10 });
    await life.advance('2026-02-01T00:00:00Z');
    expect(await life.get()).toMatchObject({ trial_ended_at: '2026-02-01T00:00:00Z' });
    expect((await life.history()).slice(3)).toEqual(['trial_ended', 'billing_due periodic 2026-02-01T00:00:00Z']);
  });
});

describe('an end', () => {
  it('that was agreed comes at its instant', async () => {
    const life = await lifeAt('2026-01-10T08:00:00Z');
    await life.subscribe({ started_at: '2026-01-10T08:00:00Z', ending_at: '2026-02-14T18:00:00Z' });
    await life.advance('2026-06-01T00:00:00Z');
    expect(await life.get()).toMatchObject({
      status: 'terminated',
      terminated_at: '2026-02-14T18:00:00Z',
      current_period_start: null,
      next_billing_at: null,
    });
    expect((await life.history()).slice(3)).toEqual([
      'billing_due periodic 2026-02-01T00:00:00Z',
      'terminated',
      'billing_due termination 2026-02-14T18:00:00Z',
    ]);
  });

  it('on the first day of a period comes with the period before', async () => {
    const life = await lifeAt('2026-01-10T08:00:00Z');
    await life.subscribe({ started_at: '2026-01-10T08:00:00Z', ending_at: '2026-02-01T18:00:00Z' });
    await life.advance('2026-02-01T00:00:00Z');
    expect((await life.history()).slice(3)).toEqual(['terminated', 'billing_due termination 2026-02-01T00:00:00Z']);
  });

  it('that a move puts before the boundary that is done comes there', async () => {
    const life = await lifeAt('2026-10-10T08:00:00Z', { customer: { timezone: 'America/Puerto_Rico' } });
    await life.subscribe({ started_at: '2026-10-10T08:00:00Z', ending_at: '2026-11-02T04:30:00Z' });
    await life.advance('2026-11-01T12:00:00Z');
    expect((await life.history()).at(-1)).toBe('billing_due periodic 2026-11-01T04:00:00Z');
    // 04:30 UTC of 2 November is 00:30 of that day in San Juan, but 23:30 of the 1st in New York, whose 1 November has 25 hours.
    await life.call('PATCH', '/v1/customers/a', { timezone: 'America/New_York' });
    await life.advance('2026-11-01T12:01:00Z');
    expect(await life.get()).toMatchObject({ status: 'terminated', terminated_at: '2026-11-01T04:00:00Z' });
  });

  it('of one that never started bills nothing', async () => {
    const life = await lifeAt('2026-01-10T08:00:00Z');
    await life.subscribe({ ending_at: '2026-01-20T00:00:00Z' });
    await life.advance('2026-02-10T00:00:00Z');
    expect(await life.get()).toMatchObject({ status: 'terminated', terminated_at: '2026-01-20T00:00:00Z' });
    expect(await life.history()).toEqual(['created', 'terminated']);
  });

  it('that is put off moves what falls due', async () => {
    const life = await lifeAt('2026-01-10T08:00:00Z');
    await life.subscribe({ started_at: '2026-01-10T08:00:00Z', ending_at: '2026-01-20T00:00:00Z' });
    await life.call('PUT', '/v1/subscriptions/s', { ending_at: '2026-02-20T00:00:00Z' });
    await life.advance('2026-01-31T00:00:00Z');
    expect(await life.get()).toMatchObject({ status: 'active' });
    await life.call('PUT', '/v1/subscriptions/s', { ending_at: null });
    await life.advance('2026-02-25T00:00:00Z');
    expect(await life.get()).toMatchObject({ status: 'active', ending_at: null });
  });
});

describe('a cancellation before the start', () => {
  it('ends one that has no date of start at once and for good, with nothing billed and nothing left to do', async () => {
    const life = await lifeAt('2026-01-10T08:00:00Z');
    const { id } = await life.subscribe({ pay_in_advance: true, ending_at: '2026-06-01T00:00:00Z' });
    const now = '2026-01-10T08:00:00Z';
    const canceled = await life.call('POST', '/v1/subscriptions/s/cancel');
    expect([canceled.status, canceled.body]).toEqual([
      200,
      expect.objectContaining({ status: 'terminated', started_at: null, canceled_at: now, cancels_at: now, terminated_at: now, next_billing_at: null }),
    ]);
    expect(await timerOf(id)).toEqual([]);
    for (const action of ['uncancel', 'cancel', 'activate'])
      expect((await life.call('POST', `/v1/subscriptions/s/${action}`)).body.code, action).toBe('subscription_terminated');
    await life.advance('2026-07-01T00:00:00Z');
    expect(await life.history()).toEqual(['created', 'canceled', 'terminated']);
    const listed = async (status: string) => (await life.call('GET', `/v1/subscriptions?status=${status}`)).body.length;
    expect([await listed('canceled'), await listed('terminated')]).toEqual([0, 1]);
    expect((await life.call('GET', '/v1/invoices')).body).toEqual([]);
  });

  it('holds until the date of the start, where it ends without having run, and can be taken back until then', async () => {
    const life = await lifeAt('2026-01-10T08:00:00Z');
    const started = '2026-02-15T10:00:00Z';
    const { id } = await life.subscribe({ started_at: started, pay_in_advance: true });
    const ask = async (method: string, path: string, body?: object) => (await life.call(method, `/v1/subscriptions/s${path}`, body)).body;
    expect(await ask('POST', '/cancel')).toMatchObject({ status: 'canceled', cancels_at: started, current_period_start: null, next_billing_at: null });
    expect((await ask('POST', '/activate')).code).toBe('subscription_canceled');
    expect((await ask('POST', '/invoice_now')).code).toBe('subscription_not_started');
    expect((await ask('GET', '/next_billing_date')).code).toBe('nothing_to_bill');
    expect(await ask('PUT', '', { trial_period_days: 7 })).toMatchObject({ status: 'canceled', trial_ends_at: '2026-02-22T10:00:00Z' });
    expect(await ask('POST', '/uncancel')).toMatchObject({ status: 'pending', canceled_at: null, cancels_at: null, next_billing_at: '2026-02-22T10:00:00Z' });
    await ask('POST', '/cancel');
    await life.advance('2026-03-10T00:00:00Z');
    expect(await ask('GET', '')).toMatchObject({ status: 'terminated', terminated_at: started });
    expect((await ask('POST', '/uncancel')).code).toBe('subscription_terminated');
    expect((await ask('POST', '/invoice_now')).code).toBe('subscription_not_started');
    expect(await life.history()).toEqual(['created', 'canceled', 'updated', 'uncanceled', 'canceled', 'terminated']);
    expect((await life.call('GET', '/v1/invoices')).body).toEqual([]);
    expect(await timerOf(id)).toEqual([]);
  });
});

const timerOf = async (id: string) => (await database.query<{ due_at: Temporal.Instant }>('select due_at::text from timers where subject_id = $1', [id])).rows;

describe('in real time', () => {
  const backdate = async (id: string, to: Temporal.Instant) =>
    database.query('update subscriptions set started_at = $1, done_through_at = $1 where id = $2', [to.toString(), id]);

  it('what was missed is caught up with boundary by boundary, each with its own instant', async () => {
    const now = Temporal.Now.zonedDateTimeISO(noonZone());
    await app.live('POST', '/v1/customers', { name: 'A', external_id: 'a', timezone: now.timeZoneId });
    await app.live('POST', '/v1/plans', { code: 'daily', name: 'P', interval: 'daily' });
    const { body } = await app.live('POST', '/v1/subscriptions', { external_id: 's', customer_id: 'a', plan_id: 'daily', started_at: now.toInstant().toString() });
    // As if it had started five days ago and no process had run since: nothing is done past the start, and the timer is long due.
    const started = now.toInstant().subtract({ hours: 5 * 24 });
    await backdate(body.id, started);
    await database.query('update timers set due_at = $1 where subject_id = $2', [started.add({ hours: 24 }).toString(), body.id]);
    const midnights = [4, 3, 2, 1, 0].map((days) => now.startOfDay().subtract({ days }).toInstant().toString());
    const tomorrow = now.startOfDay().add({ days: 1 }).toInstant();

    const due = async () =>
      (
        await database.query<{ at: string; transaction: string }>(
          `select data ->> 'at' as at, xmin::text as transaction from domain_events
           where subject_id = $1 and data ->> 'kind' = 'periodic' order by id`,
          [body.id],
        )
      ).rows;
    await expect.poll(async () => (await due()).length, { timeout: 90_000 }).toBe(5);
    await expect.poll(async () => (await timerOf(body.id)).length, { timeout: 90_000 }).toBe(1);
    const done = await due();
    expect(done.map(({ at }) => at)).toEqual(midnights);
    expect(new Set(done.map(({ transaction }) => transaction)).size).toBe(5);
    const { rows } = await database.query<{ ahead: boolean }>('select due_at = $1 as ahead from timers where subject_id = $2', [tomorrow.toString(), body.id]);
    expect(rows).toEqual([{ ahead: true }]);
  });

  it('a command does what was missed before it does its own', async () => {
    const now = Temporal.Now.zonedDateTimeISO(noonZone());
    await app.live('POST', '/v1/customers', { name: 'B', external_id: 'b', timezone: now.timeZoneId });
    await app.live('POST', '/v1/plans', { code: 'every-day', name: 'P', interval: 'daily' });
    const { body } = await app.live('POST', '/v1/subscriptions', { external_id: 't', customer_id: 'b', plan_id: 'every-day', started_at: now.toInstant().toString() });
    // As if it had started yesterday and last midnight's timer were still to come.
    await backdate(body.id, now.toInstant().subtract({ hours: 24 }));
    await app.live('DELETE', `/v1/subscriptions/${body.id}`);
    const { rows } = await database.query<{ type: string; kind: string | null; at: string | null }>(
      `select type, data ->> 'kind' as kind, data ->> 'at' as at from domain_events where subject_id = $1 order by id offset 3`,
      [body.id],
    );
    const midnight = now.startOfDay().toInstant().toString();
    expect(rows).toEqual([
      { type: 'subscription.billing_due', kind: 'periodic', at: midnight },
      { type: 'subscription.terminated', kind: null, at: null },
      { type: 'subscription.billing_due', kind: 'termination', at: expect.any(String) },
    ]);
    expect(await timerOf(body.id)).toEqual([]);
  });
});
