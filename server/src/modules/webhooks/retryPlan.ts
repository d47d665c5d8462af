import { createHash } from 'node:crypto';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Seconds between an attempt and the one before it; the first is made at once. Together a little over three days. */
const WAITS = [0, 5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR] as const;

const LONGEST_WAIT = 24 * HOUR;
const JITTER_PARTS = 10;

/** How many attempts a delivery gets before it has failed. */
export const MAX_ATTEMPTS = WAITS.length;

/** A fraction in [0, 1) that the delivery and the attempt fix: a restarted worker comes to the same plan. */
const fractionOf = (seed: string, attempt: number): number =>
  createHash('sha256').update(`${seed}:${attempt}`).digest().readUInt32BE(0) / 2 ** 32;

export interface DeliveryState {
  /** Attempts made so far, 0 before the first. */
  readonly attemptsMade: number;
  /** When the last attempt was made; before the first, when the message came to be. */
  readonly since: Temporal.Instant;
  /** The delivery's id: receivers that were down together are not called together again. */
  readonly seed: string;
  /** What the receiver asked for (Retry-After); the plan's own wait counts where it is longer. At most a day is granted. */
  readonly retryAfterSeconds?: number | null;
}

/**
 * When the next attempt is due, or null when the plan is used up. Waits grow from 5 s to 24 h, each lengthened by up to a
 * tenth; after a long outage of this server the plan goes on from the last attempt rather than being run through at once.
 */
export function nextAttempt(state: DeliveryState): Temporal.Instant | null {
  const wait = WAITS[state.attemptsMade];
  if (wait === undefined) return null;
  const jittered = wait * 1000 * (1 + fractionOf(state.seed, state.attemptsMade) / JITTER_PARTS);
  const asked = Math.min(state.retryAfterSeconds ?? 0, LONGEST_WAIT) * 1000;
  return state.since.add({ milliseconds: Math.round(Math.max(jittered, asked)) });
}
