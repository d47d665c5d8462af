import type pg from 'pg';
import type { Background } from './background.ts';
import type { EventType, Reaction } from './event.ts';
import type { JobType } from './job.ts';
import type { Operation } from './operation.ts';
import type { TimerType } from './timer.ts';

/** What a module gives to the composition root. */
export interface Module {
  readonly name: string;
  readonly operations?: readonly Operation[];
  readonly events?: readonly EventType[];
  readonly reactions?: readonly Reaction[];
  readonly jobs?: readonly JobType[];
  readonly timers?: readonly TimerType[];
  readonly background?: readonly Background[];
  /** Sets the module's gauges from the database, whenever /metrics is asked for; the pool connects as the owner. */
  readonly observe?: (pool: pg.Pool) => Promise<void>;
  /** Ends what the module holds open to the outside. */
  readonly stop?: () => void | Promise<void>;
}
