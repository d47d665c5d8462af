import { parseBody } from '../../../kernel/http/bodies.ts';
import { decode } from '../../../kernel/http/validate.ts';
import type { Encoded } from '../../../kernel/operation.ts';
import type { Scope } from '../../../kernel/scope.ts';
import { DataRecordBatch, EventBatchCreate, EventInput } from '../metering.schemas.ts';
import { readEvent, readRecord } from '../readEvent.ts';
import type { Intake } from './ingestEvents.ts';
import { takeBatch, takeEvent } from './takeEvents.ts';
import { answerLines } from './takeLines.ts';

/** A body of events by itself: what it is, and the bytes of it. */
export type SentBody =
  | { readonly form: 'event'; readonly bytes: Uint8Array }
  | { readonly form: 'events' | 'records'; readonly atomic: boolean; readonly bytes: Uint8Array }
  /** Lines, and the number that each has where they come from. */
  | { readonly form: 'lines'; readonly numbers: readonly number[]; readonly bytes: Uint8Array };

/** Takes a whole body; rejects with Problem where all of it is refused. */
export type TakeBody = (scope: Scope, sent: SentBody) => Promise<Encoded>;

/** A body as it was parsed. */
export function takeParsed(intake: Intake, scope: Scope, form: 'event' | 'events' | 'records', value: unknown, atomic: boolean): Promise<Encoded> {
  if (form === 'event') return takeEvent(intake, scope, decode(EventInput, value));
  if (form === 'records') return takeBatch(intake, scope, { readings: decode(DataRecordBatch, value).records.map(readRecord), list: 'records', atomic });
  const batch = decode(EventBatchCreate, value);
  const [sent, list] = Array.isArray(batch) ? [batch, ''] : [batch.events, 'events'];
  return takeBatch(intake, scope, { readings: sent.map(readEvent), list, atomic });
}

/** Takes a body here, in a turn of its own. */
export async function takeBody(intake: Intake, scope: Scope, sent: SentBody): Promise<Encoded> {
  await intake.turns.take(scope.tenant.id);
  const bytes = Buffer.from(sent.bytes.buffer, sent.bytes.byteOffset, sent.bytes.byteLength);
  if (sent.form === 'lines') return answerLines(intake, scope, { numbers: sent.numbers, bytes });
  return takeParsed(intake, scope, sent.form, parseBody(bytes).value, sent.form === 'event' ? false : sent.atomic);
}
