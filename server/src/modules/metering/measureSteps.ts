import type { MeasuredUsage } from '@farthing/core/billing';
import { Currency, Quantity } from '@farthing/core/money';
import type { UsageSpan } from '@farthing/core/subscriptions';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { PlanCharge } from '../catalog/index.ts';
import type { SubscriptionRow } from '../subscriptions/index.ts';
import { ChargeUsageCollector, pricedKeys } from './collectUsage.ts';
import type { EventReader, EventSelection, ScannedEvent } from './eventStore.ts';
import { eventsExpired } from './expired.sql.ts';
import { type SupposedEvent, takeLate, textsOfSupposed } from './measureUsage.ts';
import { postgresEventReader } from './postgresEventStore.ts';

/** What one event made of the usage of its filter and group. */
interface UsageStep {
  readonly event: { readonly id: string; readonly at: Temporal.Instant };
  readonly unitsBefore: Quantity;
  readonly usage: MeasuredUsage;
}

/**
 * The usage of one charge in a period, event by event in the order of arrival (P6): one step for each event without a fee, after all that have
 * one, for what is committed late may have been received before what is billed. Events the aggregation skips make no step. Counts and sums are
 * read from roll-ups, for all else every event of the period. One that is supposed comes last. Throws 409 `events_expired`.
 */
export async function measureSteps(
  db: ReadDb,
  subscription: Pick<SubscriptionRow, 'id' | 'external_id' | 'customer_external_id' | 'plan_currency'>,
  charge: PlanCharge,
  usage: UsageSpan,
  suppose: SupposedEvent | null = null,
): Promise<readonly UsageStep[]> {
  const { customer_external_id: externalCustomerId, external_id: externalSubscriptionId } = subscription;
  if (externalCustomerId === null) return [];
  const reader = postgresEventReader(db);
  const currency = Currency.parse(subscription.plan_currency);
  const selection = { externalCustomerId, externalSubscriptionId, code: charge.metric.code };
  const asked = { selection, subscriptionId: subscription.id, charge, currency, usage };
  const { start, end } = usage.period;
  if (await reader.hasExpired({ ...selection, from: charge.metric.definition.recurring ? null : start, end })) throw eventsExpired();
  const { collector, fresh } = (await billedByRollUps(reader, asked)) ?? (await billedByEvents(reader, asked));
  const byArrival = fresh.toSorted((a, b) => (a.event.receivedOrder < b.event.receivedOrder ? -1 : 1));
  const supposed = suppose === null ? [] : [{ event: suppose.event, texts: textsOfSupposed(suppose, pricedKeys([charge])), properties: suppose.properties }];
  return [...byArrival, ...supposed].flatMap(({ event, texts, properties }): UsageStep[] => {
    const before = collector.usageOf(texts, usage);
    collector.addEvent(texts, event, properties);
    const after = collector.usageOf(texts, usage);
    if (after.usage.eventsCount === before.usage.eventsCount) return [];
    return [{ event: { id: event.id, at: event.timestamp }, unitsBefore: before.usage.eventsCount === 0n ? Quantity.zero : before.usage.units, usage: after }];
  });
}

interface Asked {
  readonly selection: EventSelection;
  readonly subscriptionId: string;
  readonly charge: PlanCharge;
  readonly currency: Currency;
  readonly usage: UsageSpan;
}

/** What is billed of a period, and the events that are not. */
interface BilledUsage {
  readonly collector: ChargeUsageCollector;
  readonly fresh: readonly ScannedEvent[];
}

const mostTries = 3;

/**
 * All usage of the period less the events that have no fee; null where the aggregation does not tell. Each statement sees what is committed when
 * it begins, so that an aggregate is taken between two equal looks at those events.
 */
async function billedByRollUps(reader: EventReader, asked: Asked): Promise<BilledUsage | null> {
  const { selection, charge, currency, usage } = asked;
  const collector = new ChargeUsageCollector(charge, currency);
  if (!collector.canRemove) return null;
  const { aggregationType, recurring } = charge.metric.definition;
  let fresh = await scanned(reader, asked, true);
  for (let tries = 0; tries < mostTries; tries++) {
    const parts = await reader.aggregate({ ...selection, aggregationType, keys: pricedKeys([charge]), carries: recurring, ...usage.period });
    if (parts.some(({ unread, untold }) => unread || untold)) return null;
    const now = await scanned(reader, asked, true);
    if (now.length !== fresh.length) {
      fresh = now;
      continue;
    }
    for (const part of parts) collector.addPart(part);
    for (const { texts, event } of fresh) collector.removeEvent(texts, event);
    return { collector, fresh };
  }
  return null;
}

async function billedByEvents(reader: EventReader, asked: Asked): Promise<BilledUsage> {
  const { charge, currency, usage } = asked;
  const collector = new ChargeUsageCollector(charge, currency);
  const fresh: ScannedEvent[] = [];
  for (const one of await scanned(reader, asked, false)) {
    const event = one.unread ? takeLate(charge.metric.definition, one.event, one.properties) : one.event;
    if (event === null) continue;
    if (Temporal.Instant.compare(event.timestamp, usage.period.start) < 0) collector.addEarlier(one.texts, event);
    else if (one.billed) collector.addEvent(one.texts, event, one.properties);
    else fresh.push({ ...one, event });
  }
  return { collector, fresh };
}

/** The events of the period, of a recurring metric with all before it, or only those of the period that have no fee. */
async function scanned(reader: EventReader, { selection, subscriptionId, charge, usage }: Asked, onlyUnbilled: boolean): Promise<readonly ScannedEvent[]> {
  const { start, end } = usage.period;
  const from = charge.metric.definition.recurring && !onlyUnbilled ? null : start;
  const properties = charge.model === 'dynamic';
  const billedBy = { subscriptionId, chargeId: charge.definition.id, onlyUnbilled };
  const events: ScannedEvent[] = [];
  for await (const page of reader.scan({ ...selection, billedBy, keys: pricedKeys([charge]), properties, from, end })) events.push(...page);
  return events;
}
