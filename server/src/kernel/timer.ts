import type { Tx } from './envelope.ts';

/**
 * Work that falls due at an instant of the tenant's clock, for one subject: at most one timer of a kind per subject.
 * Due timers run in order of their instant, those of one kind and instant side by side (`Tx.sideBySide`); a timer that ran is gone unless it set
 * itself anew.
 */
export interface TimerType {
  readonly kind: string;
  /** The subject's timer fell due at `dueAt`; `tx.scope.now` is that instant under a test clock, else the real now. */
  readonly handle: (tx: Tx, due: { readonly subjectId: string; readonly dueAt: Temporal.Instant }) => Promise<void>;
}

export function timer(declaration: TimerType): TimerType {
  return declaration;
}
