import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ATTEMPTS, nextAttempt } from './retryPlan.ts';

const since = Temporal.Instant.from('2026-03-01T00:00:00Z');
const secondsUntil = (next: Temporal.Instant | null) => next?.since(since).total('seconds');

// 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h in seconds.
const WAITS = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

describe('nextAttempt', () => {
  it('waits at least what the plan says and at most a tenth more', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat(WAITS.length - 1), (seed, attemptsMade) => {
        const wait = WAITS[attemptsMade] ?? Number.NaN;
        const seconds = secondsUntil(nextAttempt({ attemptsMade, since, seed }));
        expect(seconds).toBeGreaterThanOrEqual(wait);
        expect(seconds).toBeLessThanOrEqual(wait * 1.1);
      }),
    );
  });

  it('ends after ten attempts and a little over three days', () => {
    expect(MAX_ATTEMPTS).toBe(10);
    let at: Temporal.Instant | null = since;
    let last = since;
    let attemptsMade = 0;
    while (at !== null) {
      last = at;
      at = nextAttempt({ attemptsMade, since: at, seed: 'd1' });
      if (at !== null) attemptsMade += 1;
    }
    expect(attemptsMade).toBe(10);
    // The waits sum to 272,105 s: 75 h 35 min 5 s.
    expect(secondsUntil(last)).toBeGreaterThanOrEqual(272_105);
    expect(secondsUntil(last)).toBeLessThanOrEqual(272_105 * 1.1);
    expect(nextAttempt({ attemptsMade: 11, since, seed: 'd1' })).toBeNull();
  });

  it('makes the first attempt at once', () => {
    expect(secondsUntil(nextAttempt({ attemptsMade: 0, since, seed: 'x' }))).toBe(0);
  });

  it('comes to the same instant for a delivery, and spreads deliveries', () => {
    const due = (seed: string) => String(nextAttempt({ attemptsMade: 5, since, seed }));
    expect(due('a')).toBe(due('a'));
    const spread = new Set(Array.from({ length: 100 }, (_, i) => due(`delivery-${i}`)));
    expect(spread.size).toBeGreaterThan(95);
  });

  it('grants a longer wait that the receiver asks for, up to a day, and never a shorter one', () => {
    const asked = (retryAfterSeconds: number | null) =>
      secondsUntil(nextAttempt({ attemptsMade: 2, since, seed: 'x', retryAfterSeconds }));
    expect(asked(3600)).toBe(3600);
    expect(asked(10 ** 9)).toBe(86_400);
    expect(asked(1)).toBe(asked(null));
    expect(nextAttempt({ attemptsMade: 10, since, seed: 'x', retryAfterSeconds: 60 })).toBeNull();
  });
});
