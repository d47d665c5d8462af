import pg from 'pg';

/** The rows that a run left in one table, as text. */
interface TableRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

// A statement has at most 65,535 parameters.
const mostParameters = 60_000;

/** What text types do not need: every value as PostgreSQL writes it. */
const asText = { getTypeParser: () => (value: string) => value };

/** A moment before a run. */
export async function markMoment(admin: pg.Client): Promise<string> {
  return (await admin.query<{ at: string }>('select pg_current_snapshot()::text as at')).rows[0]?.at ?? '';
}

/** All rows that were written since, table by table, but for bookkeeping of the worker's own. */
export async function rowsSince(admin: pg.Client, moment: string): Promise<TableRows[]> {
  const { rows: tables } = await admin.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and not relispartition and relname not like 'usage\\_%' order by 1`,
  );
  const found: TableRows[] = [];
  for (const { name } of tables) {
    const { rows, fields } = await admin.query<(string | null)[]>({
      text: `select * from ${name} t where not pg_visible_in_snapshot(t.xmin::text::xid8, $1::pg_snapshot)`,
      values: [moment],
      rowMode: 'array',
      types: asText,
    });
    if (rows.length > 0) found.push({ table: name, columns: fields.map((field) => field.name), rows });
  }
  return found;
}

/** Empty tables of the same columns and indexes, without what the product's are guarded by: no foreign keys, no row-level security, no triggers. */
export async function makeBareTables(admin: pg.Client, tables: readonly TableRows[]): Promise<void> {
  await admin.query('drop schema if exists bare cascade');
  await admin.query('create schema bare');
  for (const { table } of tables) await admin.query(`create table bare.${table} (like public.${table} including all)`);
}

/** Inserts the rows over so many connections, those of fifty invoices in a transaction. */
export async function insertBare(url: string, tables: readonly TableRows[], transactions: number, connections: number): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (let part = next++; part < transactions; part = next++) {
      await client.query('begin');
      for (const { table, columns, rows } of tables) {
        const share = (at: number) => Math.floor((rows.length * at) / transactions);
        await insertRows(client, `bare.${table} (${columns.map((column) => `"${column}"`).join(', ')})`, rows.slice(share(part), share(part + 1)));
      }
      await client.query('commit');
    }
    await client.end();
  };
  await Promise.all(Array.from({ length: connections }, work));
}

async function insertRows(client: pg.Client, into: string, rows: readonly (readonly (string | null)[])[]): Promise<void> {
  const width = rows[0]?.length ?? 1;
  const most = Math.floor(mostParameters / width);
  for (let from = 0; from < rows.length; from += most) {
    const some = rows.slice(from, from + most);
    const lines = some.map((row, line) => `(${row.map((_, place) => `$${line * width + place + 1}`).join(',')})`);
    await client.query({ name: `${into.slice(0, into.indexOf(' '))} ${some.length}`, text: `insert into ${into} values ${lines.join(',')}`, values: some.flat() });
  }
}
