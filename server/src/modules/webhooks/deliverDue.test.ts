import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { applicationRole, createPool } from '../../kernel/db/pool.ts';
import { Envelope } from '../../kernel/envelope.ts';
import type { Module } from '../../kernel/module.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { webhooks } from './index.ts';

// The module over a real database and real receivers, its jobs run by hand: nothing waits for a plan of three days.

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let app: TestApp;
let database: pg.Client;
let pool: pg.Pool;
let envelope: Envelope;
let module: Module;
let tenantId: string;
let base: string;

const received: Received[] = [];
/** Answers of the receiver by path, in order; the last one stays. A promise keeps the caller waiting. */
const answers = new Map<string, (number | Promise<number>)[]>();
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    const path = request.url ?? '';
    received.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString() });
    arrived.resolve();
    const queue = answers.get(path) ?? [];
    const answer = (queue.length > 1 ? queue.shift() : queue[0]) ?? 200;
    const status = await answer;
    response.writeHead(status, { location: 'http://169.254.169.254/', 'retry-after': path === '/busy' ? '3600' : '0' }).end(status === 200 ? 'thanks' : 'x'.repeat(2000));
  });
});
let arrived = Promise.withResolvers<void>();

const open = () => webhooks({ egressAllow: '127.0.0.1', logger: pino({ level: 'silent' }), publishedEvents: () => new Set() });

beforeAll(async () => {
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  app = await startTestApp({ worker: false, egressAllow: '127.0.0.1' });
  database = new pg.Client({ connectionString: app.adminUrl });
  await database.connect();
  pool = createPool(app.adminUrl, { max: 8, role: applicationRole, onError: () => {} });
  envelope = new Envelope({ pool, reactions: [], strict: true });
  module = open();
  const { rows } = await database.query("select id from tenants where organization_id = $1 and environment = 'sandbox'", [app.organizationId]);
  tenantId = rows[0].id;
});
afterEach(async () => {
  await database.query('delete from webhook_attempts; delete from webhooks; delete from webhook_endpoints; delete from graphile_worker._private_jobs');
  received.length = 0;
  answers.clear();
  arrived = Promise.withResolvers();
});
afterAll(async () => {
  await module.stop?.();
  await pool.end();
  await database.end();
  await app.close();
  receiver.closeAllConnections();
  receiver.close();
});

const path = '/v1/webhook_endpoints';
const endpoint = async (at: string, more: object = {}) => (await app.sandbox('POST', path, { url: base + at, ...more })).body;
const hooks = async () => (await app.sandbox('GET', `${path}/hooks/list`)).body;
const attempts = async (id: string) => (await app.sandbox('GET', `${path}/hooks/${id}/delivery_attempts`)).body;

/** Makes something happen and lets the module react to it, as the dispatcher would. */
async function happen(work: () => Promise<unknown> = () => app.sandbox('POST', '/v1/customers', { name: 'Ada' }), times = 1): Promise<void> {
  await work();
  const scope = await envelope.scopeOf(tenantId);
  const row = await envelope.read(scope, ({ db }) =>
    db.selectFrom('domain_events').selectAll().where('type', 'like', 'customer.%').orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow(),
  );
  const occurred = { id: row.id, type: row.type, subjectType: row.subject_type, subjectId: row.subject_id, data: row.data, occurredAt: row.occurred_at };
  for (const reaction of module.reactions ?? [])
    for (let time = 0; time < times; time++)
      await envelope.command({ ...scope, now: occurred.occurredAt }, (tx) => reaction.handle(tx, occurred), 'nobody may be listening');
}

/** Runs the delivery job of one endpoint. */
const deliver = async (id: string, by: Module = module) => {
  for (const job of by.jobs ?? []) await job.handle({ payload: { webhook_endpoint_id: id }, tenantId, attempt: 1, envelope });
};

/** Turns the clock of every waiting message forward to its next attempt. */
const fallDue = () => database.query("update webhooks set next_attempt_at = now() - interval '1 millisecond' where status = 'pending'");

const jobs = async () =>
  (await database.query("select payload->'payload' as payload, run_at, key from graphile_worker._private_jobs where task_id = (select id from graphile_worker._private_tasks where identifier = 'webhooks.deliver') order by id")).rows;

const now = () => Temporal.Now.instant().toString();
const seconds = (from: string, to: string) => Temporal.Instant.from(from).until(Temporal.Instant.from(to)).total('seconds');

describe('a message', () => {
  it('is what happened, signed as public libraries verify it, and as older receivers do', async () => {
    const made = await endpoint('/in');
    await happen(() => app.sandbox('POST', '/v1/customers', { name: 'Ada', metadata: { limit: '0.10' } }));
    await deliver(made.id);
    expect(received).toHaveLength(1);
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    const verified = new Webhook(made.secret).verify(body, headers as Record<string, string>);
    const [hook] = await hooks();
    expect(verified).toEqual({ type: 'customer.created', timestamp: expect.any(String), data: expect.objectContaining({ name: 'Ada', metadata: { limit: '0.10' } }) });
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Farthing-Webhooks/1.0',
      'webhook-id': hook.public_id,
      'x-bxb-webhook-id': hook.public_id,
      'x-bxb-signature': createHmac('sha256', made.secret).update(body).digest('hex'),
    });
    expect(hook).toMatchObject({
      webhook_endpoint_id: made.id,
      webhook_type: 'customer.created',
      object_type: 'customer',
      object_id: JSON.parse(body).data.id,
      payload: JSON.parse(body),
      status: 'succeeded',
      retries: 0,
      max_retries: 9,
      last_retried_at: null,
      next_attempt_at: null,
      http_status: 200,
      response: 'thanks',
    });
    expect(await attempts(hook.id)).toEqual([
      expect.objectContaining({ webhook_id: hook.id, attempt_number: 1, http_status: 200, response_body: 'thanks', success: true, error_message: null }),
    ]);
    expect((await app.sandbox('GET', `${path}/hooks/${hook.public_id}`)).body).toEqual(hook);
  });

  it('goes to the endpoints that want its event, are active and belong to the environment', async () => {
    const all = await endpoint('/all');
    const some = await endpoint('/some', { event_types: ['customer.deleted', 'customer.created'] });
    const others = await endpoint('/others', { event_types: ['customer.updated'] });
    const off = await endpoint('/off');
    await app.sandbox('PUT', `${path}/${off.id}`, { status: 'inactive' });
    const live = (await app.live('POST', path, { url: `${base}/live` })).body;
    await happen();
    for (const { id } of [all, some, others, off, live]) await deliver(id);
    expect(received.map((each) => each.path).sort()).toEqual(['/all', '/some']);
  });

  it('exists once per event and endpoint, however often the reaction runs, and has its job from the same transaction', async () => {
    const [one, two] = [await endpoint('/one'), await endpoint('/two')];
    await happen(undefined, 3);
    const { rows } = await database.query('select webhook_endpoint_id as id from webhooks');
    expect(rows.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
    expect((await jobs()).map(({ payload }) => payload.webhook_endpoint_id).sort()).toEqual([one.id, two.id].sort());
    for (let time = 0; time < 2; time++) for (const { id } of [one, two]) await deliver(id);
    expect(received).toHaveLength(2);
  });

  it('is listed by type, state and endpoint, and counted per endpoint', async () => {
    const [good, bad, idle] = [await endpoint('/good'), await endpoint('/bad'), await endpoint('/idle', { event_types: ['plan.created'] })].map((each) => each?.id ?? '');
    answers.set('/bad', [500, 200, 500]);
    for (let time = 0; time < 3; time++) {
      await happen();
      await deliver(good ?? '');
      await deliver(bad ?? '');
    }
    await app.sandbox('PUT', `${path}/${bad}`, { status: 'inactive' });
    const count = async (query: string) => (await app.sandbox('GET', `${path}/hooks/list?${query}`)).headers.get('x-total-count');
    expect([await count(''), await count('status=failed'), await count(`webhook_endpoint_id=${good}`), await count('webhook_type=plan.created')]).toEqual(['6', '2', '3', '0']);
    expect((await app.sandbox('GET', `${path}/hooks/list?status=lost`)).status).toBe(422);
    // Of three messages to /bad one was taken at once; the two others were given up with their endpoint: 1 of 3, 33.3 %.
    expect((await app.sandbox('GET', `${path}/delivery_stats`)).body).toEqual([
      { endpoint_id: good, total: 3, pending: 0, succeeded: 3, failed: 0, success_rate: 100 },
      { endpoint_id: bad, total: 3, pending: 0, succeeded: 1, failed: 2, success_rate: 33.3 },
      { endpoint_id: idle, total: 0, pending: 0, succeeded: 0, failed: 0, success_rate: 0 },
    ]);
  });
});

describe('an attempt that fails', () => {
  it('is followed by the next one after the plan, with the same id and body, until one succeeds', async () => {
    const made = await endpoint('/in');
    answers.set('/in', [500, 302, 200]);
    await happen();
    await deliver(made.id);
    const [first] = await hooks();
    expect(first).toMatchObject({ status: 'pending', retries: 0, http_status: 500, response: 'x'.repeat(1000), last_retried_at: null });
    // Five seconds after the attempt, lengthened by up to a tenth.
    const [{ attempted_at: at }] = await attempts(first.id);
    expect(seconds(at, first.next_attempt_at)).toBeGreaterThanOrEqual(5);
    expect(seconds(now(), first.next_attempt_at)).toBeLessThanOrEqual(5.5);
    const alarm = (await jobs()).find(({ key }) => key !== null);
    expect([alarm?.payload, alarm?.run_at.getTime()]).toEqual([{ webhook_endpoint_id: made.id }, Temporal.Instant.from(first.next_attempt_at).epochMilliseconds]);

    // Before its time, here an hour later, nothing is sent; at its time the same message is.
    await database.query("update webhooks set next_attempt_at = next_attempt_at + interval '1 hour'");
    await deliver(made.id);
    expect(received).toHaveLength(1);
    await fallDue();
    await deliver(made.id);
    expect((await hooks())[0]).toMatchObject({ status: 'pending', retries: 1, http_status: 302, response: null });
    await fallDue();
    await deliver(made.id);
    expect((await hooks())[0]).toMatchObject({ status: 'succeeded', retries: 2, http_status: 200, next_attempt_at: null, last_retried_at: expect.any(String) });
    expect(new Set(received.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
    for (const { headers, body } of received) new Webhook(made.secret).verify(body, headers as Record<string, string>);
    expect((await attempts(first.id)).map((each: Record<string, unknown>) => [each['attempt_number'], each['http_status'], each['success'], each['error_message']])).toEqual([
      [1, 500, false, 'The receiver answered 500.'],
      [2, 302, false, 'The receiver answered 302; redirects are not followed.'],
      [3, 200, true, null],
    ]);
  });

  it('is repeated no sooner than the receiver asks for', async () => {
    const made = await endpoint('/busy');
    answers.set('/busy', [429]);
    await happen();
    await deliver(made.id);
    const [hook] = await hooks();
    const [{ attempted_at: at }] = await attempts(hook.id);
    expect(seconds(at, hook.next_attempt_at)).toBeGreaterThanOrEqual(3600);
  });

  it('ends the plan when it is the tenth; a retry by hand begins another', async () => {
    const made = await endpoint('/in');
    answers.set('/in', [500]);
    await happen();
    for (let attempt = 1; attempt <= 12; attempt++) {
      await deliver(made.id);
      await fallDue();
    }
    const [hook] = await hooks();
    expect(hook).toMatchObject({ status: 'failed', retries: 9, max_retries: 9, next_attempt_at: null });
    expect(received).toHaveLength(10);
    const retried = await app.sandbox('POST', `${path}/hooks/${hook.id}/retry`);
    expect([retried.status, retried.body.status, retried.body.max_retries]).toEqual([200, 'pending', 19]);
    await deliver(made.id);
    // The eleventh attempt is the first of the new plan: five seconds to the next, not a day.
    const [again] = await hooks();
    expect(again).toMatchObject({ status: 'pending', retries: 10 });
    expect(seconds(now(), again.next_attempt_at)).toBeLessThanOrEqual(5.5);
  });

  it('switches the endpoint off when the receiver answers 410', async () => {
    const made = await endpoint('/in');
    answers.set('/in', [503, 410]);
    await happen();
    await deliver(made.id);
    await happen();
    await deliver(made.id);
    expect((await app.sandbox('GET', `${path}/${made.id}`)).body.status).toBe('inactive');
    expect((await hooks()).map(({ status, http_status: http }: { status: string; http_status: number }) => [status, http])).toEqual([['failed', 410], ['failed', 503]]);
    const { rows } = await database.query("select changes, actor_type from domain_events where subject_id = $1 and type = 'webhook_endpoint.updated'", [made.id]);
    expect(rows).toEqual([{ changes: { status: { old: 'active', new: 'inactive' } }, actor_type: 'system' }]);
  });

  it('calls no address that is refused when it is dialled', async () => {
    const made = await endpoint('/in');
    await happen();
    const closed = webhooks({ egressAllow: '', logger: pino({ level: 'silent' }), publishedEvents: () => new Set() });
    await deliver(made.id, closed);
    await closed.stop?.();
    expect(received).toEqual([]);
    const [hook] = await hooks();
    expect(hook).toMatchObject({ status: 'pending', http_status: null, response: null });
    expect(await attempts(hook.id)).toEqual([expect.objectContaining({ http_status: null, success: false, error_message: 'The address is not on the public network.' })]);
  });
});

describe('sending again by hand', () => {
  it('sends what succeeded once more, to the letter', async () => {
    const made = await endpoint('/in');
    await happen();
    await deliver(made.id);
    const [hook] = await hooks();
    await app.sandbox('POST', `${path}/hooks/${hook.id}/retry`);
    expect((await jobs()).at(-1)?.payload).toEqual({ webhook_endpoint_id: made.id });
    await deliver(made.id);
    expect(received.map(({ headers, body }) => [headers['webhook-id'], body])).toEqual([1, 2].map(() => [hook.public_id, received[0]?.body]));
    expect((await hooks())[0]).toMatchObject({ status: 'succeeded', retries: 1, max_retries: 10 });
  });

  it('brings a waiting attempt forward', async () => {
    const made = await endpoint('/in');
    answers.set('/in', [500, 200]);
    await happen();
    await deliver(made.id);
    const [hook] = await hooks();
    await app.sandbox('POST', `${path}/hooks/${hook.id}/retry`);
    await deliver(made.id);
    expect((await hooks())[0]).toMatchObject({ status: 'succeeded', retries: 1, max_retries: 9 });
  });

  it('is refused where nothing may be sent to', async () => {
    const made = await endpoint('/in');
    await happen();
    await deliver(made.id);
    const [hook] = await hooks();
    const retry = () => app.sandbox('POST', `${path}/hooks/${hook.id}/retry`);
    await app.sandbox('PUT', `${path}/${made.id}`, { status: 'inactive' });
    expect([(await retry()).status, (await retry()).body.code]).toEqual([409, 'webhook_endpoint_inactive']);
    await app.sandbox('DELETE', `${path}/${made.id}`);
    expect((await retry()).status).toBe(409);
    expect((await app.sandbox('GET', `${path}/hooks/${hook.id}`)).body.status).toBe('succeeded');
    expect((await app.live('POST', `${path}/hooks/${hook.id}/retry`)).status).toBe(404);
    expect(received).toHaveLength(1);
  });
});

describe('while a secret is replaced', () => {
  it('messages carry both signatures, the new one alone once the overlap has ended', async () => {
    const made = await endpoint('/in');
    const { body: rotated } = await app.sandbox('POST', `${path}/${made.id}/rotate_secret`, { overlap_hours: 1 });
    await happen();
    await deliver(made.id);
    await database.query("update webhook_endpoints set previous_secret_expires_at = now() - interval '1 millisecond' where id = $1", [made.id]);
    await happen();
    await deliver(made.id);
    const verifies = (secret: string, { headers, body }: Received) => {
      try {
        new Webhook(secret).verify(body, headers as Record<string, string>);
        return true;
      } catch {
        return false;
      }
    };
    expect(received.map((each) => [verifies(made.secret, each), verifies(rotated.secret, each)])).toEqual([[true, true], [false, true]]);
    // What signs no more is not kept either.
    expect((await app.sandbox('GET', `${path}/${made.id}`)).body.previous_secret_expires_at).toBeNull();
  });
});

describe('an endpoint that is switched off or deleted', () => {
  it.each([['switched off', 'PUT', { status: 'inactive' }], ['deleted', 'DELETE', undefined]])('gets nothing of what waits for it: %s', async (_what, method, body) => {
    const made = await endpoint('/old');
    for (let time = 0; time < 3; time++) await happen();
    await app.sandbox(method, `${path}/${made.id}`, body);
    // One that was being added meanwhile, and a worker that has been told of it.
    await database.query(
      `insert into webhooks (tenant_id, id, webhook_endpoint_id, event_id, webhook_type, payload, max_retries, next_attempt_at, created_at, updated_at)
       select tenant_id, gen_random_uuid(), id, gen_random_uuid(), 'customer.created', '{}', 9, now(), now(), now() from webhook_endpoints where id = $1`,
      [made.id],
    );
    await deliver(made.id);
    await happen();
    expect(received).toEqual([]);
    expect((await hooks()).map(({ status }: { status: string }) => status)).toEqual(['failed', 'failed', 'failed', 'failed']);
  });

  it('has what waits go to its new URL', async () => {
    const made = await endpoint('/old');
    await happen();
    await app.sandbox('PUT', `${path}/${made.id}`, { url: `${base}/new` });
    await deliver(made.id);
    expect(received.map((each) => each.path)).toEqual(['/new']);
  });
});

describe('workers side by side', () => {
  it('send a message once, however many are told of it', async () => {
    const made = await endpoint('/slow');
    const answer = Promise.withResolvers<number>();
    answers.set('/slow', [answer.promise]);
    await happen();
    const first = deliver(made.id);
    await arrived.promise;
    // The receiver has the message but has not answered: three more workers find the endpoint taken and leave at once.
    await Promise.all([deliver(made.id), deliver(made.id), deliver(made.id)]);
    expect(received).toHaveLength(1);
    // What comes in meanwhile is seen to when the turn ends.
    await happen();
    await deliver(made.id);
    answer.resolve(200);
    await first;
    expect(received).toHaveLength(1);
    const alarm = (await jobs()).find(({ key }) => key !== null);
    expect(alarm?.run_at.getTime()).toBeLessThanOrEqual(Date.now());
    await deliver(made.id);
    expect(received).toHaveLength(2);
  });

  it('take over from one that died at it, when its turn has run out', async () => {
    const made = await endpoint('/in');
    await happen();
    const dead = new Envelope({ pool, reactions: [] });
    // Dies with the answer in its hands: the turn is taken, the call made, nothing written.
    const command = dead.command.bind(dead);
    let calls = 0;
    dead.command = (async (...given: Parameters<typeof command>) => {
      calls += 1;
      if (calls > 1) throw new Error('killed');
      return command(...given);
    }) as typeof dead.command;
    for (const job of module.jobs ?? [])
      await expect(job.handle({ payload: { webhook_endpoint_id: made.id }, tenantId, attempt: 1, envelope: dead })).rejects.toThrow('killed');
    expect(received).toHaveLength(1);
    const { rows } = await database.query('select delivering_until from webhook_endpoints where id = $1', [made.id]);
    expect((await jobs()).find(({ key }) => key !== null)?.run_at).toEqual(rows[0].delivering_until);

    await deliver(made.id);
    expect(received).toHaveLength(1);
    await database.query('update webhook_endpoints set delivering_until = now() where id = $1', [made.id]);
    await deliver(made.id);
    // At least once: the receiver tells the repeat by its id.
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([received[0]?.headers['webhook-id'], received[0]?.headers['webhook-id']]);
    expect((await hooks())[0]).toMatchObject({ status: 'succeeded', retries: 0 });
  });

  it('leave what a shutdown cuts off to the next, without losing an attempt', async () => {
    const made = await endpoint('/slow');
    answers.set('/slow', [Promise.withResolvers<number>().promise, 200]);
    await happen();
    const stopping = open();
    const turn = deliver(made.id, stopping);
    await arrived.promise;
    await stopping.stop?.();
    await turn;
    expect((await hooks())[0]).toMatchObject({ status: 'pending', retries: 0, http_status: null });
    await deliver(made.id);
    const [hook] = await hooks();
    expect([hook.status, (await attempts(hook.id)).length]).toEqual(['succeeded', 1]);
  });
});

it('a turn sends eight messages at most, and what is left waits behind other endpoints', async () => {
  const made = await endpoint('/in');
  await happen();
  await database.query(
    `insert into webhooks (tenant_id, id, webhook_endpoint_id, event_id, webhook_type, payload, max_retries, next_attempt_at, created_at, updated_at)
     select tenant_id, gen_random_uuid(), webhook_endpoint_id, gen_random_uuid(), webhook_type, payload, 9, now() - interval '1 hour', now(), now()
     from webhooks, generate_series(1, 9)`,
  );
  const before = Date.now();
  await deliver(made.id);
  expect(received).toHaveLength(8);
  const alarm = (await jobs()).find(({ key }) => key !== null);
  expect(alarm?.run_at.getTime()).toBeGreaterThanOrEqual(before);
  await deliver(made.id);
  expect(received).toHaveLength(10);
});
