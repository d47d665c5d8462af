import { sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import { rowBy, together } from '../../kernel/db/together.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import { parseId } from '../../kernel/wire.ts';

/** Customers with what applies to each: its own zone, grace and payment term, else the entity's, else the organization's. */
function customers(db: ReadDb) {
  return db
    .selectFrom('customers as c')
    .innerJoin('billing_entities as e', (join) => join.onRef('e.tenant_id', '=', 'c.tenant_id').onRef('e.id', '=', 'c.billing_entity_id'))
    .innerJoin('tenants as t', 't.id', 'c.tenant_id')
    .innerJoin('organizations as o', 'o.id', 't.organization_id')
    .selectAll('c')
    .select([
      't.organization_id',
      't.environment',
      sql<string>`coalesce(c.timezone, e.timezone, o.timezone)`.as('effective_timezone'),
      sql<number>`coalesce(c.invoice_grace_period, e.invoice_grace_period)`.as('effective_grace_period'),
      sql<number>`coalesce(c.net_payment_term, e.net_payment_term)`.as('effective_payment_term'),
    ]);
}

export type CustomerRow = Awaited<ReturnType<typeof readCustomers>>[number];

const readCustomers = async (db: ReadDb, ids: readonly string[]) => customers(db).where(sql<boolean>`c.id = any(${ids}::uuid[])`).execute();

const customerById = rowBy(readCustomers, ({ id }) => id);

interface Find {
  readonly includeDeleted?: boolean | undefined;
}

/**
 * The customer an identifier names: by id or prefixed id where it has that form, else by external_id. A deleted one is
 * found only where asked for.
 */
export async function findCustomer(db: ReadDb, reference: string, { includeDeleted = false }: Find = {}): Promise<CustomerRow | undefined> {
  const id = parseId('cus', reference);
  const byId = id === null ? undefined : await customerById(db, id);
  const found = byId ?? (await findByExternalId(db, reference, includeDeleted));
  return found !== undefined && (includeDeleted || found.deleted_at === null) ? found : undefined;
}

async function findByExternalId(db: ReadDb, externalId: string, includeDeleted: boolean): Promise<CustomerRow | undefined> {
  const query = customers(db).where('c.external_id', '=', externalId).orderBy(sql`c.deleted_at`, (order) => order.desc().nullsFirst());
  return (includeDeleted ? query : query.where('c.deleted_at', 'is', null)).limit(1).executeTakeFirst();
}

/** Takes the row for the rest of the transaction, so that what is decided on it stays true. */
export const lockCustomer = together<string>(async (db, ids) => {
  await sql`select id from customers where id = any(${ids}::uuid[]) order by id for update`.execute(db);
  return ids.map(() => undefined);
});

export interface CustomerFilters {
  readonly search?: string | undefined;
  readonly tags?: string | undefined;
  readonly status?: 'active' | 'inactive' | undefined;
  readonly include_deleted?: boolean | undefined;
}

export async function listCustomers(db: ReadDb, page: PageRequest & CustomerFilters) {
  let query = customers(db);
  if (page.include_deleted !== true) query = query.where('c.deleted_at', 'is', null);
  if (page.status !== undefined) query = query.where('c.status', '=', page.status);
  if (page.tags !== undefined) query = query.where(sql<boolean>`c.tags @> ${page.tags.split(',').map((tag) => tag.trim())}::text[]`);
  if (page.search !== undefined) {
    const pattern = `%${page.search.replace(/[\\%_]/g, '\\$&')}%`;
    query = query.where(sql<boolean>`(c.name ilike ${pattern} or c.email ilike ${pattern} or c.external_id ilike ${pattern})`);
  }
  return listRows(query, page, {
    sortable: { created_at: 'c.created_at', updated_at: 'c.updated_at', name: 'c.name' },
    idColumn: 'c.id',
  });
}

/** Whether an active or pending subscription still bills this customer. */
export async function hasRunningSubscription(db: ReadDb, id: string): Promise<boolean> {
  const { rows } = await sql<{ running: boolean }>`select exists (select from subscriptions
    where customer_id = ${id} and status in ('pending', 'active', 'paused', 'canceled')) as running`.execute(db);
  return rows[0]?.running ?? false;
}

/** Whether usage already refers to this customer by its external_id. */
export async function hasEvents(db: ReadDb, externalId: string): Promise<boolean> {
  const { rows } = await sql<{ used: boolean }>`select exists (
    select from usage_events where external_customer_id = ${externalId}) as used`.execute(db);
  return rows[0]?.used ?? false;
}

/** Whether a subscription, a document, a coupon or an add-on that waits to be billed has a currency to keep. */
export async function isBilled(db: ReadDb, id: string): Promise<boolean> {
  const { rows } = await sql<{ billed: boolean }>`select
    exists (select from subscriptions where customer_id = ${id} and status <> 'terminated')
    or exists (select from invoices where customer_id = ${id})
    or exists (select from applied_coupons where customer_id = ${id} and amount_currency is not null and used_up_at is null and removed_at is null)
    or exists (select from applied_add_ons where customer_id = ${id} and waits and invoice_id is null) as billed`.execute(db);
  return rows[0]?.billed ?? false;
}
