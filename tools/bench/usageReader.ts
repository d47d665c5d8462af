import { Quantity } from '@farthing/core/money';
import { Period } from '@farthing/core/time';
import type pg from 'pg';
import { kyselyOver, type ReadDb } from '../../server/src/kernel/db/kysely.ts';
import { transact } from '../../server/src/kernel/db/transaction.ts';
import { loadPlan } from '../../server/src/modules/catalog/index.ts';
import { measureUsage } from '../../server/src/modules/metering/index.ts';
import { findSubscription } from '../../server/src/modules/subscriptions/index.ts';
import { customerName } from './events.ts';

/** The month that is read. */
export const january = {
  start: '2026-01-01T00:00:00Z',
  end: '2026-02-01T00:00:00Z',
  lastInstant: '2026-01-31T23:59:59Z',
  seconds: 31 * 86_400 - 2,
} as const;

/** Reads usage as invoices and previews do: `measureUsage` in a transaction of its own. */
export interface UsageReader {
  /** All units of the month of a benchmark's customer, as text. */
  units(customer: number): Promise<string>;
}

const period = Period.of(Temporal.Instant.from(january.start), Temporal.Instant.from(january.end));
const usage = {
  period,
  full: period,
  days: { firstDay: Temporal.PlainDate.from('2026-01-01'), lastDay: Temporal.PlainDate.from('2026-01-31'), periodDays: 31, zone: 'UTC' },
};

/** Subscriptions and plans are looked up beforehand: what is measured is the reading of usage alone. */
export async function openUsage(pool: pg.Pool, tenantId: string): Promise<UsageReader> {
  const read = <T>(work: (db: ReadDb) => Promise<T>): Promise<T> => transact(pool, { tenantId, readOnly: true }, (client) => work(kyselyOver(client)));
  const subscribed = await read(async (db) => {
    const subscriptions = [await findSubscription(db, customerName(0)), await findSubscription(db, customerName(1))];
    const plan = await loadPlan(db, subscriptions[0]?.plan_id ?? '');
    return { subscriptions, charges: plan?.charges ?? [] };
  });
  return {
    async units(customer) {
      const subscription = subscribed.subscriptions[customer];
      if (subscription === undefined) throw new Error(`There is no customer ${customer}.`);
      const [facts] = await read((db) => measureUsage(db, { subscription, charges: subscribed.charges, usage }));
      return Quantity.toString((facts?.usage ?? []).reduce((sum, line) => Quantity.add(sum, line.usage.units), Quantity.zero));
    },
  };
}
