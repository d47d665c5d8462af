import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type ConnectedDatabase, connectDatabase } from '../../testing/database.ts';
import { Envelope } from '../envelope.ts';
import { type TimerType, timer } from '../timer.ts';
import { Scheduler, type TimerFailure } from './scheduler.ts';

let database: ConnectedDatabase;
let tenantId: string;
beforeAll(async () => {
  database = await connectDatabase(8);
});
afterAll(() => database.close());

/** A sandbox whose clock stands at 1 January 2026. */
beforeEach(async () => {
  const organizationId = randomUUID();
  tenantId = randomUUID();
  await database.admin.query(
    `insert into organizations (id, name, slug, default_currency, timezone, created_at, updated_at)
     values ($1, 'T', $2, 'USD', 'UTC', now(), now())`,
    [organizationId, organizationId],
  );
  await database.admin.query(
    `insert into tenants (id, organization_id, environment, clock_now, created_at)
     values ($1, $2, 'sandbox', '2026-01-01T00:00:00Z', now())`,
    [tenantId, organizationId],
  );
});

const signal = new AbortController().signal;

function scheduler(types: readonly TimerType[], failures: TimerFailure[] = []): Scheduler {
  return new Scheduler(database.pool, new Envelope({ pool: database.pool, reactions: [] }), types, (failure) => failures.push(failure));
}

async function set(kind: string, dueAt: string): Promise<string> {
  const subject = randomUUID();
  await database.admin.query('insert into timers (tenant_id, kind, subject_id, due_at) values ($1, $2, $3, $4)', [tenantId, kind, subject, dueAt]);
  return subject;
}

const advance = (to: string) => database.admin.query('update tenants set clock_target = $2 where id = $1', [tenantId, to]);

async function clock(): Promise<{ now: string; target: Date | null; errors: unknown[] }> {
  const { rows } = await database.admin.query(
    `select to_char(clock_now at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI') as now, clock_target as target, clock_errors as errors
     from tenants where id = $1`,
    [tenantId],
  );
  return rows[0];
}

it('runs what falls due on the way of a clock in order, each at its own instant, including what sets itself anew', async () => {
  const seen: string[] = [];
  const monthly: TimerType = timer({
    kind: 'a.monthly',
    handle: async (tx, { subjectId, dueAt }) => {
      seen.push(`monthly ${tx.scope.now}`);
      await tx.schedule(monthly, subjectId, dueAt.add({ hours: 24 * 10 }));
    },
  });
  const once = timer({ kind: 'b.once', handle: async (tx) => void seen.push(`once ${tx.scope.now}`) });
  await set('a.monthly', '2026-01-05T00:00:00Z');
  await set('b.once', '2026-01-20T00:00:00Z');
  await set('b.once', '2026-02-20T00:00:00Z');
  await advance('2026-01-31T00:00:00Z');
  await scheduler([monthly, once]).runDue(signal);
  // 5, 15 and 25 January, every ten days; the one of 20 February lies beyond the jump.
  expect(seen).toEqual(['monthly 2026-01-05T00:00:00Z', 'monthly 2026-01-15T00:00:00Z', 'once 2026-01-20T00:00:00Z', 'monthly 2026-01-25T00:00:00Z']);
  expect(await clock()).toEqual({ now: '2026-01-31T00:00', target: null, errors: [] });
});

it('lets two schedulers share a jump without running anything twice or out of order', async () => {
  const seen: string[] = [];
  const kind = timer({ kind: 'c', handle: async (_tx, { dueAt }) => void seen.push(dueAt.toString()) });
  for (let day = 10; day < 30; day++) await set('c', `2026-01-${day}T00:00:00Z`);
  await advance('2026-02-01T00:00:00Z');
  const both = [scheduler([kind]), scheduler([kind])];
  while ((await clock()).target !== null) await Promise.all(both.map((one) => one.runDue(signal)));
  expect(seen).toHaveLength(20);
  expect(seen).toEqual([...seen].sort());
});

it('undoes what a failing timer did, sets it aside, reports it on the clock and goes on', async () => {
  const failures: TimerFailure[] = [];
  const seen: string[] = [];
  const bad = timer({
    kind: 'bad',
    handle: async (tx, { subjectId }) => {
      await tx.schedule(good, subjectId, tx.scope.now);
      throw new Error('broken on purpose');
    },
  });
  const good = timer({ kind: 'good', handle: async (_tx, { subjectId }) => void seen.push(subjectId) });
  const failing = await set('bad', '2026-01-02T00:00:00Z');
  const fine = await set('good', '2026-01-03T00:00:00Z');
  await advance('2026-01-04T00:00:00Z');
  await scheduler([bad, good], failures).runDue(signal);
  expect(seen).toEqual([fine]);
  expect(failures).toEqual([expect.objectContaining({ kind: 'bad', subjectId: failing, message: 'broken on purpose' })]);
  expect((await clock()).errors).toEqual([expect.objectContaining({ kind: 'bad', subject_id: failing })]);
  const { rows } = await database.admin.query('select kind, failed_at is not null as parked, attempts from timers where tenant_id = $1', [tenantId]);
  expect(rows).toEqual([{ kind: 'bad', parked: true, attempts: 1 }]);
});

it('leaves a frozen clock alone, and retries a failure in real time', async () => {
  const kind = timer({ kind: 'd', handle: () => Promise.reject(new Error('not yet')) });
  await set('d', '2020-01-01T00:00:00Z');
  expect(await scheduler([kind]).runDue(signal)).toBe(0);
  await database.admin.query('update tenants set clock_now = null where id = $1', [tenantId]);
  expect(await scheduler([kind]).runDue(signal)).toBe(1);
  const { rows } = await database.admin.query('select attempts, retry_at > now() as waits, failed_at from timers where tenant_id = $1', [tenantId]);
  expect(rows).toEqual([{ attempts: 1, waits: true, failed_at: null }]);
  expect(await scheduler([kind]).runDue(signal)).toBe(0);
});

it('lets nobody wait until one tenant’s long jump is over', async () => {
  const seen: string[] = [];
  const daily: TimerType = timer({
    kind: 'f.daily',
    handle: async (tx, { dueAt }) => {
      seen.push(tenantId);
      await tx.schedule(daily, tx.scope.tenant.id, dueAt.add({ hours: 24 }));
    },
  });
  await set('f.daily', '2026-01-02T00:00:00Z');
  // Thirty years, more than 10,000 days of due work.
  await advance('2056-01-01T00:00:00Z');
  const one = scheduler([daily]);
  const ran = await one.runDue(signal);
  expect([ran > 0, ran < 1000, seen.length, (await clock()).target !== null]).toEqual([true, true, ran, true]);
  expect(await one.runDue(signal)).toBe(ran);
  await database.admin.query('update tenants set clock_target = null where id = $1', [tenantId]);
});

it('goes on with a second transaction where more is due than one takes', async () => {
  await database.admin.query('update tenants set clock_now = null where id = $1', [tenantId]);
  await database.admin.query(`insert into timers (tenant_id, kind, subject_id, due_at)
    select $1, 'h', gen_random_uuid(), '2020-01-01T00:00:00Z' from generate_series(1, 100)`, [tenantId]);
  const transactions = new Set<unknown>();
  const { promise: twoAtOnce, resolve } = Promise.withResolvers<void>();
  // Nothing ends before a second transaction has begun: one after the other would never come to an end.
  const kind = timer({
    kind: 'h',
    handle: async (tx) => {
      if (transactions.add(tx.db).size === 2) resolve();
      await twoAtOnce;
    },
  });
  expect(await scheduler([kind]).runDue(signal)).toBe(100);
  expect(transactions.size).toBe(2);
});

it('goes on with the others where one tenant’s work cannot even be looked at', async () => {
  const seen: string[] = [];
  const kind = timer({ kind: 'g', handle: async (_tx, { subjectId }) => void seen.push(subjectId) });
  const broken = tenantId;
  await database.admin.query('update tenants set clock_now = null where id = $1', [tenantId]);
  await set('g', '2019-01-01T00:00:00Z');
  const { rows } = await database.admin.query<{ id: string }>(`insert into tenants (id, organization_id, environment, created_at)
    select gen_random_uuid(), organization_id, 'live', now() from tenants where id = $1 returning id`, [tenantId]);
  tenantId = rows[0]?.id ?? '';
  const fine = await set('g', '2020-01-01T00:00:00Z');
  const envelope = new Envelope({ pool: database.pool, reactions: [] });
  const scopeOf = envelope.scopeOf.bind(envelope);
  envelope.scopeOf = (id, actor) => (id === broken ? Promise.reject(new Error('broken on purpose')) : scopeOf(id, actor));
  await expect(new Scheduler(database.pool, envelope, [kind], () => {}).runDue(signal)).rejects.toThrow('broken on purpose');
  expect(seen).toEqual([fine]);
});

it('counts on a timer that is to run, and not on one that failed for good', async () => {
  const kind = { kind: 'counted.on' };
  const subject = await set(kind.kind, '2026-01-02T00:00:00Z');
  const envelope = new Envelope({ pool: database.pool, reactions: [] });
  const isScheduled = async () => envelope.command(await envelope.scopeOf(tenantId), (tx) => tx.isScheduled(kind, subject));
  expect(await isScheduled()).toBe(true);
  const failures: TimerFailure[] = [];
  await advance('2026-01-03T00:00:00Z');
  const failing = scheduler([timer({ ...kind, handle: async () => { throw new Error('broken'); } })], failures);
  while ((await failing.runDue(signal)) > 0);
  expect(failures.filter(({ subjectId }) => subjectId === subject)).toMatchObject([{ message: 'broken' }]);
  expect(await isScheduled()).toBe(false);
});
