import type { Rejection, Trouble } from './sendBatch.ts';
import type { Spool } from './spool.ts';

export interface EventBufferOptions {
  /** Is told of every event that the server refused for good, and may take its time. Unless given, a warning is printed for each. */
  readonly onRejected?: (rejection: Rejection) => void | Promise<void>;
  /** Is told of every attempt that failed and will be repeated. Unless given, a warning is printed where it goes on, or is not the moment's fault. */
  readonly onTrouble?: (trouble: Trouble) => void;
  /** How long an event waits for others, in milliseconds; 500 unless given. */
  readonly maxDelayMs?: number;
  /** Events in a batch: at most, and unless given, 1000. */
  readonly maxBatchEvents?: number;
  /** Bytes in a batch; 1,000,000 unless given. */
  readonly maxBatchBytes?: number;
  /** Batches under way at a time; 2 unless given. */
  readonly maxInFlight?: number;
  /** Events that are accepted and not yet answered for; 20,000 unless given. */
  readonly maxBufferedEvents?: number;
  /** The same in bytes; 33,554,432 unless given. */
  readonly maxBufferedBytes?: number;
  /** What `add` does when the buffer is full: `wait` (unless given) until there is room, or `reject` at once. */
  readonly whenFull?: 'wait' | 'reject';
  /**
   * The time of events that have none: `added` (unless given), when they were added, so that an outage moves no usage into the next
   * period; or `received`, when the server gets them: for a sandbox whose test clock stands elsewhere.
   */
  readonly timestamps?: 'added' | 'received';
  /** The longest pause between two attempts, in milliseconds, unless the server asks for more; 30,000 unless given. */
  readonly longestBackOffMs?: number;
  /** Keeps accepted events where they survive the end of the process; see `fileSpool` of `@farthing/sdk/node`. */
  readonly spool?: Spool;
  /** How long the end of the process may be held up for what is not sent yet, in milliseconds; 10,000 unless given, 0 not at all. */
  readonly exitTimeoutMs?: number;
}

/** The numbers among the options, all given. */
export type BufferSettings = Required<{ readonly [Name in keyof typeof defaults]: number }>;

const defaults = {
  maxDelayMs: 500,
  maxBatchEvents: 1000,
  maxBatchBytes: 1_000_000,
  maxInFlight: 2,
  maxBufferedEvents: 20_000,
  maxBufferedBytes: 33_554_432,
  longestBackOffMs: 30_000,
  exitTimeoutMs: 10_000,
};

const mayBeZero = new Set(['maxDelayMs', 'exitTimeoutMs']);

/** Fills in what is not given; refuses (RangeError) what no buffer could work with. */
export function settingsOf(options: EventBufferOptions): BufferSettings {
  const names = Object.keys(defaults) as (keyof typeof defaults)[];
  const settings = { ...defaults };
  for (const name of names) {
    const value = options[name] ?? defaults[name];
    const least = mayBeZero.has(name) ? 0 : 1;
    if (!(value >= least)) throw new RangeError(`${name} cannot be ${value}: it is ${least} or more.`);
    settings[name] = value;
  }
  // What the API takes at once.
  return { ...settings, maxBatchEvents: Math.min(settings.maxBatchEvents, 1000) };
}
