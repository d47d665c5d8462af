import { sql } from 'kysely';
import type pg from 'pg';
import { systemNow } from '../clock.ts';
import type { Envelope, Transaction } from '../envelope.ts';
import type { Scope } from '../scope.ts';
import type { TimerType } from '../timer.ts';
import { type Db, kyselyOver } from './kysely.ts';
import { dueWorkChannel } from './liveness.ts';
import { transact } from './transaction.ts';

interface DueTimer {
  readonly kind: string;
  readonly subject_id: string;
  readonly due_at: Temporal.Instant;
  readonly attempts: number;
}

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
const stepsAtOnce = 200;

/** Runs what falls due: in real time for whoever lives in it, on the way of a jump for a test clock. */
export class Scheduler {
  readonly #pool: pg.Pool;
  readonly #envelope: Envelope;
  readonly #timers: ReadonlyMap<string, TimerType>;
  readonly #onFailure: (failure: TimerFailure) => void;
  // What a tenant is never changes; only its clock does.
  readonly #known = new Map<string, Scope>();

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
    const runSome = async (next: () => Promise<boolean>): Promise<void> => {
      try {
        for (let steps = 0; steps < stepsAtOnce && !signal.aborted && (await next()); steps++) ran++;
      } catch (error) {
        failures.push(error);
      }
    };
    for (const tenantId of await this.#tenantsWithDueTimers()) await runSome(() => this.#runNextInRealTime(tenantId));
    for (const tenantId of await this.#tenantsWithMovingClocks()) {
      await runSome(async () => this.#stepClock(await this.#scopeOf(tenantId)));
    }
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

  async #runNextInRealTime(tenantId: string): Promise<boolean> {
    const scope = await this.#scopeOf(tenantId);
    let taken: DueTimer | undefined;
    try {
      await this.#envelope.command(
        scope,
        async (tx) => {
          taken = (await isFrozen(tx)) ? undefined : await takeTimer(tx, scope.now);
          if (taken !== undefined) await this.#run(tx, taken);
        },
        'a timer with nothing left to do says nothing',
      );
      return taken !== undefined;
    } catch (error) {
      if (taken === undefined) throw error;
      await this.#postpone(tenantId, taken, error);
      return true;
    }
  }

  /** One step of a moving test clock: its next due timer, or its arrival. False once it stands still. */
  async #stepClock(scope: Scope): Promise<boolean> {
    const tenantId = scope.tenant.id;
    let taken: DueTimer | undefined;
    try {
      return await this.#envelope.command(
        scope,
        async (tx) => {
          // Whoever holds the tenant's row steps its clock; a second worker leaves it alone, so the order holds.
          const { rows } = await sql<{ clock_target: Temporal.Instant | null; clock_now: Temporal.Instant | null }>`
            select clock_target, clock_now from tenants where id = ${tenantId} for update skip locked`.execute(tx.db);
          const target = rows[0]?.clock_target ?? null;
          if (target === null) return false;
          taken = await takeTimer(tx, target);
          if (taken === undefined) {
            await sql`update tenants set clock_now = ${target}, clock_target = null where id = ${tenantId}`.execute(tx.db);
            return false;
          }
          const before = rows[0]?.clock_now ?? taken.due_at;
          const now = Temporal.Instant.compare(before, taken.due_at) > 0 ? before : taken.due_at;
          await sql`update tenants set clock_now = ${now} where id = ${tenantId}`.execute(tx.db);
          await this.#run(tx.at(now), taken);
          return true;
        },
        'a clock step is bookkeeping; what it runs emits its own events',
      );
    } catch (error) {
      if (taken === undefined) throw error;
      await this.#reportToClock(tenantId, taken, error);
      return true;
    }
  }

  async #run(tx: Transaction, taken: DueTimer): Promise<void> {
    const type = this.#timers.get(taken.kind);
    if (type === undefined) throw new Error(`No module handles the timer ${taken.kind}.`);
    await type.handle(tx, { subjectId: taken.subject_id, dueAt: taken.due_at });
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

/** Takes the earliest due timer out of the queue; the transaction that runs it either commits both or neither. */
async function takeTimer(tx: Transaction, until: Temporal.Instant): Promise<DueTimer | undefined> {
  const tenantId = tx.scope.tenant.id;
  const { rows } = await sql<DueTimer>`
    delete from timers where (tenant_id, kind, subject_id) = (
      select tenant_id, kind, subject_id from timers
      where tenant_id = ${tenantId} and failed_at is null and due_at <= ${until}
        and (retry_at is null or retry_at <= ${systemNow()})
      order by due_at, kind, subject_id limit 1 for update skip locked)
    returning kind, subject_id, due_at, attempts`.execute(tx.db);
  return rows[0];
}
