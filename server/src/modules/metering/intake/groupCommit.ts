import { sqlState } from '../../../kernel/db/transaction.ts';
import type { NewEvent } from '../eventStore.ts';
import type { EventWriter, KnownEvent } from '../eventWriter.ts';
import type { IntakeJob, IntakeQueue } from './intakeQueue.ts';

const mostEventsInStatement = 1000;
const lanes = 2;

interface UnderWay {
  readonly event: NewEvent;
  readonly job: IntakeJob;
}

/** Said to those who wait for an event of a request that stored nothing. */
class NotStored extends Error {}

/**
 * Writes what waits, many requests in one statement: as soon as one of two connections is idle it takes what came meanwhile, so that
 * the time one commit takes is the time in which the next one gathers. A request is answered when its events are on disk.
 */
export class GroupCommit {
  readonly #queue: IntakeQueue;
  readonly #writer: EventWriter;
  /** The events that are being written, so that a repeat waits for the first instead of racing with it. */
  readonly #underWay = new Map<string, UnderWay>();
  #busy = 0;
  #wakes = false;

  constructor(queue: IntakeQueue, writer: EventWriter) {
    this.#queue = queue;
    this.#writer = writer;
  }

  /** Answers, in the order given, the stored event that each one repeats, or null where it is stored by this call. */
  async store(tenantId: string, events: readonly NewEvent[]): Promise<readonly (KnownEvent | null)[]> {
    const own: NewEvent[] = [];
    const job: IntakeJob = { tenantId, events: own, written: Promise.withResolvers() };
    const leaders = events.map((event) => this.#underWay.get(event.id) ?? this.#lead(event, job));
    if (own.length > 0) {
      this.#queue.push(job);
      this.#wake();
    }
    const known = own.length > 0 ? await job.written.promise : null;
    const outcomes: (KnownEvent | null)[] = [];
    for (const [place, leader] of leaders.entries()) {
      const event = events[place] as NewEvent;
      outcomes.push(leader.event === event ? known?.get(event.id) ?? null : await this.#follow(tenantId, event, leader));
    }
    return outcomes;
  }

  /** What is stored under these ids, also by what is being written. */
  async find(_tenantId: string, ids: readonly string[]): Promise<ReadonlyMap<string, KnownEvent>> {
    await Promise.allSettled(this.#leadersOf(ids));
    return this.#writer.find(ids);
  }

  #leadersOf(ids: readonly string[]): Promise<unknown>[] {
    return ids.flatMap((id) => this.#underWay.get(id)?.job.written.promise ?? []);
  }

  #lead(event: NewEvent, job: IntakeJob): UnderWay {
    const leader = { event, job };
    this.#underWay.set(event.id, leader);
    job.events.push(event);
    return leader;
  }

  /** Waits for the first of the same id, and repeats it; takes its place where it was not stored after all. */
  async #follow(tenantId: string, event: NewEvent, leader: UnderWay): Promise<KnownEvent | null> {
    try {
      return (await leader.job.written.promise).get(event.id) ?? stored(leader.event);
    } catch (error) {
      if (!(error instanceof NotStored)) throw error;
      return (await this.store(tenantId, [event]))[0] ?? null;
    }
  }

  /** Stores all of the events and answers as `store` does; null, and nothing stored, where `accepts` refuses what is known of them. */
  async storeAtomically(
    tenantId: string,
    events: readonly NewEvent[],
    accepts: (known: ReadonlyMap<string, KnownEvent>) => boolean,
  ): Promise<readonly (KnownEvent | null)[] | null> {
    for (;;) {
      const known = await this.#writer.find(events.map(({ id }) => id));
      const others = this.#leadersOf(events.map(({ id }) => id));
      if (others.length > 0) await Promise.allSettled(others);
      else if (!accepts(known)) return null;
      else if (await this.#storeAll(tenantId, events.filter(({ id }) => !known.has(id)))) return events.map(({ id }) => known.get(id) ?? null);
    }
  }

  /** False where one of them was stored by another process meanwhile; then none of them was by this. */
  async #storeAll(tenantId: string, events: readonly NewEvent[]): Promise<boolean> {
    const job: IntakeJob = { tenantId, events: [], written: Promise.withResolvers() };
    // Nobody may be waiting for it.
    job.written.promise.catch(() => {});
    for (const event of events) if (!this.#underWay.has(event.id)) this.#lead(event, job);
    try {
      const all = await this.#writer.appendNew(job.events);
      this.#settle(job, () => (all ? job.written.resolve(new Map()) : job.written.reject(new NotStored())));
      return all;
    } catch (error) {
      this.#settle(job, () => job.written.reject(error));
      throw error;
    }
  }

  /** Waits for the end of this turn of the event loop, in which others that have arrived join. */
  #wake(): void {
    if (this.#wakes || this.#busy >= lanes) return;
    this.#wakes = true;
    setImmediate(() => {
      this.#wakes = false;
      while (this.#busy < lanes && !this.#queue.isEmpty) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#busy++;
    while (!this.#queue.isEmpty) await this.#write(this.#queue.take(mostEventsInStatement));
    this.#busy--;
  }

  async #write(jobs: readonly IntakeJob[]): Promise<void> {
    try {
      const known = await this.#writer.append(jobs.flatMap(({ events }) => events));
      for (const job of jobs) this.#settle(job, () => job.written.resolve(known));
    } catch (error) {
      // Nobody's request fails for what another's holds.
      if (jobs.length > 1 && isDataError(error)) for (const job of jobs) await this.#write([job]);
      else for (const job of jobs) this.#settle(job, () => job.written.reject(error));
    }
  }

  #settle(job: IntakeJob, answer: () => void): void {
    for (const { id } of job.events) this.#underWay.delete(id);
    answer();
  }
}

/** What the database refuses about a row, as opposed to a connection that broke (SQLSTATE classes 21, 22, 23, 54). */
function isDataError(error: unknown): boolean {
  return /^(?:2[123]|54)/.test(sqlState(error) ?? '');
}

function stored({ id, contentHash, timestamp, reason, receivedAt }: NewEvent): KnownEvent {
  return { id, expired: false, contentHash, timestamp, reason, receivedAt, amended: false };
}
