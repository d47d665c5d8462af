import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../tables.ts';
import { listRows } from './db/list.ts';
import type { Read } from './envelope.ts';
import type { EventType } from './event.ts';
import { listQuery } from './http/page.ts';
import { command, type Operation, query } from './operation.ts';
import { conflict, notFound } from './problem.ts';

interface CrudDeclaration<C extends z.ZodType, U extends z.ZodType> {
  /** In operation ids and messages: "Tax", "Taxes". */
  readonly name: { readonly one: string; readonly many: string };
  readonly tag: string;
  readonly path: string;
  readonly family: string;
  readonly table: keyof Tables;
  /** The path parameter and the column it is looked up by. */
  readonly key: { readonly param: string; readonly column: string; readonly schema: z.ZodType<string> };
  readonly response: z.ZodObject;
  readonly create: C;
  readonly update: U;
  readonly updateMethod: 'PUT' | 'PATCH';
  readonly sortable: Readonly<Record<string, string>>;
  readonly events: { readonly created: EventType<z.ZodObject>; readonly updated: EventType<z.ZodObject>; readonly deleted: EventType<z.ZodObject> };
  readonly present: (row: Row) => Record<string, unknown>;
}

/** A row as the driver gives it; the response schema picks and checks the fields. */
type Row = Record<string, unknown> & { readonly id: string };

function columns(values: object): { names: ReturnType<typeof sql.join>; values: ReturnType<typeof sql.join> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return { names: sql.join(entries.map(([name]) => sql.ref(name))), values: sql.join(entries.map(([, value]) => sql`${value}`)) };
}

/**
 * The five ordinary operations of a resource without rules. It has no hooks on purpose: an operation that needs a rule
 * is written out, and the other four are still taken from here.
 */
export function crud<C extends z.ZodType<object>, U extends z.ZodType<object>>(
  declaration: CrudDeclaration<C, U>,
): Record<'list' | 'get' | 'create' | 'update' | 'remove', Operation> {
  const { name, tag, path, family, table, key, response, events, present } = declaration;
  const item = { tag, path: `${path}/{${key.param}}`, params: z.object({ [key.param]: key.schema }) };
  const read = `${family}:read` as const;
  const write = `${family}:write` as const;

  const find = async (db: Read['db'], params: Record<string, string>, lock = false): Promise<Row> => {
    const { rows } = await sql<Row>`select * from ${sql.table(table)}
      where tenant_id = app.tenant() and ${sql.ref(key.column)} = ${params[key.param]} ${sql.raw(lock ? 'for update' : '')}`.execute(db);
    if (rows[0] === undefined) throw notFound(name.one);
    return rows[0];
  };

  return {
    list: query({
      id: `list${name.many}`, method: 'GET', path, tag, summary: `List ${name.many}`, permission: read,
      query: listQuery({}), returns: { list: response },
      handle: async ({ query: page, read: { db } }) => {
        const found = await listRows(db.selectFrom(table as 'plans').selectAll(), page, { sortable: declaration.sortable });
        return { ...found, items: found.items.map((row) => present(row)) };
      },
    }),
    get: query({
      id: `get${name.one}`, method: 'GET', ...item, summary: `Get ${name.one}`, permission: read, returns: response,
      handle: async ({ params, read: { db } }) => present(await find(db, params)),
    }),
    create: command({
      id: `create${name.one}`, method: 'POST', path, tag, summary: `Create ${name.one}`, permission: write, status: 201,
      body: declaration.create, returns: response,
      handle: async ({ body, tx }) => {
        const { tenant, now } = tx.scope;
        const row = columns({ tenant_id: tenant.id, id: randomUUIDv7(), ...body, created_at: now, updated_at: now });
        const { rows } = await sql<Row>`insert into ${sql.table(table)} (${row.names}) values (${row.values})
          on conflict do nothing returning *`.execute(tx.db);
        if (rows[0] === undefined) throw conflict('already_exists', `There is already such ${name.one}.`);
        const made = present(rows[0]);
        await tx.emit(events.created, { id: rows[0].id, data: made });
        return made;
      },
    }),
    update: command({
      id: `update${name.one}`, method: declaration.updateMethod, ...item, summary: `Update ${name.one}`, permission: write,
      body: declaration.update, returns: response,
      handle: async ({ params, body, tx }) => {
        const before = await find(tx.db, params, true);
        const row = columns({ ...body, updated_at: tx.scope.now });
        const { rows } = await sql<Row>`update ${sql.table(table)} set (${row.names}) = row(${row.values})
          where tenant_id = app.tenant() and id = ${before.id} returning *`.execute(tx.db);
        const after = present(rows[0] ?? before);
        await tx.emit(events.updated, { id: before.id, data: after, before: present(before) });
        return after;
      },
    }),
    remove: command({
      id: `delete${name.one}`, method: 'DELETE', ...item, summary: `Delete ${name.one}`, permission: write, returns: null,
      handle: async ({ params, tx }) => {
        const row = await find(tx.db, params, true);
        await sql`delete from ${sql.table(table)} where tenant_id = app.tenant() and id = ${row.id}`.execute(tx.db);
        await tx.emit(events.deleted, { id: row.id, data: present(row) });
      },
    }),
  };
}
