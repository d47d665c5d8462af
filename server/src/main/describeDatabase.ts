import type pg from 'pg';

interface Line {
  readonly line: string;
}

const own = `n.nspname in ('public', 'app')`;

const tableLines = `
  select c.relname as table, '  ' || quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
    || case when a.attidentity = 'a' then ' generated always as identity' else '' end
    || case when a.attnotnull then ' not null' else '' end
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where ${own} and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
  order by c.relname, a.attnum`;

const afterTable = `
  select c.relname as table, 1 as part, 'alter table ' || c.relname || ' add constraint ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid) || ';' as line
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
  where ${own} and k.contype in ('p', 'u', 'f', 'c', 'x')
  union all
  select c.relname, 2, pg_get_indexdef(i.indexrelid) || ';'
  from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
  where ${own} and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
  union all
  select c.relname, 3, 'alter table ' || c.relname || ' enable row level security' || case when c.relforcerowsecurity then ', force row level security' else '' end || ';'
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${own} and c.relrowsecurity
  union all
  select p.tablename, 4, 'create policy ' || p.policyname || ' on ' || p.tablename || ' for ' || lower(p.cmd) || case when p.roles = '{public}' then '' else ' to ' || array_to_string(p.roles, ', ') end || ' using (' || p.qual || ')' || coalesce(' with check (' || p.with_check || ')', '') || ';'
  from pg_policies p where p.schemaname = 'public'
  union all
  select g.table_name, 5, 'grant ' || string_agg(lower(g.privilege_type), ', ' order by g.privilege_type) || ' on ' || g.table_name || ' to ' || g.grantee || ';'
  from information_schema.role_table_grants g where g.table_schema = 'public' and g.grantee in ('farthing_app', 'farthing_meter') group by g.table_name, g.grantee
  union all
  select c.relname, 6, pg_get_triggerdef(t.oid) || ';'
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
  where ${own} and not t.tgisinternal
  order by 1, 2, 3`;

const functions = `
  select pg_get_functiondef(p.oid) || ';' as line from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where ${own} order by p.proname`;

/** The schema as one readable text: what all migrations together amount to. */
export async function describeSchema(client: pg.ClientBase): Promise<string> {
  const columns = (await client.query<Line & { table: string }>(tableLines)).rows;
  const rest = (await client.query<Line & { table: string }>(afterTable)).rows;
  const bodies = (await client.query<Line>(functions)).rows;
  const tables = [...new Set(columns.map(({ table }) => table))];
  const of = (rows: readonly (Line & { table: string })[], name: string) => rows.filter(({ table }) => table === name).map(({ line }) => line);
  const sections = tables.map((name) =>
    [`create table ${name} (`, `${of(columns, name).join(',\n')}`, ');', ...of(rest, name)].join('\n'),
  );
  return `-- Generated from the migrations by "npm run goldens"; do not edit.\n\n${[...bodies.map(({ line }) => line.trimEnd()), ...sections].join('\n\n')}\n`;
}

const typescriptOf: Readonly<Record<string, string>> = {
  uuid: 'string',
  text: 'string',
  bytea: 'Buffer',
  boolean: 'boolean',
  smallint: 'number',
  integer: 'number',
  bigint: 'bigint',
  numeric: 'string',
  jsonb: 'unknown',
  json: 'unknown',
  'timestamp with time zone': 'Temporal.Instant',
  date: 'string',
  xid8: 'string',
  'text[]': 'string[]',
  'bigint[]': 'bigint[]',
  'numeric[]': 'string[]',
  'uuid[]': 'string[]',
  'xid8[]': 'string[]',
};

interface ColumnRow {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly defaulted: boolean;
  /** The definition of a check on this column alone, such as CHECK ((status = ANY (ARRAY['a'::text, …]))). */
  readonly check: string | null;
}

/** A column that takes one of a few words gets them as its type. */
function words(check: string | null): string | undefined {
  if (check === null || !check.includes('ANY (ARRAY[')) return undefined;
  const found = [...check.matchAll(/'([^']+)'::text/g)].map(([, word]) => `'${word}'`);
  return found.length === 0 ? undefined : found.join(' | ');
}

function columnType({ name, type, required, defaulted, check }: ColumnRow): string {
  const base = words(check) ?? typescriptOf[type];
  if (base === undefined) throw new Error(`No TypeScript type is known for the column type ${type} of ${name}.`);
  const value = required ? base : `${base} | null`;
  return defaulted ? `Generated<${value}>` : value;
}

/** The row types of every table, for Kysely. */
export async function describeTables(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<ColumnRow>(`
    select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required,
      (a.atthasdef or a.attidentity <> '') as defaulted,
      (select pg_get_constraintdef(k.oid) from pg_constraint k
       where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum] limit 1) as check
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`);
  const tables = [...new Set(rows.map(({ table }) => table))];
  const body = tables.map((table) => {
    const columns = rows.filter((row) => row.table === table).map((row) => `    ${row.name}: ${columnType(row)};`);
    return `  ${table}: {\n${columns.join('\n')}\n  };`;
  });
  return `// Generated from the migrations by "npm run goldens"; do not edit.\nimport type { Generated } from 'kysely';\n\n/** The row types of every table. */\nexport interface Tables {\n${body.join('\n')}\n}\n`;
}
