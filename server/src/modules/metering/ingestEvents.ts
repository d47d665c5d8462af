import { Quantity } from '@farthing/core/money';
import { Counter } from 'prom-client';
import type { Tx } from '../../kernel/envelope.ts';
import { metrics } from '../../kernel/metrics.ts';
import { findOrganization } from '../identity/index.ts';
import type { NewEvent, StoredEvent, UnmatchedReason } from './eventStore.ts';
import { eventId, hashContent } from './hashEvent.ts';
import { coverageOf, type EventTarget, type KnownMetric, metricsByCode, type TargetCoverage } from './metering.sql.ts';
import { postgresEventStore } from './postgresEventStore.ts';
import type { EventReading, SentEvent } from './readEvent.ts';
import { nothingTaken, type Refusal, takeValue } from './takeValue.ts';

/** What became of one event (E1, E2). */
export interface IntakeResult {
  readonly transactionId: string | null;
  readonly status: 'ingested' | 'duplicate' | 'conflict' | 'rejected' | 'unmatched';
  readonly code: string | null;
  /** The field at fault, as the sender calls it and without the event's own place. */
  readonly path: string | null;
  readonly message: string | null;
  /** The stored event; null where nothing is stored or it is another's. */
  readonly event: StoredEvent | null;
}

type Reading = Extract<EventReading, { ok: true }>;

/** An event on its way in: refused, or ready to be stored. */
type Judged = { readonly refusal: Refusal; readonly transactionId: string | null } | { readonly reading: Reading; readonly fresh: NewEvent };

const mostAheadHours = 24;

/** Stores events one by one as they deserve it: a bad one fails no other (E2). Answers in the order given. */
export async function ingestEvents(tx: Tx, readings: readonly EventReading[]): Promise<readonly IntakeResult[]> {
  const sent = readings.flatMap((reading) => (reading.ok ? [reading.event] : []));
  const known = await metricsByCode(tx.db, [...new Set(sent.map(({ code }) => code))]);
  const keepUnknown = sent.some(({ code }) => !known.has(code)) && (await storesUnknownMetrics(tx));
  const judged = readings.map((reading) => judge(tx, reading, known, keepUnknown));
  const results = await store(tx, await withReasons(tx, judged));
  for (const { status } of results) answered.inc({ status });
  return results;
}

const answered = new Counter({
  name: 'farthing_usage_events_total',
  help: 'Usage events answered, by what became of them; its rate is the rate of intake.',
  labelNames: ['status'],
  registers: [metrics],
});

async function storesUnknownMetrics(tx: Tx): Promise<boolean> {
  const organization = await findOrganization(tx.db, tx.scope.tenant.organizationId);
  return organization?.store_unknown_metrics ?? false;
}

function judge(tx: Tx, reading: EventReading, metrics: ReadonlyMap<string, KnownMetric>, keepUnknown: boolean): Judged {
  if (!reading.ok) {
    const [error] = reading.errors;
    return { transactionId: reading.transactionId, refusal: error ?? { code: 'invalid', path: '', message: 'The event is not valid.' } };
  }
  const { event, nameOf } = reading;
  const metric = metrics.get(event.code);
  const { tenant, now } = tx.scope;
  const refusal = aheadOf(event, now) ?? (metric === undefined && !keepUnknown ? unknownMetric : null);
  const taken = refusal ?? (metric === undefined ? nothingTaken : takeValue(metric, event.properties));
  if ('code' in taken) return { transactionId: event.transactionId, refusal: { ...taken, path: nameOf(taken.path) } };
  const fresh: NewEvent = {
    ...event,
    id: eventId(tenant.id, event.transactionId),
    contentHash: hashContent(event, event.timestamp),
    timestamp: event.timestamp ?? now,
    value: taken.value === null ? null : Quantity.toString(taken.value),
    uniqueValue: taken.uniqueValue,
    operation: taken.operation,
    reason: metric === undefined ? 'unknown_metric' : null,
  };
  return { reading, fresh };
}

const unknownMetric: Refusal = { code: 'unknown_metric', path: 'code', message: 'There is no billable metric with this code.' };

function aheadOf({ timestamp }: SentEvent, now: Temporal.Instant): Refusal | null {
  const latest = now.add({ hours: mostAheadHours });
  if (timestamp === null || Temporal.Instant.compare(timestamp, latest) <= 0) return null;
  return { code: 'timestamp_too_far_ahead', path: 'timestamp', message: `Must not be more than ${mostAheadHours} hours ahead of now (${now}).` };
}

/** Finds out what would count each event now; what nothing counts is stored all the same (E2). */
async function withReasons(tx: Tx, judged: readonly Judged[]): Promise<readonly Judged[]> {
  const events = judged.flatMap((one) => ('fresh' in one ? [one.fresh] : []));
  const targets = new Map(events.map((event) => [targetKey(event), event]));
  const found = await coverageOf(tx.db, [...targets.values()]);
  const coverage = new Map([...targets.keys()].map((key, place) => [key, found[place]]));
  return judged.map((one) => {
    if (!('fresh' in one) || one.fresh.reason !== null) return one;
    return { ...one, fresh: { ...one.fresh, reason: reasonOf(one.fresh, coverage.get(targetKey(one.fresh))) } };
  });
}

const targetKey = ({ externalCustomerId, externalSubscriptionId, code }: EventTarget): string =>
  JSON.stringify([externalCustomerId, externalSubscriptionId, code]);

function reasonOf({ externalSubscriptionId, timestamp }: NewEvent, known: TargetCoverage | undefined): UnmatchedReason | null {
  if (known === undefined || !known.customer) return 'unknown_customer';
  if (externalSubscriptionId !== null && !known.subscription) return 'unknown_subscription';
  const counts = known.spans.some(
    ({ from, to }) => Temporal.Instant.compare(from, timestamp) <= 0 && (to === null || Temporal.Instant.compare(timestamp, to) < 0),
  );
  return counts ? null : 'not_priced';
}

const unmatchedWords: Readonly<Record<UnmatchedReason, Omit<Refusal, 'code'>>> = {
  unknown_metric: { path: 'code', message: 'Stored; there is no billable metric with this code yet.' },
  unknown_customer: { path: 'external_customer_id', message: 'Stored; there is no such customer yet.' },
  unknown_subscription: { path: 'external_subscription_id', message: 'Stored; the customer has no such subscription yet.' },
  not_priced: { path: 'code', message: 'Stored; no subscription of the customer prices this metric at this time.' },
};

async function store(tx: Tx, judged: readonly Judged[]): Promise<readonly IntakeResult[]> {
  const firsts = new Map<string, NewEvent>();
  for (const one of judged) if ('fresh' in one && !firsts.has(one.fresh.id)) firsts.set(one.fresh.id, one.fresh);
  const { stored, known } = await postgresEventStore(tx).append([...firsts.values()]);
  return judged.map((one): IntakeResult => {
    if (!('fresh' in one)) return { transactionId: one.transactionId, status: 'rejected', ...one.refusal, event: null };
    const { reading, fresh } = one;
    const made = firsts.get(fresh.id) === fresh ? stored.get(fresh.id) : undefined;
    if (made === undefined) return repeated(reading, fresh, known.get(fresh.id) ?? stored.get(fresh.id));
    const { transactionId } = fresh;
    if (fresh.reason === null) return { transactionId, status: 'ingested', code: null, path: null, message: null, event: made };
    const { path, message } = unmatchedWords[fresh.reason];
    return { transactionId, status: 'unmatched', code: fresh.reason, path: reading.nameOf(path), message, event: made };
  });
}

/** A repeat with the same content is a success, one with other content changes nothing (E1). */
function repeated(reading: Reading, fresh: NewEvent, before: StoredEvent | undefined): IntakeResult {
  if (before === undefined) throw new Error('An event was neither stored nor there before.');
  const same = { transactionId: fresh.transactionId, path: null, event: before };
  if (isSameContent(reading.event, fresh, before)) return { ...same, status: 'duplicate', code: null, message: null };
  const message = 'This transaction id was used for an event with other content; nothing was changed.';
  return { ...same, status: 'conflict', code: 'transaction_id_conflict', path: reading.nameOf('transaction_id'), message, event: null };
}

/** The content as sent; an event sent without a time is repeated, too, with the time it was given then. */
function isSameContent(event: SentEvent, fresh: NewEvent, before: StoredEvent): boolean {
  if (fresh.contentHash.equals(before.content_hash)) return true;
  const isTimeGivenThen = event.timestamp?.equals(before.timestamp) ?? false;
  return isTimeGivenThen && hashContent(event, null).equals(before.content_hash);
}
