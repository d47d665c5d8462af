import { sqlState } from '../../../kernel/db/transaction.ts';
import type { NewEvent } from '../eventStore.ts';
import type { EventWriter, KnownEvent } from '../eventWriter.ts';
import { type IntakeJob, IntakeQueue, type StoreJob } from './intakeQueue.ts';

const mostEventsInStatement = 1000;
/** Lanes to write in: while one of them commits, the other writes. */
export const connectionsOfIntake = 2;

interface UnderWay {
  readonly event: NewEvent;
  readonly job: StoreJob;
}

/** Said to those who wait for an event of a request that stored nothing: another process was faster, or it was not to be. */
class NotStored extends Error {}
class NotAccepted extends NotStored {}

type Accepts = (known: ReadonlyMap<string, KnownEvent>) => boolean;

/** A request that is all or nothing; `accepts` says whether, by what is known of its events. */
interface AllOrNothing extends StoreJob {
  readonly kind: 'storeAll';
  readonly accepts: Accepts;
}

/**
 * Writes what waits, many requests in one statement: as soon as one of two connections is idle it takes what came meanwhile, so that
 * the time one commit takes is the time in which the next one gathers. A request is answered when its events are on disk. Whatever else has to
 * do with the store takes its turn there as well.
 */
export class GroupCommit {
  readonly #queue = new IntakeQueue();
  readonly #writer: EventWriter;
  readonly #lanesFor: (tenantId: string) => number;
  /** The events that are being written, so that a repeat waits for the first instead of racing with it. */
  readonly #underWay = new Map<string, UnderWay>();
  #busy = 0;
  #wakes = false;

  /** `lanesFor`: how many of the connections may be used now for what a tenant sends, one at least. */
  constructor(writer: EventWriter, lanesFor = (_tenantId: string) => connectionsOfIntake) {
    this.#writer = writer;
    this.#lanesFor = lanesFor;
  }

  /** Answers, in the order given, the stored event that each one repeats, or null where it is stored by this call. */
  async store(tenantId: string, events: readonly NewEvent[]): Promise<readonly (KnownEvent | null)[]> {
    const own: NewEvent[] = [];
    const job: StoreJob = { kind: 'store', tenantId, events: own, written: Promise.withResolvers() };
    const lead = (event: NewEvent) => {
      own.push(event);
      return this.#lead(event, job);
    };
    const leaders = events.map((event) => this.#underWay.get(event.id) ?? lead(event));
    if (own.length > 0) this.#push(job);
    const known = own.length > 0 ? await job.written.promise : null;
    const outcomes: (KnownEvent | null)[] = [];
    for (const [place, leader] of leaders.entries()) {
      const event = events[place] as NewEvent;
      outcomes.push(leader.event === event ? known?.get(event.id) ?? null : await this.#follow(tenantId, event, leader));
    }
    return outcomes;
  }

  /** Whether what comes is better looked up before it is judged and stored. */
  get expectsRepeats(): boolean {
    return this.#writer.expectsRepeats;
  }

  /** What is stored under the ids of these events, also by what is being written. */
  async find(tenantId: string, events: readonly Pick<NewEvent, 'id'>[]): Promise<ReadonlyMap<string, KnownEvent>> {
    const others = this.#leadersOf(events);
    if (others.length > 0) await Promise.allSettled(others);
    const job: IntakeJob = { kind: 'find', tenantId, events, written: Promise.withResolvers() };
    this.#push(job);
    return job.written.promise;
  }

  #leadersOf(events: readonly Pick<NewEvent, 'id'>[]): Promise<unknown>[] {
    return events.flatMap(({ id }) => this.#underWay.get(id)?.job.written.promise ?? []);
  }

  #push(job: IntakeJob): void {
    this.#queue.push(job);
    this.#wake();
  }

  #lead(event: NewEvent, job: StoreJob): UnderWay {
    const leader = { event, job };
    this.#underWay.set(event.id, leader);
    return leader;
  }

  /** Waits for the first of the same id, and repeats it; takes its place where it was not stored after all. */
  async #follow(tenantId: string, event: NewEvent, leader: UnderWay): Promise<KnownEvent | null> {
    try {
      return (await leader.job.written.promise).get(event.id) ?? stored(leader.event);
    } catch (error) {
      // What was wrong with the other's event need not be wrong with this one.
      if (!(error instanceof NotStored) && !isDataError(error)) throw error;
      return (await this.store(tenantId, [event]))[0] ?? null;
    }
  }

  /**
   * Stores all of the events, no two of which have the same id, and answers as `store` does; null, and nothing stored, where `accepts` refuses what
   * is known of them.
   */
  async storeAtomically(tenantId: string, events: readonly NewEvent[], accepts: Accepts): Promise<readonly (KnownEvent | null)[] | null> {
    if (events.length === 0) return accepts(new Map()) ? [] : null;
    for (;;) {
      const others = this.#leadersOf(events);
      if (others.length > 0) {
        await Promise.allSettled(others);
        continue;
      }
      const job: AllOrNothing = { kind: 'storeAll', tenantId, events, accepts, written: Promise.withResolvers() };
      for (const event of events) this.#lead(event, job);
      this.#push(job);
      try {
        const known = await job.written.promise;
        return events.map(({ id }) => known.get(id) ?? null);
      } catch (error) {
        if (error instanceof NotAccepted) return null;
        // Stored by another process meanwhile: what is known of it is asked again.
        if (!(error instanceof NotStored)) throw error;
      }
    }
  }

  async #storeAll({ events, accepts }: AllOrNothing): Promise<ReadonlyMap<string, KnownEvent>> {
    const known = await this.#writer.find(events.map(({ id }) => id));
    if (!accepts(known)) throw new NotAccepted();
    if (!(await this.#writer.appendNew(events.filter(({ id }) => !known.has(id))))) throw new NotStored();
    return known;
  }

  /** Waits for the end of this turn of the event loop, in which others that have arrived join. */
  #wake(): void {
    if (this.#wakes || !this.#isOpenBeside(this.#busy)) return;
    this.#wakes = true;
    setImmediate(() => {
      this.#wakes = false;
      while (this.#isOpenBeside(this.#busy)) void this.#run();
    });
  }

  /** Whether somebody waits for whom there is a lane beside those that are busy. */
  #isOpenBeside(busy: number): boolean {
    const next = this.#queue.nextTenantId;
    return next !== undefined && busy < this.#lanesFor(next);
  }

  async #run(): Promise<void> {
    this.#busy++;
    do await this.#write(this.#queue.take(mostEventsInStatement));
    while (this.#isOpenBeside(this.#busy - 1));
    this.#busy--;
  }

  async #write(jobs: readonly IntakeJob[]): Promise<void> {
    try {
      const known = await this.#execute(jobs);
      for (const job of jobs) this.#settle(job, () => job.written.resolve(known));
    } catch (error) {
      // Nobody's request fails for what another's holds.
      if (jobs.length > 1 && isDataError(error)) for (const job of jobs) await this.#write([job]);
      else for (const job of jobs) this.#settle(job, () => job.written.reject(error));
    }
  }

  #execute(jobs: readonly IntakeJob[]): Promise<ReadonlyMap<string, KnownEvent>> {
    const [first] = jobs;
    if (first !== undefined && isAllOrNothing(first)) return this.#storeAll(first);
    if (first?.kind === 'find') return this.#writer.find(jobs.flatMap(({ events }) => events.map(({ id }) => id)));
    return this.#writer.append(jobs.flatMap((job) => (job.kind === 'find' ? [] : job.events)));
  }

  #settle(job: IntakeJob, answer: () => void): void {
    if (job.kind !== 'find') for (const { id } of job.events) this.#underWay.delete(id);
    answer();
  }
}

const isAllOrNothing = (job: IntakeJob): job is AllOrNothing => job.kind === 'storeAll';

/** What the database refuses about a row, as opposed to a connection that broke (SQLSTATE classes 21, 22, 23, 54). */
function isDataError(error: unknown): boolean {
  return /^(?:2[123]|54)/.test(sqlState(error) ?? '');
}

function stored({ id, contentHash, timestamp, reason, receivedAt }: NewEvent): KnownEvent {
  return { id, expired: false, contentHash, timestamp, reason, receivedAt, amended: false };
}
