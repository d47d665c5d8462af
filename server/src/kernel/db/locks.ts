import { sql } from 'kysely';
import type { Db } from './kysely.ts';
import type { Places } from './lines.ts';
import { together } from './together.ts';

/** One piece of work of a transaction; of several that go on side by side, each is a strand. */
export interface Strand {
  readonly ended: Promise<void>;
}

// In one order, so that two transactions that want the same ones do not wait for each other.
const lockKeys = together<string>(async (db, keys) => {
  await sql`select pg_advisory_xact_lock(hashtextextended(key, 0)) from (select unnest(${keys}::text[]) as key order by key) as keys`.execute(db);
  return keys.map(() => undefined);
});

/** The named locks of one transaction. The database keeps other transactions out, and this one strand of it from another. */
export class Locks {
  readonly #holders = new Map<string, Strand>();
  readonly #holding = new WeakSet<Strand>();

  /**
   * Waits until no strand and no other transaction holds the key. A strand that holds one already does not wait for another strand:
   * it fails, because the two might wait for each other for ever. Given `places`, the first lock of all is not waited for here where many do
   * already: that throws StandInLine.
   */
  async take(db: Db, key: string, strand: Strand, places: Places | null): Promise<void> {
    const known = this.#holders.has(key);
    for (let holder = this.#holders.get(key); holder !== undefined && holder !== strand; holder = await this.#next(key, holder))
      if (this.#holding.has(strand)) throw new Error(`The lock "${key}" is held by other work of the same transaction.`);
    if (!known && this.#holders.size === 0) places?.take(key);
    this.#holders.set(key, strand);
    this.#holding.add(strand);
    if (!known) await lockKeys(db, key);
  }

  /** What is held now, for `forgetSince`. */
  held(): ReadonlySet<string> {
    return new Set(this.#holders.keys());
  }

  /** A savepoint was gone back to: the database has released what was taken after it. */
  forgetSince(held: ReadonlySet<string>): void {
    for (const key of this.#holders.keys()) if (!held.has(key)) this.#holders.delete(key);
  }

  /** Who holds the key once this holder has ended: nobody, or whoever was woken first. */
  async #next(key: string, holder: Strand): Promise<Strand | undefined> {
    await holder.ended;
    const now = this.#holders.get(key);
    return now === holder ? undefined : now;
  }
}
