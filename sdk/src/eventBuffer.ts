import { isTransient } from './backOff.ts';
import type { Clock } from './clock.ts';
import { type BufferSettings, type EventBufferOptions, settingsOf } from './eventBufferOptions.ts';
import { beforeExit, warn } from './exitHook.ts';
import { newId } from './newId.ts';
import type { EventCreate } from './operations.ts';
import { type Accepted, Outbox } from './outbox.ts';
import { BufferClosedError, Room } from './room.ts';
import { type Delivery, type Rejection, sendBatch, type Trouble } from './sendBatch.ts';
import { noSpool, type Spool } from './spool.ts';
import { unlessAborted } from './unlessAborted.ts';

/** An event as it is added: the id and the time are filled in where they are not given. */
export type NewEvent = Omit<EventCreate, 'transaction_id'> & { readonly transaction_id?: string };

/** What the buffer stands on. */
export interface EventBufferPorts {
  readonly clock: Clock;
  /** Sends the text of a batch once. */
  readonly post: (body: string, signal: AbortSignal) => Promise<unknown>;
}

/** How a buffer ended. */
export interface Closed {
  /** Accepted, but without an answer when the time was up: whether the server has them is not known. Adding them again as they are is safe. */
  readonly unsent: readonly EventCreate[];
}

const forEver = Number.MAX_SAFE_INTEGER;
const tooLate = () => new BufferClosedError('The buffer was closed before everything was sent.');

/**
 * Takes events one by one and sends them in batches. What `add` has resolved for is sent until the server has stored it, found it
 * stored, or refused it for good; it is never sent as anything else, so it is counted once however often it is sent.
 */
export class EventBuffer {
  readonly #options: EventBufferOptions;
  readonly #settings: BufferSettings;
  readonly #ports: EventBufferPorts;
  readonly #room: Room;
  readonly #outbox: Outbox;
  readonly #spool: Spool;
  readonly #opened: Promise<void>;
  /** The calls of `add` that have not ended, each with the number its event will have in the outbox; 0 where it is not accepted. */
  readonly #adding = new Set<Promise<number>>();
  readonly #sending = new Set<Promise<void>>();
  readonly #aborted = new AbortController();
  #timer: { readonly at: number; readonly cancel: () => void } | null = null;
  #hurried = 0;
  #closing: Promise<Closed> | null = null;
  #forget: (() => void) | null = null;

  constructor(options: EventBufferOptions, ports: EventBufferPorts) {
    this.#options = options;
    this.#ports = ports;
    const settings = settingsOf(options);
    this.#settings = settings;
    this.#room = new Room(settings.maxBufferedEvents, settings.maxBufferedBytes);
    this.#outbox = new Outbox({ maxEvents: settings.maxBatchEvents, maxBytes: settings.maxBatchBytes, maxDelayMs: settings.maxDelayMs });
    this.#spool = options.spool ?? noSpool;
    this.#opened = this.#recover();
    // Whoever adds hears of it; so does nobody, where nothing is ever added.
    this.#opened.catch((error: unknown) => warn(`The spool of Farthing events cannot be opened: ${String(error)}`));
  }

  /** How many events are accepted and not yet answered for. */
  get pending(): number {
    return this.#outbox.size;
  }

  /**
   * Accepts an event and answers its transaction_id. While the buffer is full it waits, or rejects with a BufferFullError where
   * `whenFull` says so. What it rejects was not accepted: a closed buffer, a value JSON has no word for, a spool that cannot write.
   */
  add(event: NewEvent, options: { readonly whenFull?: 'wait' | 'reject' } = {}): Promise<string> {
    const adding = this.#accept(event, options.whenFull ?? this.#options.whenFull ?? 'wait');
    const settled = adding.then(
      ({ number }) => number,
      () => 0,
    );
    this.#adding.add(settled);
    void settled.then(() => this.#adding.delete(settled));
    return adding.then(({ transactionId }) => transactionId);
  }

  /**
   * Sends what waits, and resolves when everything added before is answered for. It waits as long as that takes; a `close` whose
   * time is up makes it reject with a BufferClosedError.
   */
  async flush(): Promise<void> {
    const { signal } = this.#aborted;
    if (signal.aborted && this.#outbox.size === 0) return;
    const stay = this.#ports.clock.after(forEver, () => {});
    this.#hurried++;
    try {
      await unlessAborted(this.#emptied([...this.#adding]), signal, tooLate);
    } finally {
      this.#hurried--;
      stay();
    }
  }

  /**
   * Takes nothing more, sends everything, and answers what is left when the time is up. Without a time it waits as long as it
   * takes. A further call may set an earlier end.
   */
  close({ timeoutMs }: { readonly timeoutMs?: number } = {}): Promise<Closed> {
    this.#closing ??= this.#end();
    if (timeoutMs !== undefined) {
      const cancel = this.#ports.clock.after(timeoutMs, () => this.#aborted.abort());
      void this.#closing.then(cancel, cancel);
    }
    return this.#closing;
  }

  /** Resolves when what is in the outbox now, and what is being added, is answered for. */
  async #emptied(adding: readonly Promise<number>[]): Promise<void> {
    await this.#opened;
    const before = this.#outbox.count;
    this.#pump();
    const added = await Promise.all(adding);
    await this.#outbox.settled(Math.max(before, ...added));
  }

  async #accept(event: NewEvent, whenFull: 'wait' | 'reject'): Promise<{ transactionId: string; number: number }> {
    this.#refuseWhenClosed();
    const accepted = this.#write(event);
    await this.#opened;
    const stay = this.#ports.clock.after(forEver, () => {});
    try {
      this.#refuseWhenClosed();
      await this.#room.enter(accepted.bytes, whenFull);
      await this.#spool.append(accepted.text).catch((error: unknown) => {
        this.#room.leave(accepted.bytes);
        throw error;
      });
    } finally {
      stay();
    }
    const number = this.#outbox.push(accepted);
    this.#forget ??= this.#watchExit();
    this.#pump();
    return { transactionId: accepted.transactionId, number };
  }

  #write(event: NewEvent): Accepted {
    const now = this.#ports.clock.now();
    const transactionId = event.transaction_id ?? newId(now);
    const stamp = this.#options.timestamps === 'received' ? undefined : new Date(now).toISOString();
    const text = JSON.stringify({ ...event, transaction_id: transactionId, timestamp: event.timestamp ?? stamp });
    return { transactionId, text, bytes: sizeOf(text), since: now };
  }

  #refuseWhenClosed(): void {
    if (this.#closing !== null) throw new BufferClosedError('The buffer is closed and takes no more events.');
  }

  async #recover(): Promise<void> {
    // What is found at the end stays where it is, for the next.
    this.#take(await this.#spool.open((events) => (this.#closing === null ? this.#take(events) : undefined)));
  }

  /** Sends what others left, with the ids that it has. */
  #take(events: readonly string[]): void {
    for (const text of events) {
      const { transaction_id: transactionId } = JSON.parse(text) as EventCreate;
      const bytes = sizeOf(text);
      this.#room.occupy(bytes);
      this.#outbox.push({ transactionId, text, bytes, since: this.#ports.clock.now() });
    }
    if (this.#outbox.size === 0) return;
    this.#forget ??= this.#watchExit();
    this.#pump();
  }

  /** Starts every batch that may go, and sets the timer for the next. */
  #pump(due = false): void {
    for (let mayGo = due || this.#hurried > 0; ; mayGo = this.#hurried > 0) {
      const dueAt = this.#outbox.dueAt();
      if (dueAt === null || this.#aborted.signal.aborted || this.#sending.size >= this.#settings.maxInFlight) return;
      const now = this.#ports.clock.now();
      if (dueAt > now && !mayGo) {
        this.#wakeAt(dueAt, now);
        return;
      }
      const sending = sendBatch(this.#outbox.take(), this.#delivery()).then(() => {
        this.#sending.delete(sending);
        this.#pump();
      });
      this.#sending.add(sending);
    }
  }

  #wakeAt(at: number, now: number): void {
    if (this.#timer !== null && this.#timer.at <= at) return;
    this.#timer?.cancel();
    const wake = () => {
      this.#timer = null;
      this.#pump(true);
    };
    // Never longer than the delay itself, though the machine's clock may have been set back since.
    const wait = Math.min(at - now, this.#settings.maxDelayMs);
    this.#timer = { at, cancel: this.#ports.clock.after(wait, wake, 'background') };
  }

  #delivery(): Delivery {
    const { clock, post } = this.#ports;
    return {
      clock,
      longestBackOffMs: this.#settings.longestBackOffMs,
      signal: this.#aborted.signal,
      post: (body) => post(body, this.#aborted.signal),
      answered: (events, rejections) => this.#answered(events, rejections),
      trouble: (trouble) => this.#trouble(trouble),
    };
  }

  async #answered(events: readonly Accepted[], rejections: readonly Rejection[]): Promise<void> {
    for (const rejection of rejections) await this.#reject(rejection);
    // What cannot be removed is sent once more by the next run, as a duplicate.
    await this.#spool.remove(events.map(({ text }) => text)).catch((error: unknown) => warn(`The spool of Farthing events: ${String(error)}`));
    this.#outbox.settle(events);
    for (const { bytes } of events) this.#room.leave(bytes);
  }

  #trouble(trouble: Trouble): void {
    const { error, failures } = trouble;
    const sentence = `Farthing events cannot be sent at the moment: ${String(error)}`;
    if (this.#options.onTrouble === undefined) {
      if (failures === 5 || (failures === 1 && !isTransient(error))) warn(sentence);
      return;
    }
    try {
      this.#options.onTrouble(trouble);
    } catch (thrown) {
      warn(`${sentence} The callback for that failed: ${String(thrown)}`);
    }
  }

  async #reject(rejection: Rejection): Promise<void> {
    const { event, code, message } = rejection;
    const sentence = `Farthing refused the event ${event.transaction_id} (${code}): ${message}`;
    if (this.#options.onRejected === undefined) {
      warn(sentence);
      return;
    }
    const { signal } = this.#aborted;
    try {
      await unlessAborted(Promise.resolve(this.#options.onRejected(rejection)), signal, tooLate);
    } catch (error) {
      // Whoever keeps us waiting beyond the end has not taken it: it stays among what is left.
      if (signal.aborted) throw error;
      warn(`${sentence} The callback for that failed: ${String(error)}`);
    }
  }

  async #end(): Promise<Closed> {
    this.#room.refuseAll(new BufferClosedError('The buffer was closed before there was room.'));
    await this.flush().catch(() => {});
    this.#aborted.abort();
    this.#timer?.cancel();
    // Who had a place already is accepted, and belongs to what is answered here.
    await Promise.all([...this.#sending, ...this.#adding]);
    this.#forget?.();
    await this.#spool.close();
    return { unsent: this.#outbox.open.map(({ text }) => JSON.parse(text)) };
  }

  #watchExit(): (() => void) | null {
    const timeoutMs = this.#settings.exitTimeoutMs;
    if (timeoutMs === 0) return null;
    return beforeExit({
      hurry: () => void this.flush().catch(() => {}),
      ends: async () => {
        const { unsent } = await this.close({ timeoutMs }).catch((error: unknown) => {
          warn(`The buffer of Farthing events cannot be closed: ${String(error)}`);
          return { unsent: [] };
        });
        if (unsent.length > 0 && this.#spool === noSpool) warn(`${unsent.length} Farthing events were not sent before the process ended.`);
      },
    });
  }
}

const encoder = new TextEncoder();

/** In bytes of UTF-8, and the comma behind it. */
function sizeOf(text: string): number {
  return encoder.encode(text).length + 1;
}
