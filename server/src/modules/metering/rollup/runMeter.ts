import { hostname } from 'node:os';
import { sql } from 'kysely';
import type pg from 'pg';
import type { Logger } from 'pino';
import { stopwatch } from '../../../kernel/clock.ts';
import type { Background } from '../../../kernel/background.ts';
import { kyselyOver } from '../../../kernel/db/kysely.ts';
import { meterRole } from '../../../kernel/db/pool.ts';
import { transact } from '../../../kernel/db/transaction.ts';
import type { Envelope } from '../../../kernel/envelope.ts';
import { activateNewMeters, buildNext, clearRetiredMeter } from './buildMeter.ts';
import { nightlyCheck } from './checkUsage.ts';
import { claimRange, rollUpRange } from './followEvents.ts';
import { planTenantMeters } from './planTenantMeters.ts';
import { recomputeHours } from './recomputeHours.ts';

/** Long against the roll-up of a range, short against the wait for one whose worker is gone. */
const leaseSeconds = 60;
const eventsAtOnce = 20_000;
const hoursAtOnce = 50;
const rowsAtOnce = 5000;
const tenantsAtOnce = 20;
/** Events that come within this time are rolled up together: what costs is each bucket, not each event. */
const pollMilliseconds = 200;
const longestPause = 2000;
const dayMilliseconds = 86_400_000;
const minuteMilliseconds = 60_000;

/** Has the events after a restore elsewhere followed anew, before anything else is done. */
async function restartMetering(pool: pg.Pool, logger: Logger): Promise<void> {
  const restarted = await transact(pool, { tenantId: null }, async (client) => {
    const db = kyselyOver(client);
    await sql`set local statement_timeout = 0`.execute(db);
    const { rows } = await sql<{ restarted: boolean }>`select app.restart_metering() as restarted`.execute(db);
    return rows[0]?.restarted === true;
  });
  if (restarted) logger.warn('this database comes from another cluster: all usage is rolled up anew; meanwhile it is read from the events');
}

async function allTenants(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select id from tenants order by id');
  return rows.map(({ id }) => id);
}

/** Sees to it, now and once a day, that every metric has its meter; changes in between are told by events. */
function plansMeters(pool: pg.Pool, envelope: Envelope): () => Promise<boolean> {
  let waiting: string[] = [];
  let since: (() => number) | null = null;
  return async () => {
    if (since === null || since() > dayMilliseconds) {
      since = stopwatch();
      waiting = await allTenants(pool);
    }
    const next = waiting.slice(0, tenantsAtOnce);
    for (const tenantId of next) await planTenantMeters(envelope, tenantId);
    waiting = waiting.slice(next.length);
    return waiting.length > 0;
  };
}

/** Rolls up the next range; answers whether there is more to claim right away. */
async function followNext(pool: pg.Pool, worker: string): Promise<'full' | 'some' | 'none'> {
  const range = await claimRange(pool, { worker, leaseSeconds, events: eventsAtOnce });
  if (range === undefined) return 'none';
  await rollUpRange(pool, range);
  return range.full ? 'full' : 'some';
}

/** Keeps the meter: one of possibly many workers that follow, recompute, build and check, a little of each in turn. */
export const usageMeter: Background = {
  name: 'the usage meter',
  role: meterRole,
  start({ pool, envelope, logger }) {
    const worker = `${hostname()} ${process.pid}`;
    const plan = plansMeters(pool, envelope);
    const check = nightlyCheck(pool, logger);
    let started = false;
    let pause = pollMilliseconds;
    let sinceCheck = stopwatch();
    return async () => {
      if (!started) await restartMetering(pool, logger);
      started = true;
      const planning = await plan();
      const activated = await activateNewMeters(pool);
      const followed = await followNext(pool, worker);
      const recomputed = (await recomputeHours(pool, hoursAtOnce)) > 0;
      const built = await buildNext(pool, eventsAtOnce);
      const cleared = await clearRetiredMeter(pool, rowsAtOnce);
      if (followed === 'full' || planning || activated || recomputed || built || cleared) return 0;
      if (sinceCheck() > minuteMilliseconds && !(await check())) sinceCheck = stopwatch();
      pause = followed === 'some' ? pollMilliseconds : Math.min(longestPause, pause * 1.5);
      return pause;
    };
  },
};
