/**
 * Where accepted events are kept until the server has answered for them. What `append` has resolved for must come back from the
 * next `open`, unless it was given to `remove` in between; then it may come back too, since the server counts it once.
 */
export interface Spool {
  /**
   * The events that an earlier run left, as JSON texts in the order accepted. Where others share the spool, `found` may be told later of
   * what one of them left.
   */
  open(found?: (events: readonly string[]) => void): Promise<readonly string[]>;
  /** Keeps an event; rejects where it cannot, and then the event is not accepted. */
  append(event: string): Promise<void>;
  /** The server has answered for these: they need not be kept any longer. */
  remove(events: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Keeps nothing beside the buffer's own memory: what is accepted lives as long as the process. */
export const noSpool: Spool = {
  open: async () => [],
  append: async () => {},
  remove: async () => {},
  close: async () => {},
};
