import type { Tx } from '../../kernel/envelope.ts';
import { conflict, notFound } from '../../kernel/problem.ts';
import { announce, readInvoice } from './announceInvoice.ts';
import { invoiceWriteOffReversed, invoiceWrittenOff } from './invoicing.events.ts';
import type { InvoiceRow } from './invoicing.sql.ts';
import { overdueFrom, overdueTimer } from './overdue.jobs.ts';
import { applySettlement } from './settleInvoice.ts';
import { takeInvoice } from './takeInvoice.ts';

/** Gives up what is due on a finalized invoice: nobody will pay it. The invoice stays what it is; nothing is due on it. Throws 404, 409. */
export async function writeOffInvoice(tx: Tx, id: string) {
  const row = await take(tx, id);
  if (row.status !== 'finalized' || row.amount_due_cents <= 0n) throw conflict('nothing_due', `Nothing is due on this invoice, which is ${row.status}.`);
  const before = await readInvoice(tx, id);
  await applySettlement(tx, row, { type: 'write_off', sourceId: row.id, amount: row.amount_due_cents });
  await tx.unschedule(overdueTimer, row.id);
  return announce(tx, invoiceWrittenOff, row.id, before);
}

/** Takes a write-off back: what was given up is due again, by the date it was due. Throws 404, 409. */
export async function reverseWriteOff(tx: Tx, id: string) {
  const row = await take(tx, id);
  if (row.written_off_at === null) throw conflict('not_written_off', 'Nothing of this invoice is written off.');
  if (row.invoice_type === 'credit') throw conflict('purchase_closed', 'The credits that were not paid never come any more; sell them anew.');
  const before = await readInvoice(tx, id);
  await takeBackWriteOff(tx, row, row.written_off_amount_cents);
  const isAhead = row.due_date !== null && Temporal.Instant.compare(row.due_date, tx.scope.now) >= 0;
  if (row.due_date !== null && isAhead) await tx.schedule(overdueTimer, row.id, overdueFrom(row.due_date));
  return announce(tx, invoiceWriteOffReversed, row.id, before);
}

async function take(tx: Tx, id: string): Promise<InvoiceRow> {
  const row = await takeInvoice(tx, id);
  if (row === undefined) throw notFound('invoice');
  return row;
}

/** Has up to an amount of what was given up owed again, as for a credit note that is to lower what is owed. */
export async function takeBackWriteOff(tx: Tx, invoice: InvoiceRow, most: bigint): Promise<InvoiceRow> {
  const amount = invoice.written_off_amount_cents < most ? invoice.written_off_amount_cents : most;
  return amount === 0n ? invoice : applySettlement(tx, invoice, { type: 'write_off', sourceId: invoice.id, amount: -amount });
}
