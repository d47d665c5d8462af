import { type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import { parseId } from '../../kernel/wire.ts';
import type { Tables } from '../../tables.ts';

export type AddOnRow = Selectable<Tables['add_ons']>;

/** The live add-on an identifier names: by id or prefixed id where it has that form, else by code. */
export async function findAddOn(db: ReadDb, reference: string): Promise<AddOnRow | undefined> {
  const live = db.selectFrom('add_ons').selectAll().where('deleted_at', 'is', null);
  const id = parseId('addon', reference);
  const byId = id === null ? undefined : await live.where('id', '=', id).executeTakeFirst();
  return byId ?? (await live.where('code', '=', reference).executeTakeFirst());
}

/** Reads a live add-on again for the rest of the transaction; undefined when it is gone. */
export async function lockAddOn(db: Db, id: string): Promise<AddOnRow | undefined> {
  return db.selectFrom('add_ons').selectAll().where('id', '=', id).where('deleted_at', 'is', null).forUpdate().executeTakeFirst();
}

export async function listAddOns(db: ReadDb, page: PageRequest) {
  return listRows(db.selectFrom('add_ons').selectAll().where('deleted_at', 'is', null), page, {
    sortable: { created_at: 'created_at', updated_at: 'updated_at', code: 'code', name: 'name', amount_cents: 'amount_cents' },
  });
}

/** How often each live add-on was applied. */
export async function countApplications(db: ReadDb): Promise<Record<string, number>> {
  const { rows } = await sql<{ id: string; applications: number }>`
    select a.id, count(p.id)::int as applications from add_ons a
    left join applied_add_ons p on p.tenant_id = a.tenant_id and p.add_on_id = a.id
    where a.deleted_at is null
    group by a.id`.execute(db);
  return Object.fromEntries(rows.map((row) => [row.id, row.applications]));
}
