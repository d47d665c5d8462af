import type { ChargeFacts, MeasuredUsage } from '@farthing/core/billing';
import { type EventProperties, extract, type MeteredEvent, type MetricDefinition, propertyOf, textOf } from '@farthing/core/metering';
import { Currency } from '@farthing/core/money';
import type { EventTexts } from '@farthing/core/rating';
import type { UsageSpan } from '@farthing/core/subscriptions';
import { Period } from '@farthing/core/time';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { allDone } from '../../kernel/db/together.ts';
import type { PlanCharge } from '../catalog/index.ts';
import type { SubscriptionRow } from '../subscriptions/index.ts';
import { ChargeUsageCollector, pricedKeys } from './collectUsage.ts';
import type { EventReader, EventSelection, PricedKey, ScannedEvent } from './eventStore.ts';
import { eventsExpired } from './expired.sql.ts';
import { postgresEventReader } from './postgresEventStore.ts';

/** An event that is not stored: what if it came? */
export interface SupposedEvent {
  readonly code: string;
  readonly event: MeteredEvent;
  readonly properties: EventProperties;
}

interface UsageRequest {
  readonly subscription: Pick<SubscriptionRow, 'external_id' | 'customer_external_id' | 'plan_currency'>;
  /** Of any plan; of one metric, those with filters and those without. */
  readonly charges: readonly PlanCharge[];
  readonly usage: UsageSpan;
  /** While a period is open: a weighted sum has held its level only so far. Default: to the end of the period. */
  readonly heldUntil?: Temporal.Instant;
  readonly suppose?: SupposedEvent;
}

/**
 * What was used of each charge in a period, exactly: the one function behind usage reads, estimates, previews and invoices. Counts every
 * event stored and dated in the period, whatever was known of it when it came in (E3, E4); a recurring metric carries in what all
 * earlier events of the customer made (P5). Metrics that are aggregated alike share a statement; where a price needs every single event, they are read in pages.
 * Throws 409 `events_expired` where events that are not kept any more would have to be read singly, or an hour of them divided.
 */
export async function measureUsage(db: ReadDb, request: UsageRequest): Promise<readonly ChargeFacts[]> {
  const reader = postgresEventReader(db);
  const usage = new Map<string, readonly MeasuredUsage[]>();
  // Metrics of one kind share a statement.
  const metrics = [...Map.groupBy(request.charges, ({ metric }) => metric.id).values()];
  for (const collectors of await allDone(metrics.map((charges) => measureMetric(reader, request, charges))))
    for (const [charge, collector] of collectors) usage.set(charge.definition.id, collector.finish(request.usage, request.heldUntil ?? null));
  return request.charges.map(({ definition }) => ({ definition, usage: usage.get(definition.id) ?? [] }));
}

type Collectors = ReadonlyMap<PlanCharge, ChargeUsageCollector>;

/** The charges of one metric read its events together. */
async function measureMetric(reader: EventReader, request: UsageRequest, charges: readonly PlanCharge[]): Promise<Collectors> {
  const { subscription, suppose } = request;
  const [first] = charges;
  const currency = Currency.parse(subscription.plan_currency);
  const collectors = new Map(charges.map((charge) => [charge, new ChargeUsageCollector(charge, currency)]));
  if (first === undefined) return collectors;
  const { code, definition } = first.metric;
  const keys = pricedKeys(charges);
  if (subscription.customer_external_id !== null) {
    const selection = { externalCustomerId: subscription.customer_external_id, externalSubscriptionId: subscription.external_id, code };
    await readStored(reader, request, { selection, definition, keys, collectors: [...collectors.values()] });
  }
  if (suppose?.code === code && Period.contains(request.usage.period, suppose.event.timestamp)) {
    const texts = textsOfSupposed(suppose, keys);
    for (const collector of collectors.values()) collector.addEvent(texts, suppose.event, suppose.properties);
  }
  return collectors;
}

export const textsOfSupposed = ({ properties }: SupposedEvent, keys: readonly PricedKey[]): EventTexts =>
  Object.fromEntries(keys.map(({ key }) => [key, textOf(propertyOf(properties, key))]));

interface MetricRequest {
  readonly selection: EventSelection;
  readonly definition: MetricDefinition;
  readonly keys: readonly PricedKey[];
  readonly collectors: readonly ChargeUsageCollector[];
}

async function readStored(reader: EventReader, request: UsageRequest, metric: MetricRequest): Promise<void> {
  const { selection, definition, keys, collectors } = metric;
  const { aggregationType, recurring } = definition;
  const { start } = request.usage.period;
  const end = endOfCounting(request, definition);
  const needsEvents = collectors.some((collector) => collector.needsEvents);
  // With the events themselves read anyway, only what came before the period is left to aggregate.
  const aggregated = { ...selection, aggregationType, keys, carries: recurring, start, end: needsEvents ? start : end };
  const parts = needsEvents && !recurring ? [] : await reader.aggregate(aggregated);
  if (parts.some(({ untold }) => untold)) throw eventsExpired();
  const unread = aggregationType !== 'count' && parts.some((part) => part.unread);
  if (!unread) for (const part of parts) for (const collector of collectors) collector.addPart(part);
  if (!unread && !needsEvents) return;
  const properties = collectors.some((collector) => collector.needsProperties);
  const stretch = { ...selection, from: unread && recurring ? null : start, end };
  if (await reader.hasExpired(stretch)) throw eventsExpired();
  for await (const page of reader.scan({ ...stretch, keys, properties }))
    for (const scanned of page) collect(collectors, definition, scanned, start);
}

/** What happens to a level after the moment up to which it is held has not weighed yet. */
function endOfCounting({ usage: { period }, heldUntil }: UsageRequest, { aggregationType }: MetricDefinition): Temporal.Instant {
  if (aggregationType !== 'weighted_sum' || heldUntil === undefined) return period.end;
  return Temporal.Instant.compare(heldUntil, period.end) < 0 ? heldUntil : period.end;
}

function collect(
  collectors: readonly ChargeUsageCollector[],
  definition: MetricDefinition,
  { event, texts, properties, unread }: ScannedEvent,
  start: Temporal.Instant,
): void {
  const read = unread ? takeLate(definition, event, properties) : event;
  if (read === null) return;
  const isEarlier = Temporal.Instant.compare(event.timestamp, start) < 0;
  for (const collector of collectors) {
    if (isEarlier) collector.addEarlier(texts, read);
    else collector.addEvent(texts, read, properties);
  }
}

/** An event stored before its metric was known: its value is taken now; null where the metric would have refused it. */
export function takeLate(definition: MetricDefinition, event: MeteredEvent, properties: EventProperties | null): MeteredEvent | null {
  const extracted = extract(definition, properties ?? {});
  if (!extracted.ok) return null;
  const { value, uniqueValue, operation } = extracted;
  return { ...event, value, uniqueValue, operation };
}
