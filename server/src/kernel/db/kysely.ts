import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type pg from 'pg';
import type { Tables } from '../../tables.ts';
import { toParameter } from './parameters.ts';
import { forgetPrepared, isOutdatedPlan, nameOf } from './preparedStatements.ts';
import { Turns } from './turns.ts';

/** What a command may do inside its transaction. */
export type Db = Kysely<Tables>;

/** What a query may do: nothing that writes compiles, and its transaction is read-only besides. */
export type ReadDb = Pick<Kysely<Tables>, 'selectFrom' | 'selectNoFrom' | 'with' | 'fn' | 'dynamic' | 'getExecutor'>;

class ClientConnection implements DatabaseConnection {
  readonly #client: pg.ClientBase;
  readonly #turns: Turns;

  constructor(client: pg.ClientBase, turns: Turns) {
    this.#client = client;
    this.#turns = turns;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const named = { ...nameOf(this.#client, query), text: query.sql, values: query.parameters.map(toParameter) };
    const result = await this.#turns.take(() => this.#client.query<R & pg.QueryResultRow>(named)).catch((error: unknown) => {
      if (isOutdatedPlan(error)) forgetPrepared();
      throw error;
    });
    return { rows: result.rows, numAffectedRows: BigInt(result.rowCount ?? 0) };
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Streaming goes by keyset pages.');
  }
}

/** The transaction is begun and ended outside, by the envelope; this driver only passes statements on. */
class ClientDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(client: pg.ClientBase, turns: Turns) {
    this.#connection = new ClientConnection(client, turns);
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }
  async beginTransaction(): Promise<void> {
    throw new Error('A transaction is already open: the envelope began it.');
  }
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}

const turnsOf = new WeakMap<ReadDb, Turns>();

/** Begins `work` once no statement of this connection is under way. */
export function whenIdle(db: ReadDb, work: () => Promise<unknown>): void {
  const turns = turnsOf.get(db);
  if (turns === undefined) throw new Error('This is not the database of a transaction.');
  turns.whenIdle(work);
}

/** Kysely over one checked-out connection. */
export function kyselyOver(client: pg.ClientBase): Db {
  const turns = new Turns();
  const db = new Kysely<Tables>({
    dialect: {
      createDriver: () => new ClientDriver(client, turns),
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (over) => new PostgresIntrospector(over),
    },
  });
  turnsOf.set(db, turns);
  return db;
}
