import { type Db, type ReadDb, whenIdle } from './kysely.ts';

interface Asked<K, V> {
  readonly key: K;
  readonly resolve: (value: V) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A read or write of one thing that becomes one statement for many: pieces of work that go on side by side in one transaction (see
 * `Tx.sideBySide`) and ask for it at the same time share what `execute` sends. It is given their keys and answers in the same order.
 * Work that goes on alone asks for one at a time and notices nothing.
 */
export function together<K, V = void, D extends ReadDb = Db>(execute: (db: D, keys: readonly K[]) => Promise<readonly V[]>): (db: D, key: K) => Promise<V> {
  const waiting = new WeakMap<D, Asked<K, V>[]>();

  const run = async (db: D): Promise<void> => {
    const asked = waiting.get(db) ?? [];
    waiting.delete(db);
    try {
      const values = await execute(db, asked.map(({ key }) => key));
      if (values.length !== asked.length) throw new Error(`${asked.length} were asked for together, and ${values.length} answered.`);
      for (const [place, { resolve }] of asked.entries()) resolve(values[place] as V);
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  };
  return (db, key) =>
    new Promise((resolve, reject) => {
      const one = { key, resolve, reject };
      const others = waiting.get(db);
      if (others !== undefined) return void others.push(one);
      waiting.set(db, [one]);
      whenIdle(db, () => run(db));
    });
}

/** Waits until all are done, so that no statement is sent after the caller has given up; throws what failed first in their order. */
export async function allDone<T>(works: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

/** The rows of each key, where one statement reads those of several keys. */
export function rowsBy<R, D extends ReadDb = ReadDb>(
  read: (db: D, keys: readonly string[]) => Promise<readonly R[]>,
  keyOf: (row: R) => string | null,
): (db: D, key: string) => Promise<readonly R[]> {
  return together<string, readonly R[], D>(async (db, keys) => {
    const rows = Map.groupBy(await read(db, [...new Set(keys)]), keyOf);
    return keys.map((key) => rows.get(key) ?? []);
  });
}

/** The row of each key, or undefined where there is none, where one statement reads those of several keys. */
export function rowBy<R, D extends ReadDb = ReadDb>(
  read: (db: D, keys: readonly string[]) => Promise<readonly R[]>,
  keyOf: (row: R) => string,
): (db: D, key: string) => Promise<R | undefined> {
  return together<string, R | undefined, D>(async (db, keys) => {
    const rows = new Map((await read(db, [...new Set(keys)])).map((row) => [keyOf(row), row]));
    return keys.map((key) => rows.get(key));
  });
}

/** The rows of each request, where one statement reads those of several: `place` says of which, counted from 1 as `with ordinality` does. */
export function rowsByPlace<K, R extends { readonly place: number }, D extends ReadDb = ReadDb>(
  read: (db: D, requests: readonly K[]) => Promise<readonly R[]>,
): (db: D, request: K) => Promise<readonly R[]> {
  return together<K, readonly R[], D>(async (db, requests) => {
    const rows = Map.groupBy(await read(db, requests), ({ place }) => place);
    return requests.map((_, index) => rows.get(index + 1) ?? []);
  });
}
