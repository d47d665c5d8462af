import type pg from 'pg';
import { stopwatch } from '../../kernel/clock.ts';
import type { Background } from '../../kernel/background.ts';
import { meterRole } from '../../kernel/db/pool.ts';
import type { Envelope, Read } from '../../kernel/envelope.ts';
import { decodeCharges, type PlanCharge } from '../catalog/index.ts';
import { lockBilling } from '../customers/index.ts';
import { findOrganization } from '../identity/index.ts';
import { type Expiring, expireEvents, pricedKeys, readsSingleEvents } from '../metering/index.ts';
import { findSubscription, loadPhasePlan, loadPhases } from '../subscriptions/index.ts';
import { codesKept, type ExpiringCustomer, expiringSpans, nextExpiringCustomer, pricedBy } from './expiringUsage.sql.ts';

const eventsAtOnce = 5000;
const dayHours = 24;
const silent = 'what usage comes to stays the same; how long events are kept, the organization has said';

/** Before which hour the tenant's events are not kept; null: they all are. */
async function horizonOf({ db, scope }: Read): Promise<Temporal.Instant | null> {
  const days = (await findOrganization(db, scope.tenant.organizationId))?.event_retention_days ?? null;
  return days === null ? null : scope.now.subtract({ hours: dayHours * days }).round({ smallestUnit: 'hour', roundingMode: 'floor' });
}

/** Which events of a customer go: see `expiringSpans`. Prices that need single events, then or now, keep those of their metrics. */
async function expiringOf({ db, scope }: Pick<Read, 'db' | 'scope'>, { externalId }: ExpiringCustomer, horizon: Temporal.Instant): Promise<Expiring> {
  const { charges: stored, subscriptions } = await pricedBy(db, externalId, horizon);
  const charges: PlanCharge[] = stored.flatMap((priced) => [...decodeCharges(priced)]);
  for (const id of subscriptions) {
    const row = await findSubscription(db, id);
    for (const phase of row === undefined ? [] : await loadPhases(db, row)) charges.push(...(await loadPhasePlan(db, phase)).charges);
  }
  const single = charges.filter((charge) => charge.payInAdvance || readsSingleEvents(charge)).map(({ metric }) => metric.code);
  const spans = await expiringSpans(db, externalId, horizon, [...(await codesKept(db)), ...single]);
  const byCode = Map.groupBy(charges, ({ metric }) => metric.code);
  const keys = Object.fromEntries([...byCode].map(([code, of]) => [code, pricedKeys(of).map(({ key }) => key)]));
  return { tenantId: scope.tenant.id, externalCustomerId: externalId, spans, keys, most: eventsAtOnce };
}

/** Where the sweep over a tenant's customers stands. */
interface Sweep {
  readonly tenantId: string;
  readonly after: string;
}

/**
 * Deletes some of the events that a tenant's organization does not keep any more, of one customer, in a transaction of their own. Answers
 * where to go on; null when the sweep is over. `pool` acts as the meter's role.
 */
async function expireSome(pool: pg.Pool, envelope: Envelope, { tenantId, after }: Sweep): Promise<Sweep | null> {
  return envelope.command(await envelope.scopeOf(tenantId), async (tx) => {
    const horizon = await horizonOf(tx);
    const customer = horizon === null ? undefined : await nextExpiringCustomer(tx.db, horizon, after);
    if (horizon === null || customer === undefined) return null;
    // Whoever bills or amends this customer's usage waits until what is deleted is told by its sums.
    for (const id of customer.ids) await lockBilling(tx, id);
    const deleted = await expireEvents(pool, await expiringOf(tx, customer, horizon));
    return deleted === 0 ? { tenantId, after: customer.externalId } : { tenantId, after };
  }, silent);
}

/** Deletes everything that a tenant's organization does not keep any more. */
export async function expireUsage(pool: pg.Pool, envelope: Envelope, tenantId: string): Promise<void> {
  for (let sweep: Sweep | null = { tenantId, after: '' }; sweep !== null; ) sweep = await expireSome(pool, envelope, sweep);
}

const pauseMilliseconds = 60_000;
const sweepEveryMilliseconds = 3_600_000;

/** Sees to it once an hour, a little at a time, that events are kept no longer than organizations want. Several workers do no harm. */
export const eventRetention: Background = {
  name: 'the retention of events',
  role: meterRole,
  start({ pool, envelope }) {
    let waiting: Sweep[] = [];
    let since: (() => number) | null = null;
    return async () => {
      if (waiting.length === 0) {
        if (since !== null && since() < sweepEveryMilliseconds) return pauseMilliseconds;
        since = stopwatch();
        const { rows } = await pool.query<{ id: string }>(`
          select t.id from tenants t join organizations o on o.id = t.organization_id
          where o.event_retention_days is not null and o.deleted_at is null order by t.id`);
        waiting = rows.map(({ id }) => ({ tenantId: id, after: '' }));
      }
      const next = waiting.shift();
      if (next === undefined) return pauseMilliseconds;
      const rest = await expireSome(pool, envelope, next);
      if (rest !== null) waiting.unshift(rest);
      return 0;
    };
  },
};
