import type pg from 'pg';
import { meterRole } from '../../kernel/db/pool.ts';
import { isMeteringLost, readLag } from '../../modules/metering/index.ts';
import { type Finding, count, fail, ok, warn } from './finding.ts';

/** Runs a statement in each tenant, as row-level security wants it, and gathers the rows. */
async function inEachTenant<Row extends pg.QueryResultRow>(client: pg.Client, statement: string): Promise<Row[]> {
  const { rows: tenants } = await client.query<{ id: string }>('select id from tenants order by id');
  const found: Row[] = [];
  for (const { id } of tenants) {
    await client.query(`begin; set local app.tenant = '${id}'`);
    found.push(...(await client.query<Row>(statement)).rows);
    await client.query('commit');
  }
  return found;
}

const thisTenant = 'tenant_id = (select app.tenant())';

/** What the test clocks say: for information, unless something failed on their way. */
export async function checkTestClocks(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ frozen: number; moving: number; errors: number; example: string | null }>(
    `select count(*) filter (where clock_now is not null and clock_target is null)::int as frozen,
       count(*) filter (where clock_target is not null)::int as moving,
       count(*) filter (where clock_errors <> '[]')::int as errors,
       min(clock_errors -> 0 ->> 'message') as example
     from tenants where environment = 'sandbox'`,
  );
  const { frozen = 0, moving = 0, errors = 0, example = null } = rows[0] ?? {};
  const found = `${count(frozen, 'sandbox')} with a frozen clock, ${moving} on the move`;
  if (errors > 0) return warn('test clocks', `${found}; work failed on the way of ${errors}: ${example}`, 'GET /v1/test_clock names each; mend the cause and run `npm run farthing -- doctor --retry`');
  return ok('test clocks', found);
}

/** How much work is due in real time, of how many subscriptions, and how long the oldest has been waiting. `running` tells whether somebody should be doing it. */
export async function checkDueWork(client: pg.Client, running: boolean): Promise<Finding> {
  await client.query(`begin read only; set local app.scheduler = 'on'`);
  const { rows } = await client.query<{ lag: number; due: number; subscriptions: number }>(
    `select coalesce(extract(epoch from now() - min(due_at)), 0)::float8 as lag, count(*)::int as due,
       count(*) filter (where kind = 'subscription.due')::int as subscriptions
     from timers join tenants on tenants.id = timers.tenant_id
     where failed_at is null and due_at <= now() and retry_at is null and clock_now is null`,
  );
  await client.query('commit');
  const { lag = 0, due = 0, subscriptions = 0 } = rows[0] ?? {};
  if (lag === 0) return ok('due work', 'nothing is waiting');
  const bills = subscriptions === 0 ? '' : `, ${count(subscriptions, 'subscription')} to bill among them`;
  const found = `${count(due, 'timer')}${bills}; the oldest has waited ${lag < 120 ? `${lag.toFixed(0)} s` : `${(lag / 60).toFixed(0)} min`}`;
  if (!running) return ok('due work', `${found}; the next start does it`);
  return lag > 60 ? fail('due work', found, 'start a worker (`npm start`, or `npm run farthing -- worker`), or look at its log') : ok('due work', found);
}

interface ParkedTimer {
  readonly kind: string;
  readonly last_error: string | null;
}

/** Timers that were given up after their last attempt: something was not billed. */
export async function checkParkedTimers(client: pg.Client): Promise<Finding> {
  const parked = await inEachTenant<ParkedTimer>(client, `select kind, last_error from timers where ${thisTenant} and failed_at is not null order by due_at`);
  const [first] = parked;
  if (first === undefined) return ok('parked timers', 'none');
  return fail('parked timers', `${count(parked.length, 'timer')}, the first ${first.kind}: ${first.last_error}`, 'mend the cause and run `npm run farthing -- doctor --retry`');
}

/** Has all parked timers run again; answers how many. */
export async function retryParkedTimers(client: pg.Client): Promise<number> {
  const rows = await inEachTenant(
    client,
    `update timers set failed_at = null, retry_at = null, attempts = 0, last_error = null where ${thisTenant} and failed_at is not null returning kind`,
  );
  return rows.length;
}

interface UnfollowedUsage {
  readonly follower: string;
  readonly last_error: string;
}

/** Subscriptions whose usage was noticed and could not be followed: something was not told or not billed in time. */
export async function checkFollowedUsage(client: pg.Client): Promise<Finding> {
  const waiting = await inEachTenant<UnfollowedUsage>(client, `select follower, last_error from unfollowed_usage where ${thisTenant} order by created_at`);
  const [first] = waiting;
  if (first === undefined) return ok('followed usage', 'all of it');
  const found = `that of ${count(waiting.length, 'subscription')} could not be, the first for ${first.follower}: ${first.last_error}`;
  return fail('followed usage', found, 'mend the cause; it is tried again by itself, at once after `npm run farthing -- doctor --retry`');
}

/** Has usage that could not be followed looked at with the next look; answers of how many subscriptions. */
export async function retryUnfollowedUsage(client: pg.Client): Promise<number> {
  return (await inEachTenant(client, `update unfollowed_usage set retry_at = now() where ${thisTenant} returning follower`)).length;
}

interface FailedJobs {
  readonly task: string;
  readonly retried: number;
  readonly dead: number;
  readonly error: string | null;
}

/** Jobs that failed: those still retried, and those given up. */
export async function checkJobs(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<FailedJobs>(
    `select task_identifier as task, count(*) filter (where attempts < max_attempts)::int as retried,
       count(*) filter (where attempts >= max_attempts)::int as dead, max(last_error) as error
     from graphile_worker.jobs where last_error is not null group by task_identifier order by dead desc, retried desc`,
  );
  const [worst] = rows;
  if (worst === undefined) return ok('jobs', 'none failing');
  const error = (worst.error ?? '').split('\n', 1)[0];
  if (worst.dead > 0) return fail('jobs', `${count(worst.dead, 'job')} ${worst.task} given up: ${error}`, "mend the cause; update graphile_worker._private_jobs set attempts = 0, run_at = now()");
  return warn('jobs', `${count(worst.retried, 'job')} ${worst.task} failing: ${error}`, 'mend the cause; they are retried by themselves');
}

/** Webhook messages that should have been sent by now. */
export async function checkWebhooks(client: pg.Client, running: boolean): Promise<Finding> {
  const rows = await inEachTenant<{ late: number }>(
    client,
    `select count(*)::int as late from webhooks where ${thisTenant} and status = 'pending' and next_attempt_at < now() - interval '5 minutes'`,
  );
  const late = rows.reduce((sum, row) => sum + row.late, 0);
  if (late === 0) return ok('webhooks', 'no backlog');
  const found = `${count(late, 'message')} waiting for more than 5 minutes`;
  return running ? warn('webhooks', found, 'look at GET /v1/webhooks?status=pending; add workers if the receivers are fast') : ok('webhooks', `${found}; the next start sends them`);
}

const mostLagSeconds = 60;

/** Whether the roll-ups of usage keep up with the events. Usage is exact however far they are behind, but slower to read. */
export async function checkRollUps(client: pg.Client, running: boolean): Promise<Finding> {
  await client.query(`begin read only; set local role ${meterRole}`);
  const [lost, lag] = [await isMeteringLost(client), await readLag(client)];
  await client.query('rollback');
  if (lost) return fail('roll-ups', 'this database comes from another cluster, where its transactions had other numbers', 'start a worker: it rolls all usage up anew; until then it is read from the events');
  const [events, seconds] = [count(lag.events, 'event'), lag.seconds.toFixed(0)];
  const more = lag.building > 0 ? `; ${count(lag.building, 'meter')} being built` : '';
  if (lag.events === 0 && lag.dirtyHours === 0) return ok('roll-ups', `up to date${more}`);
  const found = `${events} and ${count(lag.dirtyHours, 'changed hour')} behind, by ${seconds} s${more}`;
  if (!running) return ok('roll-ups', `${found}; the next start catches up`);
  return lag.seconds > mostLagSeconds ? fail('roll-ups', found, 'start another worker (`npm run farthing -- worker`), or look for a transaction that is open for long in pg_stat_activity') : ok('roll-ups', found);
}
