import type { CreditableFee, CreditableInvoice, Standing } from '@farthing/core/credits';
import { Amount, Rate } from '@farthing/core/money';
import { groupKey } from '@farthing/core/taxes';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { includedGiven, refundedOn, taxesGiven } from './creditNotes.sql.ts';
import { decodeTaxes, taxesOfFees, taxFrom } from './feeTaxes.sql.ts';
import { type FeeRow, feesOfInvoice, type InvoiceRow } from './invoicing.sql.ts';

/** Fees as notes may give them back, in the order given. */
export async function creditablesOf(db: ReadDb, rows: readonly FeeRow[]): Promise<readonly CreditableFee[]> {
  const ids = rows.map(({ id }) => id);
  const taxes = await taxesOfFees(db, ids);
  const included = await includedGiven(db, rows.filter((row) => row.included_tax_cents !== 0n && row.credited_amount_cents !== 0n).map(({ id }) => id));
  return rows.map((row) => ({
    id: row.id,
    amount: Amount.of(row.amount_cents - row.progressive_billing_credit_amount_cents),
    included: Amount.of(row.included_tax_cents),
    coupons: Amount.of(row.coupons_amount_cents),
    taxes: taxes.get(row.id) ?? [],
    given: {
      amount: Amount.of(row.credited_amount_cents),
      included: Amount.of(included.get(row.id) ?? 0n),
      coupons: Amount.of(row.returned_coupons_amount_cents),
    },
  }));
}

/** An invoice as notes may give it back. What a note is computed from is read under the invoice's lock. */
export async function readCreditable(db: ReadDb, { id, taxes }: Pick<InvoiceRow, 'id' | 'taxes'>): Promise<CreditableInvoice & { readonly rows: readonly FeeRow[] }> {
  const rows = await feesOfInvoice(db, id);
  const given = await taxesGiven(db, id);
  const groups = decodeTaxes(taxes).map(({ tax_rate: rate, amount_cents: amount, ...group }) => {
    const tax = taxFrom({ ...group, tax_rate: Rate.toString(rate) });
    return { tax, left: Amount.subtract(amount, given.get(groupKey(tax)) ?? Amount.zero) };
  });
  return { rows, fees: await creditablesOf(db, rows), taxes: groups };
}

/** How an invoice stands: what was given up on it is owed again before it is given back. */
export async function standingOf(db: ReadDb, invoice: InvoiceRow): Promise<Standing> {
  return {
    due: Amount.of(invoice.amount_due_cents + invoice.written_off_amount_cents),
    refundable: Amount.of(invoice.amount_paid_cents - (await refundedOn(db, invoice.id))),
  };
}
