import type { Tx } from '../../kernel/envelope.ts';
import { conflict, notFound } from '../../kernel/problem.ts';
import { findCustomer } from '../customers/index.ts';
import { findCreditNote, lockInvoice } from '../invoicing/index.ts';
import type { SendMailJob } from './mail.jobs.ts';
import { type AskedEmail, insertEmail } from './mail.sql.ts';
import { tellOfEmail } from './tellOfEmail.ts';

/**
 * Writes down that an invoice is to be sent to its customer, and has it sent once this is committed. Throws 404; 409 where no server for
 * mail is configured, the customer has no address, or the invoice is none to be sent.
 */
export async function requestEmail(tx: Tx, invoiceId: string, kind: 'invoice' | 'reminder', sendMail: SendMailJob | null): Promise<void> {
  const invoice = await lockInvoice(tx.db, invoiceId);
  if (invoice === undefined) throw notFound('invoice');
  if (invoice.status !== 'finalized' && invoice.status !== 'paid') throw conflict('not_finalized', `This invoice is ${invoice.status}; only what is finalized is sent.`);
  if (kind === 'reminder' && (invoice.status === 'paid' || invoice.amount_due_cents <= 0n)) throw conflict('nothing_due', 'Nothing is due on this invoice: there is nothing to be reminded of.');
  await send(tx, { invoice_id: invoice.id, customer_id: invoice.customer_id, credit_note_id: null, kind }, sendMail);
}

/** The same of a credit note that is finalized. Throws 404, 409. */
export async function requestNoteEmail(tx: Tx, noteId: string, sendMail: SendMailJob | null): Promise<void> {
  const note = await findCreditNote(tx.db, noteId);
  if (note === undefined) throw notFound('credit note');
  if (note.status !== 'finalized' || note.voided_at !== null) throw conflict('not_finalized', 'Only a credit note that is finalized and in force is sent.');
  await send(tx, { invoice_id: note.invoice_id, customer_id: note.customer_id, credit_note_id: note.id, kind: 'credit_note' }, sendMail);
}

async function send(tx: Tx, letter: Omit<AskedEmail, 'recipient'>, sendMail: SendMailJob | null): Promise<void> {
  const customer = await findCustomer(tx.db, letter.customer_id, { includeDeleted: true });
  const recipient = customer?.email ?? null;
  if (recipient === null) throw conflict('no_email_address', 'The customer has no e-mail address.');
  if (sendMail === null) throw conflict('email_not_configured', 'This server sends no e-mail: FARTHING_SMTP_URL and FARTHING_MAIL_FROM are not set.');
  const row = await insertEmail(tx.db, tx.scope, { ...letter, recipient });
  await tellOfEmail(tx, row);
  await tx.enqueue(sendMail, { email_id: row.id });
}
