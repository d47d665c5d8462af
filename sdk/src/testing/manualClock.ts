import type { Clock } from '../clock.ts';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that stands still until told otherwise, with a chance that always says one half. */
export interface ManualClock extends Clock {
  /** Waits until somebody has set a timer of so many milliseconds. */
  set(milliseconds: number): Promise<void>;
  /** Waits for such a timer, moves to its time and lets it, and all before it, run. */
  pass(milliseconds: number): Promise<void>;
  /** How long the timers still set have to run. */
  readonly pending: readonly number[];
}

export function manualClock(start = Date.parse('2026-03-01T00:00:00Z')): ManualClock {
  let now = start;
  const timers = new Set<Timer>();
  const watchers = new Set<() => void>();
  const runUntil = (at: number) => {
    now = Math.max(now, at);
    for (const timer of [...timers].filter((each) => each.at <= at).sort((a, b) => a.at - b.at)) if (timers.delete(timer)) timer.run();
  };
  const set = (milliseconds: number): Promise<Timer> =>
    new Promise((resolve) => {
      const look = () => {
        const timer = [...timers].find(({ at }) => at - now === milliseconds);
        if (timer === undefined) return;
        watchers.delete(look);
        resolve(timer);
      };
      watchers.add(look);
      look();
    });
  return {
    now: () => now,
    random: () => 0.5,
    after(milliseconds, run) {
      const timer = { at: now + milliseconds, run };
      timers.add(timer);
      for (const watcher of [...watchers]) watcher();
      return () => timers.delete(timer);
    },
    set: async (milliseconds) => {
      await set(milliseconds);
    },
    pass: async (milliseconds) => {
      runUntil((await set(milliseconds)).at);
    },
    get pending() {
      return [...timers].map(({ at }) => at - now);
    },
  };
}
