import type { ComposedNote, NoteSplit } from '@farthing/core/credits';
import { Amount, Rate } from '@farthing/core/money';
import type { z } from 'zod';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { publicId } from '../../kernel/wire.ts';
import type { CreditNoteResponse } from './creditNotes.schemas.ts';
import { type CreditNoteRow, linesOfNotes, type NoteLines } from './creditNotes.sql.ts';

export type PresentedNote = z.output<typeof CreditNoteResponse>;

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
    items: items.map((item) => ({ fee_id: item.feeId, amount_cents: item.amount, coupons_amount_cents: item.coupons, taxes_amount_cents: item.taxes })),
    taxes: taxes.map(({ tax: of, base, amount }) => ({
      tax_id: of.id,
      tax_code: of.code,
      tax_name: of.name,
      tax_rate: of.rate,
      tax_category: of.category,
      jurisdiction: of.jurisdiction,
      base_amount_cents: base,
      amount_cents: amount,
    })),
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
    items: items
      .filter((item) => item.amount_cents > 0n)
      .map((item) => ({
        fee_id: item.fee_id,
        amount_cents: Amount.of(item.amount_cents),
        coupons_amount_cents: Amount.of(item.coupons_amount_cents),
        taxes_amount_cents: Amount.of(item.taxes_amount_cents),
      })),
    taxes: taxes
      .filter((tax) => !tax.is_void)
      .map((tax) => ({
        ...tax,
        tax_rate: Rate.restore(tax.tax_rate),
        base_amount_cents: Amount.of(tax.base_amount_cents),
        amount_cents: Amount.of(tax.amount_cents),
      })),
  };
}

/** Notes as replies, events and webhooks show them. */
export async function presentNotes(db: ReadDb, rows: readonly CreditNoteRow[]): Promise<PresentedNote[]> {
  const linesOf = await linesOfNotes(db, rows.map(({ id }) => id));
  return rows.map((row) => presentCreditNote(row, linesOf(row.id)));
}

export async function presentNote(db: ReadDb, row: CreditNoteRow): Promise<PresentedNote> {
  const linesOf = await linesOfNotes(db, [row.id]);
  return presentCreditNote(row, linesOf(row.id));
}
