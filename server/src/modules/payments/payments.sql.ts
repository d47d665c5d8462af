import { type Selectable, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import type { Tables } from '../../tables.ts';

export type PaymentRow = Selectable<Tables['payments']>;

interface PaymentFilters {
  readonly invoice_id?: string | undefined;
  readonly customer_id?: string | undefined;
  readonly status?: PaymentRow['status'] | undefined;
  readonly provider?: PaymentRow['provider'] | undefined;
}

export async function listPayments(db: ReadDb, page: PageRequest & PaymentFilters) {
  let query = db.selectFrom('payments').selectAll();
  for (const column of ['invoice_id', 'customer_id', 'status', 'provider'] as const) {
    const value = page[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  return listRows(query, page, { sortable: { created_at: 'created_at', amount_cents: 'amount_cents' } });
}

export async function findPayment(db: ReadDb, id: string): Promise<PaymentRow | undefined> {
  return db.selectFrom('payments').selectAll().where('id', '=', id).executeTakeFirst();
}

interface Health {
  readonly total_invoices: number;
  readonly paid_invoices: number;
  readonly overdue_invoices: number;
  readonly overdue_amount: bigint;
  readonly total_payments: number;
  readonly failed_payments: number;
}

/** The figures a customer's health is judged by: drafts and voided invoices are no debt. */
export async function healthFigures(db: ReadDb, customerId: string, now: Temporal.Instant): Promise<Health> {
  const { rows } = await sql<Health>`
    select i.*, p.* from
      (select count(*)::int as total_invoices,
        count(*) filter (where status = 'paid')::int as paid_invoices,
        count(*) filter (where status = 'finalized' and amount_due_cents > 0 and due_date < ${now})::int as overdue_invoices,
        coalesce(sum(amount_due_cents) filter (where status = 'finalized' and due_date < ${now}), 0)::bigint as overdue_amount
       from invoices where customer_id = ${customerId} and status in ('finalized', 'paid')) i,
      (select count(*)::int as total_payments, count(*) filter (where status = 'failed')::int as failed_payments
       from payments where customer_id = ${customerId}) p`.execute(db);
  const row = rows[0];
  if (row === undefined) throw new Error('Aggregates always answer a row.');
  return row;
}
