import { Amount } from '@farthing/core/money';
import type { ClosedPeriod } from '@farthing/core/subscriptions';
import { type Insertable, type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import { rowBy, rowsBy, rowsByPlace, together } from '../../kernel/db/together.ts';
import { insertOf, updating } from '../../kernel/db/writes.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import type { Tables } from '../../tables.ts';

export type InvoiceRow = Selectable<Tables['invoices']>;
export type FeeRow = Selectable<Tables['fees']>;

export const findInvoice = rowBy(
  async (db: ReadDb, ids) => db.selectFrom('invoices').selectAll().where(sql<boolean>`id = any(${ids}::uuid[])`).execute(),
  ({ id }) => id,
);

export const insertInvoice = together<Insertable<Tables['invoices']> & { readonly id: string }, InvoiceRow>(async (db, rows) => {
  const { rows: written } = await sql<InvoiceRow>`${insertOf('invoices', rows, { json: ['taxes'] })} returning *`.execute(db);
  const byId = new Map(written.map((row) => [row.id, row]));
  return rows.flatMap(({ id }) => byId.get(id) ?? []);
});

/** Writes columns of an invoice. */
export const updateInvoice = updating('invoices', { json: ['taxes'] });

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

/** In the order of their documents. */
const readFees = async (db: ReadDb, invoiceIds: readonly string[]): Promise<readonly FeeRow[]> =>
  db
    .selectFrom('fees')
    .selectAll()
    .where(sql<boolean>`invoice_id = any(${invoiceIds}::uuid[])`)
    .orderBy('invoice_id')
    .orderBy('position')
    .execute();

/** The fees of an invoice in the order of its document. */
export const feesOfInvoice = rowsBy(readFees, (row) => row.invoice_id);

/** The same of the invoices of a page, by their ids; one without fees has no entry. */
export async function feesByInvoice(db: ReadDb, invoiceIds: readonly string[]): Promise<ReadonlyMap<string | null, readonly FeeRow[]>> {
  return invoiceIds.length === 0 ? new Map() : Map.groupBy(await readFees(db, invoiceIds), (row) => row.invoice_id);
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
export const skipsZeroInvoices = together<string, boolean, ReadDb>(async (db, organizationIds) => {
  const { rows } = await sql<{ id: string }>`select id from organizations where id = any(${organizationIds}::uuid[]) and skip_zero_invoices`.execute(db);
  return organizationIds.map((organizationId) => rows.some(({ id }) => id === organizationId));
});

export async function deleteFees(db: Db, invoiceId: string): Promise<void> {
  await db.deleteFrom('fees').where('invoice_id', '=', invoiceId).execute();
}

export async function deleteInvoiceRow(db: Db, id: string): Promise<void> {
  await db.deleteFrom('invoices').where('id', '=', id).execute();
}

export async function settlementsOf(db: ReadDb, invoiceId: string) {
  return db.selectFrom('invoice_settlements').selectAll().where('invoice_id', '=', invoiceId).orderBy('created_at').orderBy('id').execute();
}

interface PostedOf {
  readonly subscriptionId: string;
  readonly period: Pick<ClosedPeriod, 'fees' | 'usage'>;
  readonly exceptInvoice: string | null;
}

/** What a full period of the new plan costs above one of the old, as the invoice of a change that is paid by the difference has it; null where it has no such line. */
export async function agreedDifference(db: ReadDb, invoiceId: string): Promise<Amount | null> {
  const { rows } = await sql<{ agreed: bigint }>`select (properties ->> 'amount_cents')::bigint as agreed from fees
    where invoice_id = ${invoiceId} and fee_type = 'subscription' limit 1`.execute(db);
  const [row] = rows;
  return row === undefined ? null : Amount.of(row.agreed);
}

/** Up to when an invoice, as it stands, bills ahead the days of a subscription; null where it does not. */
export async function billedAheadTo(db: ReadDb, invoiceId: string, subscriptionId: string): Promise<Temporal.Instant | null> {
  const { rows } = await sql<{ billed_to: Temporal.Instant | null }>`select max(to_datetime) as billed_to from fees
    where invoice_id = ${invoiceId} and subscription_id = ${subscriptionId} and fee_type in ('subscription', 'fixed_charge') and (properties ->> 'pay_in_advance')::boolean`.execute(db);
  return rows[0]?.billed_to ?? null;
}

/** The plan fees of a period, less what was credited of them, and its usage fees, less what was credited as usage that shrank, as prices, on all documents that are not voided but `exceptInvoice`. */
export async function postedIn(db: ReadDb, subscriptionId: string, period: PostedOf['period'], exceptInvoice: string | null): Promise<bigint> {
  const [row] = await sumsPosted(db, { subscriptionId, period, exceptInvoice });
  return row?.posted ?? 0n;
}

/** Each with a row for the fees of its days and one for its usage. A line of no length is of what ends there, as in core. What invoices within the period billed is on that of its end. */
const sumsPosted = rowsByPlace(async (db: ReadDb, asked: readonly PostedOf[]) => {
  const windows = asked.flatMap(({ period, ...of }, place) => [{ ...of, place, ...period.fees, usage: false }, { ...of, place, ...period.usage, usage: true }]);
  const { rows } = await sql<{ place: number; posted: bigint }>`
    select q.place, coalesce(sum(case when f.kind = 'progressive' then 0 else f.amount_cents + f.included_tax_cents end - coalesce(n.credited, 0)), 0)::bigint as posted
    from unnest(${windows.map(({ place }) => place + 1)}::int[], ${windows.map(({ subscriptionId }) => subscriptionId)}::uuid[], ${windows.map(({ start }) => start)}::timestamptz[],
      ${windows.map(({ end }) => end)}::timestamptz[], ${windows.map(({ usage }) => usage)}::boolean[], ${windows.map(({ exceptInvoice }) => exceptInvoice)}::uuid[])
      as q (place, subscription_id, opens, closes, usage, except_invoice)
    join fees f on f.subscription_id = q.subscription_id and f.fee_type in ('subscription', 'fixed_charge', 'charge') and (f.fee_type = 'charge') = q.usage
      and f.from_datetime >= q.opens and f.to_datetime > q.opens and (f.from_datetime < q.closes or f.to_datetime = q.closes)
    left join invoices i on i.tenant_id = f.tenant_id and i.id = f.invoice_id
    left join lateral (select sum(t.amount_cents + t.included_tax_cents) as credited from credit_note_items t
      join credit_notes c on c.tenant_id = t.tenant_id and c.id = t.credit_note_id and c.status = 'finalized'
      where t.tenant_id = f.tenant_id and t.fee_id = f.id and (f.fee_type <> 'charge' or c.late_usage) and f.credited_amount_cents <> 0) n on true
    where i.status is distinct from 'voided' and i.id is distinct from q.except_invoice
    group by q.place`.execute(db);
  return rows;
});
