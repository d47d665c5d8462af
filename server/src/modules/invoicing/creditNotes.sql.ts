import type { NoteItem } from '@farthing/core/credits';
import { Amount } from '@farthing/core/money';
import { groupKey, type TaxPart } from '@farthing/core/taxes';
import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import type { Scope } from '../../kernel/scope.ts';
import { listRows } from '../../kernel/db/list.ts';
import { rowsByPlace } from '../../kernel/db/together.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import { nextId } from '../../kernel/nextId.ts';
import type { Tables } from '../../tables.ts';
import { type TaxColumns, taxColumns, taxFrom } from './feeTaxes.sql.ts';

export type CreditNoteRow = Selectable<Tables['credit_notes']>;
type ItemRow = Selectable<Tables['credit_note_items']>;
type TaxRow = Selectable<Tables['credit_note_taxes']>;

interface CreditNoteFilters {
  readonly customer_id?: string | undefined;
  readonly invoice_id?: string | undefined;
  readonly status?: CreditNoteRow['status'] | undefined;
  readonly credit_note_type?: CreditNoteRow['credit_note_type'] | undefined;
  readonly refund_status?: CreditNoteRow['refund_status'] | undefined;
}

export async function listCreditNotes(db: ReadDb, page: PageRequest & CreditNoteFilters) {
  let query = db.selectFrom('credit_notes').selectAll();
  for (const column of ['customer_id', 'invoice_id', 'status', 'credit_note_type', 'refund_status'] as const) {
    const value = page[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  return listRows(query, page, { sortable: { created_at: 'created_at', total_amount_cents: 'total_amount_cents' } });
}

export async function findCreditNote(db: ReadDb, id: string): Promise<CreditNoteRow | undefined> {
  return db.selectFrom('credit_notes').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Takes a note for the rest of the transaction; its invoice is taken before. */
export async function lockCreditNote(db: Db, id: string): Promise<CreditNoteRow | undefined> {
  return db.selectFrom('credit_notes').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** Whether a note of a billing entity has this number. */
export async function isNumberTaken(db: ReadDb, billingEntityId: string, number: string): Promise<boolean> {
  const found = await db.selectFrom('credit_notes').select('id').where('billing_entity_id', '=', billingEntityId).where('number', '=', number).executeTakeFirst();
  return found !== undefined;
}

/** The entries of a note: what it gives back, and with a minus what was taken back of it. */
export interface NoteLines {
  readonly items: readonly NoteItem[];
  readonly taxes: readonly (TaxPart & { readonly isVoid: boolean })[];
}

/** The lines of several notes, in two reads at most. */
export async function linesOfNotes(db: ReadDb, notes: readonly CreditNoteRow[]): Promise<(note: CreditNoteRow) => NoteLines> {
  const ids = notes.filter((note) => note.draft_lines === null).map(({ id }) => id);
  const items = ids.length === 0 ? [] : await db.selectFrom('credit_note_items').selectAll().where('credit_note_id', 'in', ids).orderBy('position').orderBy('id').execute();
  const taxes = ids.length === 0 ? [] : await db.selectFrom('credit_note_taxes').selectAll().where('credit_note_id', 'in', ids).orderBy('position').execute();
  const [byNote, taxesByNote] = [Map.groupBy(items, (row) => row.credit_note_id), Map.groupBy(taxes, (row) => row.credit_note_id)];
  return ({ id, draft_lines: draft }) =>
    draft === null ? { items: (byNote.get(id) ?? []).map(itemFrom), taxes: (taxesByNote.get(id) ?? []).map(partFrom) } : decodeLines(draft);
}

function itemFrom(row: Pick<ItemRow, 'fee_id' | 'amount_cents' | 'coupons_amount_cents' | 'taxes_amount_cents' | 'included_tax_cents'>): NoteItem {
  return {
    feeId: row.fee_id,
    amount: Amount.of(row.amount_cents),
    coupons: Amount.of(row.coupons_amount_cents),
    net: Amount.of(row.amount_cents - row.coupons_amount_cents),
    taxes: Amount.of(row.taxes_amount_cents),
    included: Amount.of(row.included_tax_cents),
  };
}

const partFrom = (row: TaxColumns & Pick<TaxRow, 'base_amount_cents' | 'amount_cents' | 'is_void'>) => ({
  tax: taxFrom(row),
  base: Amount.of(row.base_amount_cents),
  amount: Amount.of(row.amount_cents),
  isVoid: row.is_void,
});

interface WrittenLines {
  readonly items: readonly NoteItem[];
  readonly taxes: readonly TaxPart[];
}

const itemColumns = (item: NoteItem, sign: bigint) => ({
  fee_id: item.feeId,
  amount_cents: sign * item.amount,
  coupons_amount_cents: sign * item.coupons,
  taxes_amount_cents: sign * item.taxes,
  included_tax_cents: sign * item.included,
});

const partColumns = ({ tax, base, amount }: TaxPart, sign: bigint) => ({ ...taxColumns(tax), base_amount_cents: sign * base, amount_cents: sign * amount });

/** Writes what a note gives back; with a minus what is taken back of it. */
export async function insertLines(db: Db, { tenant, now }: Scope, noteId: string, { items, taxes }: WrittenLines, isVoid = false): Promise<void> {
  const sign = isVoid ? -1n : 1n;
  const shared = (position: number) => ({ tenant_id: tenant.id, id: nextId(), credit_note_id: noteId, position, created_at: now });
  const lines = items.map((item, position) => ({ ...shared(position), ...itemColumns(item, sign) })).filter(({ amount_cents: amount }) => amount !== 0n);
  if (lines.length > 0) await db.insertInto('credit_note_items').values(lines).execute();
  const parts = taxes.map((part, position) => ({ ...shared(position), ...partColumns(part, sign), is_void: isVoid }));
  if (parts.length > 0) await db.insertInto('credit_note_taxes').values(parts).execute();
}

/** The lines of a draft as they are kept with it; amounts as texts, so that no reader of JSON rounds them. */
export function encodeLines({ items, taxes }: WrittenLines): string {
  return JSON.stringify({ items: items.map((item) => itemColumns(item, 1n)), taxes: taxes.map((part) => partColumns(part, 1n)) }, (_, value) => (typeof value === 'bigint' ? value.toString() : value));
}

const cents = z.coerce.bigint();
const draftLines = z.object({
  items: z.array(z.object({ fee_id: z.string(), amount_cents: cents, coupons_amount_cents: cents, taxes_amount_cents: cents, included_tax_cents: cents })),
  taxes: z.array(
    z.object({
      tax_id: z.string().nullable(),
      tax_code: z.string(),
      tax_name: z.string(),
      tax_rate: z.string(),
      tax_category: z.string(),
      jurisdiction: z.string(),
      compound: z.boolean(),
      inclusive: z.boolean(),
      reason: z.string().nullable(),
      base_amount_cents: cents,
      amount_cents: cents,
    }),
  ),
});

function decodeLines(lines: unknown): NoteLines {
  const { items, taxes } = draftLines.parse(lines);
  return { items: items.map(itemFrom), taxes: taxes.map((row) => partFrom({ ...row, is_void: false })) };
}

/** Adds to what was given back of fees; with a minus takes it back. */
export async function moveFees(db: Db, { now }: Scope, items: readonly NoteItem[], sign: 1n | -1n): Promise<void> {
  for (const { feeId, amount, coupons } of items)
    await sql`update fees set credited_amount_cents = credited_amount_cents + ${sign * amount}, returned_coupons_amount_cents = returned_coupons_amount_cents + ${sign * coupons},
      updated_at = ${now} where id = ${feeId}`.execute(db);
}

/** What notes gave back of each fee as tax that was in its price. */
export async function includedGiven(db: ReadDb, feeIds: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await sql<{ fee_id: string; given: bigint }>`
    select t.fee_id, sum(t.included_tax_cents)::bigint as given from credit_note_items t
    join credit_notes n on n.tenant_id = t.tenant_id and n.id = t.credit_note_id and n.status = 'finalized'
    where t.fee_id = any(${feeIds}::uuid[]) group by t.fee_id`.execute(db);
  return new Map(rows.map(({ fee_id: id, given }) => [id, given]));
}

/** What notes gave back of each tax of an invoice, by group. */
export async function taxesGiven(db: ReadDb, invoiceId: string): Promise<ReadonlyMap<string, Amount>> {
  const { rows } = await sql<TaxColumns & { amount: bigint }>`
    select t.*, t.amount_cents as amount from credit_note_taxes t
    join credit_notes n on n.tenant_id = t.tenant_id and n.id = t.credit_note_id and n.status = 'finalized' and n.invoice_id = ${invoiceId}`.execute(db);
  const groups = Map.groupBy(rows, (row) => groupKey(taxFrom(row)));
  return new Map([...groups].map(([key, own]) => [key, Amount.sum(own.map(({ amount }) => Amount.of(amount)))]));
}

/** The money that notes pay back, or are to, of what came for an invoice. */
export async function refundedOn(db: ReadDb, invoiceId: string): Promise<bigint> {
  const { rows } = await sql<{ refund: bigint }>`select coalesce(sum(refund_amount_cents), 0)::bigint as refund from credit_notes
    where invoice_id = ${invoiceId} and status = 'finalized' and (voided_at is null or refund_status = 'succeeded')`.execute(db);
  return rows[0]?.refund ?? 0n;
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

/** Whether a note gives something of this invoice back. */
export async function hasLiveNote(db: ReadDb, invoiceId: string): Promise<boolean> {
  const { rows } = await sql<{ live: boolean }>`select exists (select from credit_notes
    where invoice_id = ${invoiceId} and status = 'finalized' and voided_amount_cents < total_amount_cents) as live`.execute(db);
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
    .orderBy('f.position')
    .orderBy('f.id')
    .execute();
}
