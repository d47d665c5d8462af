import type { AppliedAddOn } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import { type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import { rowsByPlace } from '../../kernel/db/together.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import type { Tables } from '../../tables.ts';

export type AppliedAddOnRow = Selectable<Tables['applied_add_ons']>;

function details(db: ReadDb) {
  return db
    .selectFrom('applied_add_ons as p')
    .innerJoin('add_ons as a', (join) => join.onRef('a.tenant_id', '=', 'p.tenant_id').onRef('a.id', '=', 'p.add_on_id'))
    .innerJoin('customers as c', (join) => join.onRef('c.tenant_id', '=', 'p.tenant_id').onRef('c.id', '=', 'p.customer_id'))
    .selectAll('p')
    .select(['a.code as add_on_code', 'a.name as add_on_name', 'c.name as customer_name']);
}

/** The applications of an add-on, or those to a customer. */
export async function listApplied(db: ReadDb, of: { readonly addOnId: string } | { readonly customerId: string }, page: PageRequest) {
  const query = 'addOnId' in of ? details(db).where('p.add_on_id', '=', of.addOnId) : details(db).where('p.customer_id', '=', of.customerId);
  return listRows(query, page, { sortable: { created_at: 'p.created_at', amount_cents: 'p.amount_cents' }, idColumn: 'p.id' });
}

export interface WaitingAddOn extends AppliedAddOn {
  readonly applicationId: string;
}

interface WaitingRow {
  readonly place: number;
  readonly id: string;
  readonly add_on_id: string;
  readonly amount_cents: bigint;
  readonly code: string;
  readonly display_name: string;
}

const waiting = rowsByPlace(async (db: ReadDb, asked: readonly { customerId: string; currency: string; draftId: string | null }[]) => {
  const { rows } = await sql<WaitingRow>`
    select q.place::int as place, p.id, p.add_on_id, p.amount_cents, a.code, coalesce(a.invoice_display_name, a.name) as display_name
    from unnest(${asked.map(({ customerId }) => customerId)}::uuid[], ${asked.map(({ currency }) => currency)}::text[],
      ${asked.map(({ draftId }) => draftId)}::uuid[]) with ordinality as q (customer_id, currency, draft_id, place)
    join applied_add_ons p on p.customer_id = q.customer_id and p.amount_currency = q.currency and p.waits and (p.invoice_id is null or p.invoice_id = q.draft_id)
    join add_ons a on a.tenant_id = p.tenant_id and a.id = p.add_on_id
    order by p.created_at, p.id`.execute(db);
  return rows;
});

/** What waits for an invoice of this customer in this currency, oldest first; what a draft has taken waits again where it is computed anew. */
export async function waitingAddOns(db: ReadDb, customerId: string, currency: string, draftId: string | null): Promise<readonly WaitingAddOn[]> {
  const rows = await waiting(db, { customerId, currency, draftId });
  return rows.map((row) => ({
    applicationId: row.id,
    addOnId: row.add_on_id,
    code: row.code,
    displayName: row.display_name,
    amount: Amount.of(row.amount_cents),
  }));
}

/** Notes which applications an invoice bills. */
export async function takeAddOns(db: Db, invoiceId: string, addOns: readonly WaitingAddOn[]): Promise<void> {
  if (addOns.length === 0) return;
  const ids = addOns.map(({ applicationId }) => applicationId);
  await db.updateTable('applied_add_ons').set({ invoice_id: invoiceId }).where('id', 'in', ids).execute();
}

/** What waited for this invoice waits for another one. */
export async function releaseAddOns(db: Db, invoiceId: string): Promise<void> {
  await db.updateTable('applied_add_ons').set({ invoice_id: null }).where('invoice_id', '=', invoiceId).where('waits', '=', true).execute();
}

/** What one invoice billed by itself is billed by another that replaces it. */
export async function moveAddOns(db: Db, fromInvoiceId: string, toInvoiceId: string): Promise<void> {
  await db.updateTable('applied_add_ons').set({ invoice_id: toInvoiceId }).where('invoice_id', '=', fromInvoiceId).where('waits', '=', false).execute();
}
