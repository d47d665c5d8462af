import { type ClosestName, closestName, type EventProperties } from '@farthing/core/metering';
import type { z } from 'zod';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { StoredEvent, UnmatchedReason } from './eventStore.ts';
import { EventTime } from './eventTime.ts';
import { coverageByTarget, reasonOf } from './judgeEvents.ts';
import { type EventTarget, metricsByCode } from './metering.sql.ts';
import { presentEvent } from './presentEvent.ts';
import { takeValue } from './takeValue.ts';
import type { UnmatchedEventResponse } from './unmatched.schemas.ts';
import { customersNear, metricsNear, namesWithin } from './unmatched.sql.ts';

/** Unreadable: the metric came after the event, and would have refused it. */
type CurrentReason = UnmatchedReason | 'unreadable';

/** Why nothing counts each stored event as things stand now, in their order; null where something does. */
export async function reasonsNow(db: ReadDb, events: readonly StoredEvent[]): Promise<readonly (CurrentReason | null)[]> {
  const metrics = await metricsByCode(db, [...new Set(events.map(({ code }) => code))]);
  const coverageOf = await coverageByTarget(db, events.map(targetOf));
  return events.map((event) => {
    const metric = metrics.get(event.code);
    if (metric === undefined) return 'unknown_metric';
    if (event.reason === 'unknown_metric' && 'code' in takeValue(metric, event.properties as EventProperties)) return 'unreadable';
    const target = targetOf(event);
    return reasonOf(target, EventTime.of(event.timestamp), coverageOf(target));
  });
}

const targetOf = (event: StoredEvent): EventTarget => ({
  externalCustomerId: event.external_customer_id,
  externalSubscriptionId: event.external_subscription_id,
  code: event.code,
});

type Presented = z.output<typeof UnmatchedEventResponse>;

/** What is needed to see why each event is not counted, and what its sender may have meant: a few statements for a whole page. */
export async function explainUnmatched(db: ReadDb, events: readonly StoredEvent[]): Promise<readonly Presented[]> {
  const reasons = await reasonsNow(db, events);
  const named = (wanted: readonly CurrentReason[], nameOf: (event: StoredEvent) => string): string[] => [
    ...new Set(events.filter((_, place) => wanted.includes(reasons[place] ?? 'unreadable')).map(nameOf)),
  ];
  const metrics = await metricsNear(db, named(['unknown_metric'], ({ code }) => code));
  const customers = await customersNear(db, named(['unknown_customer'], (event) => event.external_customer_id));
  const within = await namesWithin(db, named(['unknown_subscription', 'not_priced'], (event) => event.external_customer_id));
  return events.map((event, place) => {
    const reason = reasons[place] ?? null;
    return { ...presentEvent(event), current_reason: reason, nearest: nearestTo(event, reason, { metrics, customers, within }) };
  });
}

interface KnownNames {
  readonly metrics: ReadonlyMap<string, readonly string[]>;
  readonly customers: ReadonlyMap<string, readonly string[]>;
  readonly within: Awaited<ReturnType<typeof namesWithin>>;
}

function nearestTo(event: StoredEvent, reason: CurrentReason | null, { metrics, customers, within }: KnownNames): Presented['nearest'] {
  const { code, external_customer_id: customer, external_subscription_id: subscription } = event;
  const among = (name: string, known: readonly string[] | undefined): ClosestName | null => closestName(name, (known ?? []).filter((other) => other !== name));
  const nearest = (field: NonNullable<Presented['nearest']>['field'], found: ClosestName | null): Presented['nearest'] =>
    found === null ? null : { field, value: found.name, distance: found.distance };
  if (reason === 'unknown_metric') return nearest('code', among(code, metrics.get(code)));
  if (reason === 'unknown_customer') return nearest('external_customer_id', among(customer, customers.get(customer)));
  if (reason === 'unknown_subscription') return nearest('external_subscription_id', among(subscription ?? '', within.subscriptions.get(customer)));
  return reason === 'not_priced' ? nearest('code', among(code, within.metrics.get(customer))) : null;
}
