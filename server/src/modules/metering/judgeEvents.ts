import { Quantity } from '@farthing/core/money';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { Read } from '../../kernel/envelope.ts';
import type { Scope, Tenant } from '../../kernel/scope.ts';
import { findOrganization } from '../identity/index.ts';
import type { NewEvent, UnmatchedReason } from './eventStore.ts';
import { EventTime } from './eventTime.ts';
import { eventId, hashContent } from './hashEvent.ts';
import { coverageOf, type EventTarget, type KnownMetric, metricsByCode, type TargetCoverage } from './metering.sql.ts';
import type { SentEvent } from './readEvent.ts';
import { nothingTaken, type Refusal, type Taken, takeValue } from './takeValue.ts';

/** What has to be known of events to judge them. */
export interface Facts {
  metricOf(code: string): KnownMetric | undefined;
  /** Whether events of metrics that are not there are stored all the same. */
  readonly storesUnknown: boolean;
  coverageOf(target: EventTarget): TargetCoverage | undefined;
}

const mostAheadHours = 24;

/** By what an event is told apart from others, and a repeat from a conflict (E1). */
export type Identity = Pick<NewEvent, 'id' | 'contentHash'>;

export const identify = ({ tenant }: Scope, event: SentEvent): Identity => ({
  id: eventId(tenant.id, event.transactionId),
  contentHash: hashContent(event, event.timestamp),
});

/** What the metric takes from an event and what counts it now, ready to be stored; or why it is refused (E2, E3, P7). */
export function judgeEvent(scope: Scope, event: SentEvent, facts: Facts, identity?: Identity): NewEvent | Refusal {
  const metric = facts.metricOf(event.code);
  const refusal = aheadOf(event, scope.now) ?? (metric === undefined && !facts.storesUnknown ? unknownMetric : null);
  const taken = refusal ?? (metric === undefined ? nothingTaken : takeValue(metric, event.properties));
  if ('code' in taken) return taken;
  return toStore(scope, { event, identity, taken }, (timestamp) => (metric === undefined ? 'unknown_metric' : reasonOf(event, timestamp, facts.coverageOf(event))));
}

/** What a refused event would be stored as: whether it repeats one that was taken under other rules is told by its id and content alone (E1). */
export const ifTaken = (scope: Scope, event: SentEvent, identity?: Identity): NewEvent =>
  toStore(scope, { event, identity, taken: nothingTaken }, () => null);

type ReasonAt = (timestamp: EventTime) => UnmatchedReason | null;

interface Storing {
  readonly event: SentEvent;
  /** Where it was found out before. */
  readonly identity: Identity | undefined;
  readonly taken: Taken;
}

function toStore(scope: Scope, { event, identity = identify(scope, event), taken }: Storing, reasonAt: ReasonAt): NewEvent {
  const { tenant, now } = scope;
  const timestamp = event.timestamp ?? EventTime.of(now);
  return {
    tenantId: tenant.id,
    id: identity.id,
    contentHash: identity.contentHash,
    transactionId: event.transactionId,
    externalCustomerId: event.externalCustomerId,
    externalSubscriptionId: event.externalSubscriptionId,
    code: event.code,
    timestamp,
    propertiesText: event.propertiesText,
    value: taken.value === null ? null : Quantity.toString(taken.value),
    uniqueValue: taken.uniqueValue,
    operation: taken.operation,
    reason: reasonAt(timestamp),
    receivedAt: EventTime.of(now),
    amended: false,
  };
}

const unknownMetric: Refusal = { code: 'unknown_metric', path: 'code', message: 'There is no billable metric with this code.' };

function aheadOf({ timestamp }: SentEvent, now: Temporal.Instant): Refusal | null {
  if (timestamp === null || timestamp.isBefore(EventTime.of(now)) || !EventTime.of(now.add({ hours: mostAheadHours })).isBefore(timestamp)) return null;
  return { code: 'timestamp_too_far_ahead', path: 'timestamp', message: `Must not be more than ${mostAheadHours} hours ahead of now (${now}).` };
}

/** What would count the event now; what nothing counts is stored all the same (E2). */
export function reasonOf({ externalSubscriptionId }: EventTarget, timestamp: EventTime, known: TargetCoverage | undefined): UnmatchedReason | null {
  if (known === undefined || !known.customer) return 'unknown_customer';
  if (externalSubscriptionId !== null && !known.subscription) return 'unknown_subscription';
  const counts = known.spans.some(({ from, to }) => !timestamp.isBefore(EventTime.of(from)) && (to === null || timestamp.isBefore(EventTime.of(to))));
  return counts ? null : 'not_priced';
}

/** By which what is known of a target is found again. */
export const targetKey = ({ externalCustomerId, externalSubscriptionId, code }: EventTarget): string =>
  `${externalCustomerId}\u0000${externalSubscriptionId ?? ''}\u0000${code}`;

/** What is known of each of the targets, looked up once for those that are alike. */
export async function coverageByTarget(db: ReadDb, all: readonly EventTarget[]): Promise<(target: EventTarget) => TargetCoverage | undefined> {
  const targets = new Map(all.map((target) => [targetKey(target), target]));
  const found = await coverageOf(db, [...targets.values()]);
  const coverage = new Map([...targets.keys()].map((key, place) => [key, found[place]]));
  return (target) => coverage.get(targetKey(target));
}

/** Judges events that come into the store by another door than intake's, by the same rules, in the order given. */
export async function judgeEvents({ db, scope }: Pick<Read, 'db' | 'scope'>, events: readonly SentEvent[]): Promise<readonly (NewEvent | Refusal)[]> {
  const metrics = await metricsByCode(db, [...new Set(events.map(({ code }) => code))]);
  const coverage = await coverageByTarget(db, events);
  const facts: Facts = {
    metricOf: (code) => metrics.get(code),
    storesUnknown: events.some(({ code }) => !metrics.has(code)) && (await storesUnknownMetrics(db, scope.tenant)),
    coverageOf: coverage,
  };
  return events.map((event) => judgeEvent(scope, event, facts));
}

export async function storesUnknownMetrics(db: ReadDb, { organizationId }: Tenant): Promise<boolean> {
  return (await findOrganization(db, organizationId))?.store_unknown_metrics ?? false;
}
