import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, invalidFields } from '../../kernel/problem.ts';
import type { StoredEvent } from './eventStore.ts';
import { ingestEvents } from './ingestEvents.ts';
import type { EventBatchResponse } from './metering.schemas.ts';
import { pathInBatch, presentBatch } from './presentEvent.ts';
import { type EventReading, readEvent } from './readEvent.ts';

/** Takes one event. A repeat answers the stored one; a conflict (409) or a bad event (422) stores nothing. */
export async function takeEvent(tx: Tx, value: unknown): Promise<StoredEvent> {
  const reading = readEvent(value);
  if (!reading.ok) throw invalidFields(reading.errors);
  const [result] = await ingestEvents(tx, [reading]);
  if (result?.status === 'conflict') throw conflict(result.code ?? '', result.message ?? '');
  if (result === undefined || result.event === null)
    throw invalidFields([{ path: result?.path ?? '', code: result?.code ?? 'invalid', message: result?.message ?? '' }]);
  return result.event;
}

interface Batch {
  readonly readings: readonly EventReading[];
  /** The sender's name of the array; empty where the body is the array. */
  readonly list: string;
  /** All or nothing. */
  readonly atomic: boolean;
}

/** Takes a batch event by event; with `atomic`, one event that is not taken refuses them all (422). */
export async function takeBatch(tx: Tx, { readings, list, atomic }: Batch): Promise<z.output<typeof EventBatchResponse>> {
  const results = await ingestEvents(tx, readings);
  const failed = results.flatMap(({ status, code, path, message }, place) =>
    status === 'rejected' || status === 'conflict'
      ? [{ path: pathInBatch(list, place, path ?? ''), code: code ?? 'invalid', message: message ?? '' }]
      : [],
  );
  if (atomic && failed.length > 0) throw invalidFields(failed);
  return presentBatch(results, list);
}
