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
import { StatementQueue } from './statementQueue.ts';

/** What a command may do inside its transaction. */
export type Db = Kysely<Tables>;

/** What a query may do: nothing that writes compiles, and its transaction is read-only besides. */
export type ReadDb = Pick<Kysely<Tables>, 'selectFrom' | 'selectNoFrom' | 'with' | 'fn' | 'dynamic' | 'getExecutor'>;

class ClientConnection implements DatabaseConnection {
  readonly #client: pg.ClientBase;
  readonly #queue: StatementQueue;

  constructor(client: pg.ClientBase, queue: StatementQueue) {
    this.#client = client;
    this.#queue = queue;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const named = { ...nameOf(this.#client, query), text: query.sql, values: query.parameters.map(toParameter) };
    const result = await this.#queue.send(() => this.#client.query<R & pg.QueryResultRow>(named)).catch((error: unknown) => {
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

  constructor(client: pg.ClientBase, queue: StatementQueue) {
    this.#connection = new ClientConnection(client, queue);
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

const queueOf = new WeakMap<ReadDb, StatementQueue>();

/** Begins `work` once no statement of this connection is under way. */
export function whenIdle(db: ReadDb, work: () => Promise<unknown>): void {
  const queue = queueOf.get(db);
  if (queue === undefined) throw new Error('This is not the database of a transaction.');
  queue.whenIdle(work);
}

/** Kysely over one checked-out connection. With `rushes`, statements are sent without waiting for those before: for what only reads, as after one that failed the others fail, too. */
export function kyselyOver(client: pg.ClientBase, { rushes = false } = {}): Db {
  const queue = new StatementQueue({ rushes });
  const db = new Kysely<Tables>({
    dialect: {
      createDriver: () => new ClientDriver(client, queue),
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (over) => new PostgresIntrospector(over),
    },
  });
  queueOf.set(db, queue);
  return db;
}
