import type { z } from 'zod';
import type { Envelope } from './envelope.ts';

/** Background work, enqueued in the transaction that causes it and run at least once. */
export interface JobType<S extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly payload: S;
  readonly maxAttempts?: number;
  /** Opens its own transactions: work that talks to the outside world must not hold one open meanwhile. */
  readonly handle: (context: JobContext<z.output<S>>) => Promise<void>;
}

export interface JobContext<P> {
  readonly payload: P;
  readonly tenantId: string;
  readonly attempt: number;
  readonly envelope: Envelope;
}

export interface EnqueueOptions {
  /** Real time, not the tenant's clock: jobs talk to the outside world. Work of the tenant's calendar is a timer. */
  readonly runAt?: Temporal.Instant;
  /** A job with the same key replaces one that has not started. */
  readonly key?: string;
}

export function job<S extends z.ZodType>(declaration: JobType<S>): JobType<S> {
  return declaration;
}
