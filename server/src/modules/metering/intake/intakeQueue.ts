import type { Room } from '../../../kernel/operation.ts';
import { Problem } from '../../../kernel/problem.ts';
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

export interface QueueLimits {
  /** Bytes of bodies that are being read or wait to be written. */
  readonly mostBytes: number;
  /** Beyond them, for environments with little under way: an environment that has no more than `littleBytes` there may take of these. */
  readonly reserveBytes: number;
  readonly littleBytes: number;
}

const retryAfterSeconds = 1;

const goesWith = ({ kind }: IntakeJob, [first]: readonly IntakeJob[]): boolean => kind !== 'storeAll' && kind === first?.kind;

/**
 * What waits to be written: bounded, and fair, as each environment that waits gets its turn. A request is admitted by its size before
 * its body is read, so that too much is refused at little cost.
 */
export class IntakeQueue {
  readonly #limits: QueueLimits;
  readonly #bytes = new Map<string, number>();
  readonly #waiting = new RoundRobin<IntakeJob>();
  #allBytes = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Makes room that can grow, or refuses: 429 where this environment has its share already, 503 where there is no room for anybody. */
  admit(tenantId: string, bytes: number): Pick<Room, 'grow' | 'release'> {
    let own = 0;
    const grow = (more: number) => {
      this.#check(tenantId, own, own + more);
      this.#add(tenantId, more);
      own += more;
    };
    grow(bytes);
    return {
      grow,
      release: () => {
        this.#add(tenantId, -own);
        own = 0;
      },
    };
  }

  #check(tenantId: string, own: number, wanted: number): void {
    const { mostBytes, reserveBytes, littleBytes } = this.#limits;
    const before = this.#bytes.get(tenantId) ?? 0;
    const others = before - own;
    const isLittle = others + wanted <= littleBytes;
    // As if there were one environment more than have something under way, so that one that comes finds room.
    const share = mostBytes / (this.#bytes.size + (before > 0 ? 1 : 2));
    // Whoever has nothing else under way may send a body of any size that an operation takes.
    if (others > 0 && !isLittle && others + wanted > share)
      throw new Problem(429, 'too_many_events', 'Too many events of this environment are waiting to be stored.', { retryAfterSeconds });
    const allOthers = this.#allBytes - own;
    if (allOthers > 0 && allOthers + wanted > mostBytes + (isLittle ? reserveBytes : 0))
      throw new Problem(503, 'busy', 'Too many events are waiting to be stored.', { retryAfterSeconds });
  }

  #add(tenantId: string, bytes: number): void {
    this.#allBytes += bytes;
    const now = (this.#bytes.get(tenantId) ?? 0) + bytes;
    if (now > 0) this.#bytes.set(tenantId, now);
    else this.#bytes.delete(tenantId);
  }

  push(job: IntakeJob): void {
    this.#waiting.push(job.tenantId, job);
  }

  get isEmpty(): boolean {
    return this.#waiting.isEmpty;
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

  /** Takes little requests, one of each environment in turn, as long as the next of any has no more events than `littleEvents`, until they have `mostEvents`. */
  takeLittle(littleEvents: number, mostEvents: number): IntakeJob[] {
    const taken: IntakeJob[] = [];
    let events = 0;
    const fits = (job: IntakeJob): boolean => {
      if (job.events.length > littleEvents || events + job.events.length > mostEvents) return false;
      if (taken.length === 0 ? job.kind === 'storeAll' : !goesWith(job, taken)) return false;
      events += job.events.length;
      taken.push(job);
      return true;
    };
    while (this.#waiting.takeWhere(fits).length > 0);
    return taken;
  }
}
