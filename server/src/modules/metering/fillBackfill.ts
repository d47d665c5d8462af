import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict } from '../../kernel/problem.ts';
import type { BackfillBatchResponse } from './backfills.schemas.ts';
import { type BackfillRow, repeatsOf, stagedAlike, stageEvents, updateBackfill } from './backfills.sql.ts';
import { takeOpen } from './changeBackfill.ts';
import type { NewEvent } from './eventStore.ts';
import { EventTime } from './eventTime.ts';
import { expiredAmong } from './expired.sql.ts';
import { hashContent } from './hashEvent.ts';
import { ifTaken, judgeEvents } from './judgeEvents.ts';
import { pathInBatch } from './intake/writeReply.ts';
import { type EventReading, readEvent, type SentEvent } from './readEvent.ts';
import type { Refusal } from './takeValue.ts';

type Reply = z.output<typeof BackfillBatchResponse>;
type Result = Reply['results'][number];
type Reading = Extract<EventReading, { ok: true }>;

/** An event on its way in, in its place among those sent. */
interface Sent {
  readonly reading: Reading;
  readonly event: SentEvent;
}

const mostEvents = 1_000_000n;

/**
 * Brings events into an open backfill, judged one by one by the rules of intake; they must be dated within it. Nothing counts them
 * before it is closed. `list` is the sender's name of the array, empty where the body is the array.
 */
export async function fillBackfill(tx: Tx, id: string, values: readonly unknown[], list: string): Promise<Reply> {
  const backfill = await takeOpen(tx, id);
  if (backfill.events_count + BigInt(values.length) > mostEvents)
    throw conflict('backfill_full', `A backfill takes at most ${mostEvents} events; make another one.`);
  const judged = await judgeAll(tx, backfill, values.map(readEvent));
  const firsts = new Map<string, NewEvent>();
  const refused = judged.flatMap((one) => ('refusal' in one && one.ifTaken !== null ? [one.ifTaken] : []));
  const expired = await expiredAmong(tx.db, [...judged.flatMap((one) => ('fresh' in one ? [one.fresh.id] : [])), ...refused.map(({ id: sent }) => sent)]);
  // What was taken under other rules and is refused now is a repeat all the same (E1).
  const known = await repeatsOf(tx.db, id, refused);
  for (const one of judged) if ('fresh' in one && !firsts.has(one.fresh.id) && !expired.has(one.fresh.id)) firsts.set(one.fresh.id, one.fresh);
  const staged = await stageEvents(tx.db, tx.scope, id, [...firsts.values()]);
  const isNew = (fresh: NewEvent) => staged.has(fresh.id) && firsts.get(fresh.id) === fresh;
  const repeats = judged.flatMap((one) => ('fresh' in one && !isNew(one.fresh) && !expired.has(one.fresh.id) ? [one.fresh] : []));
  const alike = await stagedAlike(tx.db, id, repeats);
  if (staged.size > 0) await updateBackfill(tx.db, id, { events_count: backfill.events_count + BigInt(staged.size) }, tx.scope.now);

  const results = judged.map((one, place): Result => {
    const result = { transaction_id: 'fresh' in one ? one.fresh.transactionId : one.transactionId, code: null, path: null, message: null };
    if (!('fresh' in one)) {
      const isAlike = one.ifTaken === null ? undefined : expired.has(one.ifTaken.id) || known.get(one.ifTaken);
      if (isAlike === true) return { ...result, status: 'duplicate' };
      if (isAlike === false) return { ...result, ...differing(pathInBatch(list, place, one.ifTaken?.idName ?? '')) };
      return { ...result, status: 'rejected', ...one.refusal, path: pathInBatch(list, place, one.refusal.path) };
    }
    const { reading, fresh } = one;
    if (alike.has(fresh) || expired.has(fresh.id)) return { ...result, status: 'duplicate' };
    if (!isNew(fresh)) return { ...result, ...differing(pathInBatch(list, place, reading.nameOf('transaction_id'))) };
    return fresh.reason === null ? { ...result, status: 'ingested' } : { ...result, status: 'unmatched', code: fresh.reason };
  });
  return { staged: staged.size, duplicates: results.filter(({ status }) => status === 'duplicate').length, results };
}

const differing = (path: string): Pick<Result, 'status' | 'code' | 'path' | 'message'> => ({
  status: 'conflict',
  code: 'transaction_id_conflict',
  path,
  message: 'This transaction id was used for an event with other content; nothing was changed.',
});

/** What a refused event would be stored as, and what its sender calls its transaction id. */
interface IfTaken extends NewEvent {
  /** The digest of its content without its time. */
  readonly untimedHash: string;
  readonly idName: string;
}

/** `ifTaken` is null where nothing is looked up: the event could not have been brought in here. */
type Judged = { readonly refusal: Refusal; readonly transactionId: string | null; readonly ifTaken: IfTaken | null } | { readonly reading: Reading; readonly fresh: NewEvent };

async function judgeAll(tx: Tx, backfill: BackfillRow, readings: readonly EventReading[]): Promise<readonly Judged[]> {
  const dated = readings.map((reading) => date(backfill, reading));
  const sent = dated.filter((one): one is Sent => 'event' in one);
  const verdicts = new Map((await judgeEvents(tx, sent.map(({ event }) => event))).map((verdict, place) => [sent[place], verdict]));
  return dated.map((one): Judged => {
    if (!('event' in one)) return one;
    const verdict = verdicts.get(one);
    if (verdict === undefined) throw new Error('An event was not judged.');
    if ('id' in verdict) return { reading: one.reading, fresh: verdict };
    const { event, reading: { nameOf } } = one;
    const taken = { ...ifTaken(tx.scope, event), untimedHash: hashContent(event, null), idName: nameOf('transaction_id') };
    return { transactionId: event.transactionId, refusal: { ...verdict, path: nameOf(verdict.path) }, ifTaken: taken };
  });
}

/** What is no event, has no time or lies outside is refused before anything is looked up. */
function date({ from_timestamp: from, to_timestamp: to }: BackfillRow, reading: EventReading): Sent | Extract<Judged, { refusal: Refusal }> {
  if (!reading.ok) {
    const [error] = reading.errors;
    return { ifTaken: null, transactionId: reading.transactionId, refusal: error ?? { code: 'invalid', path: '', message: 'The event is not valid.' } };
  }
  const { event, nameOf } = reading;
  const { timestamp, transactionId } = event;
  const path = nameOf('timestamp');
  if (timestamp === null) return { ifTaken: null, transactionId, refusal: { code: 'required', path, message: 'An event of the past says when it happened.' } };
  if (timestamp.isBefore(EventTime.of(from)) || !timestamp.isBefore(EventTime.of(to)))
    return { ifTaken: null, transactionId, refusal: { code: 'outside_backfill', path, message: `Must lie in the backfill: from ${from} on, before ${to}.` } };
  return { reading, event };
}
