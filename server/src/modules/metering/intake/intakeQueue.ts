import { RoundRobin } from '../../../kernel/roundRobin.ts';
import type { NewEvent } from '../eventStore.ts';
import type { KnownEvent } from '../eventWriter.ts';

interface JobOf<K extends string, E> {
  readonly tenantId: string;
  readonly kind: K;
  readonly events: readonly E[];
  /** Those of the events that were stored before; a rejection says that nothing is known. */
  readonly written: PromiseWithResolvers<ReadonlyMap<string, KnownEvent>>;
}

/** What is stored one by one goes into one statement with that of others; what is all or nothing stands alone. */
export type StoreJob = JobOf<'store' | 'storeAll', NewEvent>;
/** Looks, too, go into one statement. */
type FindJob = JobOf<'find', Pick<NewEvent, 'id'>>;
/** The events of one request, waiting to be written or looked up. */
export type IntakeJob = StoreJob | FindJob;

const goesWith = ({ kind }: IntakeJob, [first]: readonly IntakeJob[]): boolean => kind !== 'storeAll' && kind === first?.kind;

/** What waits to be written: fair, as each environment that waits gets its turn. */
export class IntakeQueue {
  readonly #waiting = new RoundRobin<IntakeJob>();

  push(job: IntakeJob): void {
    this.#waiting.push(job.tenantId, job);
  }

  /** Whose turn it is. */
  get nextTenantId(): string | undefined {
    return this.#waiting.peek()?.tenantId;
  }

  /** Takes whole requests, one of each environment in turn, until they have as many events as go into a statement. */
  take(mostEvents: number): IntakeJob[] {
    const taken: IntakeJob[] = [];
    let events = 0;
    while (events < mostEvents) {
      const job = this.#waiting.peek();
      if (job === undefined || (taken.length > 0 && (!goesWith(job, taken) || events + job.events.length > mostEvents))) break;
      this.#waiting.take();
      taken.push(job);
      events += job.events.length;
    }
    return taken;
  }
}
