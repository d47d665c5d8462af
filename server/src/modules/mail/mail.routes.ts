import { command, type Operation } from '../../kernel/operation.ts';
import type { SendMailJob } from './mail.jobs.ts';
import { mailParams, noteMailParams, SendEmailResponse, SendReminderResponse } from './mail.schemas.ts';
import { requestEmail, requestNoteEmail } from './requestEmail.ts';

const shared = { tag: 'Invoices', params: mailParams, permission: 'invoices:write' } as const;
const refusals = { not_finalized: 'the invoice is a draft or voided', no_email_address: 'the customer has none', email_not_configured: 'this server sends no e-mail' };

export const mailOperations = (sendMail: SendMailJob | null): Operation[] => [
  command({
    id: 'sendInvoiceEmail',
    method: 'POST',
    path: '/v1/invoices/{invoice_id}/send_email',
    ...shared,
    summary: 'Send an invoice by e-mail',
    description: 'To the customer’s address, in the invoice’s language, with the PDF. Sent in the background and tried again where that fails.',
    returns: SendEmailResponse,
    problems: refusals,
    handle: async ({ params, tx }) => {
      await requestEmail(tx, params.invoice_id, 'invoice', sendMail);
      return { sent: true };
    },
  }),
  command({
    id: 'sendInvoiceReminder',
    method: 'POST',
    path: '/v1/invoices/{invoice_id}/send_reminder',
    ...shared,
    summary: 'Remind of an invoice by e-mail',
    description: 'Of one with something due; otherwise like sending the invoice.',
    returns: SendReminderResponse,
    problems: { ...refusals, nothing_due: 'nothing is due on it' },
    handle: async ({ params, tx }) => {
      await requestEmail(tx, params.invoice_id, 'reminder', sendMail);
      return { sent: true, invoice_id: params.invoice_id };
    },
  }),
  command({
    id: 'sendCreditNoteEmail',
    method: 'POST',
    path: '/v1/credit_notes/{credit_note_id}/send_email',
    tag: 'Credit Notes',
    params: noteMailParams,
    permission: 'credit_notes:write',
    summary: 'Send a credit note by e-mail',
    description: 'Like an invoice: in its language, with the PDF of the note.',
    returns: SendEmailResponse,
    problems: { ...refusals, not_finalized: 'the credit note is a draft or voided' },
    handle: async ({ params, tx }) => {
      await requestNoteEmail(tx, params.credit_note_id, sendMail);
      return { sent: true };
    },
  }),
];
