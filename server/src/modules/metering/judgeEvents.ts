import { Quantity } from '@farthing/core/money';
import type { Read } from '../../kernel/envelope.ts';
import { findOrganization } from '../identity/index.ts';
import type { NewEvent, UnmatchedReason } from './eventStore.ts';
import { eventId, hashContent } from './hashEvent.ts';
import { coverageOf, type EventTarget, type KnownMetric, metricsByCode, type TargetCoverage } from './metering.sql.ts';
import type { SentEvent } from './readEvent.ts';
import { nothingTaken, type Refusal, takeValue } from './takeValue.ts';

/** An event with its time, on its way into the store by another door than intake's. */
export interface DatedEvent extends SentEvent {
  readonly timestamp: Temporal.Instant;
}

const mostAheadHours = 24;

/** What the metric takes from each event and what counts it now, or why it is refused: the rules of intake, in the order given. */
export async function judgeEvents({ db, scope }: Pick<Read, 'db' | 'scope'>, events: readonly DatedEvent[]): Promise<readonly (NewEvent | Refusal)[]> {
  const known = await metricsByCode(db, [...new Set(events.map(({ code }) => code))]);
  const hasUnknown = events.some(({ code }) => !known.has(code));
  const organization = hasUnknown ? await findOrganization(db, scope.tenant.organizationId) : undefined;
  const keepsUnknown = organization?.store_unknown_metrics ?? false;
  const judged = events.map((event) => judge(scope, event, known.get(event.code), keepsUnknown));
  const fresh = judged.filter((one): one is NewEvent => 'id' in one);
  const reasons = await reasonsOf(db, fresh);
  return judged.map((one) => ('id' in one ? { ...one, reason: one.reason ?? reasons.get(one) ?? null } : one));
}

function judge({ tenant, now }: Read['scope'], event: DatedEvent, metric: KnownMetric | undefined, keepsUnknown: boolean): NewEvent | Refusal {
  const latest = now.add({ hours: mostAheadHours });
  if (Temporal.Instant.compare(event.timestamp, latest) > 0)
    return { code: 'timestamp_too_far_ahead', path: 'timestamp', message: `Must not be more than ${mostAheadHours} hours ahead of now (${now}).` };
  if (metric === undefined && !keepsUnknown)
    return { code: 'unknown_metric', path: 'code', message: 'There is no billable metric with this code.' };
  const taken = metric === undefined ? nothingTaken : takeValue(metric, event.properties);
  if ('code' in taken) return taken;
  return {
    ...event,
    id: eventId(tenant.id, event.transactionId),
    contentHash: hashContent(event, event.timestamp),
    value: taken.value === null ? null : Quantity.toString(taken.value),
    uniqueValue: taken.uniqueValue,
    operation: taken.operation,
    reason: metric === undefined ? 'unknown_metric' : null,
  };
}

const keyOf = ({ externalCustomerId, externalSubscriptionId, code }: EventTarget): string =>
  JSON.stringify([externalCustomerId, externalSubscriptionId, code]);

/** Why nothing counts an event as things stand now; what something counts is left out. The metric is taken to be known. */
async function reasonsOf<E extends EventTarget & { readonly timestamp: Temporal.Instant }>(
  db: Read['db'],
  events: readonly E[],
): Promise<ReadonlyMap<E, UnmatchedReason>> {
  const targets = new Map(events.map((event) => [keyOf(event), event]));
  const found = await coverageOf(db, [...targets.values()]);
  const coverage = new Map([...targets.keys()].map((key, place) => [key, found[place]]));
  const reasons = new Map<E, UnmatchedReason>();
  for (const event of events) {
    const reason = reasonOf(event, event.timestamp, coverage.get(keyOf(event)));
    if (reason !== null) reasons.set(event, reason);
  }
  return reasons;
}

function reasonOf({ externalSubscriptionId }: EventTarget, timestamp: Temporal.Instant, known: TargetCoverage | undefined): UnmatchedReason | null {
  if (known === undefined || !known.customer) return 'unknown_customer';
  if (externalSubscriptionId !== null && !known.subscription) return 'unknown_subscription';
  const counts = known.spans.some(
    ({ from, to }) => Temporal.Instant.compare(from, timestamp) <= 0 && (to === null || Temporal.Instant.compare(timestamp, to) < 0),
  );
  return counts ? null : 'not_priced';
}
