/** Time and chance, as the client sees them; tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs something once, later; answers how to call it off. What runs in the background keeps no process alive. */
  after(milliseconds: number, run: () => void, background?: 'background'): () => void;
  /** From 0, below 1. */
  random(): number;
}

/** The longest a timer of JavaScript can wait, some 24 days. */
const longest = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, run, background) {
    // A number in browsers, an object with unref in Node.
    const timer: unknown = setTimeout(run, Math.min(milliseconds, longest));
    if (background !== undefined && typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function') timer.unref();
    return () => clearTimeout(timer as ReturnType<typeof setTimeout>);
  },
  random: () => Math.random(),
};

/** Resolves after the time, or as soon as the signal says so. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal | undefined, background?: 'background'): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const stop = () => {
      cancel();
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    const cancel = clock.after(milliseconds, stop, background);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
