import { backOff } from './backOff.ts';
import { type Clock, pause } from './clock.ts';
import { FarthingError } from './farthingError.ts';
import type { EventCreate, EventResult } from './operations.ts';
import type { Accepted } from './outbox.ts';

/** An event that the server has refused for good. It is not stored, and not sent again. */
export interface Rejection {
  /** As it was sent. */
  readonly event: EventCreate;
  /** `conflict`: its transaction_id was used for an event with other content. */
  readonly status: 'rejected' | 'conflict';
  readonly code: string;
  /** The field at fault, where it is one. */
  readonly path: string | null;
  readonly message: string;
}

/** A batch was not answered and will be sent again. */
export interface Trouble {
  readonly error: unknown;
  /** How often in a row this batch has failed. */
  readonly failures: number;
  readonly retryInMs: number;
  readonly events: number;
}

export interface Delivery {
  readonly clock: Clock;
  readonly longestBackOffMs: number;
  /** Sends a batch once; answers the reply. */
  post(body: string): Promise<unknown>;
  /** The server has answered for these events; those it refused are named. */
  answered(events: readonly Accepted[], rejections: readonly Rejection[]): Promise<void>;
  trouble(trouble: Trouble): void;
  /** Ends the sending, answered or not. */
  readonly signal: AbortSignal;
}

/** Beyond ten minutes a wish to wait is taken for a mistake. */
const longestAskedMs = 600_000;

/**
 * Whether the server found fault with what was sent, and not with the moment, the key or the way. A refusal by something before it
 * (`http_<status>`), or of the request as such, says nothing of the events: to drop them for it would lose them.
 */
const isAboutContent = (error: unknown): error is FarthingError =>
  error instanceof FarthingError && [400, 413, 422].includes(error.status) && ![`http_${error.status}`, 'bad_request'].includes(error.code);

/** Whoever finds a batch too large may take half of it. */
const isTooLarge = (error: unknown): error is FarthingError => error instanceof FarthingError && error.status === 413;

/** The result of each event in the order sent; throws where the reply is not one to this batch, as of a proxy that answers for the server. */
function resultsOf(reply: unknown, batch: readonly Accepted[]): readonly EventResult[] {
  const results: unknown = typeof reply === 'object' && reply !== null && 'results' in reply ? reply.results : undefined;
  const fits = (result: EventResult | undefined, place: number) => result !== undefined && [null, batch[place]?.transactionId].includes(result.transaction_id);
  if (Array.isArray(results) && results.length === batch.length && results.every(fits)) return results;
  throw new FarthingError('The reply does not say what became of the events.', { status: 0, code: 'unreadable_reply' });
}

function rejectionsOf(results: readonly EventResult[], batch: readonly Accepted[]): Rejection[] {
  return batch.flatMap(({ text }, place) => {
    const { status, code = null, path = null, message = null } = results[place] ?? { status: 'ingested' };
    if (status !== 'rejected' && status !== 'conflict') return [];
    return [{ event: JSON.parse(text), status, code: code ?? status, path, message: message ?? 'The server refused the event.' }];
  });
}

/**
 * Sends a batch, always the same, until the server has answered for each of its events; whatever fails in between is waited out.
 * A batch that the server refuses as a whole for what is in it is halved until the event at fault stands alone. Ends without an
 * answer only by the signal.
 */
export async function sendBatch(batch: readonly Accepted[], delivery: Delivery): Promise<void> {
  const { clock, signal } = delivery;
  const body = `{"events":[${batch.map(({ text }) => text).join(',')}]}`;
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      const results = resultsOf(await delivery.post(body), batch);
      await delivery.answered(batch, rejectionsOf(results, batch));
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (isAboutContent(error) || (isTooLarge(error) && batch.length > 1)) {
        await refuse(batch, error, delivery).catch((thrown: unknown) => {
          if (!signal.aborted) throw thrown;
        });
        return;
      }
      const retryInMs = Math.min(backOff(failures, error, clock, delivery.longestBackOffMs), longestAskedMs);
      delivery.trouble({ error, failures, retryInMs, events: batch.length });
      await pause(clock, retryInMs, signal, 'background');
    }
  }
}

async function refuse(batch: readonly Accepted[], error: FarthingError, delivery: Delivery): Promise<void> {
  const [only] = batch;
  if (only !== undefined && batch.length === 1) {
    const path = error.errors[0]?.path ?? null;
    await delivery.answered(batch, [{ event: JSON.parse(only.text), status: 'rejected', code: error.code, path, message: error.message }]);
    return;
  }
  const middle = Math.ceil(batch.length / 2);
  await sendBatch(batch.slice(0, middle), delivery);
  await sendBatch(batch.slice(middle), delivery);
}
