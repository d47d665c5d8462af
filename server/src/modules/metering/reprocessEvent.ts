import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict } from '../../kernel/problem.ts';
import { eventReprocessed } from './amendments.events.ts';
import { markDirtyHours } from './dirtyHours.sql.ts';
import { missingEvent } from './expired.sql.ts';
import { reasonsNow } from './explainUnmatched.ts';
import { coverageOf } from './metering.sql.ts';
import { postgresEventReader } from './postgresEventStore.ts';
import { presentEvent } from './presentEvent.ts';
import type { EventReprocessResponse } from './unmatched.schemas.ts';

/**
 * Looks at a stored event again: what counts it now is found out, its hour is rolled up anew, and whoever watches usage (alerts,
 * thresholds) is told. Nothing stored changes, as what counts is decided when usage is read. Throws 404, 409 for an amended event.
 */
export async function reprocessEvent(tx: Tx, eventId: string): Promise<z.output<typeof EventReprocessResponse>> {
  const event = await postgresEventReader(tx.db).find(eventId);
  if (event === undefined) throw await missingEvent(tx.db, eventId);
  if (event.amended) throw conflict('already_amended', 'This event was amended and counts nowhere; reprocess the event that took its place.');
  const { external_customer_id: externalCustomerId, external_subscription_id: externalSubscriptionId, code, timestamp } = event;
  const [reason = null] = await reasonsNow(tx.db, [event]);
  const [coverage] = await coverageOf(tx.db, [{ externalCustomerId, externalSubscriptionId, code }]);
  const counting = reason === null ? (coverage?.spans ?? []).filter(({ from, to }) => isWithin(timestamp, from, to)) : [];
  await markDirtyHours(tx.db, tx.scope.tenant.id, [{ externalCustomerId, code, at: timestamp }]);
  await tx.emit(eventReprocessed, { id: event.id, data: presentEvent(event) });
  const status = counting.length > 0 ? 'reprocessing' : 'no_active_subscriptions';
  return { event_id: event.id, status, subscriptions_checked: counting.length, reason };
}

function isWithin(at: Temporal.Instant, from: Temporal.Instant, to: Temporal.Instant | null): boolean {
  return Temporal.Instant.compare(from, at) <= 0 && (to === null || Temporal.Instant.compare(at, to) < 0);
}
