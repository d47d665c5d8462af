import { sql } from 'kysely';
import type pg from 'pg';
import { z } from 'zod';
import { type Db, kyselyOver, type ReadDb } from './db/kysely.ts';
import { Lines, Places, StandInLine } from './db/lines.ts';
import { Locks, type Strand } from './db/locks.ts';
import { json } from './db/parameters.ts';
import { loadScope } from './db/tenants.ts';
import { hasTimer, removeTimer, setTimer } from './db/timers.sql.ts';
import { enqueueJobs, type Job } from './db/jobs.sql.ts';
import { insertOf } from './db/writes.ts';
import { retryTransient, tenantStatement, transact } from './db/transaction.ts';
import { changesBetween, type EventAction, type EventType, type OccurredEvent, type Reaction } from './event.ts';
import { nextId } from './nextId.ts';
import type { EnqueueOptions, JobType } from './job.ts';
import { changeMessage, changesChannel, type Lookups } from './lookups.ts';
import type { Actor, Scope, Tenant } from './scope.ts';
import type { TimerType } from './timer.ts';

/** What a query works with: a read-only snapshot of its tenant. */
export interface Read {
  readonly db: ReadDb;
  readonly scope: Scope;
}

/** What happened to a subject: its snapshot now and, for a change, before. */
interface Happening<T> {
  readonly id: string;
  readonly data: T;
  readonly before?: T;
}

/** What a command works with: one transaction, and the only ways to make something follow from it. */
export interface Tx {
  readonly db: Db;
  readonly scope: Scope;
  /** Records that something happened; inline reactions run before this returns. */
  emit<S extends z.ZodType>(type: EventType<S>, happening: Happening<z.output<S>>): Promise<void>;
  /** Enqueues a job that runs only if this transaction commits. */
  enqueue<S extends z.ZodType>(type: JobType<S>, payload: z.input<S>, options?: EnqueueOptions): Promise<void>;
  /** Sets, or moves, the subject's timer of this kind. */
  schedule(type: Pick<TimerType, 'kind'>, subjectId: string, dueAt: Temporal.Instant): Promise<void>;
  unschedule(type: Pick<TimerType, 'kind'>, subjectId: string): Promise<void>;
  /** Whether the subject's timer of this kind is still to run. */
  isScheduled(type: Pick<TimerType, 'kind'>, subjectId: string): Promise<boolean>;
  /** Waits for every other transaction that holds this key in the tenant; held until this one ends. Where many wait, the first lock of a command may have it begin again. */
  lock(key: string): Promise<void>;
  /** Does one of several pieces of work: a refusal undoes what it wrote and emitted, not what the others did. */
  attempt<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Does several pieces of work side by side, so that they share statements (see `together`). All succeed or all fail; what they emit is in
   * their order. Each may hold one lock at a time of those that another wants, and none may `attempt` or go to another tenant.
   */
  sideBySide(works: readonly ((tx: Tx) => Promise<void>)[]): Promise<void>;
  /** Continues in another tenant of the same organization, for the few commands that set a tenant up. */
  inTenant<T>(tenant: Tenant, work: (tx: Tx) => Promise<T>): Promise<T>;
}

interface EventRow {
  readonly type: EventType;
  readonly row: {
    readonly tenant_id: string;
    readonly id: string;
    readonly type: string;
    readonly subject_type: string;
    readonly subject_id: string;
    readonly action: EventAction;
    readonly changes: string;
    readonly data: string;
    readonly actor_type: Actor['type'];
    readonly actor_id: string | null;
    readonly request_id: string | null;
    readonly occurred_at: Temporal.Instant;
  };
}

/** The events and the jobs of one transaction, waiting to be written at its end. */
interface Following {
  readonly rows: EventRow[];
  readonly jobs: Job[];
  any: boolean;
}

type Caches = Pick<Lookups, 'followed' | 'changed'>;

const nothingKept: Caches = { followed: () => [], changed: () => {} };

/** What a transaction changed that is kept in memory: tenant and kinds of subject, to be forgotten once it is committed. */
type Announced = [tenantId: string, subjects: readonly string[]][];

/** What all parts of one transaction have in common. */
interface Shared {
  readonly client: pg.ClientBase;
  readonly db: Db;
  readonly reactions: readonly Reaction[];
  readonly lookups: Caches;
  readonly announced: Announced;
  readonly locks: Locks;
  readonly places: Places;
}

/** One of several pieces of work in a transaction, or its only one. */
interface Part {
  readonly strand: Strand;
  readonly log: Following;
  readonly isOneOfSeveral: boolean;
}

const onlyPart = (): Part => ({ strand: { ended: Promise.resolve() }, log: { rows: [], jobs: [], any: false }, isOneOfSeveral: false });

class Transaction implements Tx {
  readonly scope: Scope;
  readonly #shared: Shared;
  readonly #part: Part;

  constructor(shared: Shared, scope: Scope, part: Part = onlyPart()) {
    this.scope = scope;
    this.#shared = shared;
    this.#part = part;
  }

  get db(): Db {
    return this.#shared.db;
  }

  async emit<S extends z.ZodType>(type: EventType<S>, { id, data, before }: Happening<z.output<S>>): Promise<void> {
    const snapshot = z.encode(type.data, data);
    const changes = before === undefined ? {} : changesBetween(z.encode(type.data, before), snapshot);
    const { tenant, actor, now, requestId } = this.scope;
    const eventId = nextId();
    this.#part.log.any = true;
    this.#part.log.rows.push({
      type,
      row: {
        tenant_id: tenant.id,
        id: eventId,
        type: type.name,
        subject_type: type.subject,
        subject_id: id,
        action: type.action,
        changes: json(changes),
        data: json(snapshot),
        actor_type: actor.type,
        actor_id: actor.id,
        request_id: requestId,
        occurred_at: now,
      },
    });
    const occurred: OccurredEvent = {
      id: eventId,
      type: type.name,
      subjectType: type.subject,
      subjectId: id,
      data: snapshot,
      occurredAt: now,
    };
    for (const reaction of this.#shared.reactions)
      if (reaction.inline === true && reaction.to === type) await reaction.handle(this, occurred);
  }

  async enqueue<S extends z.ZodType>(type: JobType<S>, payload: z.input<S>, options: EnqueueOptions = {}): Promise<void> {
    const message = json({ tenant_id: this.scope.tenant.id, payload });
    this.#part.log.jobs.push({ name: type.name, message, runAt: options.runAt ?? null, key: options.key ?? null, maxAttempts: type.maxAttempts ?? null });
  }

  async schedule(type: Pick<TimerType, 'kind'>, subjectId: string, dueAt: Temporal.Instant): Promise<void> {
    await setTimer(this.db, { tenantId: this.scope.tenant.id, kind: type.kind, subjectId, dueAt });
  }

  async unschedule(type: Pick<TimerType, 'kind'>, subjectId: string): Promise<void> {
    await removeTimer(this.db, { tenantId: this.scope.tenant.id, kind: type.kind, subjectId });
  }

  async isScheduled(type: Pick<TimerType, 'kind'>, subjectId: string): Promise<boolean> {
    return hasTimer(this.db, { tenantId: this.scope.tenant.id, kind: type.kind, subjectId });
  }

  async lock(key: string): Promise<void> {
    const { locks, places } = this.#shared;
    // One of several cannot begin again by itself, and would have all the others wait with it.
    await locks.take(this.db, `${this.scope.tenant.id}:${key}`, this.#part.strand, this.#part.isOneOfSeveral ? null : places);
  }

  async inTenant<T>(tenant: Tenant, work: (tx: Tx) => Promise<T>): Promise<T> {
    this.#refuseAmongSeveral();
    const { client } = this.#shared;
    await client.query(tenantStatement(tenant.id));
    const inner = new Transaction(this.#shared, { ...this.scope, tenant });
    const result = await work(inner);
    await inner.flush();
    this.#part.log.any ||= inner.emittedAny;
    await client.query(tenantStatement(this.scope.tenant.id));
    return result;
  }

  async sideBySide(works: readonly ((tx: Transaction) => Promise<void>)[]): Promise<void> {
    this.#refuseAmongSeveral();
    const failures: unknown[] = [];
    const begin = async (work: (tx: Transaction) => Promise<void>): Promise<Following> => {
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      const log: Following = { rows: [], jobs: [], any: false };
      // What fails first is the cause; the others fail because of it.
      await work(new Transaction(this.#shared, this.scope, { strand: { ended }, log, isOneOfSeveral: true })).catch((error: unknown) => failures.push(error));
      end();
      return log;
    };
    const logs = await Promise.all(works.map(begin));
    if (failures.length > 0) throw failures[0];
    for (const log of logs) {
      this.#part.log.rows.push(...log.rows);
      this.#part.log.jobs.push(...log.jobs);
      this.#part.log.any ||= log.any;
    }
  }

  #refuseAmongSeveral(): void {
    if (this.#part.isOneOfSeveral) throw new Error('Work that goes on beside others in its transaction cannot do this.');
  }

  /** Writes the events and the jobs, among these, where anything reacts to the events, the one that will see to it. */
  async flush(): Promise<void> {
    const { rows, jobs } = this.#part.log;
    await this.#writeEvents(rows.splice(0));
    await enqueueJobs(this.db, jobs.splice(0));
  }

  async #writeEvents(events: readonly EventRow[]): Promise<void> {
    if (events.length === 0) return;
    await insertOf('domain_events', events.map(({ row }) => row), { json: ['changes', 'data'] }).execute(this.db);
    await this.#announce(this.#shared.lookups.followed(events.map(({ type }) => type.subject)));
    const awaited = events.filter(({ type }) =>
      this.#shared.reactions.some(({ inline, to }) => inline !== true && (to === type || (to === 'every_webhook_event' && type.webhook))),
    );
    if (awaited.length === 0) return;
    const message = json({ tenant_id: this.scope.tenant.id, payload: { event_ids: awaited.map(({ row }) => row.id) } });
    this.#part.log.jobs.push({ name: 'dispatch', message, runAt: null, key: null, maxAttempts: null });
  }

  /** Tells other processes, once this transaction is committed, and remembers for this one. */
  async #announce(subjects: readonly string[]): Promise<void> {
    if (subjects.length === 0) return;
    const { id } = this.scope.tenant;
    this.#shared.announced.push([id, subjects]);
    await sql`select pg_notify(${changesChannel}, ${changeMessage(id, subjects)})`.execute(this.db);
  }

  /** The same transaction at another instant of the tenant's clock. */
  at(now: Temporal.Instant): Transaction {
    return new Transaction(this.#shared, { ...this.scope, now }, this.#part);
  }

  get emittedAny(): boolean {
    return this.#part.log.any;
  }

  /** Runs `work` so that a refusal inside it undoes its writes and its events but not the transaction. */
  async attempt<T>(work: () => Promise<T>): Promise<T> {
    this.#refuseAmongSeveral();
    const { client, locks } = this.#shared;
    const { rows, jobs } = this.#part.log;
    const before = { rows: rows.length, jobs: jobs.length };
    const held = locks.held();
    await client.query('savepoint attempt');
    try {
      const result = await work();
      await client.query('release savepoint attempt');
      return result;
    } catch (error) {
      await client.query('rollback to savepoint attempt');
      locks.forgetSince(held);
      rows.length = before.rows;
      jobs.length = before.jobs;
      throw error;
    }
  }
}

export type { Transaction };

interface EnvelopeOptions {
  readonly pool: pg.Pool;
  readonly reactions: readonly Reaction[];
  /** Told of every change on which something it keeps depends. */
  readonly lookups?: Caches;
  /** Tests: a command that wrote rows, emitted nothing and does not say why fails. */
  readonly strict?: boolean;
}

/** The life of every piece of work: a transaction with its tenant set, its events appended, its jobs enqueued. */
export class Envelope {
  readonly #options: EnvelopeOptions;
  readonly #lines = new Lines();

  constructor(options: EnvelopeOptions) {
    this.#options = options;
  }

  /** Reads a consistent snapshot. */
  async read<T>(scope: Scope, work: (read: Read) => Promise<T>): Promise<T> {
    return retryTransient(() =>
      transact(this.#options.pool, { tenantId: scope.tenant.id, readOnly: true }, (client) => work({ db: kyselyOver(client, { rushes: client.pipeline }), scope })),
    );
  }

  /**
   * Runs a command. Lost races are repeated from the start, and so is what waits in line for its first lock, so `work` must keep its effects
   * inside the transaction.
   */
  async command<T>(scope: Scope, work: (tx: Transaction) => Promise<T>, silent: string | null = null): Promise<T> {
    const places = new Places(this.#lines);
    try {
      for (;;) {
        try {
          return await this.#attempt(scope, work, { silent, places });
        } catch (error) {
          if (!(error instanceof StandInLine)) throw error;
          await places.waitFor(error.key);
        }
      }
    } finally {
      places.leave();
    }
  }

  async #attempt<T>(scope: Scope, work: (tx: Transaction) => Promise<T>, { silent, places }: { readonly silent: string | null; readonly places: Places }): Promise<T> {
    const { pool, reactions, lookups = nothingKept, strict = false } = this.#options;
    return retryTransient(async () => {
      const announced: Announced = [];
      const result = await transact(pool, { tenantId: scope.tenant.id }, async (client) => {
        const tx = new Transaction({ client, db: kyselyOver(client), reactions, lookups, announced, locks: new Locks(), places }, scope);
        const made = await work(tx);
        await tx.flush();
        if (strict && silent === null && !tx.emittedAny) await refuseSilentWrite(client);
        return made;
      });
      for (const [tenantId, subjects] of announced) lookups.changed(tenantId, subjects);
      return result;
    });
  }

  /** The scope of a tenant for work nobody called for. */
  async scopeOf(tenantId: string, actor: Actor = { type: 'system', id: null }): Promise<Scope> {
    return transact(this.#options.pool, { tenantId: null, readOnly: true }, (client) =>
      loadScope(kyselyOver(client), tenantId, actor),
    );
  }
}

async function refuseSilentWrite(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ wrote: boolean }>('select pg_current_xact_id_if_assigned() is not null as wrote');
  if (rows[0]?.wrote === true) throw new Error('This command wrote rows and emitted no event; emit one, or say why it is silent.');
}
