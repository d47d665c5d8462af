import type { Encoded } from '../../../kernel/operation.ts';
import { conflict, invalidFields } from '../../../kernel/problem.ts';
import type { Scope } from '../../../kernel/scope.ts';
import { type EventReading, readEvent } from '../readEvent.ts';
import { eventsInTurn, ingestAllOrNothing, ingestEvents, type Intake, type IntakeResult } from './ingestEvents.ts';
import { batchJson, eventJson, pathInBatch } from './writeReply.ts';

/** Takes one event. A repeat answers the stored one; a conflict (409) or a bad event (422) stores nothing. */
export async function takeEvent(intake: Intake, scope: Scope, value: unknown): Promise<Encoded> {
  const reading = readEvent(value);
  if (!reading.ok) throw invalidFields(reading.errors);
  const [result] = await ingestEvents(intake, scope, [reading]);
  if (result?.status === 'conflict') throw conflict(result.code ?? '', result.message ?? '');
  if (result === undefined || result.event === null)
    throw invalidFields([{ path: result?.path ?? '', code: result?.code ?? 'invalid', message: result?.message ?? '' }]);
  return { status: 201, body: eventJson(result.event) };
}

interface Batch {
  readonly readings: readonly EventReading[];
  /** The sender's name of the array; empty where the body is the array. */
  readonly list: string;
  /** All or nothing. */
  readonly atomic: boolean;
}

/** Takes a batch event by event; with `atomic`, one event that is not taken refuses them all (422). */
export async function takeBatch(intake: Intake, scope: Scope, { readings, list, atomic }: Batch): Promise<Encoded> {
  if (!atomic) return answer(intake, scope, await ingestEvents(intake, scope, readings), list);
  const results = await ingestAllOrNothing(intake, scope, readings);
  const failed = results.flatMap(({ status, code, path, message }, place) =>
    status === 'rejected' || status === 'conflict'
      ? [{ path: pathInBatch(list, place, path ?? ''), code: code ?? 'invalid', message: message ?? '' }]
      : [],
  );
  if (failed.length > 0) throw invalidFields(failed);
  return answer(intake, scope, results, list);
}

/** Writes the reply to a batch, and lets others in between before it is sent. */
async function answer({ turns }: Intake, { tenant }: Scope, results: readonly IntakeResult[], list: string): Promise<Encoded> {
  const isLong = results.length > eventsInTurn;
  if (isLong) await turns.take(tenant.id);
  const body = batchJson(results, list);
  if (isLong) await turns.take(tenant.id);
  return { status: 201, body };
}
