import { sql } from 'kysely';
import type pg from 'pg';
import { systemNow } from '../clock.ts';
import type { Envelope, Transaction, Tx } from '../envelope.ts';
import type { Scope } from '../scope.ts';
import type { TimerType } from '../timer.ts';
import { type Db, kyselyOver } from './kysely.ts';
import { dueWorkChannel } from './liveness.ts';
import { type DueTimer, takeTimers } from './timers.sql.ts';
import { transact } from './transaction.ts';

/** A timer that could not be run: it is tried again later, and parked after the last attempt. */
export interface TimerFailure {
  readonly kind: string;
  readonly subjectId: string;
  readonly dueAt: Temporal.Instant;
  readonly message: string;
}

/** Has the schedulers look for due work as soon as this transaction commits. */
export async function announceDueWork(db: Db): Promise<void> {
  await sql`select pg_notify(${dueWorkChannel}, '')`.execute(db);
}

const retryMinutes = [1, 5, 30, 120, 360];
const timersAtOnce = 200;
/** So many that fall due together run in one transaction and share statements. */
const timersTogether = 50;
/** Of one tenant, where more is due than one transaction takes: while one waits for the database, the other computes. */
const transactionsAtOnce = 2;

/** Runs what falls due: in real time for whoever lives in it, on the way of a jump for a test clock. */
export class Scheduler {
  readonly #pool: pg.Pool;
  readonly #envelope: Envelope;
  readonly #timers: ReadonlyMap<string, TimerType>;
  readonly #onFailure: (failure: TimerFailure) => void;
  // What a tenant is never changes; only its clock does.
  readonly #known = new Map<string, Scope>();
  /** How many timers of a tenant still run alone, because one of those that ran together failed. */
  readonly #alone = new Map<string, number>();

  constructor(pool: pg.Pool, envelope: Envelope, timers: readonly TimerType[], onFailure: (failure: TimerFailure) => void) {
    this.#pool = pool;
    this.#envelope = envelope;
    this.#timers = new Map(timers.map((type) => [type.kind, type]));
    this.#onFailure = onFailure;
  }

  /**
   * Runs what is due now, some of every tenant's, so that nobody waits until a long jump of another is over or because of what is
   * wrong with another; answers how many timers and clock steps ran. None means that all is done.
   */
  async runDue(signal: AbortSignal): Promise<number> {
    let ran = 0;
    const failures: unknown[] = [];
    const runSome = async (next: (hasMore: () => void) => Promise<number>): Promise<void> => {
      let some = 0;
      const lanes: Promise<void>[] = [];
      const open = (): void => {
        if (lanes.length < transactionsAtOnce) lanes.push(runLane());
      };
      const runLane = async (): Promise<void> => {
        try {
          for (let last = 1; last > 0 && some < timersAtOnce && !signal.aborted; ) {
            last = await next(open);
            some += last;
            ran += last;
          }
        } catch (error) {
          failures.push(error);
        }
      };
      open();
      // One more may be opened while those before it run.
      for (const lane of lanes) await lane;
    };
    for (const tenantId of await this.#tenantsWithDueTimers()) await runSome((hasMore) => this.#runNextInRealTime(tenantId, hasMore));
    for (const tenantId of await this.#tenantsWithMovingClocks()) await runSome(async () => this.#stepClock(await this.#scopeOf(tenantId)));
    if (failures.length > 0) throw failures[0];
    return ran;
  }

  async #tenantsWithDueTimers(): Promise<string[]> {
    return transact(this.#pool, { tenantId: null, readOnly: true }, async (client) => {
      await client.query(`set local app.scheduler = 'on'`);
      const { rows } = await sql<{ tenant_id: string }>`
        select timers.tenant_id from timers join tenants on tenants.id = timers.tenant_id
        where timers.failed_at is null and timers.due_at <= ${systemNow()}
          and (timers.retry_at is null or timers.retry_at <= ${systemNow()}) and tenants.clock_now is null
        group by timers.tenant_id order by min(timers.due_at) limit 1000`.execute(kyselyOver(client));
      return rows.map((row) => row.tenant_id);
    });
  }

  async #tenantsWithMovingClocks(): Promise<string[]> {
    return transact(this.#pool, { tenantId: null, readOnly: true }, async (client) => {
      const { rows } = await sql<{ id: string }>`
        select id from tenants where clock_target is not null limit 1000`.execute(kyselyOver(client));
      return rows.map((row) => row.id);
    });
  }

  async #scopeOf(tenantId: string): Promise<Scope> {
    const known = this.#known.get(tenantId) ?? (await this.#envelope.scopeOf(tenantId));
    this.#known.set(tenantId, known);
    return { ...known, now: systemNow() };
  }

  /** Runs the next due timer, or several that are due together; answers how many, and tells at once where there may be more than it took. */
  async #runNextInRealTime(tenantId: string, hasMore: () => void): Promise<number> {
    const scope = await this.#scopeOf(tenantId);
    let taken: readonly DueTimer[] = [];
    try {
      await this.#envelope.command(
        scope,
        async (tx) => {
          taken = (await isFrozen(tx)) ? [] : await this.#take(tx, scope.now);
          if (taken.length === timersTogether) hasMore();
          await this.#run(tx, taken);
        },
        'a timer with nothing left to do says nothing',
      );
    } catch (error) {
      await this.#giveUp(tenantId, taken, error, (timer) => this.#postpone(tenantId, timer, error));
    }
    return taken.length;
  }

  /** One step of a moving test clock: its next due timers, or its arrival; answers how many steps it made. */
  async #stepClock(scope: Scope): Promise<number> {
    const tenantId = scope.tenant.id;
    let taken: readonly DueTimer[] = [];
    try {
      await this.#envelope.command(
        scope,
        async (tx) => {
          // Whoever holds the tenant's row steps its clock; a second worker leaves it alone, so the order holds.
          const { rows } = await sql<{ clock_target: Temporal.Instant | null; clock_now: Temporal.Instant | null }>`
            select clock_target, clock_now from tenants where id = ${tenantId} for update skip locked`.execute(tx.db);
          const target = rows[0]?.clock_target ?? null;
          if (target === null) return;
          taken = await this.#take(tx, target);
          const [first] = taken;
          if (first === undefined) {
            await sql`update tenants set clock_now = ${target}, clock_target = null where id = ${tenantId}`.execute(tx.db);
            return;
          }
          const before = rows[0]?.clock_now ?? first.due_at;
          const now = Temporal.Instant.compare(before, first.due_at) > 0 ? before : first.due_at;
          await sql`update tenants set clock_now = ${now} where id = ${tenantId}`.execute(tx.db);
          await this.#run(tx.at(now), taken);
        },
        'a clock step is bookkeeping; what it runs emits its own events',
      );
    } catch (error) {
      await this.#giveUp(tenantId, taken, error, (timer) => this.#reportToClock(tenantId, timer, error));
    }
    return taken.length;
  }

  async #take(tx: Transaction, until: Temporal.Instant): Promise<readonly DueTimer[]> {
    const tenantId = tx.scope.tenant.id;
    const alone = this.#alone.get(tenantId) ?? 0;
    if (alone > 0) this.#alone.set(tenantId, alone - 1);
    return takeTimers(tx.db, { tenantId, until, most: alone > 0 ? 1 : timersTogether });
  }

  async #run(tx: Transaction, taken: readonly DueTimer[]): Promise<void> {
    const runOne = async (part: Tx, { kind, subject_id: subjectId, due_at: dueAt }: DueTimer): Promise<void> => {
      const type = this.#timers.get(kind);
      if (type === undefined) throw new Error(`No module handles the timer ${kind}.`);
      await type.handle(part, { subjectId, dueAt });
    };
    const [first] = taken;
    if (first !== undefined && taken.length === 1) return runOne(tx, first);
    await tx.sideBySide(taken.map((timer) => (part) => runOne(part, timer)));
  }

  /** Of those that ran together nobody knows which one failed, so each of them runs alone the next time. */
  async #giveUp(tenantId: string, taken: readonly DueTimer[], error: unknown, fail: (timer: DueTimer) => Promise<void>): Promise<void> {
    const [first] = taken;
    if (first === undefined) throw error;
    if (taken.length === 1) await fail(first);
    else this.#alone.set(tenantId, taken.length);
  }

  async #postpone(tenantId: string, timer: DueTimer, error: unknown): Promise<void> {
    const minutes = retryMinutes[timer.attempts];
    const retryAt = minutes === undefined ? null : systemNow().add({ minutes });
    await this.#park(tenantId, timer, error, retryAt);
  }

  /** A test clock does not wait for a failing timer: it is parked, and the clock reports it. */
  async #reportToClock(tenantId: string, timer: DueTimer, error: unknown): Promise<void> {
    await this.#park(tenantId, timer, error, null);
    const report = { kind: timer.kind, subject_id: timer.subject_id, due_at: timer.due_at.toString(), message: messageOf(error) };
    await transact(this.#pool, { tenantId: null }, async (client) => {
      await sql`update tenants set clock_errors = clock_errors || ${JSON.stringify([report])}::jsonb
        where id = ${tenantId}`.execute(kyselyOver(client));
    });
  }

  async #park(tenantId: string, timer: DueTimer, error: unknown, retryAt: Temporal.Instant | null): Promise<void> {
    const message = messageOf(error);
    this.#onFailure({ kind: timer.kind, subjectId: timer.subject_id, dueAt: timer.due_at, message });
    await transact(this.#pool, { tenantId }, async (client) => {
      await sql`update timers set attempts = attempts + 1, last_error = ${message}, retry_at = ${retryAt},
        failed_at = ${retryAt === null ? systemNow() : null}
        where tenant_id = ${tenantId} and kind = ${timer.kind} and subject_id = ${timer.subject_id}
          and due_at = ${timer.due_at}`.execute(kyselyOver(client));
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A clock that was set since this tenant was looked up moves only when told to. */
async function isFrozen(tx: Transaction): Promise<boolean> {
  const { rows } = await sql<{ frozen: boolean }>`
    select clock_now is not null as frozen from tenants where id = ${tx.scope.tenant.id} for share`.execute(tx.db);
  return rows[0]?.frozen ?? true;
}
