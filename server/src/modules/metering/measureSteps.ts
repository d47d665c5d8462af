import type { MeasuredUsage } from '@farthing/core/billing';
import { Currency, Quantity } from '@farthing/core/money';
import type { UsageSpan } from '@farthing/core/subscriptions';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { PlanCharge } from '../catalog/index.ts';
import type { SubscriptionRow } from '../subscriptions/index.ts';
import { ChargeUsageCollector, pricedKeys } from './collectUsage.ts';
import type { ScannedEvent } from './eventStore.ts';
import { eventsExpired } from './expired.sql.ts';
import { takeLate } from './measureUsage.ts';
import { postgresEventReader } from './postgresEventStore.ts';

/** What one event made of the usage of its filter and group. */
export interface UsageStep {
  readonly eventId: string;
  readonly unitsBefore: Quantity;
  readonly usage: MeasuredUsage;
}

/**
 * The usage of one charge in a period, event by event in the order of arrival (P6): one step for each event that `isBilled` does not
 * know yet, after all that it knows, for what is committed late may have been received before what is billed. Events the aggregation skips
 * make no step. Reads every event of the period. Throws 409 `events_expired`.
 */
export async function measureSteps(
  db: ReadDb,
  subscription: Pick<SubscriptionRow, 'external_id' | 'customer_external_id' | 'plan_currency'>,
  charge: PlanCharge,
  usage: UsageSpan,
  isBilled: (eventId: string) => boolean,
): Promise<readonly UsageStep[]> {
  const { customer_external_id: externalCustomerId, external_id: externalSubscriptionId } = subscription;
  if (externalCustomerId === null) return [];
  const { code, definition } = charge.metric;
  const collector = new ChargeUsageCollector(charge, Currency.parse(subscription.plan_currency));
  const { start, end } = usage.period;
  const request = { externalCustomerId, externalSubscriptionId, code, keys: pricedKeys([charge]), properties: collector.needsProperties };
  const inside: ScannedEvent[] = [];
  const reader = postgresEventReader(db);
  const scanned = { ...request, from: definition.recurring ? null : start, end };
  if (await reader.hasExpired(scanned)) throw eventsExpired();
  for await (const page of reader.scan(scanned)) {
    for (const one of page) {
      const event = one.unread ? takeLate(definition, one.event, one.properties) : one.event;
      if (event === null) continue;
      if (Temporal.Instant.compare(event.timestamp, start) < 0) collector.addEarlier(one.texts, event);
      else inside.push({ ...one, event });
    }
  }
  const byArrival = inside.toSorted((a, b) => (a.event.receivedOrder < b.event.receivedOrder ? -1 : 1));
  const { known = [], fresh = [] } = Object.groupBy(byArrival, ({ event }) => (isBilled(event.id) ? 'known' : 'fresh'));
  for (const { event, texts, properties } of known) collector.addEvent(texts, event, properties);
  return fresh.flatMap(({ event, texts, properties }): UsageStep[] => {
    const before = collector.usageOf(texts, usage);
    collector.addEvent(texts, event, properties);
    const after = collector.usageOf(texts, usage);
    if (after.usage.eventsCount === before.usage.eventsCount) return [];
    return [{ eventId: event.id, unitsBefore: before.usage.eventsCount === 0n ? Quantity.zero : before.usage.units, usage: after }];
  });
}
