import type { Clock } from './clock.ts';
import { FarthingError } from './farthingError.ts';

/**
 * How long to wait before the next attempt, in milliseconds: doubling from a fifth of a second up to `longest`, half of it by
 * chance, so that many clients do not come back together; but never sooner than the server asked.
 */
export function backOff(failures: number, error: unknown, clock: Clock, longest: number): number {
  const doubled = Math.min(longest, 200 * 2 ** Math.min(failures - 1, 30));
  const own = doubled * (0.5 + clock.random() / 2);
  const asked = error instanceof FarthingError ? error.retryAfterMs : null;
  return asked === null ? own : Math.max(own, asked + clock.random() * 200);
}

/** Whether the same request may well succeed later, nothing about it being wrong. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof FarthingError)) return false;
  return [0, 429, 502, 503, 504].includes(error.status) || error.code === 'idempotency_in_progress';
}
