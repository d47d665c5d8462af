import { type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import { rowsByPlace } from '../../kernel/db/together.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import type { Tables } from '../../tables.ts';

export type CreditNoteRow = Selectable<Tables['credit_notes']>;
export type CreditNoteItemRow = Selectable<Tables['credit_note_items']>;

interface CreditNoteFilters {
  readonly customer_id?: string | undefined;
  readonly invoice_id?: string | undefined;
  readonly status?: CreditNoteRow['status'] | undefined;
}

export async function listCreditNotes(db: ReadDb, page: PageRequest & CreditNoteFilters) {
  let query = db.selectFrom('credit_notes').selectAll();
  for (const column of ['customer_id', 'invoice_id', 'status'] as const) {
    const value = page[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  return listRows(query, page, { sortable: { created_at: 'created_at', total_amount_cents: 'total_amount_cents' } });
}

export async function findCreditNote(db: ReadDb, id: string): Promise<CreditNoteRow | undefined> {
  return db.selectFrom('credit_notes').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The items of several notes in one read. */
export async function itemsOfNotes(db: ReadDb, noteIds: readonly string[]): Promise<Map<string, CreditNoteItemRow[]>> {
  if (noteIds.length === 0) return new Map();
  const rows = await db.selectFrom('credit_note_items').selectAll().where('credit_note_id', 'in', noteIds).orderBy('id').execute();
  return Map.groupBy(rows, (row) => row.credit_note_id);
}

/** Takes the notes of a customer that still have credit in this currency, oldest first (I1). */
export const lockAvailableNotes = rowsByPlace(async (db: Db, asked: readonly { customerId: string; currency: string }[]) => {
  const { rows } = await sql<CreditNoteRow & { place: number }>`
    select q.place::int as place, n.*
    from unnest(${asked.map(({ customerId }) => customerId)}::uuid[], ${asked.map(({ currency }) => currency)}::text[])
      with ordinality as q (customer_id, currency, place)
    join credit_notes n on n.customer_id = q.customer_id and n.currency = q.currency and n.balance_amount_cents > 0 and n.credit_status = 'available'
    order by n.issued_at, n.id for update of n`.execute(db);
  return rows;
});

/** What is left of a customer's credit notes in a currency. */
export async function availableCredit(db: ReadDb, customerId: string, currency: string): Promise<bigint> {
  const { rows } = await sql<{ left: bigint }>`select coalesce(sum(balance_amount_cents), 0)::bigint as left from credit_notes
    where customer_id = ${customerId} and currency = ${currency} and balance_amount_cents > 0 and credit_status = 'available'`.execute(db);
  return rows[0]?.left ?? 0n;
}

/** Whether a note that was not voided refers to this invoice. */
export async function hasLiveNote(db: ReadDb, invoiceId: string): Promise<boolean> {
  const { rows } = await sql<{ live: boolean }>`select exists (select from credit_notes
    where invoice_id = ${invoiceId} and credit_status is distinct from 'voided') as live`.execute(db);
  return rows[0]?.live ?? false;
}

/** What each note has paid of an invoice so far. */
export async function creditsOn(db: ReadDb, invoiceId: string): Promise<{ source_id: string; amount: bigint }[]> {
  const { rows } = await sql<{ source_id: string; amount: bigint }>`
    select source_id, sum(amount_cents)::bigint as amount from invoice_settlements
    where invoice_id = ${invoiceId} and settlement_type = 'credit_note'
    group by source_id having sum(amount_cents) <> 0 order by source_id`.execute(db);
  return rows;
}

/** The finalized advance fees of a subscription that cover time after this instant, the oldest first. */
export async function advanceFeesAfter(db: ReadDb, subscriptionId: string, at: Temporal.Instant) {
  return db
    .selectFrom('fees as f')
    .innerJoin('invoices as i', (join) => join.onRef('i.tenant_id', '=', 'f.tenant_id').onRef('i.id', '=', 'f.invoice_id'))
    .selectAll('f')
    .select('i.timezone as invoice_timezone')
    .where('f.subscription_id', '=', subscriptionId)
    .where('f.fee_type', 'in', ['subscription', 'fixed_charge'])
    .where('i.status', 'in', ['finalized', 'paid'])
    .where(sql<boolean>`(f.properties ->> 'pay_in_advance')::boolean and (f.properties ->> 'prorated') is distinct from 'false'`)
    .where('f.to_datetime', '>', at)
    .orderBy('f.from_datetime')
    .orderBy('f.id')
    .execute();
}
