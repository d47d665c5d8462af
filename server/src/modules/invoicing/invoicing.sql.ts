import type { Period } from '@farthing/core/time';
import { type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import type { Tables } from '../../tables.ts';

export type InvoiceRow = Selectable<Tables['invoices']>;
export type FeeRow = Selectable<Tables['fees']>;

export async function findInvoice(db: ReadDb, id: string): Promise<InvoiceRow | undefined> {
  return db.selectFrom('invoices').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Takes the row for the rest of the transaction. */
export async function lockInvoice(db: Db, id: string): Promise<InvoiceRow | undefined> {
  return db.selectFrom('invoices').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

interface InvoiceFilters {
  readonly customer_id?: string | undefined;
  readonly subscription_id?: string | undefined;
  readonly external_subscription_id?: string | undefined;
  readonly status?: InvoiceRow['status'] | undefined;
  readonly payment_overdue?: boolean | undefined;
}

/** The invoices that a subscription is on, alone or with others. */
function invoicesOf(db: ReadDb) {
  return db
    .selectFrom('invoice_subscriptions as n')
    .innerJoin('subscriptions as s', (join) => join.onRef('s.tenant_id', '=', 'n.tenant_id').onRef('s.id', '=', 'n.subscription_id'))
    .select('n.invoice_id');
}

/** What `payment_overdue` says of a row. */
const overdueAt = (now: Temporal.Instant) => sql<boolean>`(status = 'finalized' and amount_due_cents > 0 and due_date is not null and due_date < ${now})`;

export async function listInvoices(db: ReadDb, page: PageRequest & InvoiceFilters, now: Temporal.Instant) {
  let query = db.selectFrom('invoices').selectAll();
  if (page.customer_id !== undefined) query = query.where('customer_id', '=', page.customer_id);
  const { subscription_id: subscriptionId, external_subscription_id: externalId } = page;
  if (subscriptionId !== undefined) query = query.where((is) => is('id', 'in', invoicesOf(db).where('n.subscription_id', '=', subscriptionId)));
  if (externalId !== undefined) query = query.where((is) => is('id', 'in', invoicesOf(db).where('s.external_id', '=', externalId)));
  if (page.status !== undefined) query = query.where('status', '=', page.status);
  if (page.payment_overdue !== undefined) query = query.where(page.payment_overdue ? overdueAt(now) : sql<boolean>`not ${overdueAt(now)}`);
  return listRows(query, page, {
    sortable: {
      created_at: 'created_at',
      updated_at: 'updated_at',
      billing_period_start: 'billing_period_start',
      billing_period_end: 'billing_period_end',
      total_cents: 'total_cents',
    },
  });
}

/** The fees of several invoices in one read, each in the order of its document. */
export async function feesOfInvoices(db: ReadDb, invoiceIds: readonly string[]): Promise<Map<string, FeeRow[]>> {
  if (invoiceIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('fees')
    .selectAll()
    .where('invoice_id', 'in', invoiceIds)
    .orderBy('invoice_id')
    .orderBy('position')
    .execute();
  return Map.groupBy(rows, (row) => row.invoice_id ?? '');
}

interface FeeFilters extends Pick<InvoiceFilters, 'customer_id' | 'subscription_id'> {
  readonly invoice_id?: string | undefined;
  readonly fee_type?: FeeRow['fee_type'] | undefined;
  readonly payment_status?: FeeRow['payment_status'] | undefined;
}

export async function listFees(db: ReadDb, page: PageRequest & FeeFilters) {
  let query = db.selectFrom('fees').selectAll();
  for (const column of ['invoice_id', 'customer_id', 'subscription_id', 'fee_type', 'payment_status'] as const) {
    const value = page[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  return listRows(query, page, { sortable: { created_at: 'created_at', amount_cents: 'amount_cents' } });
}

export async function findFee(db: ReadDb, id: string): Promise<FeeRow | undefined> {
  return db.selectFrom('fees').selectAll().where('id', '=', id).executeTakeFirst();
}

/** What the documents of one invoice need of its seller and its buyer. */
export async function partiesOf(db: ReadDb, invoice: Pick<InvoiceRow, 'billing_entity_id' | 'customer_id'>) {
  const seller = await db
    .selectFrom('billing_entities')
    .selectAll()
    .where('id', '=', invoice.billing_entity_id)
    .executeTakeFirstOrThrow();
  const buyer = await db.selectFrom('customers').selectAll().where('id', '=', invoice.customer_id).executeTakeFirstOrThrow();
  return { seller, buyer };
}

/** Whether the organization wants no invoices over nothing. */
export async function skipsZeroInvoices(db: ReadDb, organizationId: string): Promise<boolean> {
  const { rows } = await sql<{ skip: boolean }>`
    select skip_zero_invoices as skip from organizations where id = ${organizationId}`.execute(db);
  return rows[0]?.skip ?? false;
}

export async function deleteFees(db: Db, invoiceId: string): Promise<void> {
  await db.deleteFrom('fees').where('invoice_id', '=', invoiceId).execute();
}

export async function deleteInvoiceRow(db: Db, id: string): Promise<void> {
  await db.deleteFrom('invoices').where('id', '=', id).execute();
}

export async function settlementsOf(db: ReadDb, invoiceId: string) {
  return db.selectFrom('invoice_settlements').selectAll().where('invoice_id', '=', invoiceId).orderBy('created_at').orderBy('id').execute();
}

/** The plan fees of a period, less what was credited of them, and its usage fees, on all documents that are not voided but `exceptInvoice`. */
export async function postedIn(db: ReadDb, subscriptionId: string, { start, end }: Period, exceptInvoice: string | null): Promise<bigint> {
  const { rows } = await sql<{ posted: bigint }>`
    select coalesce(sum(f.amount_cents + f.included_tax_cents - case when f.fee_type not in ('subscription', 'fixed_charge') or f.amount_cents = 0 then 0
      else round(f.credited_amount_cents * (f.amount_cents + f.included_tax_cents)::numeric / f.amount_cents) end), 0)::bigint as posted
    from fees f left join invoices i on i.tenant_id = f.tenant_id and i.id = f.invoice_id
    where f.subscription_id = ${subscriptionId} and f.fee_type in ('subscription', 'fixed_charge', 'charge') and f.kind <> 'progressive'
      and f.from_datetime >= ${start} and f.from_datetime < ${end}
      and i.status is distinct from 'voided' and i.id is distinct from ${exceptInvoice}::uuid`.execute(db);
  return rows[0]?.posted ?? 0n;
}
