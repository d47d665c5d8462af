import { sql } from 'kysely';
import type pg from 'pg';
import { z } from 'zod';
import { type Db, kyselyOver, type ReadDb } from './db/kysely.ts';
import { json } from './db/parameters.ts';
import { loadScope } from './db/tenants.ts';
import { retryTransient, tenantStatement, transact } from './db/transaction.ts';
import { changesBetween, type EventAction, type EventType, type OccurredEvent, type Reaction } from './event.ts';
import { nextEventId } from './eventId.ts';
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
  schedule(type: TimerType, subjectId: string, dueAt: Temporal.Instant): Promise<void>;
  unschedule(type: TimerType, subjectId: string): Promise<void>;
  /** Waits for every other transaction that holds this key in the tenant; held until this one ends. */
  lock(key: string): Promise<void>;
  /** Does one of several pieces of work: a refusal undoes what it wrote and emitted, not what the others did. */
  attempt<T>(work: () => Promise<T>): Promise<T>;
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

/** The events of one transaction, waiting to be written at its end. */
interface EventBuffer {
  readonly rows: EventRow[];
  any: boolean;
}

type Following = Pick<Lookups, 'followed' | 'changed'>;

const nothingKept: Following = { followed: () => [], changed: () => {} };

/** What a transaction changed that is kept in memory: tenant and kinds of subject, to be forgotten once it is committed. */
type Announced = [tenantId: string, subjects: readonly string[]][];

interface TransactionOptions {
  readonly reactions: readonly Reaction[];
  readonly lookups: Following;
  readonly log?: EventBuffer;
  readonly announced?: Announced;
}

class Transaction implements Tx {
  readonly db: Db;
  readonly scope: Scope;
  readonly #client: pg.ClientBase;
  readonly #reactions: readonly Reaction[];
  readonly #log: EventBuffer;
  readonly #lookups: Following;
  readonly announced: Announced;

  constructor(client: pg.ClientBase, scope: Scope, { reactions, lookups, log = { rows: [], any: false }, announced = [] }: TransactionOptions) {
    this.db = kyselyOver(client);
    this.scope = scope;
    this.#client = client;
    this.#reactions = reactions;
    this.#log = log;
    this.#lookups = lookups;
    this.announced = announced;
  }

  async emit<S extends z.ZodType>(type: EventType<S>, { id, data, before }: Happening<z.output<S>>): Promise<void> {
    const snapshot = z.encode(type.data, data);
    const changes = before === undefined ? {} : changesBetween(z.encode(type.data, before), snapshot);
    const { tenant, actor, now, requestId } = this.scope;
    const eventId = nextEventId();
    this.#log.any = true;
    this.#log.rows.push({
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
    for (const reaction of this.#reactions)
      if (reaction.inline === true && reaction.to === type) await reaction.handle(this, occurred);
  }

  async enqueue<S extends z.ZodType>(type: JobType<S>, payload: z.input<S>, options: EnqueueOptions = {}): Promise<void> {
    const message = json({ tenant_id: this.scope.tenant.id, payload });
    await sql`select app.enqueue(${type.name}, ${message}, ${options.runAt ?? null}::timestamptz,
      ${options.key ?? null}, ${type.maxAttempts ?? null}::int)`.execute(this.db);
  }

  async schedule(type: TimerType, subjectId: string, dueAt: Temporal.Instant): Promise<void> {
    await sql`insert into timers (tenant_id, kind, subject_id, due_at)
      values (${this.scope.tenant.id}, ${type.kind}, ${subjectId}, ${dueAt})
      on conflict (tenant_id, kind, subject_id) do update
      set due_at = excluded.due_at, attempts = 0, retry_at = null, failed_at = null, last_error = null`.execute(this.db);
  }

  async unschedule(type: TimerType, subjectId: string): Promise<void> {
    await sql`delete from timers where tenant_id = ${this.scope.tenant.id} and kind = ${type.kind}
      and subject_id = ${subjectId}`.execute(this.db);
  }

  async lock(key: string): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`${this.scope.tenant.id}:${key}`}, 0))`.execute(this.db);
  }

  async inTenant<T>(tenant: Tenant, work: (tx: Tx) => Promise<T>): Promise<T> {
    await this.#client.query(tenantStatement(tenant.id));
    const inner = new Transaction(this.#client, { ...this.scope, tenant }, { reactions: this.#reactions, lookups: this.#lookups, announced: this.announced });
    const result = await work(inner);
    await inner.flush();
    this.#log.any ||= inner.emittedAny;
    await this.#client.query(tenantStatement(this.scope.tenant.id));
    return result;
  }

  /** Writes the events and, where anything reacts to them, the one job that will see to it. */
  async flush(): Promise<void> {
    const events = this.#log.rows.splice(0);
    if (events.length === 0) return;
    await this.db.insertInto('domain_events').values(events.map(({ row }) => row)).execute();
    await this.#announce(this.#lookups.followed(events.map(({ type }) => type.subject)));
    const awaited = events.filter(({ type }) =>
      this.#reactions.some(({ inline, to }) => inline !== true && (to === type || (to === 'every_webhook_event' && type.webhook))),
    );
    if (awaited.length === 0) return;
    const message = json({ tenant_id: this.scope.tenant.id, payload: { event_ids: awaited.map(({ row }) => row.id) } });
    await sql`select app.enqueue('dispatch', ${message})`.execute(this.db);
  }

  /** Tells other processes, once this transaction is committed, and remembers for this one. */
  async #announce(subjects: readonly string[]): Promise<void> {
    if (subjects.length === 0) return;
    const { id } = this.scope.tenant;
    this.announced.push([id, subjects]);
    await sql`select pg_notify(${changesChannel}, ${changeMessage(id, subjects)})`.execute(this.db);
  }

  /** The same transaction at another instant of the tenant's clock. */
  at(now: Temporal.Instant): Transaction {
    const shared = { reactions: this.#reactions, lookups: this.#lookups, log: this.#log, announced: this.announced };
    return new Transaction(this.#client, { ...this.scope, now }, shared);
  }

  get emittedAny(): boolean {
    return this.#log.any;
  }

  /** Runs `work` so that a refusal inside it undoes its writes and its events but not the transaction. */
  async attempt<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#log.rows.length;
    await this.#client.query('savepoint attempt');
    try {
      const result = await work();
      await this.#client.query('release savepoint attempt');
      return result;
    } catch (error) {
      await this.#client.query('rollback to savepoint attempt');
      this.#log.rows.length = before;
      throw error;
    }
  }
}

export type { Transaction };

interface EnvelopeOptions {
  readonly pool: pg.Pool;
  readonly reactions: readonly Reaction[];
  /** Told of every change on which something it keeps depends. */
  readonly lookups?: Following;
  /** Tests: a command that wrote rows, emitted nothing and does not say why fails. */
  readonly strict?: boolean;
}

/** The life of every piece of work: a transaction with its tenant set, its events appended, its jobs enqueued. */
export class Envelope {
  readonly #options: EnvelopeOptions;

  constructor(options: EnvelopeOptions) {
    this.#options = options;
  }

  /** Reads a consistent snapshot. */
  async read<T>(scope: Scope, work: (read: Read) => Promise<T>): Promise<T> {
    return retryTransient(() =>
      transact(this.#options.pool, { tenantId: scope.tenant.id, readOnly: true }, (client) => work({ db: kyselyOver(client), scope })),
    );
  }

  /** Runs a command; lost races are repeated from the start, so `work` must keep its effects inside the transaction. */
  async command<T>(scope: Scope, work: (tx: Transaction) => Promise<T>, silent: string | null = null): Promise<T> {
    const { pool, reactions, lookups = nothingKept, strict = false } = this.#options;
    return retryTransient(async () => {
      const announced: Announced = [];
      const result = await transact(pool, { tenantId: scope.tenant.id }, async (client) => {
        const tx = new Transaction(client, scope, { reactions, lookups, announced });
        const made = await work(tx);
        if (strict && silent === null && !tx.emittedAny) await refuseSilentWrite(client);
        await tx.flush();
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
