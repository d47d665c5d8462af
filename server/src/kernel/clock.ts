/**
 * The one place that reads the machine's clock. Rules get their time as `scope.now`. Whole microseconds, which is what the
 * database keeps: an instant is the same before and after it was stored.
 */
export function systemNow(): Temporal.Instant {
  return Temporal.Now.instant().round({ smallestUnit: 'microsecond', roundingMode: 'trunc' });
}

/** Milliseconds between two readings of a clock that never jumps, for durations in logs and metrics. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}
