import { type Insertable, type RawBuilder, sql, type Updateable } from 'kysely';
import type { Tables } from '../../tables.ts';
import type { Db } from './kysely.ts';
import { together } from './together.ts';

type TableName = keyof Tables & string;

interface Json {
  /** The columns of JSON: their values may be given as text of JSON. */
  readonly json?: readonly string[];
}

/**
 * Rows of a table as one parameter, as `given`: a statement is prepared by its text, which must not depend on how many there are. Columns that
 * a row does not have are null.
 */
export function rowsGiven(table: TableName, rows: readonly object[]): RawBuilder<unknown> {
  const text = JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  return sql`jsonb_populate_recordset(null::${sql.table(table)}, ${text}::jsonb) as given`;
}

const givenValue = (column: string, json: readonly string[]) =>
  json.includes(column) ? sql`(given.${sql.id(column)} #>> '{}')::jsonb` : sql`given.${sql.id(column)}`;

/** Inserts rows, of which each has the same columns, without an end: what is to happen on a conflict may follow. */
export function insertOf(table: TableName, rows: readonly object[], { json = [] }: Json = {}): RawBuilder<unknown> {
  const columns = Object.keys(rows[0] ?? {});
  return sql`insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.id(column)))})
    select ${sql.join(columns.map((column) => givenValue(column, json)))} from ${rowsGiven(table, rows)}`;
}

/** Inserts rows, of which each has the same columns. */
export function inserting<T extends TableName>(table: T, options?: Json): (db: Db, rows: readonly Insertable<Tables[T]>[]) => Promise<void> {
  return together<readonly Insertable<Tables[T]>[]>(async (db, lists) => {
    const rows = lists.flat();
    if (rows.length > 0) await insertOf(table, rows, options).execute(db);
    return lists.map(() => undefined);
  });
}

interface Change<T extends TableName> {
  readonly id: string;
  readonly columns: Updateable<Tables[T]>;
}

/** Changes columns of rows by their ids. */
export function updating<T extends TableName>(table: T, { json = [] }: Json = {}): (db: Db, change: Change<T>) => Promise<void> {
  return together<Change<T>>(async (db, changes) => {
    const alike = Map.groupBy(changes, ({ columns }) => Object.keys(columns).toSorted().join());
    for (const some of alike.values()) {
      const columns = Object.keys(some[0]?.columns ?? {});
      await sql`update ${sql.table(table)} as held set ${sql.join(columns.map((column) => sql`${sql.id(column)} = ${givenValue(column, json)}`))}
        from ${rowsGiven(table, some.map(({ id, columns: values }) => ({ ...values, id })))} where held.id = given.id`.execute(db);
    }
    return changes.map(() => undefined);
  });
}
