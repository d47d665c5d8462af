import type { ComposedNote, NoteItem, NoteSplit } from '@farthing/core/credits';
import { Amount } from '@farthing/core/money';
import type { TaxPart } from '@farthing/core/taxes';
import type { z } from 'zod';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { publicId } from '../../kernel/wire.ts';
import type { CreditNoteResponse } from './creditNotes.schemas.ts';
import { type CreditNoteRow, linesOfNotes, type NoteLines } from './creditNotes.sql.ts';

export type PresentedNote = z.output<typeof CreditNoteResponse>;

const presentItem = (item: NoteItem) => ({
  fee_id: item.feeId,
  amount_cents: item.amount,
  coupons_amount_cents: item.coupons,
  taxes_amount_cents: item.taxes,
});

const presentTax = ({ tax, base, amount }: TaxPart) => ({
  tax_id: tax.id,
  tax_code: tax.code,
  tax_name: tax.name,
  tax_rate: tax.rate,
  tax_category: tax.category,
  jurisdiction: tax.jurisdiction,
  base_amount_cents: base,
  amount_cents: amount,
});

/** What a note comes to and where it goes, as replies show it. */
export function presentSums({ items, taxes, coupons, tax, total }: ComposedNote, { offset, credit, refund }: NoteSplit, currency: string) {
  return {
    currency,
    coupons_amount_cents: coupons,
    taxes_amount_cents: tax,
    total_amount_cents: total,
    offset_amount_cents: offset,
    credit_amount_cents: credit,
    refund_amount_cents: refund,
    items: items.map(presentItem),
    taxes: taxes.map(presentTax),
  };
}

/** A note as it was issued; what was taken back of it is a sum of its own. */
function presentCreditNote(row: CreditNoteRow, { items, taxes }: NoteLines): PresentedNote {
  return {
    ...row,
    public_id: publicId('cn', row.id),
    offset_amount_cents: Amount.of(row.total_amount_cents - row.credit_amount_cents - row.refund_amount_cents),
    credit_amount_cents: Amount.of(row.credit_amount_cents),
    refund_amount_cents: Amount.of(row.refund_amount_cents),
    balance_amount_cents: Amount.of(row.balance_amount_cents),
    total_amount_cents: Amount.of(row.total_amount_cents),
    coupons_amount_cents: Amount.of(row.coupons_amount_cents),
    taxes_amount_cents: Amount.of(row.taxes_amount_cents),
    voided_amount_cents: Amount.of(row.voided_amount_cents),
    items: items.filter(({ amount }) => !Amount.isNegative(amount)).map(presentItem),
    taxes: taxes.filter(({ isVoid }) => !isVoid).map(presentTax),
  };
}

/** Notes as replies, events and webhooks show them. */
export async function presentNotes(db: ReadDb, rows: readonly CreditNoteRow[]): Promise<PresentedNote[]> {
  const linesOf = await linesOfNotes(db, rows);
  return rows.map((row) => presentCreditNote(row, linesOf(row)));
}

export async function presentNote(db: ReadDb, row: CreditNoteRow): Promise<PresentedNote> {
  const linesOf = await linesOfNotes(db, [row]);
  return presentCreditNote(row, linesOf(row));
}
