import type { NewEvent, UnmatchedReason } from './eventStore.ts';
import type { EventTime } from './eventTime.ts';

/** What is known of an event that was stored before; of one that is not kept any more, that it was there. */
export type KnownEvent = KeptEvent | { readonly id: string; readonly expired: true };

export interface KeptEvent {
  readonly id: string;
  readonly expired: false;
  /** In hexadecimal. */
  readonly contentHash: string;
  readonly timestamp: EventTime;
  readonly reason: UnmatchedReason | null;
  readonly receivedAt: EventTime;
  /** Whether another event, or none, counts in its place. */
  readonly amended: boolean;
}

/** How events get into the store: the port behind intake. An adapter knows the table. */
export interface EventWriter {
  /**
   * Stores the events whose ids are new, in the order given where times are equal, and answers those that were stored before, by id
   * (E1). What it answers is on disk. No two of the events may have the same id. Rejects when nothing is known of what was stored:
   * whoever sends the same again is answered rightly then.
   */
  append(events: readonly NewEvent[]): Promise<ReadonlyMap<string, KnownEvent>>;
  /** Stores all of the events, or none where one of their ids is stored already; says which. */
  appendNew(events: readonly NewEvent[]): Promise<boolean>;
  /** Whether most of what came of late was stored already, so that a look beforehand costs less than a write that fails. */
  readonly expectsRepeats: boolean;
  /** Which of these ids are stored. */
  find(ids: readonly string[]): Promise<ReadonlyMap<string, KnownEvent>>;
}
