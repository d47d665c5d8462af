import { sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import { rowBy } from '../../kernel/db/together.ts';
import type { PageRequest } from '../../kernel/http/page.ts';

/** Entities with the zone that applies to each: its own, else the organization's. */
function entities(db: ReadDb) {
  return db
    .selectFrom('billing_entities as e')
    .innerJoin('tenants as t', 't.id', 'e.tenant_id')
    .innerJoin('organizations as o', 'o.id', 't.organization_id')
    .selectAll('e')
    .select(sql<string>`coalesce(e.timezone, o.timezone)`.as('effective_timezone'));
}

export type BillingEntityRow = Awaited<ReturnType<typeof findEntities>>[number];

async function findEntities(db: ReadDb, column: 'code' | 'is_default', value: string | boolean) {
  return entities(db).where(`e.${column}`, '=', value).limit(1).execute();
}

const entityById = rowBy(async (db: ReadDb, ids) => entities(db).where(sql<boolean>`e.id = any(${ids}::uuid[])`).execute(), ({ id }) => id);

export async function findEntity(db: ReadDb, by: { id: string } | { code: string } | 'default'): Promise<BillingEntityRow | undefined> {
  if (by === 'default') return (await findEntities(db, 'is_default', true))[0];
  return 'id' in by ? entityById(db, by.id) : (await findEntities(db, 'code', by.code))[0];
}

export async function listEntities(db: ReadDb, page: PageRequest) {
  return listRows(entities(db), page, {
    sortable: { created_at: 'e.created_at', code: 'e.code', name: 'e.name' },
    idColumn: 'e.id',
  });
}

/** Takes the row for the rest of the transaction. */
export async function lockEntity(db: Db, id: string): Promise<void> {
  await db.selectFrom('billing_entities').select('id').where('id', '=', id).forUpdate().execute();
}

export async function clearDefault(db: Db): Promise<void> {
  await db.updateTable('billing_entities').set({ is_default: false }).where('is_default', '=', true).execute();
}

/** How many live customers each entity bills. */
export async function countCustomers(db: ReadDb): Promise<Record<string, number>> {
  const { rows } = await sql<{ id: string; customers: number }>`
    select e.id, count(c.id)::int as customers from billing_entities e
    left join customers c on c.tenant_id = e.tenant_id and c.billing_entity_id = e.id and c.deleted_at is null
    group by e.id`.execute(db);
  return Object.fromEntries(rows.map((row) => [row.id, row.customers]));
}

export async function isInUse(db: ReadDb, id: string): Promise<boolean> {
  const { rows } = await sql<{ used: boolean }>`select
    exists (select from customers where billing_entity_id = ${id}) or exists (select from invoices where billing_entity_id = ${id}) as used`.execute(db);
  return rows[0]?.used ?? false;
}

/** The highest number a finalized invoice of this entity carries; what is still to come must lie above it. */
export async function hasNumbers(db: ReadDb, id: string): Promise<boolean> {
  const { rows } = await sql<{ numbered: boolean }>`select exists (
    select from invoices where billing_entity_id = ${id} and invoice_number is not null) as numbered`.execute(db);
  return rows[0]?.numbered ?? false;
}
