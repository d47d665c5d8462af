import type { Tx } from '../../kernel/envelope.ts';
import { emailRequested, invoiceEmailed, invoiceEmailFailed, noteEmailed, noteEmailFailed, noteEmailRequested } from './mail.events.ts';
import type { EmailRow } from './mail.sql.ts';

const told = {
  queued: { ofInvoice: emailRequested, ofNote: noteEmailRequested },
  sent: { ofInvoice: invoiceEmailed, ofNote: noteEmailed },
  failed: { ofInvoice: invoiceEmailFailed, ofNote: noteEmailFailed },
} as const;

/** Tells what became of a letter: of its invoice, or of the credit note that it brings. */
export async function tellOfEmail(tx: Tx, row: EmailRow): Promise<void> {
  const { ofInvoice, ofNote } = told[row.status];
  const note = row.credit_note_id;
  await tx.emit(note === null ? ofInvoice : ofNote, { id: note ?? row.invoice_id, data: { ...row, email_id: row.id } });
}
