import { z } from 'zod';
import { publicId } from '../../kernel/wire.ts';
import type { StoredEvent } from './eventStore.ts';
import type { IntakeResult } from './ingestEvents.ts';
import type { EventBatchResponse, EventResponse } from './metering.schemas.ts';

const properties = z.record(z.string(), z.unknown());

/** An event as replies show it. */
export function presentEvent(event: StoredEvent): z.output<typeof EventResponse> {
  return { ...event, public_id: publicId('evt', event.id), properties: properties.parse(event.properties), created_at: event.received_at };
}

/** What became of a batch; `list` is the name of the sender's array, empty where it has none. */
export function presentBatch(results: readonly IntakeResult[], list: string): z.output<typeof EventBatchResponse> {
  const count = (...statuses: readonly IntakeResult['status'][]) => results.filter(({ status }) => statuses.includes(status)).length;
  return {
    ingested: count('ingested', 'unmatched'),
    duplicates: count('duplicate'),
    events: results.flatMap(({ event }) => (event === null ? [] : [presentEvent(event)])),
    results: results.map(({ transactionId, status, code, path, message }, place) => ({
      transaction_id: transactionId,
      status,
      code,
      path: path === null ? null : pathInBatch(list, place, path),
      message,
    })),
  };
}

/** "events.3.timestamp". */
export function pathInBatch(list: string, place: number, path: string): string {
  return [list, String(place), path].filter((part) => part !== '').join('.');
}
