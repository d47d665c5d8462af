import { Worker } from 'node:worker_threads';
import { stopwatch } from '../../../../kernel/clock.ts';
import type { Follower, Lookups } from '../../../../kernel/lookups.ts';
import type { Encoded } from '../../../../kernel/operation.ts';
import { Problem } from '../../../../kernel/problem.ts';
import type { Scope } from '../../../../kernel/scope.ts';
import type { Answered } from '../ingestEvents.ts';
import type { SentBody } from '../takeBody.ts';
import type { FromThread, Outcome, ThreadData, ToThread } from './messages.ts';

/** Far more than what is worked on at a time comes to as events. */
const mostMegabytes = 256;
/** Who comes by is told of so often at most. */
const tellsEvery = 250;

interface IntakeThreadOptions {
  /** Of the database, as its owner. */
  readonly url: string;
  /** Whose changes the thread is told of. */
  readonly lookups: Pick<Lookups, 'follow'>;
  readonly count: (answered: Answered) => void;
  readonly onError: (error: Error) => void;
  /** What the thread runs; its own program where nothing is said. */
  readonly program?: URL;
}

/** A thread that runs, and who waits for it. */
interface Running {
  readonly worker: Worker;
  readonly calls: Map<number, PromiseWithResolvers<Encoded>>;
  readonly ended: Promise<void>;
}

/**
 * Takes large bodies of events on a thread of their own, with its own connections, so that neither the work on them nor the garbage it leaves
 * holds up those who are served by the process's first thread. It is started when the first body comes, and anew after it broke down; whoever
 * waited for it then is asked to come again (503), as of a process that was killed.
 */
export class IntakeThread {
  readonly #options: IntakeThreadOptions;
  readonly #told = new Map<string, () => number>();
  #running: Running | null = null;
  #lastCall = 0;

  constructor(options: IntakeThreadOptions) {
    this.#options = options;
  }

  take(scope: Scope, sent: SentBody): Promise<Encoded> {
    this.#running ??= this.#start();
    const { worker, calls } = this.#running;
    const call = ++this.#lastCall;
    const answer = Promise.withResolvers<Encoded>();
    calls.set(call, answer);
    const bytes = whole(sent.bytes);
    post(worker, { type: 'take', call, scope: { ...scope, now: scope.now.toString() }, sent: { ...sent, bytes } }, [bytes.buffer]);
    return answer.promise;
  }

  /** A tenant comes by that has little to send: the thread leaves some of the machine to it. */
  comeBy(tenantId: string): void {
    if (this.#running === null) return;
    const since = this.#told.get(tenantId);
    if (since !== undefined && since() < tellsEvery) return;
    if (this.#told.size > 1000) this.#told.clear();
    this.#told.set(tenantId, stopwatch());
    post(this.#running.worker, { type: 'comesBy', tenantId });
  }

  /** Ends the thread once what it was given is done. */
  async stop(): Promise<void> {
    if (this.#running === null) return;
    post(this.#running.worker, { type: 'stop' });
    await this.#running.ended;
  }

  #start(): Running {
    const { url, lookups, count, onError, program = new URL('./serveBodies.ts', import.meta.url) } = this.#options;
    const workerData: ThreadData = { url };
    const worker = new Worker(program, { name: 'intake', workerData, resourceLimits: { maxOldGenerationSizeMb: mostMegabytes } });
    const calls: Running['calls'] = new Map();
    const unfollow = lookups.follow(followerOf(worker));
    worker.on('message', (message: FromThread) => {
      if (message.type === 'answered') count(message.answered);
      else if (message.type === 'lost') onError(new Error(message.error));
      else {
        settle(calls.get(message.call), message.outcome);
        calls.delete(message.call);
      }
    });
    worker.on('error', onError);
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    worker.once('exit', () => {
      unfollow();
      if (this.#running?.worker === worker) this.#running = null;
      const problem = new Problem(503, 'busy', 'The events may or may not be stored: send them again.', { retryAfterSeconds: 1 });
      for (const { reject } of calls.values()) reject(problem);
      end();
    });
    return { worker, calls, ended };
  }
}

const post = (worker: Worker, message: ToThread, moved: ArrayBuffer[] = []) => worker.postMessage(message, moved);

const followerOf = (worker: Worker): Follower => ({
  changed: (tenantId, subjects) => post(worker, { type: 'changed', tenantId, subjects }),
  trusts: (isHeard) => post(worker, { type: 'trusts', isHeard }),
});

/** Bytes that have their buffer to themselves, and can be moved. */
function whole(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength ? new Uint8Array(buffer) : new Uint8Array(bytes);
}

function settle(call: PromiseWithResolvers<Encoded> | undefined, outcome: Outcome): void {
  if ('answer' in outcome) call?.resolve(outcome.answer);
  else if ('error' in outcome) call?.reject(new Error(`The intake thread failed: ${outcome.error}`));
  else {
    const { status, code, detail, errors, retryAfterSeconds } = outcome.problem;
    call?.reject(new Problem(status, code, detail, { errors, ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }) }));
  }
}
